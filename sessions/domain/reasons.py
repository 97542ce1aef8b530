"""Everything that speaks against going on right now: about the air in each cuff, the line, ourselves, the session."""

from collections.abc import Iterator
from dataclasses import dataclass

from devices.domain import interlock
from devices.domain.interlock import Interlock, Line
from sessions.domain import prompting, trips
from sessions.domain.answers import NOT_KNOWN
from sessions.domain.state import Live
from sessions.domain.stopping import Action

LOOK_AT_EACH = "Look at every cuff: the controller does not say which."


@dataclass(frozen=True)
class Reason:
    """What was found, what follows, and whether the device was at fault so that it `latches`."""

    code: str
    action: Action
    words: str
    is_fault: bool = False
    latches: bool = False


def reasons(live: Live) -> list[Reason]:
    """Every reason that holds, gravest first."""
    found = [*_of_the_air(live), *_of_the_line(live), *_of_the_session(live)]
    return sorted(found, key=lambda one: -one.action)


def _of_the_air(live: Live) -> Iterator[Reason]:
    """Of each cuff, with its limb where there are several."""
    for number, cuff in enumerate(live.cuffs):
        for one in interlock.AIR:
            if one.holds(cuff.air):
                is_one_of_many = len(live.cuffs) > 1
                code = f"{one.code}_{number}" if is_one_of_many else one.code
                words = f"{cuff.terms.label}: {one.words}" if is_one_of_many else one.words
                yield _reason(one, code, words)


def _of_the_line(live: Live) -> Iterator[Reason]:
    fault = live.observed.fault
    line = Line(live.unread_s, fault, live.took_s, live.period_s)
    for one in interlock.LINE:
        if one.holds(line):
            yield _reason(
                one, one.code, _said(fault, live) if fault and one.code == "BOX_FAULT" else one.words
            )
    if live.is_in_doubt:
        yield Reason("ORDER_NOT_KNOWN", Action.WARN, NOT_KNOWN)


def _said(fault: str, live: Live) -> str:
    """What the box says. It names no cuff: where there are several, those far below their target are, or all of them."""
    if len(live.cuffs) == 1:
        return fault
    short = [cuff.terms.label for cuff in live.cuffs if cuff.air.short_s > interlock.SHORT_TOLD_S]
    where = f"Far below its target: {', '.join(short)}." if short else LOOK_AT_EACH
    return f"{fault.rstrip('.')}. {where}"


def _reason(one: Interlock[interlock.Seen], code: str, words: str) -> Reason:
    if one.only_warns:
        return Reason(code, Action.WARN, words)
    return Reason(code, Action.END, words, is_fault=True, latches=not one.is_ours)


def _of_the_session(live: Live) -> Iterator[Reason]:
    """Nothing of it matters any more once the session is ending."""
    if live.ending:
        return
    trouble = live.observed.trouble
    for trip in trips.tripped(_watch(live)):
        words = trouble if trouble and trip.code == "TROUBLE" else trip.words
        yield Reason(trip.code, trip.action, words, is_fault=trip.is_fault)
    if late := live.prompts.late(live.now):
        yield Reason("PROMPT_LATE", Action.WARN, f"Asked for and not answered: {prompting.listed(late)}.")


def _watch(live: Live) -> trips.Watch:
    return trips.Watch(
        unwatched_s=live.now - live.watched_at,
        inflated_s=live.inflated_s,
        longest_s=live.plan.max_inflated_s,
        total_s=live.total_s,
        longest_total_s=live.plan.max_total_s,
        is_inflated=live.needs_guarding,
        untouched_s=live.now - live.touched_at if live.index >= 0 else 0.0,
        bus_lost_s=live.observed.bus_lost_s,
        trouble=live.observed.trouble,
    )
