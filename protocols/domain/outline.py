"""A plan as people read it: one step per set or cycle, and what follows it."""

from dataclasses import dataclass
from itertools import groupby

from protocols.domain.plan import Interval, IntervalKind, Plan


@dataclass(frozen=True)
class Step:
    """The inflations of one set, and the rest after it. `rest` None: it is the last."""

    number: int
    inflations: tuple[Interval, ...]
    rest: Interval | None

    @property
    def repetitions(self) -> int | None:
        """Repetitions of the set. None for a cycle, which goes by the clock."""
        return self.inflations[0].repetitions

    @property
    def first(self) -> float:
        """Pressure of the first inflation, in the plan's scale."""
        return self.inflations[0].target

    @property
    def last(self) -> float:
        """Pressure of the last inflation, in the plan's scale."""
        return self.inflations[-1].target

    @property
    def on_s(self) -> float | None:
        """How long one inflation of a cycle lasts."""
        return self.inflations[0].seconds

    @property
    def is_open_at_rest(self) -> bool:
        """Whether the cuff is open in the rest that follows."""
        return self.rest is not None and self.rest.kind is IntervalKind.RELEASE


def outline(plan: Plan) -> tuple[Step, ...]:
    """The plan, set by set."""
    steps = []
    for number, group in groupby(plan.intervals, key=lambda one: one.set_number):
        intervals = list(group)
        ends_with_rest = intervals[-1].kind is not IntervalKind.WORK
        inflations = tuple(one for one in intervals if one.kind is IntervalKind.WORK)
        steps.append(Step(number, inflations, intervals[-1] if ends_with_rest else None))
    return tuple(steps)
