"""What a measured number may plausibly be, so that a slip of the finger is noticed. Called by the form and the service.

These bounds catch typing errors; none of them is a clinical limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Plausible:
    """The least and greatest value one would believe, in the unit of its kind (programme setting)."""

    least: float
    greatest: float
    words: str
    is_whole: bool = True


PLAUSIBLE = {
    "PAIN_NRS": Plausible(0, 10, "Pain is a whole number between 0 (none) and 10 (worst)."),
    "SYSTOLIC_MMHG": Plausible(60, 260, "Systolic blood pressure is a whole number between 60 and 260 mmHg."),
    "DIASTOLIC_MMHG": Plausible(
        30, 160, "Diastolic blood pressure is a whole number between 30 and 160 mmHg."
    ),
    "HEART_RATE_BPM": Plausible(25, 220, "Heart rate is a whole number between 25 and 220 beats a minute."),
    "CRP_MG_L": Plausible(
        0, 500, "CRP is between 0 and 500 mg/L. Labs that give mg/dL: times 10.", is_whole=False
    ),
    "CHAIR_STANDS_30S": Plausible(0, 60, "Chair stands in 30 seconds are a whole number between 0 and 60."),
}


def objections(values: Mapping[str, float]) -> dict[str, str]:
    """Why values can't be kept: kind -> words. Empty means that they can."""
    found = {kind: PLAUSIBLE[kind].words for kind, value in values.items() if not _is_plausible(kind, value)}
    if "SYSTOLIC_MMHG" in values and values.get("DIASTOLIC_MMHG", 0) >= values["SYSTOLIC_MMHG"]:
        found.setdefault("DIASTOLIC_MMHG", "The diastolic value is below the systolic one.")
    return found


def _is_plausible(kind: str, value: float) -> bool:
    bounds = PLAUSIBLE[kind]
    return bounds.least <= value <= bounds.greatest and (value == int(value) or not bounds.is_whole)
