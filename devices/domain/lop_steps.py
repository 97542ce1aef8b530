"""The guided measurement: pressures in steps, and a person with a Doppler or a finger who says whether there is a pulse.

The steps are published (Loenneke 2012): 50 mmHg, then the systolic pressure, then 40 up until the pulse is lost, then 10 down
until it is back; 30 s each with 10 s open between; never above 300 mmHg. It works on every controller.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from devices.domain.lop import LOENNEKE, NEVER_ABOVE_MMHG, Estimate
from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
DOPPLER = Source(
    "Front Physiol 2023, 1239582: hand-held Doppler against ultrasound, rounded up", Origin.PUBLISHED
)
FIRST_MMHG = THRESHOLDS.of(50.0, "mmHg", "Guided steps: the first", LOENNEKE)
UP_MMHG = THRESHOLDS.of(40.0, "mmHg", "Guided steps: up until the pulse is lost", LOENNEKE)
DOWN_MMHG = THRESHOLDS.of(10.0, "mmHg", "Guided steps: down until it is back", LOENNEKE)
HELD_S = THRESHOLDS.of(30.0, "s", "Guided steps: held", LOENNEKE)
OPEN_S = THRESHOLDS.of(10.0, "s", "Guided steps: open between", LOENNEKE)
DOPPLER_MMHG = THRESHOLDS.of(6.0, "mmHg", "Limits of agreement of a hand-held Doppler", DOPPLER)


@dataclass(frozen=True)
class Mark:
    """What a person found at a pressure."""

    mmhg: float
    has_pulse: bool


def next_mmhg(
    marks: Sequence[Mark], systolic_mmhg: float, ceiling_mmhg: float = NEVER_ABOVE_MMHG
) -> float | None:
    """The pressure to hold next; None when the answer is known, or none can be had."""
    highest = min(ceiling_mmhg, NEVER_ABOVE_MMHG)
    if not marks:
        return min(FIRST_MMHG, highest)
    last, was_lost = marks[-1], any(not mark.has_pulse for mark in marks)
    if was_lost:
        down = last.mmhg - DOWN_MMHG
        return None if last.has_pulse or down < FIRST_MMHG else down
    if last.mmhg >= highest:
        return None
    up = systolic_mmhg if last.mmhg < systolic_mmhg else last.mmhg + UP_MMHG
    return min(up, highest)


def answer(marks: Sequence[Mark], systolic_mmhg: float, ceiling_mmhg: float = NEVER_ABOVE_MMHG) -> Estimate:
    """The lowest pressure without a pulse, once the pulse was lost and came back."""
    if next_mmhg(marks, systolic_mmhg, ceiling_mmhg) is not None:
        return Estimate(None, words="It is not over yet.")
    if marks[-1].has_pulse and len(marks) > 1 and not marks[-2].has_pulse:
        return Estimate(marks[-2].mmhg, DOWN_MMHG / 2 + DOPPLER_MMHG)
    if marks[-1].has_pulse:
        return Estimate(None, words=f"The pulse was still there at {marks[-1].mmhg:.0f} mmHg.")
    return Estimate(None, words="The pulse did not come back: look for another place to feel it.")
