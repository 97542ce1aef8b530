"""What became of an order: confirmed, refused or not known. What is not known is never ordered again by itself; the vent is."""

from dataclasses import replace

from devices.domain.air import ECHO_WITHIN
from sessions.domain.state import Ack, Answer, Event, Live, State
from sessions.domain.transitions import pause

NOT_KNOWN = "It is not known whether the controller took the last order."


def hear(live: Live) -> Live:
    """Settle what was ordered in the exchange that has just been tried."""
    answer = live.observed.answer
    if answer is Answer.TAKEN:
        return _taken(live)
    if answer is Answer.VENTED:
        return _vented(live)
    if answer is Answer.REFUSED:
        return _settle(live, "REFUSED", live.observed.fault or "")
    if answer is Answer.LOOKED:
        return _look_back(live) if live.is_in_doubt else live
    return _lost(live)


def _taken(live: Live) -> Live:
    return replace(_settle(live, "CONFIRMED"), taken=live.order, is_in_doubt=False)


def _vented(live: Live) -> Live:
    """The answer to a STOP. What was asked for before it and never sent was not done."""
    outcome = (
        ("CONFIRMED", "") if live.is_venting else ("REFUSED", "The cuffs were opened before it was sent.")
    )
    return replace(_settle(live, *outcome), taken=(0.0,) * len(live.cuffs), is_in_doubt=False)


def _lost(live: Live) -> Live:
    """Only an order for more pressure leaves a doubt: the loop then looks before it asks for anything again."""
    may_rise = any(order > taken for order, taken in zip(live.order, live.taken, strict=True))
    if live.is_in_doubt or not (may_rise or live.open_keys):
        return live
    keys = live.open_keys
    live = replace(_settle(live, "NOT_KNOWN", NOT_KNOWN), is_in_doubt=may_rise, open_keys=keys)
    return replace(live, events=(*live.events, Event("NOT_KNOWN", NOT_KNOWN)))


def _look_back(live: Live) -> Live:
    """The box was read: either it shows the order, or the cuffs are opened and a person decides."""
    if _shows_the_order(live):
        return _taken(live)
    live = replace(live, is_in_doubt=False, open_keys=())
    if live.state is not State.RUNNING:
        return live
    words = f"{NOT_KNOWN} The cuff is opened."
    return pause(replace(live, events=(*live.events, Event("NOT_KNOWN", words))), words)


def _shows_the_order(live: Live) -> bool:
    setpoints = [sight.setpoint for sight in live.observed.sights]
    return len(setpoints) == len(live.order) and all(
        setpoint is not None and abs(setpoint - order) <= ECHO_WITHIN
        for setpoint, order in zip(setpoints, live.order, strict=True)
    )


def _settle(live: Live, outcome: str, words: str = "") -> Live:
    """Answer the commands that wait for the box. A late answer replaces "not known"."""
    if not live.open_keys:
        return live
    acks = tuple(
        Ack(ack.key, outcome, words or ack.words) if ack.key in live.open_keys else ack for ack in live.acks
    )
    return replace(live, acks=acks, open_keys=())
