"""What of a running session is to be told as an alarm at this moment, and the book of alarms brought in step with it."""

from collections.abc import Iterator
from dataclasses import replace

from sessions.domain import alarms
from sessions.domain.alarms import CONFIRM_OPEN_WITHIN_S, SAME_WITHIN_S, Condition, Priority, What
from sessions.domain.state import Event, Live, State
from sessions.domain.stopping import Signal

NOT_OPEN = "Pull the quick release: the cuff is not seen open."


def tell_alarms(live: Live, same_within_s: float = SAME_WITHIN_S) -> Live:
    """The session with its alarms brought up to now, each turn of one an event."""
    book, changes = alarms.follow(live.alarms, live.now, conditions(live), same_within_s)
    events = tuple(_event(live, *change) for change in changes if _is_kept(*change))
    return replace(live, alarms=book, events=(*live.events, *events))


def _is_kept(what: What, alarm: alarms.Alarm | None) -> bool:
    """What is no alarm has its own event already."""
    return alarm is None or alarm.priority > Priority.INFO


def _event(live: Live, what: What, alarm: alarms.Alarm | None) -> Event:
    if alarm is None:
        return Event(what)
    return Event(what, alarm.words, signal=alarm.code, value=float(alarm.priority))


def conditions(live: Live) -> list[Condition]:
    """Everything to be told, the gravest first, each code once."""
    found = [*_of_the_way_out(live), *_of_the_air_and_the_line(live), *_of_the_person(live)]
    unique = {one.code: one for one in reversed(found)}.values()
    return sorted(unique, key=lambda one: -alarms.sort_of(one.code).priority)


def _of_the_air_and_the_line(live: Live) -> Iterator[Condition]:
    for code, words in live.warnings:
        yield Condition(code, words)


def _of_the_way_out(live: Live) -> Iterator[Condition]:
    """Why it is paused or ends, as long as that lasts; and a cuff that was told to open and is not seen open."""
    if live.state is State.PAUSED:
        yield Condition("PAUSED", live.paused_because)
    if live.ending and live.ending.code not in ("", *Signal) and not (live.is_over and live.vented):
        yield Condition(live.ending.code, live.ending.words)
    if live.unopened_s > CONFIRM_OPEN_WITHIN_S:
        yield Condition("VENT_NOT_CONFIRMED", NOT_OPEN)


def _of_the_person(live: Live) -> Iterator[Condition]:
    """The gravest criterion that each signal meets as it was entered last."""
    for row in live.met:
        yield Condition(f"{row.signal}_{row.action.name}", row.words)
