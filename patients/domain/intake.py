"""What the first clinical sessions must show of a person, and what is known of it. Read by the gate to transition.

That these are watched before anyone moves on is a programme setting: no published list was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class IntakeItem(StrEnum):
    """One thing to find out in the first clinical sessions."""

    CUFF_TOLERANCE = "CUFF_TOLERANCE"
    EXERCISE_SELECTION = "EXERCISE_SELECTION"
    BLOOD_PRESSURE_RESPONSE = "BLOOD_PRESSURE_RESPONSE"
    SYMPTOM_RESPONSE = "SYMPTOM_RESPONSE"
    WARNING_SIGNS = "WARNING_SIGNS"

    @property
    def words(self) -> str:
        """What must be so, as a clinician ticks it off."""
        return {
            "CUFF_TOLERANCE": "Tolerates the cuff at the prescribed pressure",
            "EXERCISE_SELECTION": "The exercises are chosen and fit the joints",
            "BLOOD_PRESSURE_RESPONSE": "Blood pressure in exercise stays within the limits",
            "SYMPTOM_RESPONSE": "Symptoms in and after the session settle as expected",
            "WARNING_SIGNS": "Tells normal training discomfort from warning signs",
        }[self.value]


@dataclass(frozen=True)
class Observation:
    """What a clinician last saw of one item: met or not, on which day, who, and in which words."""

    is_met: bool
    observed_on: date
    observed_by: str
    words: str = ""


@dataclass(frozen=True)
class Intake:
    """What is known when a gate asks. What is missing is not known, and not known is never met.

    `has_consent`: consent to the present text, not withdrawn. `is_stable` None: nobody has judged the disease yet.
    """

    observations: Mapping[IntakeItem, Observation] = field(default_factory=dict)
    has_goal: bool = False
    has_consent: bool = False
    is_stable: bool | None = None

    def is_met(self, item: IntakeItem) -> bool | None:
        """Whether the latest observation says so. None: not observed yet."""
        seen = self.observations.get(item)
        return None if seen is None else seen.is_met

    @property
    def open_items(self) -> tuple[IntakeItem, ...]:
        """Items not observed yet, or seen and not met."""
        return tuple(item for item in IntakeItem if self.is_met(item) is not True)

    @property
    def is_complete(self) -> bool:
        """Every item was observed and met."""
        return not self.open_items
