"""The few ways a running session changes course. Each keeps an event of it."""

from dataclasses import replace

from protocols.domain.plan import IntervalKind
from sessions.domain.ripple import AT_FIRST
from sessions.domain.state import Ending, Event, Live, Outcome, State
from sessions.domain.stopping import Action


def enter_interval(live: Live, index: int) -> Live:
    """Go on to an interval of the plan; past the last one the session is completed."""
    live = _leave_interval(live)
    if index >= len(live.plan.intervals):
        return end(live, Outcome.COMPLETED, "The plan was done.")
    event = Event("INTERVAL", signal=live.plan.intervals[index].kind, value=index)
    begins_set = live.plan.intervals[index].kind is IntervalKind.WORK
    return replace(
        live,
        index=index,
        interval_began=live.now,
        reached_at=None,
        repetitions=0,
        ripples=(AT_FIRST,) * len(live.cuffs) if begins_set else live.ripples,
        events=(*live.events, event),
    )


def _leave_interval(live: Live) -> Live:
    """What was counted in a set is kept."""
    if live.interval is None or live.interval.repetitions is None:
        return live
    took_s = live.now - live.interval_began
    return replace(live, counted=(*live.counted, live.repetitions), set_times=(*live.set_times, took_s))


def apply(live: Live, action: Action, words: str, code: str) -> Live:
    """Do what a criterion demands. A second pause ends the session (programme setting)."""
    live = replace(live, events=(*live.events, Event(f"CRITERION_{action.name}", words, signal=code)))
    if action is Action.WARN:
        return live
    if action is Action.END:
        return end(live, Outcome.CRITERION, words, code, needs_report=True)
    if live.state is State.PAUSED:
        return live
    if live.index < 0:
        return end(live, Outcome.NOT_STARTED, words, code)
    if live.pauses >= 1:
        return end(live, Outcome.CRITERION, f"{words} It is the second pause.", code, needs_report=True)
    if live.plan.is_over_when_paused:
        return end(live, Outcome.CRITERION, words, code)
    return pause(replace(live, pauses=live.pauses + 1), words)


def pause(live: Live, words: str) -> Live:
    """Open the cuff and wait. Inflating again wants the person to be checked anew. A measurement or a self-test is over then."""
    if live.plan.is_over_when_paused:
        return end(live, Outcome.STOPPED, words, "STOPPED")
    ripples = tuple(replace(one, is_broken=True) for one in live.ripples)
    return replace(
        live,
        state=State.PAUSED,
        paused_because=words,
        paused_at=live.now,
        rechecked=frozenset(),
        reached_at=None,
        ripples=ripples,
    )


def end(
    live: Live,
    outcome: Outcome,
    words: str,
    code: str = "",
    *,
    needs_report: bool = False,
    latches: bool = False,
) -> Live:
    """Begin to end. The first reason stays, with the code of its alarm; a stop before the first squeeze is no session."""
    if live.ending:
        return live
    if outcome is Outcome.STOPPED and live.index < 0:
        outcome = Outcome.NOT_STARTED
    ending = Ending(outcome, words, live.now, needs_report, latches, code)
    return replace(
        live, state=State.ENDING, ending=ending, events=(*live.events, Event("ENDING", words, signal=outcome))
    )
