"""Intervals in time: what a live session walks through. Made from a prescription, frozen with the session."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from devices.domain.units import Scale


class IntervalKind(StrEnum):
    """What the person does while the interval lasts."""

    WORK = "WORK"
    REST = "REST"
    RELEASE = "RELEASE"


@dataclass(frozen=True)
class Interval:
    """A stretch of the plan at one target, in the plan's scale.

    `seconds` None means that it lasts until the clinician says the set is done.
    A RELEASE interval has target 0: the cuff is open.
    """

    kind: IntervalKind
    target: float
    set_number: int
    seconds: float | None = None
    repetitions: int | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The interval that `asdict` wrote."""
        return cls(**{**data, "kind": IntervalKind(data["kind"])})


@dataclass(frozen=True)
class Plan:
    """A whole session: intervals, and the limits that hold for all of it.

    `ceiling` and targets are in `scale`. `lop_mmhg` is None where no %LOP exists (SKU, or not measured).
    `max_inflated_s` bounds one uninterrupted inflation; `max_total_s` bounds all inflation of the session.
    """

    scale: Scale
    intervals: tuple[Interval, ...]
    ceiling: float
    max_inflated_s: float
    max_total_s: float
    lop_mmhg: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, as stored with the session and sent to the station."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The plan that `to_json` wrote."""
        intervals = tuple(Interval.from_json(one) for one in data["intervals"])
        return cls(**{**data, "scale": Scale(data["scale"]), "intervals": intervals})


def sets_at(target: float, repetitions: tuple[int, ...], rest_s: float) -> tuple[Interval, ...]:
    """Sets of repetitions with the cuff kept inflated through the rests between them."""
    return _with_pauses(_sets(target, repetitions), IntervalKind.REST, target, rest_s)


def cycles_at(targets: tuple[float, ...], on_s: float, off_s: float) -> tuple[Interval, ...]:
    """A KAATSU cycle: inflated for `on_s`, open for `off_s`, one target after another."""
    work = [
        Interval(IntervalKind.WORK, target, number, seconds=on_s)
        for number, target in enumerate(targets, start=1)
    ]
    return _with_pauses(work, IntervalKind.RELEASE, 0.0, off_s)


def vented_sets_at(target: float, repetitions: tuple[int, ...], rest_s: float) -> tuple[Interval, ...]:
    """Sets of repetitions with the cuff open in the rests between them."""
    return _with_pauses(_sets(target, repetitions), IntervalKind.RELEASE, 0.0, rest_s)


def _sets(target: float, repetitions: tuple[int, ...]) -> list[Interval]:
    return [
        Interval(IntervalKind.WORK, target, number, repetitions=count)
        for number, count in enumerate(repetitions, start=1)
    ]


def _with_pauses(
    work: list[Interval], kind: IntervalKind, target: float, seconds: float
) -> tuple[Interval, ...]:
    """The same pause between each two, counted to the set before it."""
    paused: list[Interval] = []
    for one in work[:-1]:
        paused += [one, Interval(kind, target, one.set_number, seconds=seconds)]
    return (*paused, *work[-1:])


def build_up_at(
    steps: tuple[float, ...], cycles: int, *, on_s: float, off_s: float, between_s: float
) -> tuple[Interval, ...]:
    """Whole KAATSU cycles one after another, each counted as a set, with the cuff open between them."""
    intervals: list[Interval] = []
    for number in range(1, cycles + 1):
        intervals += [replace(one, set_number=number) for one in cycles_at(steps, on_s, off_s)]
        if number < cycles:
            intervals.append(Interval(IntervalKind.RELEASE, 0.0, number, seconds=between_s))
    return tuple(intervals)
