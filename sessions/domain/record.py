"""A session's journal read as facts: samples, events, how it ended. The same records, written by the loop."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sessions.domain.state import Event, Live
from sessions.domain.trace import Point

SAMPLE, EVENT, END = "s", "e", "end"
"""The kinds of record, as short as they are many."""


def sample_record(live: Live) -> dict[str, Any]:
    """What is kept of every tick."""
    t_s = round(live.now - live.began, 3)
    return {"k": SAMPLE, "t": t_s, "p": live.observed.pressure, "g": live.target, "i": live.index}


def event_record(live: Live, event: Event, number: int, at_unix_s: float) -> dict[str, Any]:
    """What is kept of an event, with the second and a key that is the same whenever it is read again."""
    return {
        "k": EVENT,
        "n": live.n,
        "i": number,
        "t": round(live.now - live.began, 3),
        "at": at_unix_s,
        **asdict(event),
    }


def end_record(live: Live, at_unix_s: float, loop: dict[str, Any]) -> dict[str, Any]:
    """How the session ended; `loop` is lateness and missed ticks."""
    assert live.ending
    return {
        "k": END,
        "at": at_unix_s,
        "outcome": live.ending.outcome,
        "words": live.ending.words,
        "needs_report": live.ending.needs_report,
        "vented": live.vented,
        "loop": loop,
    }


@dataclass(frozen=True)
class Record:
    """A whole journal. `end` is None while the session runs, or for good if its process died."""

    points: list[Point]
    events: list[dict[str, Any]]
    end: dict[str, Any] | None


def of(records: Iterable[dict[str, Any]]) -> Record:
    """Sort the records of a journal by kind."""
    points: list[Point] = []
    events: list[dict[str, Any]] = []
    end = None
    for one in records:
        if one["k"] == SAMPLE:
            points.append(Point(one["t"], one["p"], one["g"], one["i"]))
        elif one["k"] == EVENT:
            events.append(one)
        else:
            end = one
    return Record(points, events, end)


def event_key(session_id: int, record: dict[str, Any]) -> uuid.UUID:
    """The command's own key, or one made from the place in the record: reading twice makes no second event."""
    if record["key"]:
        return uuid.UUID(record["key"])
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{session_id}:{record['n']}:{record['i']}")
