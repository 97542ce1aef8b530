"""The running session as one pure function: `step` moves it on. It reads no clock and does no I/O.

The targets follow from the state, so there is nothing to forget to reset. What has ended never starts again.
"""

from collections.abc import Sequence
from dataclasses import replace

from devices.domain.air import UNSEEN
from kaatsu_clinic.thresholds import Area, Thresholds
from sessions.domain.answers import hear
from sessions.domain.asking import ask
from sessions.domain.commands import Command
from sessions.domain.conditions import tell_alarms
from sessions.domain.counting import feel
from sessions.domain.cuff import after
from sessions.domain.obey import obey
from sessions.domain.people import forget
from sessions.domain.reasons import Reason, reasons
from sessions.domain.searching import conclude
from sessions.domain.self_test import is_filled
from sessions.domain.state import Ending, Event, Live, Observation, Outcome, State
from sessions.domain.stopping import Action
from sessions.domain.transitions import apply, end, enter_interval

THRESHOLDS = Thresholds(Area.STOPPING, __name__)
ABANDONED_AFTER_S = THRESHOLDS.of(
    60.0, "s", "An open session that nobody watches and nobody began is closed after"
)
CONFIRM_VENT_WITHIN_S = THRESHOLDS.of(
    15.0, "s", "A vent is not confirmed: the session is closed after, and says so"
)
CANT_EMPTY = ("BLOCKED", "PUMP_RUNS_ON")
"""Codes of what keeps the air in; that of one of several cuffs ends in its number."""


def step(live: Live, now: float, observed: Observation, commands: Sequence[Command]) -> Live:
    """Move the session on to `now`. What has ended never starts again."""
    live = replace(live, now=now, took_s=now - live.now, n=live.n + 1, observed=observed, events=())
    live = obey(_observe(hear(live)), commands)
    return ask(feel(_advance(tell_alarms(_guard(replace(live, people=forget(live.people, now)))))))


def _observe(live: Live) -> Live:
    kind = live.interval.kind if live.interval else None
    sights = live.observed.sights or (UNSEEN,) * len(live.cuffs)
    cuffs = tuple(
        after(cuff, sight, target, kind, live.took_s, is_ramp=live.is_ramping)
        for cuff, sight, target in zip(live.cuffs, sights, live.targets, strict=True)
    )
    live = replace(live, cuffs=cuffs)
    live = replace(live, seen_open_at=live.now) if live.vented else live
    return live if live.pressure is None else replace(live, heard_at=live.now)


def _guard(live: Live) -> Live:
    """Ask everything that may open the cuffs; the gravest decides. Once ending, only the venting matters."""
    found = reasons(live)
    decided = _latch(live, live.ending, found) if live.ending else _decide(live, found)
    # what the session threatened with is past from the tick on in which it ends, which may be the last that is told
    holds = found if bool(live.ending) == bool(decided.ending) else reasons(decided)
    return replace(decided, warnings=tuple((one.code, one.words) for one in holds))


def _decide(live: Live, found: Sequence[Reason]) -> Live:
    if not found or found[0].action is Action.WARN:
        return live
    worst = found[0]
    if worst.is_fault:
        return end(live, Outcome.FAULT, worst.words, worst.code, latches=worst.latches)
    if worst.action is Action.END:
        return end(live, Outcome.CRITERION, worst.words, worst.code)
    if live.state is State.PAUSED:  # the air is on its way out
        return live
    return apply(live, worst.action, worst.words, worst.code)


def _latch(live: Live, ending: Ending, found: Sequence[Reason]) -> Live:
    """A cuff that does not empty, found only after the end has begun, keeps the box from the next person, too.

    Other faults by then may be of our making: a guard that opened it looks like a leak.
    """
    latching = next((one.words for one in found if one.code.startswith(CANT_EMPTY)), None)
    if ending.latches or latching is None:
        return live
    return replace(live, ending=replace(ending, latches=True, latched_by=latching))


def _advance(live: Live) -> Live:
    if live.state is State.ENDING:
        return _leave_when_vented(live)
    if live.observed.found:
        return conclude(live, live.observed.found)
    if live.state is State.READY and live.now - live.watched_at > ABANDONED_AFTER_S:
        return end(live, Outcome.NOT_STARTED, "Nobody was at the console.")
    interval = live.interval
    due = live.state is State.RUNNING and interval and interval.seconds is not None
    if due and interval and (live.now - live.interval_began >= (interval.seconds or 0.0) or is_filled(live)):
        return enter_interval(live, live.index + 1)
    return live


def _leave_when_vented(live: Live) -> Live:
    """A session is over when the air is out, not when we asked for it. Where it is not, someone must look at the box first."""
    assert live.ending
    if live.vented is not True and live.now - live.ending.at < CONFIRM_VENT_WITHIN_S:
        return live
    words = "Vent confirmed." if live.vented else "The vent was NOT confirmed."
    ending = replace(live.ending, latches=live.ending.latches or live.vented is not True)
    live = tell_alarms(replace(live, state=State.ENDED), same_within_s=0.0)
    events = (*live.events, Event("ENDED", words, value=live.vented))
    return replace(live, ending=ending, events=events)
