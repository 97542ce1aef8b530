"""The web's side: commands down to a running session, telemetry up from it."""

import json
import time
from dataclasses import dataclass
from typing import Any, cast

from sessions.bus import shortcut
from sessions.bus.streams import (
    EXPIRE_AFTER_S,
    KEPT_COMMANDS,
    SILENCE,
    BusDownError,
    async_client,
    client,
    commands_key,
    station_key,
    telemetry_key,
)
from sessions.domain.commands import Command

SEEN_FOR_S = 6
"""A station that has not been heard for this long counts as away: three missed heartbeats of Celery's 2 s."""


def send(session_id: int, command: Command) -> None:
    """Put a command on the session's stream. Raises BusDownError."""
    _add(commands_key(session_id), command)


def send_to_station(slug: str, command: Command) -> None:
    """Put a command before every session of a station. Raises BusDownError."""
    _add(station_key(slug), command)


def _add(key: str, command: Command) -> None:
    try:
        with client() as redis_line:
            redis_line.xadd(key, {"c": command.to_json()}, maxlen=KEPT_COMMANDS)
            redis_line.expire(key, EXPIRE_AFTER_S)
    except SILENCE as error:
        raise BusDownError from error


@dataclass(frozen=True)
class StationSeen:
    """What a station's worker says of itself: which version it runs, and how many sessions at once it can."""

    version: str
    processes: int


def mark_station_seen(slug: str, version: str, processes: int) -> None:
    """Said by a station's worker with each heartbeat. Raises BusDownError."""
    try:
        with client() as redis_line:
            redis_line.set(f"station:{slug}:seen", f"{processes} {version}", ex=SEEN_FOR_S)
    except SILENCE as error:
        raise BusDownError from error


def station(slug: str) -> StationSeen | None:
    """The station's worker if it was heard within SEEN_FOR_S. Raises BusDownError."""
    try:
        with client() as redis_line:
            said = redis_line.get(f"station:{slug}:seen")
    except SILENCE as error:
        raise BusDownError from error
    processes, _, version = str(said or "").partition(" ")
    return StationSeen(version, int(processes)) if said else None


def tell_ended(session_id: int, outcome: str, words: str, vented: bool | None) -> None:
    """Tell the consoles of a session that has no loop (any more) how it ended. Raises BusDownError."""
    key = telemetry_key(session_id)
    try:
        with client() as redis_line:
            found = cast(Any, redis_line.xrevrange(key, count=1))
            last = json.loads(found[0][1]["s"]) if found else NEVER_SEEN
            redis_line.xadd(key, {"s": json.dumps(last | _farewell(last, outcome, words, vented))})
            redis_line.expire(key, EXPIRE_AFTER_S)
    except SILENCE as error:
        raise BusDownError from error


NEVER_SEEN: dict[str, Any] = {
    "n": 0,
    "t": 0.0,
    "interval": None,
    "inflated_s": 0.0,
    "total_s": 0.0,
    "peak": 0.0,
    "in_band": None,
    "pauses": 0,
    "to_recheck": [],
    "people": None,
    "acks": [],
    "alarms": [],
    "audio": {"sound": None, "n": 0, "paused_s": None, "paused_by": "", "checks": {}},
    "cuffs": [],
}
"""What a console shows of a session whose loop never began."""


def _farewell(last: dict[str, Any], outcome: str, words: str, vented: bool | None) -> dict[str, Any]:
    """What is different in it from the last sample: nobody has measured since, so no pressure is known, and nothing is asked."""
    at = round(time.time(), 3)
    since_s = at - last.get("at", at)
    asked: dict[str, Any] = {"prompts": [], "touch_within_s": None, "acks": [], "events": []}
    now = {"pressure": None, "target": 0, "vented": vented}
    told = {"state": "ENDED", "controller": None, "cuffs": [cuff | now for cuff in last["cuffs"]]}
    ending = {"outcome": outcome, "words": words}
    return now | told | asked | {"ending": ending, "n": last["n"] + 1, "t": last["t"] + since_s, "at": at}


class Links:
    """What the signed links need of Redis, over one pool of connections per event loop."""

    def __init__(self) -> None:
        self._client = async_client()

    async def send(self, session_id: int, command: Command) -> None:
        """Put a command on the session's stream. Raises BusDownError."""
        try:
            await self._client.xadd(commands_key(session_id), {"c": command.to_json()}, maxlen=KEPT_COMMANDS)
        except SILENCE as error:
            raise BusDownError from error

    async def urge(self, session_id: int, command: Command) -> None:
        """Send it both ways; the same key makes it one. Raises BusDownError if nobody can have heard it."""
        heard = shortcut.send(session_id, command.to_json())
        try:
            await self.send(session_id, command)
        except BusDownError:
            if not heard:
                raise

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def last_sample(self, session_id: int) -> dict[str, Any] | None:
        """The newest sample, or None if there is none. Raises BusDownError."""
        try:
            found = cast(Any, await self._client.xrevrange(telemetry_key(session_id), count=1))
        except SILENCE as error:
            raise BusDownError from error
        return cast(dict[str, Any], json.loads(found[0][1]["s"])) if found else None
