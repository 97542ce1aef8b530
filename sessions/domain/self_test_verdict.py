"""What a self-test came to, from what was recorded of it, by the limits of the acceptance test.

It is a trial: a leak and a silent host are not tried, so no box is accepted by it. What is not known has not passed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

from devices.domain import acceptance
from devices.domain.acceptance import Step
from devices.domain.units import BAND_AT_REST, VENTED_BELOW
from protocols.domain.plan import Plan
from sessions.domain.self_test import FILL, HOLD
from sessions.domain.state import Outcome
from sessions.domain.trace import GAP_S, Point, is_gap


class Verdict(StrEnum):
    """Only PASSED is good. UNFINISHED: it did not come to its end, so it says nothing."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNFINISHED = "UNFINISHED"
    LIVE = "LIVE"


def verdict(outcome: str, vent_confirmed: bool | None, steps: Sequence[Mapping[str, Any]]) -> Verdict:
    """From how the session ended and from the steps that were kept."""
    if not outcome:
        return Verdict.LIVE
    is_whole = outcome == Outcome.COMPLETED and vent_confirmed is True
    if is_whole and steps and all(step["passed"] is True for step in steps):
        return Verdict.PASSED
    if outcome in (Outcome.COMPLETED, Outcome.FAULT) or vent_confirmed is False:
        return Verdict.FAILED
    return Verdict.UNFINISHED


def judge(traces: Sequence[Sequence[Point]], plan: Plan) -> list[Step]:
    """Every step of every cuff. A cuff without samples passes none."""
    found: list[Step] = []
    for number, cuff in enumerate(plan.each_cuff):
        steps = _judge_one(traces[number] if number < len(traces) else (), cuff.targets[HOLD])
        is_one_of_many = len(plan.each_cuff) > 1
        found += (
            [replace(one, name=f"{cuff.label}: {one.name}") for one in steps] if is_one_of_many else steps
        )
    return found


def _judge_one(points: Sequence[Point], target: float) -> list[Step]:
    parts = _in_parts(points)
    return [
        Step("open before", _last_seen(parts.before), acceptance.SELF_TEST),
        Step(
            "fills",
            _seconds_until(parts.filling, lambda p: p >= (1 - BAND_AT_REST) * target),
            acceptance.RISE,
        ),
        Step("overshoot", _overshoot(parts.filling, target), acceptance.OVERSHOOT),
        Step("holds", _share_in_band(parts.holding, target), acceptance.HOLD_AT_REST),
        Step("vents", _seconds_until(parts.opening, lambda p: p < VENTED_BELOW), acceptance.VENT),
    ]


@dataclass(frozen=True)
class _Parts:
    """A cuff's samples before the filling, from the filling until it is opened, of the hold that counts, and from there on.

    `holding` is empty unless the hold came to its end.
    """

    before: Sequence[Point]
    filling: Sequence[Point]
    holding: Sequence[Point]
    opening: Sequence[Point]


def _in_parts(points: Sequence[Point]) -> _Parts:
    begun = _place(points, lambda one: one.interval >= FILL)
    held = _place(points, lambda one: one.interval >= HOLD)
    opened = _place(points, lambda one: one.interval >= FILL and one.target <= 0)
    hold = points[held:opened]
    counted = [one for one in hold if one.t_s - hold[0].t_s >= acceptance.SETTLES_S]
    is_whole = bool(counted) and counted[-1].t_s - counted[0].t_s >= acceptance.LEAST_HELD_S - GAP_S
    return _Parts(points[:begun], points[begun:opened], counted if is_whole else (), points[opened:])


def _place(points: Sequence[Point], holds: Callable[[Point], bool]) -> int:
    """Of the first sample at which it holds; behind the last one if it never does."""
    return next((place for place, one in enumerate(points) if holds(one)), len(points))


def _last_seen(points: Sequence[Point]) -> float | None:
    """The pressure at the end, if it is not old."""
    recent = [
        one.pressure for one in points if points[-1].t_s - one.t_s <= GAP_S and one.pressure is not None
    ]
    return recent[-1] if recent else None


def _seconds_until(points: Sequence[Point], holds: Callable[[float], bool]) -> float | None:
    """From the first sample on; None if it was never seen."""
    times = (one.t_s - points[0].t_s for one in points if one.pressure is not None and holds(one.pressure))
    return next(times, None)


def _overshoot(points: Sequence[Point], target: float) -> float | None:
    """How far it went above the target."""
    known = _without_gaps(points)
    return max(0.0, max(known) - target) if known else None


def _share_in_band(points: Sequence[Point], target: float) -> float | None:
    """Of what was seen, as in the acceptance test: an answer that the loop forgives is not counted."""
    return acceptance.time_in_band(_without_gaps(points), target, exercise=False)


def _without_gaps(points: Sequence[Point]) -> list[float]:
    """The pressures that are known; none where nobody looked for too long, for then nothing is known of it."""
    known = [one for one in points if one.pressure is not None]
    edges = [*points[:1], *known, *points[-1:]]
    if any(is_gap(earlier, later) for earlier, later in pairwise(edges)):
        return []
    return [one.pressure for one in known if one.pressure is not None]
