"""Commands down to a running session, telemetry up from it: two Redis streams per session.

The stream id of a sample is its event id in the browser, so a console resumes exactly. Whatever waits for Redis here
has a bound: nothing retries by itself, because a retry in front of a cuff is a stop that comes late.
"""

import json
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, cast

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from sessions.domain.commands import BadCommandError, Command, Verb

TIMEOUT_S = 0.25
BLOCK_MS = 200
KEPT_SAMPLES = 40_000
KEPT_COMMANDS = 2_000
EXPIRE_AFTER_S = 3600
BACKLOG_S = 60
SEEN_FOR_S = 6
"""A station that has not been heard for this long counts as away: three missed heartbeats of Celery's 2 s."""

SILENCE = (redis.RedisError, OSError)
"""How Redis fails: an error of its own, or of the socket."""


class BusDownError(Exception):
    """Redis does not answer."""


def _client(timeout_s: float = TIMEOUT_S) -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def _async_client(timeout_s: float = TIMEOUT_S) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=AsyncRetry(NoBackoff(), 0),
        decode_responses=True,
    )


def commands_key(session_id: int) -> str:
    """The stream that a session's consoles write."""
    return f"session:{session_id}:commands"


def telemetry_key(session_id: int) -> str:
    """The stream that a session's loop writes."""
    return f"session:{session_id}:telemetry"


def station_key(slug: str) -> str:
    """The stream that speaks to every session of a station at once."""
    return f"station:{slug}:commands"


# --- from the web, synchronously ---------------------------------------------------------------------------------


def send(session_id: int, command: Command) -> None:
    """Put a command on the session's stream. Raises BusDownError."""
    _add(commands_key(session_id), command)


def send_to_station(slug: str, command: Command) -> None:
    """Put a command before every session of a station. Raises BusDownError."""
    _add(station_key(slug), command)


def _add(key: str, command: Command) -> None:
    try:
        with _client() as client:
            client.xadd(key, {"c": command.to_json()}, maxlen=KEPT_COMMANDS)
            client.expire(key, EXPIRE_AFTER_S)
    except SILENCE as error:
        raise BusDownError("The message bus does not answer.") from error


def mark_station_seen(slug: str, version: str) -> None:
    """Said by a station's worker with each heartbeat. Raises BusDownError."""
    try:
        with _client() as client:
            client.set(f"station:{slug}:seen", version, ex=SEEN_FOR_S)
    except SILENCE as error:
        raise BusDownError("The message bus does not answer.") from error


def station_seen(slug: str, version: str) -> bool:
    """Whether the station's worker, of this version, was heard within SEEN_FOR_S. Raises BusDownError."""
    try:
        with _client() as client:
            return bool(client.get(f"station:{slug}:seen") == version)
    except SILENCE as error:
        raise BusDownError("The message bus does not answer.") from error


def tell_interrupted(session_id: int, words: str, vented: bool | None) -> None:
    """Tell the consoles of a session whose process is gone how it ended. Raises BusDownError."""
    key = telemetry_key(session_id)
    try:
        with _client() as client:
            found = cast(Any, client.xrevrange(key, count=1))
            if found:
                last = json.loads(found[0][1]["s"])
                client.xadd(key, {"s": json.dumps(last | _farewell(last["n"], words, vented))})
    except SILENCE as error:
        raise BusDownError("The message bus does not answer.") from error


def _farewell(n: int, words: str, vented: bool | None) -> dict[str, Any]:
    ending = {"outcome": "INTERRUPTED", "words": words}
    told = {
        "state": "ENDED",
        "ending": ending,
        "vented": vented,
        "pressure": None,
        "controller": None,
        "target": 0,
    }
    return told | {"n": n + 1, "at": round(time.time(), 3), "warnings": []}


# --- from the web, without waiting -------------------------------------------------------------------------------


class Links:
    """What the signed links need of Redis, over one pool of connections per event loop."""

    def __init__(self) -> None:
        self._client = _async_client()

    async def send(self, session_id: int, command: Command) -> None:
        """Put a command on the session's stream. Raises BusDownError."""
        try:
            await self._client.xadd(commands_key(session_id), {"c": command.to_json()}, maxlen=KEPT_COMMANDS)
        except SILENCE as error:
            raise BusDownError("The message bus does not answer.") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def last_sample(self, session_id: int) -> dict[str, Any] | None:
        """The newest sample, or None if there is none. Raises BusDownError."""
        try:
            found = cast(Any, await self._client.xrevrange(telemetry_key(session_id), count=1))
        except SILENCE as error:
            raise BusDownError("The message bus does not answer.") from error
        return cast(dict[str, Any], json.loads(found[0][1]["s"])) if found else None


async def follow(session_id: int, after: str | None) -> AsyncGenerator[tuple[str, str] | None, None]:
    """Samples as (stream id, JSON line), from just after an id or from the last minute. None each second of silence.

    Raises BusDownError when Redis goes away: the browser then connects again.
    """
    last = after or f"{int((time.time() - BACKLOG_S) * 1000)}-0"
    key = telemetry_key(session_id)
    client = _async_client(timeout_s=3.0)
    try:
        while True:
            found = await client.xread({key: last}, count=200, block=1000)
            if not found:
                yield None
            for _, entries in cast(list[tuple[str, list[tuple[str, dict[str, str]]]]], found):
                for last, fields in entries:
                    yield last, fields["s"]
    except SILENCE as error:
        raise BusDownError("The message bus does not answer.") from error
    finally:
        await client.aclose()


# --- from the loop: two threads that wait for Redis, so that the loop never does ----------------------------------


class Inbox:
    """A thread that reads commands. The loop drains them each tick, and a STOP wakes it at once."""

    def __init__(self, session_id: int, station: str) -> None:
        self._session_key = commands_key(session_id)
        self._ids = {self._session_key: "0", station_key(station): _last_id(station_key(station))}
        self._found: deque[Command] = deque()
        self._wake = threading.Event()
        self._closing = False
        threading.Thread(target=self._read_all, name="inbox", daemon=True).start()

    def drain(self) -> Sequence[Command]:
        """Every command that has arrived since the last call."""
        self._wake.clear()
        return [self._found.popleft() for _ in range(len(self._found))]

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a STOP."""
        self._wake.wait(seconds)

    def close(self) -> None:
        """Let the thread end."""
        self._closing = True

    def _read_all(self) -> None:
        client = _client(timeout_s=BLOCK_MS / 1000 + TIMEOUT_S)
        while not self._closing:
            try:
                self._read(client)
            except SILENCE:
                time.sleep(0.1)

    def _read(self, client: redis.Redis) -> None:
        streams = cast(Any, client.xread(cast(Any, self._ids), block=BLOCK_MS)) or []
        for key, entries in streams:
            for entry_id, fields in entries:
                self._ids[key] = entry_id
                self._take(fields)

    def _take(self, fields: dict[str, str]) -> None:
        with suppress(BadCommandError, KeyError):  # whoever wrote it was told so when it was checked
            command = Command.from_json(fields["c"])
            self._found.append(command)
            if command.verb is Verb.STOP:
                self._wake.set()


def _last_id(key: str) -> str:
    """The newest id of a stream, so that yesterday's STOP does not stop today. '$' only if Redis is silent."""
    try:
        with _client() as client:
            found = cast(Any, client.xrevrange(key, count=1))
    except SILENCE:
        return "$"
    return str(found[0][0]) if found else "0"


class Outbox:
    """A thread that publishes samples. When Redis is slow, samples are dropped here; the journal has them all."""

    def __init__(self, session_id: int) -> None:
        self._key = telemetry_key(session_id)
        self._queue: Queue[str | None] = Queue(maxsize=200)
        self._thread = threading.Thread(target=self._publish_all, name="outbox", daemon=True)
        self._thread.start()

    def publish(self, line: str) -> None:
        """Hand a sample over; returns at once, dropping it when the queue is full."""
        with suppress(Full):
            self._queue.put_nowait(line)

    def close(self) -> None:
        """Publish what is left, for at most 2 s."""
        with suppress(Full):
            self._queue.put_nowait(None)
        self._thread.join(timeout=2)

    def _publish_all(self) -> None:
        client = _client()
        while (line := self._queue.get()) is not None:
            try:
                self._publish(client, line)
            except SILENCE:
                time.sleep(0.05)

    def _publish(self, client: redis.Redis, line: str) -> None:
        lines = [line, *self._waiting()]
        pipe = client.pipeline(transaction=False)
        for one in lines:
            pipe.xadd(self._key, {"s": one}, maxlen=KEPT_SAMPLES, approximate=True)
        pipe.expire(self._key, EXPIRE_AFTER_S)
        pipe.execute()

    def _waiting(self) -> list[str]:
        """What else is queued already, the end mark left in place."""
        found: list[str] = []
        with suppress(Empty):
            while (line := self._queue.get_nowait()) is not None:
                found.append(line)
            self._queue.put_nowait(None)
        return found
