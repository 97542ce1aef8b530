"""Repetitions: counted one by one by a person, taken back, or taken over from what the pressure showed. Never by itself."""

from collections.abc import Iterable
from dataclasses import replace

from protocols.domain.plan import IntervalKind
from sessions.domain import ripple
from sessions.domain.commands import Command, Verb
from sessions.domain.ripple import Seen, clearest
from sessions.domain.state import Live, State

MOST = 200
"""More in one set is a slip of the finger."""


def is_counting(live: Live) -> bool:
    """Whether a set runs."""
    return bool(live.state is State.RUNNING and live.interval and live.interval.kind is IntervalKind.WORK)


def latest(live: Live) -> int | None:
    """How many the set has that runs, or the last one that is over; None before any."""
    if is_counting(live):
        return live.repetitions
    return live.counted[-1] if live.counted else None


def with_latest(live: Live, count: int) -> Live:
    """The same with another number for that set."""
    if is_counting(live):
        return replace(live, repetitions=count)
    return replace(live, counted=(*live.counted[:-1], count))


def feel(live: Live) -> Live:
    """What the pressure shows of the set that runs. It changes no count."""
    if not is_counting(live) or live.reached_at is None or not (live.interval and live.interval.repetitions):
        return live
    felt = tuple(
        ripple.feel(one, cuff.pressure, target, live.took_s)
        for one, cuff, target in zip(live.ripples, live.cuffs, live.targets, strict=True)
    )
    return replace(live, ripples=felt)


def seen(live: Live) -> Seen | None:
    """What the pressure showed of the set that runs or was the last. None where no repetitions are asked for."""
    return clearest(live.ripples) if latest(live) is not None and live.ripples else None


def why_no_undo(live: Live, command: Command) -> str | None:
    """Why nothing can be taken back, in words."""
    return None if latest(live) else "There is no repetition to take back."


def why_no_count(live: Live, command: Command) -> str | None:
    """Why this number can't stand for the set, in words."""
    if latest(live) is None:
        return "No set was counted yet."
    if command.value is None or not 0 <= command.value <= MOST or command.value % 1:
        return f"A set has 0 to {MOST} repetitions."
    return None


KINDS = (Verb.REPETITION, Verb.UNDO, Verb.COUNT)
"""Events that change how many repetitions a set has."""


def after(count: int, kind: str, value: float | None) -> int:
    """How many a set has after one of these events."""
    if kind == Verb.COUNT:
        return int(value or 0)
    return max(0, count + (1 if kind == Verb.REPETITION else -1))


def counted(told: Iterable[tuple[str, float | None]]) -> int | None:
    """Repetitions of one set from its record, kind and value in the order of time. None where nobody counted."""
    count = None
    for kind, value in told:
        if kind in KINDS:
            count = after(count or 0, kind, value)
    return count
