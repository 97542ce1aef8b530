"""What kind of session a plan makes: which words and which numbers the console puts first."""

from enum import StrEnum

from protocols.domain.plan import Interval, IntervalKind, Plan


class Mode(StrEnum):
    """How the person spends the inflated time."""

    SETS = "SETS"
    CYCLE = "CYCLE"
    CONSTANT = "CONSTANT"
    WALKING = "WALKING"
    MEASUREMENT = "MEASUREMENT"
    SELF_TEST = "SELF_TEST"


def mode_of(plan: Plan, *, is_standing: bool) -> Mode:
    """The mode of a plan. Work by the clock on one's feet is walking; what fills and opens several times is a cycle."""
    if plan.is_self_test:
        return Mode.SELF_TEST
    if plan.search:
        return Mode.MEASUREMENT
    work = work_of(plan)
    if any(one.repetitions is not None for one in work):
        return Mode.SETS
    if is_standing:
        return Mode.WALKING
    return Mode.CYCLE if len(work) > 1 else Mode.CONSTANT


def work_of(plan: Plan) -> tuple[Interval, ...]:
    """The intervals of work, in order."""
    return tuple(one for one in plan.intervals if one.kind is IntervalKind.WORK)


def part_of_set(plan: Plan, index: int) -> tuple[int, int]:
    """Which inflation of its set an interval is or follows, and how many the set has; both count from 1."""
    number = plan.intervals[index].set_number
    return _counted(
        [(place, one) for place, one in enumerate(plan.intervals) if one.set_number == number], index
    )


def inflation_of(plan: Plan, index: int) -> tuple[int, int]:
    """Which inflation an interval is or follows, and how many the plan has, whatever its sets; both count from 1."""
    return _counted(list(enumerate(plan.intervals)), index)


def _counted(places: list[tuple[int, Interval]], index: int) -> tuple[int, int]:
    work = [place for place, one in places if one.kind is IntervalKind.WORK]
    return sum(place <= index for place in work), len(work)
