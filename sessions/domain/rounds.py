"""A plan as a person follows it: rounds, equal ones told once, and what a trace held in each interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from protocols.domain.plan import Interval, IntervalKind, Plan
from sessions.domain.trace import Point, unread


@dataclass(frozen=True)
class Round:
    """Sets `first` to `last`, each the same. `rest` follows each of them, None after the very last."""

    first: int
    last: int
    work: tuple[Interval, ...]
    rest: Interval | None


@dataclass(frozen=True)
class Held:
    """One interval as it was sampled. The pressures are None where none was known, `unread_s` is how long that was."""

    interval: Interval
    seconds: float
    lowest: float | None
    middle: float | None
    highest: float | None
    samples: int
    unread_s: float


def rounds(plan: Plan) -> list[Round]:
    """The plan's sets in order, equal neighbours joined."""
    joined: list[Round] = []
    for number, group in groupby(plan.intervals, key=lambda one: one.set_number):
        latest = _round(number, tuple(group))
        if joined and joined[-1].work == latest.work and latest.rest in (None, joined[-1].rest):
            latest = replace(joined.pop(), last=number)
        joined.append(latest)
    return joined


def held(points: Sequence[Point], plan: Plan) -> list[Held]:
    """What the samples say of each interval that was reached, for those who don't see the chart."""
    by_interval: dict[int, list[Point]] = {}
    for point in points:
        by_interval.setdefault(point.interval, []).append(point)
    return [
        _held(plan.intervals[index], inside)
        for index, inside in sorted(by_interval.items())
        if 0 <= index < len(plan.intervals)
    ]


def _round(number: int, group: tuple[Interval, ...]) -> Round:
    same = tuple(replace(one, set_number=0) for one in group)
    rests = len(same) > 1 and same[-1].kind is not IntervalKind.WORK
    return Round(number, number, same[:-1], same[-1]) if rests else Round(number, number, same, None)


def _held(interval: Interval, inside: Sequence[Point]) -> Held:
    known = [one.pressure for one in inside if one.pressure is not None]
    return Held(
        interval=interval,
        seconds=inside[-1].t_s - inside[0].t_s,
        lowest=min(known, default=None),
        middle=median(known) if known else None,
        highest=max(known, default=None),
        samples=len(inside),
        unread_s=sum(end - begin for begin, end in unread(inside)),
    )
