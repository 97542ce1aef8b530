"""How the person took a session, as its note tells it: each value before, at its worst and last, symptoms, and what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from protocols.domain.asking import NAMES, Asked
from sessions.domain.note_words import NOT_KNOWN, clock, number
from sessions.domain.stopping import SCOPES, Signal
from sessions.domain.told import Course, Told, course, of_kinds, symptoms

ASKED = (Signal.PAIN, Signal.DISCOMFORT, Signal.RPE, Signal.CRT, Signal.HEART_RATE)


@dataclass(frozen=True)
class Before:
    """What was measured before the session. None means not known."""

    pain: float | None = None
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    heart_rate_bpm: float | None = None

    def of(self, signal: Signal) -> float | None:
        """The value of what a signal measures; for the others nothing is measured before."""
        known = {Signal.PAIN: self.pain, Signal.HEART_RATE: self.heart_rate_bpm}
        return known.get(signal)


def response(told: Sequence[Told], before: Before) -> Iterator[str]:
    """The section of the note, line by line."""
    for signal in ASKED:
        yield _went(SCOPES[signal].words, SCOPES[signal].unit, course(told, signal, before.of(signal)))
    yield _blood_pressure(told, before)
    found = symptoms(told)
    listed = "; ".join(f"{SCOPES[Signal(one.signal)].words} (at {clock(one.t_s)})" for one in found)
    yield f"Symptoms entered: {listed or 'none'}."
    yield from _not_asked(told)


def _not_asked(told: Sequence[Told]) -> Iterator[str]:
    """What the protocol wanted to be asked and nobody answered."""
    if left := [one.words.rstrip(".") for one in of_kinds(told, "UNANSWERED")]:
        yield f"Asked for and not answered: {'; '.join(left)}."
    for one in of_kinds(told, "NOT_POSSIBLE"):
        what = NAMES[Asked(one.signal)] if one.signal in set(Asked) else one.signal
        yield f"Not possible at {clock(one.t_s)}: {what}. {one.words}".rstrip()


def _went(words: str, unit: str, how: Course) -> str:
    before = f"before {number(how.before)}" if how.before is not None else ""
    if how.last is None:
        return f"{words} ({unit}): {before + ', ' if before else ''}during the session {NOT_KNOWN}."
    worst = f"highest {number(how.worst)} at {clock(how.worst_at_s)}"
    last = f"last {number(how.last)} at {clock(how.last_at_s)}"
    return f"{words} ({unit}): {', '.join(part for part in (before, worst, last) if part)}."


def _blood_pressure(told: Sequence[Told], before: Before) -> str:
    """As pairs before and last; the highest of each stands alone, for they need not be of one moment."""
    upper = course(told, Signal.SYSTOLIC, before.systolic_mmhg)
    lower = course(told, Signal.DIASTOLIC, before.diastolic_mmhg)
    first = f"before {number(upper.before)}/{number(lower.before)}"
    if upper.last is None and lower.last is None:
        return f"Blood pressure (mmHg): {first}, during the session {NOT_KNOWN}."
    highest = f"highest systolic {number(upper.worst)}, highest diastolic {number(lower.worst)}"
    return f"Blood pressure (mmHg): {first}, {highest}, last {number(upper.last)}/{number(lower.last)}."
