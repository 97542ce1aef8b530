"""Training at home: which symptoms mean what, when there is no one beside the patient.

Stricter than in the clinic: a person alone is told to stop and call early. The groups follow the programme's table of
action levels; they are programme settings, not published thresholds, unless a constant says otherwise.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.HOME, __name__)
PAIN_TO_CALL = THRESHOLDS.of(8, "of 10", "Pain after a session from which the clinic is called")
PAIN_RISE_TO_CALL = THRESHOLDS.of(3, "points", "Rise of pain in a session from which the clinic is called")
EFFORT_TO_EASE = THRESHOLDS.of(7, "of 10", "Effort from which a session was too hard")


class Symptom(StrEnum):
    """What a patient may tick. The words for people are the form's."""

    CHEST_PAIN = "CHEST_PAIN"
    BREATHLESS = "BREATHLESS"
    FAINTED = "FAINTED"
    ONE_SIDED_WEAKNESS = "ONE_SIDED_WEAKNESS"
    SIGHT = "SIGHT"
    SWOLLEN_LIMB = "SWOLLEN_LIMB"
    DARK_URINE = "DARK_URINE"
    SKIN_COLOUR = "SKIN_COLOUR"
    NUMB_AFTERWARDS = "NUMB_AFTERWARDS"
    SHARP_JOINT_PAIN = "SHARP_JOINT_PAIN"
    DIZZY = "DIZZY"
    UNWELL = "UNWELL"
    BRUISE = "BRUISE"
    SORE_MUSCLES = "SORE_MUSCLES"


EMERGENCIES = frozenset(
    {Symptom.CHEST_PAIN, Symptom.BREATHLESS, Symptom.FAINTED, Symptom.ONE_SIDED_WEAKNESS, Symptom.SIGHT}
)
EXPECTED = frozenset({Symptom.BRUISE, Symptom.SORE_MUSCLES})
WARNINGS = frozenset(Symptom) - EMERGENCIES - EXPECTED


class Advice(IntEnum):
    """What the patient is told to do, the most urgent last."""

    CARRY_ON = 0
    EASE_OFF = 1
    CALL_CLINIC = 2
    EMERGENCY = 3

    @property
    def needs_the_clinic(self) -> bool:
        """Whether the clinic has to hear of it."""
        return self >= Advice.CALL_CLINIC


@dataclass(frozen=True)
class Log:
    """What a patient says of one session. `effort` None means not said."""

    pain_before: int
    pain_after: int
    effort: int | None
    symptoms: Collection[str]


@dataclass(frozen=True)
class Entry:
    """One session at home as the patient sends it. `words` sums up for the clinic what speaks for caution."""

    id: UUID
    done_at: datetime
    completed: bool
    said: Log
    note: str = ""
    words: str = ""

    def as_fields(self) -> dict[str, Any]:
        """By the names under which it is kept."""
        return {
            "done_at": self.done_at,
            "completed": self.completed,
            "pain_before": self.said.pain_before,
            "pain_after": self.said.pain_after,
            "effort": self.said.effort,
            "symptoms": sorted(self.said.symptoms),
            "note": self.note,
        }


def advice(log: Log) -> Advice:
    """The most urgent thing that follows from a log. A symptom that is not known counts as a warning."""
    symptoms = set(log.symptoms)
    if symptoms & EMERGENCIES:
        return Advice.EMERGENCY
    if symptoms - EXPECTED or log.pain_after >= PAIN_TO_CALL or _rise(log) >= PAIN_RISE_TO_CALL:
        return Advice.CALL_CLINIC
    return Advice.EASE_OFF if (log.effort or 0) >= EFFORT_TO_EASE else Advice.CARRY_ON


def _rise(log: Log) -> int:
    return log.pain_after - log.pain_before
