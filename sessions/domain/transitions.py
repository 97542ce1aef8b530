"""The few ways a running session changes course. Each keeps an event of it."""

from dataclasses import replace

from sessions.domain.state import Ending, Event, Live, Outcome, State
from sessions.domain.stopping import Action


def enter_interval(live: Live, index: int) -> Live:
    """Go on to an interval of the plan; past the last one the session is completed."""
    if index >= len(live.plan.intervals):
        return end(live, Outcome.COMPLETED, "The plan was done.")
    event = Event("INTERVAL", signal=live.plan.intervals[index].kind, value=index)
    return replace(live, index=index, interval_began=live.now, repetitions=0, events=(*live.events, event))


def apply(live: Live, action: Action, words: str, code: str) -> Live:
    """Do what a criterion demands. A second pause ends the session (programme setting)."""
    live = replace(live, events=(*live.events, Event(f"CRITERION_{action.name}", words, signal=code)))
    if action is Action.WARN:
        return live
    if action is Action.END:
        return end(live, Outcome.CRITERION, words, needs_report=True)
    if live.state is State.PAUSED:
        return live
    if live.index < 0:
        return end(live, Outcome.NOT_STARTED, words)
    if live.pauses >= 1:
        return end(live, Outcome.CRITERION, f"{words} It is the second pause.", needs_report=True)
    return pause(replace(live, pauses=live.pauses + 1), words)


def pause(live: Live, words: str) -> Live:
    """Open the cuff and wait. Inflating again wants the capillary refill to be checked anew."""
    return replace(live, state=State.PAUSED, paused_because=words, refill_checked=False)


def end(live: Live, outcome: Outcome, words: str, needs_report: bool = False) -> Live:
    """Begin to end. The first reason stays; a stop before the first squeeze is no session."""
    if live.ending:
        return live
    if outcome is Outcome.STOPPED and live.index < 0:
        outcome = Outcome.NOT_STARTED
    ending = Ending(outcome, words, live.now, needs_report)
    return replace(
        live, state=State.ENDING, ending=ending, events=(*live.events, Event("ENDING", words, signal=outcome))
    )
