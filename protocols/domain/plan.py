"""Intervals in time: what a live session walks through, with one cuff or several. Frozen with the session."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from devices.domain.units import Scale
from protocols.domain import asking
from protocols.domain.asking import Ask, Tempo


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
class Cuff:
    """One cuff of a session: on which channel and limb, its target in each interval, and the limits that are its own.

    `channel` counts from 0, as on the wire; `label` says the limb to people.
    """

    channel: int
    label: str
    targets: tuple[float, ...]
    ceiling: float
    lop_mmhg: float | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The cuff that `asdict` wrote."""
        return cls(**{**data, "targets": tuple(data["targets"])})


@dataclass(frozen=True)
class Search:
    """What makes a session a measurement of the occlusion pressure instead of training.

    `is_automatic`: the box is driven up and down by itself and its own pulse is read. Else a person says at each step
    whether there is a pulse; the steps start from `systolic_mmhg`.
    """

    is_automatic: bool
    systolic_mmhg: float


class UnlikePlansError(Exception):
    """Two plans that can't be walked through together."""


@dataclass(frozen=True)
class Plan:
    """A whole session: intervals, and the limits that hold for all of it.

    `ceiling` and targets are in `scale`. `lop_mmhg` is None where no %LOP exists (SKU, or not measured).
    `max_inflated_s` bounds one uninterrupted inflation; `max_total_s` bounds all inflation of the session.
    `cuffs` are those that walk through it together; none before a session is opened, when it is one limb's plan.
    `search` is there when it is no training but a measurement, `is_self_test` when nobody wears the cuffs. `asks` is what
    the person is asked for and when, `tempo` the pace of a repetition. `arms` are the sides of the arms that wear a cuff: blood pressure is not taken there.
    """

    scale: Scale
    intervals: tuple[Interval, ...]
    ceiling: float
    max_inflated_s: float
    max_total_s: float
    lop_mmhg: float | None = None
    cuffs: tuple[Cuff, ...] = ()
    search: Search | None = None
    asks: tuple[Ask, ...] = ()
    tempo: Tempo | None = None
    arms: tuple[str, ...] = ()
    is_self_test: bool = False

    @property
    def is_over_when_paused(self) -> bool:
        """A measurement or a self-test that was broken off says nothing any more; training goes on."""
        return self.search is not None or self.is_self_test

    def to_json(self) -> dict[str, Any]:
        """Plain values, as stored with the session and sent to the station."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The plan that `to_json` wrote. One from before plans asked for anything asks for what is usual."""
        intervals = tuple(Interval.from_json(one) for one in data["intervals"])
        cuffs = tuple(Cuff.from_json(one) for one in data.get("cuffs", ()))
        search = Search(**data["search"]) if data.get("search") else None
        parts = {"scale": Scale(data["scale"]), "intervals": intervals, "cuffs": cuffs, "search": search}
        return cls(**{**data, **parts, **_guidance(data, intervals), "arms": tuple(data.get("arms", ()))})

    @property
    def each_cuff(self) -> tuple[Cuff, ...]:
        """The cuffs; of a plan that names none, the one it was made for."""
        targets = tuple(interval.target for interval in self.intervals)
        return self.cuffs or (Cuff(0, "", targets, self.ceiling, self.lop_mmhg),)

    def alone(self, number: int) -> Self:
        """The same session as one of its cuffs goes through it. Raises IndexError."""
        cuff = self.each_cuff[number]
        intervals = tuple(
            replace(interval, target=target)
            for interval, target in zip(self.intervals, cuff.targets, strict=True)
        )
        return replace(self, intervals=intervals, ceiling=cuff.ceiling, lop_mmhg=cuff.lop_mmhg, cuffs=())


def _guidance(data: dict[str, Any], intervals: Sequence[Interval]) -> dict[str, Any]:
    if "asks" not in data:
        schedule, has_pace = usual(intervals)
        is_training = not data.get("search")
        return {
            "asks": asking.asks_of(schedule) if is_training else (),
            "tempo": Tempo() if has_pace and is_training else None,
        }
    tempo = Tempo(**data["tempo"]) if data["tempo"] else None
    return {"asks": tuple(Ask.from_json(one) for one in data["asks"]), "tempo": tempo}


def usual(intervals: Sequence[Interval]) -> tuple[dict[str, str], bool]:
    """What is asked for when nobody has said, and whether repetitions are paced: from the shape of a plan."""
    kinds = {one.kind for one in intervals}
    if any(one.repetitions for one in intervals):
        return (asking.OPEN_SETS if IntervalKind.RELEASE in kinds else asking.SETS), True
    return (asking.CYCLES if len(intervals) > 1 else asking.ONE_HOLD), False


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


def together(parts: Sequence[tuple[int, str, Plan]]) -> Plan:
    """One plan for several limbs: each a channel, the limb's words and its own plan. Raises UnlikePlansError.

    Every cuff keeps its own targets and limits; of the times that bound the session the shortest hold.
    """
    plans = [plan for _channel, _label, plan in parts]
    if len({plan.scale for plan in plans}) > 1 or len({_walk(plan) for plan in plans}) > 1:
        raise UnlikePlansError("These prescriptions do not have the same parts, so they can't run together.")
    cuffs = tuple(replace(plan.each_cuff[0], channel=channel, label=label) for channel, label, plan in parts)
    return replace(
        plans[0],
        ceiling=max(plan.ceiling for plan in plans),
        max_inflated_s=min(plan.max_inflated_s for plan in plans),
        max_total_s=min(plan.max_total_s for plan in plans),
        cuffs=cuffs,
    )


def _walk(plan: Plan) -> tuple[Interval, ...]:
    """What happens when, without the pressures; only an open cuff stays one."""
    return tuple(replace(one, target=float(one.target > 0)) for one in plan.intervals)
