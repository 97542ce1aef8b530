"""A session's journal read as facts: samples, events, how it ended. The same records, written by the loop."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sessions.domain.orders import ORDER
from sessions.domain.state import Event, Live
from sessions.domain.trace import Point

SAMPLE, EVENT, END = "s", "e", "end"
"""The kinds of record, as short as they are many."""


def sample_record(live: Live) -> dict[str, Any]:
    """What is kept of every tick: pressures and targets of each cuff."""
    return {
        "k": SAMPLE,
        "t": round(live.now - live.began, 3),
        "p": [cuff.pressure for cuff in live.cuffs],
        "g": list(live.targets),
        "i": live.index,
    }


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
    """How the session ended; `loop` is `domain.pace.summary`."""
    assert live.ending
    return {
        "k": END,
        "at": at_unix_s,
        "outcome": live.ending.outcome,
        "words": live.ending.words,
        "needs_report": live.ending.needs_report,
        "latches": live.ending.latches,
        "latched_by": live.ending.latched_by,
        "vented": live.vented,
        "found": asdict(live.found) if live.found else None,
        "loop": loop,
    }


@dataclass(frozen=True)
class Record:
    """A whole journal: samples of each cuff, the stages of each order by its number.

    `end` is None while the session runs, or for good if its process died.
    """

    traces: list[list[Point]]
    events: list[dict[str, Any]]
    orders: dict[int, list[dict[str, Any]]]
    end: dict[str, Any] | None


def of(records: Iterable[dict[str, Any]]) -> Record:
    """Sort the records of a journal by kind."""
    traces: list[list[Point]] = []
    events: list[dict[str, Any]] = []
    orders: dict[int, list[dict[str, Any]]] = {}
    end = None
    for one in records:
        if one["k"] == SAMPLE:
            _add_sample(traces, one)
        elif one["k"] == EVENT:
            events.append(one)
        elif one["k"] == ORDER:
            orders.setdefault(one["c"], []).append(one)
        else:
            end = one
    return Record(traces, events, orders, end)


def _add_sample(traces: list[list[Point]], one: dict[str, Any]) -> None:
    """A sample from before sessions had several cuffs holds plain numbers."""
    pressures = one["p"] if isinstance(one["p"], list) else [one["p"]]
    targets = one["g"] if isinstance(one["g"], list) else [one["g"]]
    traces.extend([] for _ in pressures[len(traces) :])
    for trace, pressure, target in zip(traces, pressures, targets, strict=True):
        trace.append(Point(one["t"], pressure, target, one["i"]))


def event_key(session_id: int, record: dict[str, Any]) -> uuid.UUID:
    """The command's own key, or one made from the place in the record: reading twice makes no second event."""
    if record["key"]:
        return uuid.UUID(record["key"])
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{session_id}:{record['n']}:{record['i']}")


def order_key(session_id: int, number: int) -> uuid.UUID:
    """One for each order, as above."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{session_id}:order:{number}")
