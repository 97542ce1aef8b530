"""An estimated limb occlusion pressure: a marked fallback, and refused wherever no verified equation fits.

One equation is used, the only one whose coefficients were seen in the paper: RBME 2019;25(6):494. Outside of what its
sample was like it says nothing, so nothing is extrapolated; its age term alone would add some 60 mmHg at the age of 75.
"""

from dataclasses import dataclass
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from protocols.domain.occlusion import Limb, Posture

SOURCE = "RBME 2019;25(6):494 (published): thigh, 18 cm cuff, 51 adults of 23.2 ± 5.2 years, r2 0.397, SEE 15.3 mmHg."
THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
RBME = Source("RBME 2019;25(6):494, twice its standard error of 15.3 mmHg, rounded up", Origin.PUBLISHED)
SAMPLE = Source("RBME 2019;25(6):494: its sample; where to end is ours", Origin.PROGRAMME)
YOUNG = Source("What healthy young adults measure: the paper's own ranges were not seen", Origin.PROGRAMME)
PLUS_MINUS_MMHG = THRESHOLDS.of(31, "mmHg", "An estimated LOP may be off by", RBME)
CUFF_WIDTH_CM = THRESHOLDS.of(18.0, "cm", "A LOP is estimated for a cuff of this width only", SAMPLE)
AGES = (18, 33)
"""Adults up to two standard deviations above the mean of the sample."""
THIGH_CM = (40.0, 70.0)
SYSTOLIC_MMHG = (100.0, 140.0)
THRESHOLDS.tell(
    *(
        (f"A LOP is estimated for {words} of", f"{low:g} to {high:g}", unit, source)
        for words, (low, high), unit, source in (
            ("ages", AGES, "years", SAMPLE),
            ("a thigh", THIGH_CM, "cm", YOUNG),
            ("a systolic pressure", SYSTOLIC_MMHG, "mmHg", YOUNG),
        )
    )
)

WHY_MEASURE = (
    "Measure it: for one and the same thigh of 55 cm the known equations say anything from 118 to 281 mmHg."
)


class Sex(StrEnum):
    """As the equation counts it: 1 male, 2 female."""

    MALE = "MALE"
    FEMALE = "FEMALE"


@dataclass(frozen=True)
class Body:
    """What the equation asks for. None means not known, and nothing is assumed for it."""

    age: int
    sex: Sex | None
    thigh_cm: float | None
    systolic_mmhg: float | None


def objections(limb: Limb, posture: Posture, cuff_width_cm: float, body: Body) -> list[str]:
    """Why no verified equation fits. Empty: one does."""
    lowest, highest = AGES
    found = [
        (limb is not Limb.LEG, "No equation for an arm has been verified."),
        (
            cuff_width_cm != CUFF_WIDTH_CM,
            f"The equation holds for a cuff of {CUFF_WIDTH_CM:g} cm, not {cuff_width_cm:g} cm."
            " A 5 cm cuff on a leg can't be estimated at all: off by up to 148 mmHg (Spitz 2024).",
        ),
        (
            posture is Posture.SUPINE,
            "The posture of its sample was not seen, and lying the pressure is lowest: an estimate may be too high.",
        ),
        (
            not lowest <= body.age <= highest,
            f"Its sample was {lowest} to {highest} years old; at {body.age} it would be extrapolated.",
        ),
        (body.sex is None, "It needs a recorded sex of male or female."),
        (not _within(body.thigh_cm, THIGH_CM), _range_words("a thigh circumference", THIGH_CM, "cm")),
        (
            not _within(body.systolic_mmhg, SYSTOLIC_MMHG),
            _range_words("a systolic pressure", SYSTOLIC_MMHG, "mmHg"),
        ),
    ]
    return [words for holds, words in found if holds]


def estimate_mmhg(body: Body) -> int:
    """The equation, rounded down. Ask `objections` first. Raises ValueError where a value is missing."""
    if body.sex is None or body.thigh_cm is None or body.systolic_mmhg is None:
        raise ValueError("Nothing is estimated from what is not known.")
    sex = 1 if body.sex is Sex.MALE else 2
    return int(65.290 + 1.110 * body.thigh_cm + 0.178 * body.systolic_mmhg + 1.153 * body.age - 7.984 * sex)


def _within(value: float | None, bounds: tuple[float, float]) -> bool:
    return value is not None and bounds[0] <= value <= bounds[1]


def _range_words(what: str, bounds: tuple[float, float], unit: str) -> str:
    return f"It needs {what} between {bounds[0]:g} and {bounds[1]:g} {unit}."
