"""What the record of a session tells, event by event, as the note and the tables of its page read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sessions.domain.stopping import SCOPES, Signal


@dataclass(frozen=True)
class Told:
    """One event. `t_s` None: no answer of the station is recorded, so nobody knows whether it took place.

    `by` is the name of who asked for it, empty for the program.
    """

    kind: str
    t_s: float | None
    words: str = ""
    signal: str = ""
    value: float | None = None
    is_refused: bool = False
    by: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is known to have taken place."""
        return self.t_s is not None and not self.is_refused


@dataclass(frozen=True)
class Course:
    """How something went: before the session, at its worst, and last. None means not known."""

    before: float | None
    worst: float | None
    worst_at_s: float | None
    last: float | None
    last_at_s: float | None


def entered(told: Iterable[Told], signal: Signal) -> list[Told]:
    """What was entered of a signal and taken, in order of time."""
    kept = [
        one
        for one in told
        if one.kind == "ENTER" and one.signal == signal and one.counts and one.value is not None
    ]
    return sorted(kept, key=lambda one: one.t_s or 0.0)


def course(told: Iterable[Told], signal: Signal, before: float | None) -> Course:
    """How what counts upwards went: the worst is the highest that was entered."""
    kept = entered(told, signal)
    worst = max(kept, key=lambda one: one.value or 0.0, default=None)
    last = kept[-1] if kept else None
    return Course(
        before=before,
        worst=worst.value if worst else None,
        worst_at_s=worst.t_s if worst else None,
        last=last.value if last else None,
        last_at_s=last.t_s if last else None,
    )


def symptoms(told: Iterable[Told]) -> list[Told]:
    """Every symptom that was entered and taken, in order of time."""
    kept = [one for one in told if one.kind == "ENTER" and one.counts and _is_symptom(one.signal)]
    return sorted(kept, key=lambda one: one.t_s or 0.0)


def of_kinds(told: Iterable[Told], *kinds: str) -> list[Told]:
    """Those of some kinds that took place, in order of time."""
    return sorted((one for one in told if one.kind in kinds and one.counts), key=lambda one: one.t_s or 0.0)


def _is_symptom(signal: str) -> bool:
    return signal in set(Signal) and signal != Signal.WELL and SCOPES[Signal(signal)].is_symptom
