"""A running session as the JSON that consoles draw, twenty times a second."""

import json
from typing import Any

from protocols.domain.plan import IntervalKind
from sessions.domain.state import Live, State


def sample(live: Live, at_unix_s: float) -> dict[str, Any]:
    """All that a console shows, in the plan's scale and seconds. None means not known."""
    return {
        "n": live.n,
        "at": round(at_unix_s, 3),
        "t": round(live.now - live.began, 3),
        "pressure": live.observed.pressure,
        "target": live.target,
        "state": live.state,
        "controller": live.observed.box_state,
        "interval": _interval(live),
        "inflated_s": round(live.inflated_s, 1),
        "total_s": round(live.total_s, 1),
        "peak": round(live.peak, 1),
        "in_band": live.in_band,
        "pauses": live.pauses,
        "refill_checked": live.refill_checked,
        "warnings": _warnings(live),
        "acks": [ack.__dict__ for ack in live.acks],
        "ending": {"outcome": live.ending.outcome, "words": live.ending.words} if live.ending else None,
        "vented": live.vented,
    }


def line(live: Live, at_unix_s: float) -> str:
    """The sample as one line of JSON."""
    return json.dumps(sample(live, at_unix_s), separators=(",", ":"))


def _warnings(live: Live) -> list[dict[str, str]]:
    """Why the session is paused, then whatever holds now, gravest first."""
    paused = [("PAUSED", live.paused_because)] if live.state is State.PAUSED else []
    return [{"code": code, "words": words} for code, words in [*paused, *live.warnings]]


def _interval(live: Live) -> dict[str, Any] | None:
    now = live.interval
    if now is None:
        return None
    elapsed_s = live.now - live.interval_began if live.state is State.RUNNING else 0.0
    return {
        "index": live.index,
        "count": len(live.plan.intervals),
        "kind": now.kind,
        "set": now.set_number,
        "sets": max(one.set_number for one in live.plan.intervals),
        "repetitions": now.repetitions if now.kind is IntervalKind.WORK else None,
        "done": live.repetitions,
        "elapsed_s": round(elapsed_s, 1),
        "left_s": None if now.seconds is None else round(max(0.0, now.seconds - elapsed_s), 1),
    }
