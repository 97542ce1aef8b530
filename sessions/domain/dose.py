"""What a session came to: peak, time in band, time inflated. The worker asks at the end, pages show the answer.

What is not known is not fine: a gap is never time in band, and a cuff last seen inflated counts as inflated through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from devices.domain.units import BAND_AT_REST, BAND_AT_WORK, VENTED_BELOW
from protocols.domain.plan import IntervalKind, Plan
from sessions.domain.trace import GAP_S, Point

SECONDS_PER_MINUTE = 60
ROUNDING = 1e-9


@dataclass(frozen=True)
class Dose:
    """The sums of one session, in the plan's scale. None means not known.

    `time_in_band` is a share from 0 to 1 of the time held: from when the target was first reached in an inflation, as the
    console counts it. None if it never was.
    `pressure_minutes` adds pressure x minutes of the samples that are known. `missing_s` is time without a reading.
    """

    peak: float | None
    time_in_band: float | None
    inflated_s: float
    longest_inflation_s: float
    pressure_minutes: float
    samples: int
    missing_s: float


@dataclass(frozen=True)
class _Stretch:
    """From one sample to the next: what was held, and whether the cuff may have been under pressure."""

    seconds: float
    pressure: float | None
    is_held: bool
    is_in_band: bool
    is_inflated: bool


def summary(samples: Sequence[Point], plan: Plan) -> Dose:
    """The dose of a session from its samples. Each sample stands until the next."""
    ordered = sorted(samples, key=lambda one: one.t_s)
    stretches = _stretches(ordered, plan)
    return Dose(
        peak=max((one.pressure for one in ordered if one.pressure is not None), default=None),
        time_in_band=_time_in_band(stretches),
        inflated_s=round(sum(one.seconds for one in stretches if one.is_inflated), 1),
        longest_inflation_s=round(_longest_inflation_s(stretches), 1),
        pressure_minutes=round(sum(_pressure_minutes(one) for one in stretches), 1),
        samples=len(ordered),
        missing_s=round(sum(one.seconds for one in stretches if one.pressure is None), 1),
    )


def _stretches(ordered: Sequence[Point], plan: Plan) -> list[_Stretch]:
    found: list[_Stretch] = []
    last_known: float | None = None
    reached = False
    for point, following in pairwise(ordered):
        seconds = following.t_s - point.t_s
        pressure = point.pressure if seconds <= GAP_S else None
        last_known = point.pressure if point.pressure is not None else last_known
        inside = pressure is not None and _is_in_band(point, pressure, plan)
        reached = point.target > 0 and (reached or inside)
        inflated = point.target > 0 if last_known is None else last_known >= VENTED_BELOW
        found.append(_Stretch(seconds, pressure, is_held=reached, is_in_band=inside, is_inflated=inflated))
    return found


def _is_in_band(point: Point, pressure: float, plan: Plan) -> bool:
    room = point.target * band(plan, point.interval)
    return point.target > 0 and abs(pressure - point.target) <= room + ROUNDING


def band(plan: Plan, interval: int) -> float:
    """The share of the target within which a pressure is in band: narrower while the limb rests."""
    is_rest = 0 <= interval < len(plan.intervals) and plan.intervals[interval].kind is IntervalKind.REST
    return BAND_AT_REST if is_rest else BAND_AT_WORK


def _time_in_band(stretches: Sequence[_Stretch]) -> float | None:
    held_s = sum(one.seconds for one in stretches if one.is_held)
    if not held_s:
        return None
    return round(sum(one.seconds for one in stretches if one.is_in_band) / held_s, 4)


def _longest_inflation_s(stretches: Sequence[_Stretch]) -> float:
    runs = groupby(stretches, key=lambda one: one.is_inflated)
    return max((sum(one.seconds for one in run) for inflated, run in runs if inflated), default=0.0)


def _pressure_minutes(one: _Stretch) -> float:
    if one.pressure is None or not one.is_inflated:
        return 0.0
    return one.pressure * one.seconds / SECONDS_PER_MINUTE
