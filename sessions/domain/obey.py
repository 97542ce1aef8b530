"""What a running session does with the commands of its consoles: STOP first, and every other one only if it may."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from kaatsu_clinic.thresholds import Area, Thresholds
from protocols.domain.asking import Asked
from sessions.domain import counting, people, stopping
from sessions.domain.alarm_orders import ALARM_ACTS, ALARM_REFUSALS, acted, refuse_unheard
from sessions.domain.commands import ALARMING, INFLATING, ORDERS, Command, Verb
from sessions.domain.searching import asks, mark, marked_words, unmark, unmarked_words, why_not_unmark
from sessions.domain.state import Ack, Event, Live, Outcome, State
from sessions.domain.stopping import SCOPES, Action, Signal
from sessions.domain.transitions import apply, end, enter_interval, pause

THRESHOLDS = Thresholds(Area.STOPPING, __name__)
STALE_AFTER_S = THRESHOLDS.of(2.0, "s", "A console whose last sample is older may not inflate")
KEPT_ACKS = 12
WANT_CONTROL = frozenset(Verb) - {Verb.STOP, Verb.PAUSE, Verb.WATCH, Verb.TAKE, Verb.SOUND_CHECK}
"""Whoever only watches may open the cuff, hear the alarms, and may take over. All else is for the console in control."""
RECHECKED = (Signal.SYSTOLIC, Signal.DIASTOLIC, Signal.CRT, Signal.WELL)
"""What is looked at after a vent before anything is inflated again (programme setting)."""


def obey(live: Live, commands: Sequence[Command]) -> Live:
    """STOP first, whatever came before it."""
    for command in sorted(commands, key=lambda one: one.verb is not Verb.STOP):
        live = _obey_one(live, command)
    return live


def _obey_one(live: Live, command: Command) -> Live:
    if command.verb is Verb.WATCH:
        return _hear(live, command)
    if any(ack.key == command.key for ack in live.acks):
        return live
    if live.people.controls(command.seat):
        live = replace(live, touched_at=live.now)
    if refusal := _refusal(live, command):
        return _answer(live, command, "REFUSED", refusal)
    done = ACTS[command.verb](live, command)
    return _answer(done, command, "CONFIRMED", _told(live, done, command))


def _hear(live: Live, command: Command) -> Live:
    """Only the console in control keeps a cuff closed. The others are listed."""
    heard = replace(live, people=people.hear(live.people, command.seat, live.now))
    if not heard.people.controls(command.seat):
        return heard
    if live.people.controller is None:
        event = Event("CONTROL", "The console that opened the session.", by=command.user)
        heard = replace(heard, events=(*live.events, event))
    return replace(heard, watched_at=live.now, touched_at=live.now if command.value else live.touched_at)


def _told(before: Live, done: Live, command: Command) -> str:
    """What the answer says besides that it was done."""
    if command.verb is Verb.TAKE:
        return people.taken_words(before.people, command.seat, command.words, before.now)
    if command.verb is Verb.HAND:
        return people.handed_words(before.people, command.seat, command.other, before.now)
    if command.verb is Verb.PULSE:
        return marked_words(before, bool(command.value))
    if command.verb is Verb.UNMARK:
        return unmarked_words(before)
    return acted(before, command) or _criterion_met(done.events[len(before.events) :])


def _criterion_met(events: Sequence[Event]) -> str:
    """The words of the criterion that an entry met, as the answer to it."""
    return next((event.words for event in events if event.kind.startswith("CRITERION")), "")


def _answer(live: Live, command: Command, outcome: str, words: str = "") -> Live:
    waits = outcome == "CONFIRMED" and command.verb in ORDERS
    ack = Ack(command.key, "SENT" if waits else outcome, words)
    event = Event(
        command.verb, words or command.words, command.key, command.signal, command.value, command.user
    )
    if outcome == "REFUSED":
        event = replace(event, kind="REFUSED", words=f"{command.verb}: {words}")
    acks, open_keys = (*live.acks, ack)[-KEPT_ACKS:], (*live.open_keys, *[command.key] * waits)
    return replace(live, acks=acks, open_keys=open_keys, events=(*live.events, event))


def _refusal(live: Live, command: Command) -> str | None:
    if command.verb is Verb.STOP:
        return None
    if live.ending and command.verb not in ALARMING:
        return "This session has ended."
    if _wants_control(live, command) and (why := people.why_not_control(live.people, command.seat)):
        return why
    if command.verb in INFLATING and _is_stale(live, command):
        return "This console shows old data. Look at the pressure again, then repeat."
    if command.verb in INFLATING and live.is_in_doubt:
        return "It is not known yet whether the last order was taken."
    return REFUSALS[command.verb](live, command)


def _wants_control(live: Live, command: Command) -> bool:
    """Nearly everything does. Whoever is offered control may say no to it."""
    if command.verb is Verb.HAND and people.declines(live.people, command.seat, command.other):
        return False
    return command.verb in WANT_CONTROL


def _is_stale(live: Live, command: Command) -> bool:
    """Nor may one that claims a sample which does not exist yet."""
    if command.seen_n is None or command.seen_n > live.n:
        return True
    pace_s = (live.now - live.began) / max(live.n, 1)
    return (live.n - command.seen_n) * pace_s > STALE_AFTER_S


def _refuse_inflate(live: Live, command: Command) -> str | None:
    if live.state is not State.READY:
        return "The session has begun already."
    if live.pressure is None:
        return "The pressure is not known: nothing is inflated."
    return refuse_unheard(live, command)


def _refuse_resume(live: Live, command: Command) -> str | None:
    if live.state is not State.PAUSED:
        return "The session is not paused."
    if live.vented is not True:
        return "The cuff is not confirmed open yet."
    if missing := to_recheck(live):
        return f"Check the person anew and enter first: {', '.join(SCOPES[one].words for one in missing)}."
    if not command.words.strip():
        return "Say why it is right to inflate again."
    return refuse_unheard(live, command)


def to_recheck(live: Live) -> tuple[Signal, ...]:
    """What of it has not been entered since the cuff was opened, or not well enough."""
    return tuple(signal for signal in RECHECKED if signal not in live.rechecked)


def _refuse_next(live: Live, command: Command) -> str | None:
    is_open_end = live.interval is not None and live.interval.seconds is None
    if live.state is State.RUNNING and is_open_end and not live.plan.search:
        return None
    return "There is no set to finish now."


def _refuse_pulse(live: Live, command: Command) -> str | None:
    if live.plan.search is None or live.is_ramping:
        return "No pulse is looked for by hand in this session."
    if command.value not in (0.0, 1.0):
        return "Say whether there is a pulse or not."
    return None if asks(live) else "Wait until the cuff has reached this step."


def _refuse_unmark(live: Live, command: Command) -> str | None:
    return why_not_unmark(live)


def _refuse_repetition(live: Live, command: Command) -> str | None:
    return None if counting.is_counting(live) else "Repetitions count while a set runs."


def _refuse_pause(live: Live, command: Command) -> str | None:
    return None if live.state is State.RUNNING else "Nothing is inflated that could be paused."


def _refuse_entry(live: Live, command: Command) -> str | None:
    if live.plan.is_self_test:
        return "Nobody wears this cuff: there is nothing to enter."
    if command.signal not in Signal.__members__ or command.value is None:
        return "This entry has no known signal or no value."
    return stopping.implausible(Signal(command.signal), command.value)


def _refuse_not_possible(live: Live, command: Command) -> str | None:
    if command.signal not in {one.what for one in live.prompts.open}:
        return "This is not asked for now."
    return None if command.words.strip() else "Say why it was not possible."


def _refuse_take(live: Live, command: Command) -> str | None:
    return people.why_not_take(live.people, command.seat, command.other, command.words, live.now)


def _refuse_hand(live: Live, command: Command) -> str | None:
    return people.why_not_hand(live.people, command.other, live.now)


REFUSALS: dict[Verb, Callable[[Live, Command], str | None]] = {
    Verb.INFLATE: _refuse_inflate,
    Verb.RESUME: _refuse_resume,
    Verb.NEXT: _refuse_next,
    Verb.REPETITION: _refuse_repetition,
    Verb.UNDO: counting.why_no_undo,
    Verb.COUNT: counting.why_no_count,
    Verb.PAUSE: _refuse_pause,
    Verb.ENTER: _refuse_entry,
    Verb.NOT_POSSIBLE: _refuse_not_possible,
    Verb.PULSE: _refuse_pulse,
    Verb.UNMARK: _refuse_unmark,
    Verb.TAKE: _refuse_take,
    Verb.HAND: _refuse_hand,
    **ALARM_REFUSALS,
}


def _act_stop(live: Live, command: Command) -> Live:
    return end(live, Outcome.STOPPED, command.words or "Stopped by a person.", "STOPPED")


def _act_inflate(live: Live, command: Command) -> Live:
    return enter_interval(replace(live, state=State.RUNNING, watched_at=live.now), 0)


def _act_resume(live: Live, command: Command) -> Live:
    """The interval begins anew; repetitions already done stay counted."""
    return replace(
        live,
        state=State.RUNNING,
        watched_at=live.now,
        interval_began=live.now,
        paused_because="",
        paused_at=None,
    )


def _act_next(live: Live, command: Command) -> Live:
    return enter_interval(live, live.index + 1)


def _act_repetition(live: Live, command: Command) -> Live:
    return replace(live, repetitions=live.repetitions + 1)


def _act_undo(live: Live, command: Command) -> Live:
    return counting.with_latest(live, (counting.latest(live) or 0) - 1)


def _act_count(live: Live, command: Command) -> Live:
    return counting.with_latest(live, int(command.value or 0))


def _act_pause(live: Live, command: Command) -> Live:
    return pause(live, "Paused by a person.")


def _act_pulse(live: Live, command: Command) -> Live:
    return mark(live, bool(command.value))


def _act_unmark(live: Live, command: Command) -> Live:
    return unmark(live)


def _act_enter(live: Live, command: Command) -> Live:
    """What opens a cuff counts as no check: it is looked for anew. A symptom takes back that there are none."""
    signal, value = Signal(command.signal), float(command.value or 0.0)
    entered_at = {**live.entered_at, signal: live.now}
    entries = (*live.entries, (signal, value))
    met = stopping.met(live.table, entries)
    live = replace(live, entries=entries, met=met, entered_at=entered_at)
    criterion = stopping.judge(live.table, live.entries)
    if criterion is None or criterion.action is Action.WARN:
        live = replace(live, rechecked=live.rechecked | {signal})
    else:
        live = replace(live, rechecked=live.rechecked - {signal, Signal.WELL})
    return apply(live, criterion.action, criterion.words, signal) if criterion else live


def _act_not_possible(live: Live, command: Command) -> Live:
    return replace(live, prompts=live.prompts.without(Asked(command.signal)))


def _act_take(live: Live, command: Command) -> Live:
    """Whoever takes control was heard just now and has laid a hand on their console."""
    held = people.given(live.people, command.seat, live.now)
    return replace(live, people=held, watched_at=live.now, touched_at=live.now)


def _act_hand(live: Live, command: Command) -> Live:
    return replace(live, people=people.offered(live.people, command.seat, command.other, live.now))


ACTS: dict[Verb, Callable[[Live, Command], Live]] = {
    Verb.STOP: _act_stop,
    Verb.INFLATE: _act_inflate,
    Verb.RESUME: _act_resume,
    Verb.NEXT: _act_next,
    Verb.REPETITION: _act_repetition,
    Verb.UNDO: _act_undo,
    Verb.COUNT: _act_count,
    Verb.PAUSE: _act_pause,
    Verb.ENTER: _act_enter,
    Verb.NOT_POSSIBLE: _act_not_possible,
    Verb.PULSE: _act_pulse,
    Verb.UNMARK: _act_unmark,
    Verb.TAKE: _act_take,
    Verb.HAND: _act_hand,
    **ALARM_ACTS,
}
