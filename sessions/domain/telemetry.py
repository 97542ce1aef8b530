"""A running session as the JSON that consoles draw, twenty times a second."""

import json
from typing import Any

from protocols.domain.plan import IntervalKind
from sessions.domain import counting
from sessions.domain.alarms import Alarm, Priority, sort_of
from sessions.domain.asking import to_ask_again
from sessions.domain.cuff import Cuff
from sessions.domain.mode import inflation_of, part_of_set
from sessions.domain.obey import to_recheck
from sessions.domain.people import Seat
from sessions.domain.searching import asks
from sessions.domain.state import Live, State
from sessions.domain.trips import UNTOUCHED_PAUSE_S, UNTOUCHED_WARN_S


def sample(live: Live, at_unix_s: float) -> dict[str, Any]:
    """All that a console shows, in the plan's scale and seconds. None means not known.

    What stands for several cuffs is the highest, longest or worst of them, and not known when one is not.
    """
    return {
        "n": live.n,
        "at": round(at_unix_s, 3),
        "t": round(live.now - live.began, 3),
        "pressure": live.pressure,
        "target": live.target,
        "cuffs": [_cuff(cuff, target) for cuff, target in zip(live.cuffs, live.targets, strict=True)],
        "state": live.state,
        "controller": live.observed.box_state,
        "interval": _interval(live),
        "search": _search(live),
        "counted": [[*one] for one in zip(live.counted, map(round, live.set_times), strict=True)],
        "seen": _seen(live),
        "prompts": _prompts(live),
        "touch_within_s": _touch_within_s(live),
        "unread_s": round(live.unread_s, 1),
        "inflated_s": round(live.inflated_s, 1),
        "total_s": round(live.total_s, 1),
        "peak": round(live.peak, 1),
        "in_band": live.in_band,
        "pauses": live.pauses,
        "to_recheck": list(to_recheck(live)) if live.state is State.PAUSED else [],
        "alarms": [_alarm(live, one) for one in live.alarms.listed],
        "audio": _audio(live),
        "people": _people(live),
        "events": [
            {"kind": event.kind, "signal": event.signal, "value": event.value} for event in live.events
        ],
        "acks": [ack.__dict__ for ack in live.acks],
        "ending": {"outcome": live.ending.outcome, "words": live.ending.words} if live.ending else None,
        "vented": live.vented,
    }


def line(live: Live, at_unix_s: float) -> str:
    """The sample as one line of JSON."""
    return json.dumps(sample(live, at_unix_s), separators=(",", ":"))


def glance(told: dict[str, Any]) -> dict[str, Any]:
    """What of a sample is seen from across the room: each cuff, where the plan is, the gravest alarm, who controls.

    STOP asks by it, too: what a sample does not tell is left empty, and never in the way of the rest.
    """
    people = told.get("people") or {}
    alarms = [one for one in told.get("alarms", []) if one["is"] != "OVER" and not one["off"]]
    gravest = max(alarms, key=lambda one: Priority[one["level"]], default=None)
    return {
        "state": told["state"],
        "controller": told.get("controller"),
        "cuffs": [
            {name: cuff[name] for name in ("pressure", "target", "vented")} for cuff in told.get("cuffs", [])
        ],
        "unread_s": told.get("unread_s", 0.0),
        "interval": told.get("interval"),
        "alarm": gravest and {name: gravest[name] for name in ("level", "name", "words")},
        "alarms": len(alarms),
        "who": (people.get("controller") or {}).get("name"),
        "is_here": people.get("is_here", False),
    }


def _cuff(cuff: Cuff, target: float) -> dict[str, Any]:
    return {
        "pressure": cuff.pressure,
        "target": target,
        "peak": round(cuff.peak, 1),
        "in_band": cuff.in_band,
        "inflated_s": round(cuff.inflated_s, 1),
        "vented": cuff.vented,
    }


def _search(live: Live) -> dict[str, Any] | None:
    """Where a measurement stands: whether a mark is asked for now, those that were made, and the next step if it is known."""
    if live.plan.search is None:
        return None
    ahead = live.plan.intervals[live.index + 1 :]
    return {
        "asks": asks(live),
        "marks": [[mark.mmhg, mark.has_pulse] for mark in live.marks],
        "next_mmhg": ahead[0].target if ahead else None,
    }


def _seen(live: Live) -> dict[str, Any] | None:
    """The repetitions that the pressure shows, for a person to take over; a count of None is not determinable."""
    found = counting.seen(live)
    return {"count": found.count, "doubt": found.doubt} if found else None


def _prompts(live: Live) -> list[dict[str, Any]]:
    """What is asked for now, first what a pause wants. `why` is the moment of the plan, or RECHECK."""
    if live.ending:
        return []
    rechecks = to_ask_again(to_recheck(live)) if live.state is State.PAUSED else ()
    again = [{"what": what, "why": "RECHECK", "set": 0, "for_s": 0, "late": False} for what in rechecks]
    due = [one for one in live.prompts.open if one.due_at is not None and one.what not in rechecks]
    return again + [
        {
            "what": one.what,
            "why": one.ask.when,
            "set": one.set_number,
            "for_s": int(live.now - (one.due_at or live.now)),
            "late": one.is_late(live.now),
        }
        for one in due
    ]


def _touch_within_s(live: Live) -> float | None:
    """How soon someone must touch a console, or the cuff opens. None where there is time."""
    untouched_s = live.now - live.touched_at
    if live.index < 0 or live.ending or not live.needs_guarding or untouched_s <= UNTOUCHED_WARN_S:
        return None
    return round(max(0.0, UNTOUCHED_PAUSE_S - untouched_s), 1)


def _people(live: Live) -> dict[str, Any]:
    """Who controls, since when (seconds of the session), whether they are heard, and every console that is."""
    people = live.people
    return {
        "controller": _seat(people.controller),
        "since": round(people.since - live.began, 1),
        "is_here": people.is_here(people.controller, live.now),
        "offered_to": _seat(people.offered_to),
        "declined_by": _seat(people.declined_by),
        "here": [_seat(one.seat) for one in people.here],
    }


def _seat(seat: Seat | None) -> dict[str, Any] | None:
    return {"console": seat.console, "user": seat.user, "name": seat.name} if seat else None


def _alarm(live: Live, one: Alarm) -> dict[str, Any]:
    """One alarm, the newest first. `t` is when it was raised, in seconds of the session."""
    sort = sort_of(one.code)
    return {
        "n": one.number,
        "code": one.code,
        "name": sort.name,
        "level": one.priority.name,
        "kind": sort.kind,
        "words": one.words,
        "t": round(one.raised_at - live.began, 1),
        "is": "LATCHED" if one.is_latched else "ON" if one.is_active else "OVER",
        "by": one.acknowledged_by,
        "off": one.code in live.alarms.inactivated,
    }


def _audio(live: Live) -> dict[str, Any]:
    """What sounds now, for which alarm, how long the older ones stay silent, and which consoles are heard."""
    book = live.alarms
    left_s = None if book.paused_until is None else round(max(0.0, book.paused_until - live.now), 1)
    return {
        "sound": None if book.sound is None else book.sound.name,
        "n": max((one.number for one in book.audible), default=0),
        "paused_s": left_s,
        "paused_by": book.paused_by,
        "checks": dict(live.sound_checks),
    }


def _interval(live: Live) -> dict[str, Any] | None:
    now = live.interval
    if now is None:
        return None
    elapsed_s = live.now - live.interval_began if live.state is State.RUNNING else 0.0
    part, parts = part_of_set(live.plan, live.index)
    inflation, inflations = inflation_of(live.plan, live.index)
    return {
        "index": live.index,
        "count": len(live.plan.intervals),
        "kind": now.kind,
        "set": now.set_number,
        "sets": max(one.set_number for one in live.plan.intervals),
        "part": part,
        "parts": parts,
        "inflation": inflation,
        "inflations": inflations,
        "repetitions": now.repetitions if now.kind is IntervalKind.WORK else None,
        "done": live.repetitions,
        "elapsed_s": round(elapsed_s, 1),
        "tight_s": None if live.reached_at is None else round(live.now - live.reached_at, 2),
        "left_s": None if now.seconds is None else round(max(0.0, now.seconds - elapsed_s), 1),
    }
