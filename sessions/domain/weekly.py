"""How long a plan closes a cuff, where nothing was measured: from its intervals."""

from protocols.domain.plan import Interval, IntervalKind, Plan

REPETITION_S = 4
"""Two seconds up and two down (published: EXKnee)."""


def planned_minutes(plan: Plan) -> float:
    """Minutes of closed cuff that a plan comes to, at most what bounds it."""
    closed = sum(_closed_s(one, plan) for one in plan.intervals)
    return min(closed, plan.max_total_s) / 60


def _closed_s(interval: Interval, plan: Plan) -> float:
    """A part without an end counts as long as it may last."""
    if interval.kind is IntervalKind.RELEASE:
        return 0.0
    if interval.seconds is not None:
        return interval.seconds
    return interval.repetitions * REPETITION_S if interval.repetitions else plan.max_inflated_s
