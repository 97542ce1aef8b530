"""What a person shows before they train at home: done before our eyes, not said. All of it is a programme setting."""

from collections.abc import Mapping
from dataclasses import dataclass

from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.PHASES, __name__)
STOP_SIGNS_NAMED = THRESHOLDS.of(8, "signs", "Stop signs a person names before training at home, at least")
VENT_WITHIN_S = THRESHOLDS.of(5.0, "s", "Opening the cuff by hand, at most")


@dataclass(frozen=True)
class Skill:
    """One thing to demonstrate. With `unit`, a number is taken down instead of a tick."""

    name: str
    words: str
    short: str
    unit: str = ""


SKILLS = (
    Skill("cuff_site", "Puts the cuff on at the right place", "cuff site"),
    Skill("tightness", "Gets the tightness right: one finger fits under the band", "tightness"),
    Skill("limb", "Takes the right limb, and one limb pair at a time", "limb"),
    Skill("pressure", "Sets the prescribed pressure", "set pressure"),
    Skill("refill", "Presses, counts and reads the capillary refill", "capillary refill"),
    Skill("counting", "Counts repetitions and keeps the rests", "counting and rests"),
    Skill("logging", "Logs a session", "logging"),
    Skill("calling", "Says whom to call, and when", "whom to call"),
    Skill(
        "stop_signs", f"Names stop signs without help (at least {STOP_SIGNS_NAMED})", "stop signs", "signs"
    ),
    Skill("vent_s", f"Opens the cuff by hand within {VENT_WITHIN_S:g} s, timed", "vent by hand", "s"),
)
TICKED = tuple(skill for skill in SKILLS if not skill.unit)


def missing(shown: Mapping[str, bool | float | None]) -> tuple[str, ...]:
    """The short words of what has not been demonstrated. What was not looked at is missing."""
    return tuple(skill.short for skill in SKILLS if not _is_shown(skill, shown.get(skill.name)))


def _is_shown(skill: Skill, shown: bool | float | None) -> bool:
    if skill.name == "stop_signs":
        return shown is not None and shown >= STOP_SIGNS_NAMED
    if skill.name == "vent_s":
        return shown is not None and 0 < shown <= VENT_WITHIN_S
    return shown is True
