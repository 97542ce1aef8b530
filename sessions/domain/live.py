"""The running session as one pure function: `step` moves it on. It reads no clock and does no I/O.

The target follows from the state, so there is nothing to forget to reset. What has ended never starts again.
"""

from collections.abc import Sequence
from dataclasses import replace

from devices.domain.units import BAND_AT_REST, BAND_AT_WORK, VENTED_BELOW
from protocols.domain.plan import IntervalKind
from sessions.domain import trips
from sessions.domain.commands import Command
from sessions.domain.obey import obey
from sessions.domain.state import Event, Live, Observation, Outcome, State
from sessions.domain.stopping import Action
from sessions.domain.transitions import apply, end, enter_interval

ABANDONED_AFTER_S = 60.0
"""An open session that nobody watches and nobody began is closed after this (programme setting)."""
CONFIRM_VENT_WITHIN_S = 15.0
"""How long the loop keeps venting and looking before the session is closed with its vent not confirmed."""


def step(live: Live, now: float, observed: Observation, commands: Sequence[Command]) -> Live:
    """Move the session on to `now`. What has ended never starts again."""
    took_s = now - live.now
    live = replace(live, now=now, n=live.n + 1, events=())
    return _advance(_guard(obey(_observe(live, observed, took_s), commands)))


def _observe(live: Live, observed: Observation, took_s: float) -> Live:
    live = replace(live, observed=observed)
    if observed.pressure is None:
        return replace(live, vented=None)
    live = replace(
        live,
        heard_at=live.now,
        vented=observed.pressure < VENTED_BELOW,
        peak=max(live.peak, observed.pressure),
    )
    return _count_band(_count_time(live, took_s), observed.pressure, took_s)


def _count_time(live: Live, took_s: float) -> Live:
    if not live.is_inflated:
        return replace(live, inflated_s=0.0)
    return replace(live, inflated_s=live.inflated_s + took_s, total_s=live.total_s + took_s)


def _count_band(live: Live, pressure: float, took_s: float) -> Live:
    """Band and deviations count from when the target was first reached in this inflation."""
    if live.target <= 0 or live.interval is None:
        return replace(live, reached=False, filling_s=0.0, over_target_s=0.0, under_target_s=0.0)
    share = BAND_AT_WORK if live.interval.kind is IntervalKind.WORK else BAND_AT_REST
    inside = abs(pressure - live.target) <= share * live.target
    reached = live.reached or inside
    return replace(
        live,
        reached=reached,
        filling_s=0.0 if reached else live.filling_s + took_s,
        over_target_s=live.over_target_s + took_s if pressure > live.target + trips.OVER_TARGET_BY else 0.0,
        under_target_s=live.under_target_s + took_s
        if reached and pressure < live.target - trips.UNDER_TARGET_BY
        else 0.0,
        held_s=live.held_s + (took_s if reached else 0.0),
        in_band_s=live.in_band_s + (took_s if reached and inside else 0.0),
    )


def _guard(live: Live) -> Live:
    """Ask every trip; the gravest decides. Once ending, only the venting matters."""
    if live.ending:
        return replace(live, warnings=())
    held = trips.tripped(_watch(live))
    live = replace(live, warnings=tuple((trip.code, trip.words) for trip in held))
    if not held or held[0].action is Action.WARN:
        return live
    words = live.observed.fault or held[0].words if held[0].code == "BOX_FAULT" else held[0].words
    if held[0].is_fault or held[0].action is Action.END:
        return end(live, Outcome.FAULT if held[0].is_fault else Outcome.CRITERION, words)
    return apply(live, held[0].action, words, held[0].code)


def _watch(live: Live) -> trips.Watch:
    return trips.Watch(
        pressure=live.observed.pressure,
        ceiling=live.plan.ceiling,
        occlusion=live.plan.lop_mmhg,
        over_target_s=live.over_target_s,
        under_target_s=live.under_target_s,
        filling_s=live.filling_s,
        silent_s=live.now - live.heard_at,
        unwatched_s=live.now - live.watched_at,
        inflated_s=live.inflated_s,
        longest_s=live.plan.max_inflated_s,
        total_s=live.total_s,
        longest_total_s=live.plan.max_total_s,
        is_inflated=live.is_inflated or live.target > 0,
        box_fault=live.observed.fault,
    )


def _advance(live: Live) -> Live:
    if live.state is State.ENDING:
        return _leave_when_vented(live)
    if live.state is State.READY and live.now - live.watched_at > ABANDONED_AFTER_S:
        return end(live, Outcome.NOT_STARTED, "Nobody was at the console.")
    interval = live.interval
    due = live.state is State.RUNNING and interval and interval.seconds is not None
    if due and interval and live.now - live.interval_began >= (interval.seconds or 0.0):
        return enter_interval(live, live.index + 1)
    return live


def _leave_when_vented(live: Live) -> Live:
    """A session is over when the air is out, not when we asked for it."""
    assert live.ending
    if live.vented is not True and live.now - live.ending.at < CONFIRM_VENT_WITHIN_S:
        return live
    words = "Vent confirmed." if live.vented else "The vent was NOT confirmed."
    return replace(live, state=State.ENDED, events=(*live.events, Event("ENDED", words, value=live.vented)))
