"""What sends a person back a phase, or suspends them, by itself: the rules, and when their numbers hold.

Going back needs nobody's decision (map D12): it only ever means more supervision. A suspension ends when a physician says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Source, Thresholds
from patients.domain.findings import REASONED
from patients.domain.phases import EVENT_GRADES, LEAST_GRADE, RESISTANCE, is_high

THRESHOLDS = Thresholds(Area.PHASES, __name__)
SUSPENDING_GRADE = THRESHOLDS.of(
    3, "CTCAE grade", "An adverse event of this grade or more suspends", EVENT_GRADES
)
MISSED = THRESHOLDS.of(timedelta(weeks=2), "weeks", "So long without a session: back one phase")
HIGH_READINGS = THRESHOLDS.of(
    2, "visits", "High resting pressure at so many in a row: back one phase", RESISTANCE
)
NEW_DRUGS = ("jak_inhibitor", "anticoagulant", "steroids", "statin_nsaid", "hormones")
"""Questions of the screening that ask for a drug."""


class Effect(StrEnum):
    """What a rule does, the milder first."""

    BACK = "BACK"
    SUSPEND = "SUSPEND"


@dataclass(frozen=True)
class Rule:
    """Why someone goes back or is suspended, in words for patient and clinician, and where the rule is from."""

    name: str
    effect: Effect
    words: str
    source: Source = REASONED


VENTED = Rule("vented", Effect.BACK, "A session was stopped early, or the cuff was opened by a stop rule.")
ADVERSE_EVENT = Rule(
    "adverse_event", Effect.BACK, f"An adverse event of grade {LEAST_GRADE} or more.", EVENT_GRADES
)
FLARE = Rule("flare", Effect.BACK, "A flare.")
MISSED_WEEKS = Rule("missed_weeks", Effect.BACK, "Two weeks without a session.")
NEW_DRUG = Rule("new_drug", Effect.BACK, "A new drug that matters for this training.")
BLOOD_PRESSURE = Rule(
    "blood_pressure", Effect.BACK, "Resting blood pressure of 160/100 or more, twice.", RESISTANCE
)
RED_FLAG = Rule("red_flag", Effect.SUSPEND, "A warning sign that a physician has to look at.")
GRAVE_EVENT = Rule(
    "grave_event", Effect.SUSPEND, f"A serious adverse event, or one of grade {SUSPENDING_GRADE} or more."
)
RULES = {
    rule.name: rule
    for rule in (
        VENTED, ADVERSE_EVENT, FLARE, MISSED_WEEKS, NEW_DRUG, BLOOD_PRESSURE, RED_FLAG, GRAVE_EVENT,
    )
}  # fmt: skip
EFFECTS = {Effect.BACK: "back one phase", Effect.SUSPEND: "suspended"}
THRESHOLDS.tell(*((rule.words, EFFECTS[rule.effect], "", rule.source) for rule in RULES.values()))


def of_event(severity: int | None, *, is_serious: bool) -> tuple[Rule, ...]:
    """The rules that an adverse event meets. One that nobody has graded waits for its grade: until then nobody trains."""
    grade = severity or 0
    met = (
        (is_serious or grade >= SUSPENDING_GRADE, GRAVE_EVENT),
        (is_serious or grade >= LEAST_GRADE, ADVERSE_EVENT),
    )
    return tuple(rule for holds, rule in met if holds)


def is_high_twice(readings_mmhg: Sequence[tuple[float, float]]) -> bool:
    """The last two resting blood pressures, of two visits, are both high."""
    latest = readings_mmhg[-HIGH_READINGS:]
    return len(latest) == HIGH_READINGS and all(is_high(*one) for one in latest)


def new_drugs(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Questions about drugs that are answered with yes now and were answered otherwise before."""
    return tuple(name for name in NEW_DRUGS if now.get(name) == "YES" and before.get(name) != "YES")
