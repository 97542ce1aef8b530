"""The loop's side: threads that wait, so that the loop never does."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, cast

import redis

from sessions.bus import shortcut
from sessions.bus.streams import (
    EXPIRE_AFTER_S,
    KEPT_SAMPLES,
    SILENCE,
    TIMEOUT_S,
    client,
    commands_key,
    station_key,
    telemetry_key,
)
from sessions.domain.commands import BadCommandError, Command, Verb

BLOCK_MS = 200
LOST_AFTER_S = 1.0
"""Redis answers each question within BLOCK_MS, even if there is nothing to tell."""
LAST_WORDS_WITHIN_S = 120.0
"""How long a session that has ended while Redis was away goes on trying to tell its consoles."""


class Inbox:
    """Threads that take commands from Redis and by the shortcut. The loop drains them; a STOP wakes it at once."""

    def __init__(self, session_id: int, station: str) -> None:
        self._session_key = commands_key(session_id)
        self._ids = {self._session_key: "0", station_key(station): _last_id(station_key(station))}
        self._found: deque[Command] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._heard_at = time.monotonic()
        self._ear = shortcut.listen(session_id)
        for target in (self._read_all, self._hear_all):
            threading.Thread(target=target, name=f"inbox{target.__name__}", daemon=True).start()

    def drain(self) -> Sequence[Command]:
        """Every command that has arrived since the last call."""
        self._wake.clear()
        return [self._found.popleft() for _ in range(len(self._found))]

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a STOP."""
        self._wake.wait(seconds)

    def lost_s(self) -> float:
        """Since when Redis has not answered; 0 while it does."""
        silent_s = time.monotonic() - self._heard_at
        return silent_s if silent_s > LOST_AFTER_S else 0.0

    def close(self) -> None:
        """Let the threads end."""
        self._closing = True

    def _read_all(self) -> None:
        redis_line = client(timeout_s=BLOCK_MS / 1000 + TIMEOUT_S)
        while not self._closing:
            try:
                self._read(redis_line)
            except SILENCE:
                time.sleep(0.1)

    def _hear_all(self) -> None:
        with self._ear:
            while not self._closing:
                with suppress(TimeoutError):
                    self._take(self._ear.recv(shortcut.LARGEST))

    def _read(self, redis_line: redis.Redis) -> None:
        streams = cast(Any, redis_line.xread(cast(Any, self._ids), block=BLOCK_MS)) or []
        self._heard_at = time.monotonic()
        for key, entries in streams:
            for entry_id, fields in entries:
                self._ids[key] = entry_id
                self._take(fields["c"])

    def _take(self, line: str | bytes) -> None:
        with suppress(BadCommandError):  # whoever wrote it was told so when it was checked
            command = Command.from_json(line)
            self._found.append(command)
            if command.verb is Verb.STOP:
                self._wake.set()


def _last_id(key: str) -> str:
    """The newest id of a stream, so that yesterday's STOP does not stop today. '$' only if Redis is silent."""
    try:
        with client() as redis_line:
            found = cast(Any, redis_line.xrevrange(key, count=1))
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
        """Publish what is left, for at most 2 s. The thread goes on trying to say how it ended."""
        with suppress(Full):
            self._queue.put_nowait(None)
        self._thread.join(timeout=2)

    def _publish_all(self) -> None:
        redis_line = client()
        is_told, lines = True, [""]
        while (line := self._queue.get()) is not None:
            lines = [line, *self._waiting()]
            is_told = self._publish(redis_line, lines)
            if not is_told:
                time.sleep(0.05)
        if not is_told:
            self._say_last_words(redis_line, lines[-1])

    def _say_last_words(self, redis_line: redis.Redis, line: str) -> None:
        """The sample that tells the end must not be lost: without it consoles go on ordering the quick release."""
        give_up_at = time.monotonic() + LAST_WORDS_WITHIN_S
        while not self._publish(redis_line, [line]) and time.monotonic() < give_up_at:
            time.sleep(0.5)

    def _publish(self, redis_line: redis.Redis, lines: Sequence[str]) -> bool:
        """Whether Redis took the samples."""
        pipe = redis_line.pipeline(transaction=False)
        for one in lines:
            pipe.xadd(self._key, {"s": one}, maxlen=KEPT_SAMPLES, approximate=True)
        pipe.expire(self._key, EXPIRE_AFTER_S)
        try:
            pipe.execute()
        except SILENCE:
            return False
        return True

    def _waiting(self) -> list[str]:
        """What else is queued already, the end mark left in place."""
        found: list[str] = []
        with suppress(Empty):
            while (line := self._queue.get_nowait()) is not None:
                found.append(line)
            self._queue.put_nowait(None)
        return found
