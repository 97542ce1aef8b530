"""What a measured number may plausibly be, so that a slip of the finger is noticed. Called by the form and the service.

These bounds catch typing errors; none of them is a clinical limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Chapter(StrEnum):
    """The parts of the measuring page, in words."""

    VITALS = "Pain and circulation"
    DISEASE = "Disease activity"
    FUNCTION = "Function"
    STRENGTH = "Strength and muscle"


VITALS, DISEASE, FUNCTION, STRENGTH = Chapter


@dataclass(frozen=True)
class Plausible:
    """The least and greatest value one would believe, in the unit of its kind (programme setting).

    `is_counted`: the number comes from a page of its own (the joints, a questionnaire) and is not typed.
    """

    least: float
    greatest: float
    words: str
    chapter: Chapter
    is_whole: bool = True
    is_counted: bool = False


def _whole(chapter: Chapter, least: int, greatest: int, name: str, unit: str = "") -> Plausible:
    words = f"{name} is a whole number between {least} and {greatest}{f' {unit}' if unit else ''}."
    return Plausible(least, greatest, words, chapter)


def _any(chapter: Chapter, least: float, greatest: float, name: str, unit: str, hint: str = "") -> Plausible:
    words = f"{name} is between {least:g} and {greatest:g} {unit}.{f' {hint}' if hint else ''}"
    return Plausible(least, greatest, words, chapter, is_whole=False)


def _counted(least: int, greatest: int, name: str, *, is_whole: bool = True) -> Plausible:
    return Plausible(
        least, greatest, f"{name} is between {least} and {greatest}.", DISEASE, is_whole, is_counted=True
    )


PLAUSIBLE = {
    "PAIN_NRS": Plausible(0, 10, "Pain is a whole number between 0 (none) and 10 (worst).", VITALS),
    "SYSTOLIC_MMHG": _whole(VITALS, 60, 260, "Systolic blood pressure", "mmHg"),
    "DIASTOLIC_MMHG": _whole(VITALS, 30, 160, "Diastolic blood pressure", "mmHg"),
    "HEART_RATE_BPM": _whole(VITALS, 25, 220, "Heart rate", "beats a minute"),
    "EXERTION_SYSTOLIC_MMHG": _whole(VITALS, 60, 280, "Systolic blood pressure while training", "mmHg"),
    "CRP_MG_L": _any(DISEASE, 0, 500, "CRP", "mg/L", "Labs that give mg/dL: times 10."),
    "ESR_MM_H": _whole(DISEASE, 0, 150, "ESR", "mm/h"),
    "PATIENT_GLOBAL_0_100": _whole(DISEASE, 0, 100, "The patient's global score"),
    "PHYSICIAN_GLOBAL_0_10": _any(DISEASE, 0, 10, "The physician's global score", "points"),
    "MORNING_STIFFNESS_MIN": _whole(DISEASE, 0, 720, "Morning stiffness", "minutes"),
    "ARM_ELEVATION_0_3": _whole(DISEASE, 0, 3, "Arm elevation"),
    "TENDER_28": _counted(0, 28, "The count of tender joints"),
    "SWOLLEN_28": _counted(0, 28, "The count of swollen joints"),
    "TENDER_68": _counted(0, 68, "The count of tender joints"),
    "SWOLLEN_66": _counted(0, 66, "The count of swollen joints"),
    "HAQ_DI": _counted(0, 3, "HAQ-DI", is_whole=False),
    "KOOS_PS_RAW": _counted(0, 28, "The raw sum of KOOS-PS"),
    "CHAIR_STANDS_30S": _whole(FUNCTION, 0, 60, "Chair stands in 30 seconds"),
    "TUG_S": _any(FUNCTION, 2, 180, "Timed up and go", "seconds"),
    "WALK_6MIN_M": _any(FUNCTION, 0, 1000, "The 6-minute walk", "metres"),
    "GAIT_SPEED_M_S": _any(FUNCTION, 0.05, 3, "Gait speed", "m/s"),
    "GRIP_LEFT_KG": _any(STRENGTH, 0, 90, "Grip", "kg"),
    "GRIP_RIGHT_KG": _any(STRENGTH, 0, 90, "Grip", "kg"),
    "KNEE_EXTENSION_LEFT_N": _any(STRENGTH, 0, 1500, "Knee extension", "newton"),
    "KNEE_EXTENSION_RIGHT_N": _any(STRENGTH, 0, 1500, "Knee extension", "newton"),
    "ONE_RM_LEG_PRESS_KG": _any(STRENGTH, 0, 500, "The one-repetition maximum", "kg"),
    "ONE_RM_KNEE_EXTENSION_KG": _any(STRENGTH, 0, 250, "The one-repetition maximum", "kg"),
    "THIGH_LEFT_CM": _any(STRENGTH, 20, 110, "Thigh circumference", "cm"),
    "THIGH_RIGHT_CM": _any(STRENGTH, 20, 110, "Thigh circumference", "cm"),
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
