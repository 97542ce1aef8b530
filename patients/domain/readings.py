"""What the numbers taken at a screening mean: bands of resting blood pressure, and body mass index.

Called by `screening`. A number that is missing is a finding: nobody knows it, so it is not fine.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain.findings import FLORIDA, HEART_TABLE, REASONED, Finding, Severity

THRESHOLDS = Thresholds(Area.SCREENING, __name__)
NAMES = ("systolic_mmhg", "diastolic_mmhg", "height_cm", "weight_kg")

PLAUSIBLE = {
    "systolic_mmhg": (60, 280),
    "diastolic_mmhg": (30, 180),
    "height_cm": (100, 230),
    "weight_kg": (25, 300),
}
"""Least and greatest that one would believe: these catch a slip of the finger and are no clinical limits."""

LOW = Source("Below 100 systolic: exclusion of the Bispebjerg knee OA trial (NCT05437770)", Origin.PUBLISHED)
LOW_SYSTOLIC_MMHG = THRESHOLDS.of(100, "mmHg", "Resting systolic pressure below this: relative finding", LOW)
BMI_ABOVE = THRESHOLDS.of(40.0, "kg/m²", "Body mass index above this: relative finding", FLORIDA)


class Band(NamedTuple):
    """From these pressures on, either of them (mmHg)."""

    systolic: float
    diastolic: float
    name: str
    severity: Severity
    words: str
    source: Source


BANDS = (
    Band(
        180,
        110,
        "blood_pressure",
        Severity.ABSOLUTE,
        "Resting blood pressure at or above 180/110 mmHg.",
        Source(f"EXKnee2 and University of Florida trials; {HEART_TABLE.words}", Origin.PUBLISHED),
    ),
    Band(
        160,
        100,
        "blood_pressure_160",
        Severity.RELATIVE,
        "Resting blood pressure of 160/100 mmHg or more.",
        Source(
            "Above 160 systolic: exclusion of NCT05437770; the band and its 100 diastolic: this programme's",
            Origin.PROGRAMME,
        ),
    ),
    Band(
        140,
        90,
        "blood_pressure",
        Severity.RELATIVE,
        "Resting blood pressure of 140/90 mmHg or more.",
        REASONED,
    ),
)
"""The gravest first; the first that holds counts. Each that a physician weighs has a name of its own: a signature for one is none
for a graver one."""

THRESHOLDS.tell(
    *(
        (
            f"{band.severity.capitalize()} finding: {band.words}",
            f"{band.systolic}/{band.diastolic}",
            "mmHg",
            band.source,
        )
        for band in BANDS
    )
)


def findings(readings: Mapping[str, float]) -> list[Finding]:
    """What the numbers find, or that they are missing."""
    return [*_blood_pressure(readings), *_body_mass(readings)]


def body_mass_index(readings: Mapping[str, float]) -> float | None:
    """Weight in kg over height in m squared. None where one of the two is missing."""
    height, weight = readings.get("height_cm"), readings.get("weight_kg")
    return weight / (height / 100) ** 2 if height and weight else None


def objections(readings: Mapping[str, float]) -> dict[str, str]:
    """Why numbers can't be kept: name -> words. Empty means that they can."""
    found = {
        name: f"Between {low} and {high}."
        for name, (low, high) in PLAUSIBLE.items()
        if name in readings and not low <= readings[name] <= high
    }
    systolic, diastolic = readings.get("systolic_mmhg"), readings.get("diastolic_mmhg")
    if (systolic is None) is not (diastolic is None):
        found["diastolic_mmhg"] = "Enter both values of the blood pressure, or neither."
    elif systolic is not None and diastolic is not None and diastolic >= systolic:
        found["diastolic_mmhg"] = "The diastolic value is below the systolic one."
    return found


def _blood_pressure(readings: Mapping[str, float]) -> list[Finding]:
    systolic, diastolic = readings.get("systolic_mmhg"), readings.get("diastolic_mmhg")
    if systolic is None or diastolic is None:
        words = "Not known: resting blood pressure was not measured."
        return [Finding("blood_pressure", Severity.UNKNOWN, words, *REASONED)]
    taken = f"{systolic:g}/{diastolic:g} mmHg"
    for band in BANDS:
        if systolic >= band.systolic or diastolic >= band.diastolic:
            words = f"{band.words} Measured: {taken}."
            return [Finding(band.name, band.severity, words, *band.source)]
    if systolic < LOW_SYSTOLIC_MMHG:
        words = f"Systolic pressure below {LOW_SYSTOLIC_MMHG} mmHg. Measured: {taken}."
        return [Finding("low_blood_pressure", Severity.RELATIVE, words, *LOW)]
    return []


def _body_mass(readings: Mapping[str, float]) -> list[Finding]:
    index = body_mass_index(readings)
    if index is None:
        words = "Not known: height or weight was not taken."
        return [Finding("body_mass", Severity.UNKNOWN, words, *FLORIDA)]
    if index > BMI_ABOVE:
        words = f"Body mass index above {BMI_ABOVE:g} ({index:.1f})."
        return [Finding("body_mass", Severity.RELATIVE, words, *FLORIDA)]
    return []
