"""What a running session does with the commands of its consoles: STOP first, and every other one only if it may."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from protocols.domain.plan import IntervalKind
from sessions.domain import stopping
from sessions.domain.commands import INFLATING, Command, Verb
from sessions.domain.state import Ack, Event, Live, Outcome, State
from sessions.domain.stopping import Action, Signal
from sessions.domain.transitions import apply, end, enter_interval, pause

STALE_AFTER_S = 2.0
"""A console that last drew a sample older than this may not inflate (programme setting)."""
KEPT_ACKS = 12


def obey(live: Live, commands: Sequence[Command]) -> Live:
    """STOP first, whatever came before it."""
    for command in sorted(commands, key=lambda one: one.verb is not Verb.STOP):
        live = _obey_one(live, command)
    return live


def _obey_one(live: Live, command: Command) -> Live:
    if command.verb is Verb.WATCH:
        return replace(live, watched_at=live.now)
    if any(ack.key == command.key for ack in live.acks):
        return live
    if refusal := _refusal(live, command):
        return _answer(live, command, "REFUSED", refusal)
    done = ACTS[command.verb](live, command)
    return _answer(done, command, "CONFIRMED", _criterion_met(done.events[len(live.events) :]))


def _criterion_met(events: Sequence[Event]) -> str:
    """The words of the criterion that an entry met, as the answer to it."""
    return next((event.words for event in events if event.kind.startswith("CRITERION")), "")


def _answer(live: Live, command: Command, outcome: str, words: str = "") -> Live:
    ack = Ack(command.key, outcome, words)
    event = Event(command.verb, words or command.words, command.key, command.signal, command.value)
    if outcome == "REFUSED":
        event = replace(event, kind="REFUSED", words=f"{command.verb}: {words}")
    return replace(live, acks=(*live.acks, ack)[-KEPT_ACKS:], events=(*live.events, event))


def _refusal(live: Live, command: Command) -> str | None:
    if command.verb is Verb.STOP:
        return None
    if live.ending:
        return "This session has ended."
    if command.verb in INFLATING and _is_stale(live, command):
        return "This console shows old data. Look at the pressure again, then repeat."
    return REFUSALS[command.verb](live, command)


def _is_stale(live: Live, command: Command) -> bool:
    """Nor may one that claims a sample which does not exist yet."""
    if command.seen_n is None or command.seen_n > live.n:
        return True
    pace_s = (live.now - live.began) / max(live.n, 1)
    return (live.n - command.seen_n) * pace_s > STALE_AFTER_S


def _refuse_inflate(live: Live, command: Command) -> str | None:
    if live.state is not State.READY:
        return "The session has begun already."
    if live.observed.pressure is None:
        return "The pressure is not known: nothing is inflated."
    return None


def _refuse_resume(live: Live, command: Command) -> str | None:
    if live.state is not State.PAUSED:
        return "The session is not paused."
    if live.vented is not True:
        return "The cuff is not confirmed open yet."
    if not live.refill_checked:
        return "Check the limb and enter the capillary refill before inflating again."
    return None


def _refuse_next(live: Live, command: Command) -> str | None:
    if live.state is State.RUNNING and live.interval and live.interval.seconds is None:
        return None
    return "There is no set to finish now."


def _refuse_repetition(live: Live, command: Command) -> str | None:
    working = live.state is State.RUNNING and live.interval and live.interval.kind is IntervalKind.WORK
    return None if working else "Repetitions count while a set runs."


def _refuse_pause(live: Live, command: Command) -> str | None:
    return None if live.state is State.RUNNING else "Nothing is inflated that could be paused."


def _refuse_entry(live: Live, command: Command) -> str | None:
    if command.signal not in Signal.__members__ or command.value is None:
        return "This entry has no known signal or no value."
    return stopping.implausible(Signal(command.signal), command.value)


REFUSALS: dict[Verb, Callable[[Live, Command], str | None]] = {
    Verb.INFLATE: _refuse_inflate,
    Verb.RESUME: _refuse_resume,
    Verb.NEXT: _refuse_next,
    Verb.REPETITION: _refuse_repetition,
    Verb.PAUSE: _refuse_pause,
    Verb.ENTER: _refuse_entry,
}


def _act_stop(live: Live, command: Command) -> Live:
    return end(live, Outcome.STOPPED, command.words or "Stopped by a person.")


def _act_inflate(live: Live, command: Command) -> Live:
    return enter_interval(replace(live, state=State.RUNNING, watched_at=live.now), 0)


def _act_resume(live: Live, command: Command) -> Live:
    """The interval begins anew; repetitions already done stay counted."""
    return replace(live, state=State.RUNNING, watched_at=live.now, interval_began=live.now, paused_because="")


def _act_next(live: Live, command: Command) -> Live:
    return enter_interval(live, live.index + 1)


def _act_repetition(live: Live, command: Command) -> Live:
    return replace(live, repetitions=live.repetitions + 1)


def _act_pause(live: Live, command: Command) -> Live:
    return pause(live, "Paused by a person.")


def _act_enter(live: Live, command: Command) -> Live:
    signal, value = Signal(command.signal), float(command.value or 0.0)
    criterion = stopping.judge(signal, value)
    if signal is Signal.CRT:
        slow = criterion is not None and criterion.action >= Action.PAUSE
        live = replace(live, refill_checked=not slow, slow_refills=live.slow_refills + slow)
        if live.slow_refills > 1:
            return end(
                live,
                Outcome.CRITERION,
                "Capillary refill is over 3 s again after loosening.",
                needs_report=True,
            )
    return apply(live, criterion.action, criterion.words, signal) if criterion else live


ACTS: dict[Verb, Callable[[Live, Command], Live]] = {
    Verb.STOP: _act_stop,
    Verb.INFLATE: _act_inflate,
    Verb.RESUME: _act_resume,
    Verb.NEXT: _act_next,
    Verb.REPETITION: _act_repetition,
    Verb.PAUSE: _act_pause,
    Verb.ENTER: _act_enter,
}
