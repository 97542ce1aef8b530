"""Lets a running session ask: brings `prompting` in step with it, and keeps what was asked and not answered."""

from collections.abc import Iterable
from dataclasses import replace

from protocols.domain.asking import NAMES, Asked
from protocols.domain.plan import IntervalKind
from sessions.domain import prompting
from sessions.domain.prompting import Place, Prompt
from sessions.domain.state import Event, Live, State
from sessions.domain.stopping import Signal

ANSWERS = {signal: what for what, signals in prompting.ANSWERED_BY.items() for signal in signals}
"""Which question each signal answers."""


def ask(live: Live) -> Live:
    """The questions of this tick. Once the session is ending, what is open goes unanswered into the record."""
    if live.ending:
        return _close(live)
    if live.state is not State.RUNNING or live.interval is None:
        return replace(live, prompts=live.prompts.unanswered(live.entered_at))
    live = replace(live, ran_s=live.ran_s + live.took_s, reached_at=_reached_at(live))
    place = Place(live.plan, live.index, live.ran_s, live.reached_at is not None)
    asking = prompting.ask(live.prompts, place, live.entered_at, live.now)
    events = (*map(_unanswered, asking.unanswered), *map(_asked, asking.arose))
    return replace(live, prompts=asking.prompts, events=(*live.events, *events))


def to_ask_again(signals: Iterable[Signal]) -> tuple[Asked, ...]:
    """What has to be asked for after a pause, from what was not entered yet."""
    return tuple(dict.fromkeys(ANSWERS[signal] for signal in signals))


def _reached_at(live: Live) -> float | None:
    """Since when every cuff has been at this work's target."""
    is_work = live.interval is not None and live.interval.kind is IntervalKind.WORK
    if live.reached_at is not None or not is_work or not all(cuff.is_reached for cuff in live.cuffs):
        return live.reached_at
    return live.now


def _close(live: Live) -> Live:
    if not live.prompts.open:
        return live
    unanswered = tuple(map(_unanswered, live.prompts.open))
    return replace(live, prompts=replace(live.prompts, open=()), events=(*live.events, *unanswered))


def _asked(one: Prompt) -> Event:
    return Event("ASKED", f"{_named(one)}.")


def _unanswered(one: Prompt) -> Event:
    was_due = one.due_at is not None
    return Event("UNANSWERED", f"{_named(one)}." if was_due else f"{_named(one)}: it could not be asked for.")


def _named(one: Prompt) -> str:
    return f"{NAMES[one.what].capitalize()}, set {one.set_number}"
