"""What a session came to: peak, valley, time in band, time inflated, time above the ceiling. The worker asks at the end, pages show the answer.

What is not known is not fine: a gap is never time in band, and a cuff last seen inflated counts as inflated through it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from devices.domain.units import BAND_AT_REST, BAND_AT_WORK, VENTED_BELOW
from protocols.domain.plan import IntervalKind, Plan
from sessions.domain.trace import GAP_S, Point

SECONDS_PER_MINUTE = 60
ROUNDING = 1e-9

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Dose:
    """The sums of one session, in the plan's scale. None means not known.

    `time_in_band` is a share from 0 to 1 of the time held: from when the target was first reached in an inflation, as the
    console counts it. None if it never was.
    `pressure_minutes` adds pressure x minutes of the samples that are known. `missing_s` is time without a reading.
    `valley` is the lowest pressure of that same time held. `over_ceiling_s` counts what was measured above the ceiling.
    `seen_inflated_s` and `longest_seen_s` are what was seen of the time inflated, `unseen_s` the time without a reading
    in which there was a target or the cuff was last seen inflated.
    Sessions summed up before these five were kept have None.
    """

    peak: float | None
    time_in_band: float | None
    inflated_s: float
    longest_inflation_s: float
    pressure_minutes: float
    samples: int
    missing_s: float
    valley: float | None = None
    over_ceiling_s: float | None = None
    seen_inflated_s: float | None = None
    longest_seen_s: float | None = None
    unseen_s: float | None = None


@dataclass(frozen=True)
class _Stretches:
    """From each sample to the next: how long, at which pressure (NaN: not known), meant to hold, held, in band, perhaps inflated."""

    seconds: Numbers
    pressure: Numbers
    is_meant: Flags
    is_held: Flags
    is_in_band: Flags
    is_inflated: Flags


def summary(samples: Sequence[Point], plan: Plan) -> Dose:
    """The dose of a session from its samples. Each sample stands until the next."""
    ordered = sorted(samples, key=lambda one: one.t_s)
    parts = _stretches(ordered, plan)
    known = np.isfinite(parts.pressure)
    counted = known & parts.is_inflated
    return Dose(
        peak=max((one.pressure for one in ordered if one.pressure is not None), default=None),
        time_in_band=_time_in_band(parts),
        inflated_s=_sum(parts.seconds[parts.is_inflated]),
        longest_inflation_s=_longest_s(parts.seconds, parts.is_inflated),
        pressure_minutes=_sum(parts.pressure[counted] * parts.seconds[counted] / SECONDS_PER_MINUTE),
        samples=len(ordered),
        missing_s=_sum(parts.seconds[~known]),
        valley=min(parts.pressure[known & parts.is_held], default=None),
        over_ceiling_s=_sum(parts.seconds[parts.pressure > plan.ceiling]),
        seen_inflated_s=_sum(parts.seconds[counted]),
        longest_seen_s=_longest_s(parts.seconds, counted),
        unseen_s=_sum(parts.seconds[~known & (parts.is_meant | parts.is_inflated)]),
    )


def together(doses: Sequence[Dose]) -> Dose:
    """Of several cuffs: the highest, longest and worst of them; of pressure x time the sum. Not known where one is not."""
    return Dose(
        peak=_worst(max, [one.peak for one in doses]),
        time_in_band=_worst(min, [one.time_in_band for one in doses]),
        inflated_s=max(one.inflated_s for one in doses),
        longest_inflation_s=max(one.longest_inflation_s for one in doses),
        pressure_minutes=round(sum(one.pressure_minutes for one in doses), 1),
        samples=min(one.samples for one in doses),
        missing_s=max(one.missing_s for one in doses),
        valley=_worst(min, [one.valley for one in doses]),
        over_ceiling_s=_worst(max, [one.over_ceiling_s for one in doses]),
        seen_inflated_s=_worst(max, [one.seen_inflated_s for one in doses]),
        longest_seen_s=_worst(max, [one.longest_seen_s for one in doses]),
        unseen_s=_worst(max, [one.unseen_s for one in doses]),
    )


def has_unseen(dose: Dose) -> bool:
    """Whether there was no reading while it mattered."""
    return (dose.missing_s if dose.unseen_s is None else dose.unseen_s) > 0


class WhyPart(StrEnum):
    """Why there may have been more than was seen."""

    UNREAD = "UNREAD"
    NOT_SEEN_OPEN = "NOT_SEEN_OPEN"


def why_part(dose: Dose, vent_confirmed: bool | None) -> list[WhyPart]:
    """Each reason why there may have been more: readings are missing, or the cuff was not seen open at the end."""
    found = {WhyPart.UNREAD: has_unseen(dose), WhyPart.NOT_SEEN_OPEN: not vent_confirmed}
    return [why for why, holds in found.items() if holds]


def _worst(pick: Callable[[list[float]], float], values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return pick(known) if len(known) == len(values) else None


def band(plan: Plan, interval: int) -> float:
    """The share of the target within which a pressure is in band: narrower while the limb rests."""
    is_rest = 0 <= interval < len(plan.intervals) and plan.intervals[interval].kind is IntervalKind.REST
    return BAND_AT_REST if is_rest else BAND_AT_WORK


def _stretches(ordered: Sequence[Point], plan: Plan) -> _Stretches:
    begun = ordered[:-1]
    seconds = np.diff([one.t_s for one in ordered])
    last_seen = np.array([one.pressure for one in begun], dtype=float)
    target = np.array([one.target for one in begun], dtype=float)
    pressure = np.where(seconds <= GAP_S, last_seen, np.nan)
    shares = np.array([band(plan, one.interval) for one in begun])
    in_band = (target > 0) & (np.abs(pressure - target) <= target * shares + ROUNDING)
    held = _latest(in_band) > _latest(target <= 0)
    return _Stretches(seconds, pressure, target > 0, held, in_band, _is_inflated(last_seen, target))


def _is_inflated(last_seen: Numbers, target: Numbers) -> Flags:
    """As last seen; before anything was seen, wherever there was a target."""
    latest = _latest(np.isfinite(last_seen))
    return np.where(latest < 0, target > 0, last_seen[latest] >= VENTED_BELOW)


def _latest(holds: Flags) -> NDArray[np.intp]:
    """For each place the latest place so far at which it holds, -1 before the first."""
    return np.maximum.accumulate(np.where(holds, np.arange(len(holds)), -1), dtype=np.intp)


def _time_in_band(parts: _Stretches) -> float | None:
    held_s = float(parts.seconds[parts.is_held].sum())
    return round(float(parts.seconds[parts.is_in_band].sum()) / held_s, 4) if held_s else None


def _longest_s(seconds: Numbers, holds: Flags) -> float:
    """The longest unbroken run."""
    so_far = np.cumsum(np.where(holds, seconds, 0.0))
    before_run = np.maximum.accumulate(np.where(holds, 0.0, so_far))
    return round(float(np.max(so_far - before_run, initial=0.0)), 1)


def _sum(values: Numbers) -> float:
    return round(float(values.sum()), 1)
