"""Plan against deed, set by set: repetitions, seconds, time in band and peak of each cuff."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from protocols.domain.plan import IntervalKind, Plan
from sessions.domain import counting, dose
from sessions.domain.told import Told, of_kinds
from sessions.domain.trace import Point

Traces = Sequence[Sequence[Point]]
"""Samples of each cuff."""


@dataclass(frozen=True)
class InCuff:
    """What a set came to in one cuff, in the plan's scale. None means not known. `is_part`: not all of it was seen.

    `targets` are the lowest and the highest that were applied at work; None where none was, or no sample was kept.
    """

    targets: tuple[float, float] | None
    in_band: float | None
    peak: float | None
    is_part: bool = False


@dataclass(frozen=True)
class SetDone:
    """One set. `planned_repetitions` and `planned_s` None: the plan names none.

    `repetitions` None: nobody counted, or it is not recorded. `worked_s` and `rested_s` None: no sample was kept.
    """

    number: int
    planned_repetitions: float | None
    repetitions: int | None
    planned_s: float | None
    worked_s: float | None
    rested_s: float | None
    was_reached: bool
    cuffs: tuple[InCuff, ...]


def sets_done(plan: Plan, told: Sequence[Told], traces: Traces) -> tuple[SetDone, ...]:
    """Every set of the plan with what was done of it."""
    counted = _counted(told)
    numbers = sorted({one.set_number for one in plan.intervals})
    return tuple(_set(plan, number, counted, traces) for number in numbers)


def _set(plan: Plan, number: int, counted: dict[int, int] | None, traces: Traces) -> SetDone:
    inside = [index for index, one in enumerate(plan.intervals) if one.set_number == number]
    work = [index for index in inside if plan.intervals[index].kind is IntervalKind.WORK]
    parts = [[point for point in trace if point.interval in inside] for trace in traces]
    planned = [plan.intervals[index] for index in work]
    first = traces[0] if traces else []
    return SetDone(
        number=number,
        planned_repetitions=_sum_known([one.repetitions for one in planned]),
        repetitions=None if counted is None else sum(counted.get(index, 0) for index in inside),
        planned_s=_sum_known([one.seconds for one in planned]),
        worked_s=_worked_s(first, work),
        rested_s=_rested_s(first, [index for index in inside if index not in work]),
        was_reached=any(parts) or (counted is not None and any(index in counted for index in inside)),
        cuffs=tuple(_in_cuff(plan.alone(cuff), work, points) for cuff, points in enumerate(parts)),
    )


def _in_cuff(plan: Plan, work: Sequence[int], points: Sequence[Point]) -> InCuff:
    came_to = dose.summary(points, plan)
    applied = [one.target for one in points if one.interval in work and one.target > 0]
    return InCuff(
        targets=(min(applied), max(applied)) if applied else None,
        in_band=came_to.time_in_band,
        peak=came_to.peak,
        is_part=dose.has_unseen(came_to),
    )


def applied(sets: Sequence[SetDone], cuff: int) -> tuple[float, float] | None:
    """The lowest and the highest target that one of the cuffs was given at work. None where it was given none."""
    known = [one.cuffs[cuff].targets for one in sets if cuff < len(one.cuffs)]
    each = [target for targets in known if targets for target in targets]
    return (min(each), max(each)) if each else None


PAUSES = (IntervalKind.REST, IntervalKind.RELEASE)
"""What is corrected in the pause after a set belongs to the set."""


def _counted(told: Sequence[Told]) -> dict[int, int] | None:
    """Repetitions by the interval in which they were counted, 0 for one that was reached. None: nobody counted any."""
    counts: dict[int, int] = {}
    now = -1
    if not of_kinds(told, *counting.KINDS):
        return None
    for one in of_kinds(told, "INTERVAL", *counting.KINDS):
        if one.kind == "INTERVAL":
            counts[int(one.value or 0)] = 0
            now = now if one.signal in PAUSES else int(one.value or 0)
        else:
            counts[now] = counting.after(counts.get(now, 0), one.kind, one.value)
    return counts


def _worked_s(trace: Sequence[Point], work: Sequence[int]) -> float | None:
    """How long there was a target in these intervals. A pause has none, and is no work."""
    return _lasted_s(trace, [one.interval in work and one.target > 0 for one in trace])


def _rested_s(trace: Sequence[Point], rest: Sequence[int]) -> float | None:
    return _lasted_s(trace, [one.interval in rest for one in trace]) if rest else None


def _lasted_s(trace: Sequence[Point], holds: Sequence[bool]) -> float | None:
    """Each sample stands until the next. None where no sample is of this kind."""
    if not any(holds):
        return None
    pairs = zip(holds, pairwise(trace), strict=False)
    return round(sum(later.t_s - earlier.t_s for is_one, (earlier, later) in pairs if is_one), 1)


def _sum_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
