"""Telemetry for any number of consoles: one reader of a session's stream in this program, and each console resumes exactly."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TypeAlias, cast
from weakref import WeakKeyDictionary

import redis.asyncio

from sessions.bus.streams import SILENCE, BusDownError, async_client, telemetry_key

BACKLOG_S = 60
READ_AT_ONCE = 200
BLOCK_MS = 1000
TIMEOUT_S = 3.0
MOST_BEHIND = 200
"""Batches that a console may lie behind, ten seconds of them; then it is cut off, and connects again."""

Batch: TypeAlias = list[tuple[str, str]]
"""Samples as (stream id, JSON line) in the order of time; none of them after a second of silence."""

_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, "_Feed"]] = WeakKeyDictionary()


async def follow(session_id: int, after: str | None) -> AsyncGenerator[Batch, None]:
    """Samples from just after an id or from the last minute. An empty batch for each second of silence.

    Raises BusDownError when Redis goes away, or when this console reads too slowly: the browser then connects again.
    """
    last = after or f"{int((time.time() - BACKLOG_S) * 1000)}-0"
    feed = _feed_of(session_id)
    queue = feed.join()
    try:
        await feed.has_begun.wait()
        async for batch in _backlog(feed.key, last):
            last = batch[-1][0]
            yield batch
        while (handed_on := await queue.get()) is not None:
            fresh = [one for one in handed_on if _place(one[0]) > _place(last)]
            if fresh or not handed_on:
                last = fresh[-1][0] if fresh else last
                yield fresh
        raise BusDownError
    finally:
        feed.leave(queue)


class _Feed:
    """Reads a stream as long as somebody follows it, and hands each batch to all who do. None is handed on when that is over."""

    def __init__(self, session_id: int, others: dict[int, "_Feed"]) -> None:
        self.key = telemetry_key(session_id)
        self.has_begun = asyncio.Event()
        """Set once it is known from where on it hands on: what came before, everybody reads for themselves."""
        self._session_id, self._others = session_id, others
        self._queues: set[asyncio.Queue[Batch | None]] = set()
        self._task = asyncio.create_task(self._read())

    def join(self) -> asyncio.Queue[Batch | None]:
        """A place for what comes from now on."""
        queue: asyncio.Queue[Batch | None] = asyncio.Queue(MOST_BEHIND)
        self._queues.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Batch | None]) -> None:
        """The last one to leave ends it."""
        self._queues.discard(queue)
        if not self._queues:
            self._task.cancel()
            self._forget()

    async def _read(self) -> None:
        """However it ends, nobody is left waiting: a console that is cut off connects again."""
        redis_line = async_client(timeout_s=TIMEOUT_S)
        try:
            with suppress(*SILENCE):
                await self._hand_on_from(redis_line, await _newest(redis_line, self.key))
        finally:
            self._forget()
            self.has_begun.set()
            await redis_line.aclose()
            self._hand_on(None)

    async def _hand_on_from(self, redis_line: redis.asyncio.Redis, last: str) -> None:
        self.has_begun.set()
        while True:
            batch = await _after(redis_line, self.key, last, BLOCK_MS)
            last = batch[-1][0] if batch else last
            self._hand_on(batch)

    def _hand_on(self, batch: Batch | None) -> None:
        for queue in self._queues:
            is_behind = queue.full()
            while is_behind and not queue.empty():
                queue.get_nowait()
            queue.put_nowait(None if is_behind else batch)

    def _forget(self) -> None:
        if self._others.get(self._session_id) is self:
            del self._others[self._session_id]


def _feed_of(session_id: int) -> _Feed:
    feeds = _feeds.setdefault(asyncio.get_running_loop(), {})
    if session_id not in feeds:
        feeds[session_id] = _Feed(session_id, feeds)
    return feeds[session_id]


async def _backlog(key: str, last: str) -> AsyncGenerator[Batch, None]:
    """All that there is after an id. Raises BusDownError."""
    redis_line = async_client(timeout_s=TIMEOUT_S)
    try:
        while batch := await _after(redis_line, key, last, None):
            yield batch
            last = batch[-1][0]
    except SILENCE as error:
        raise BusDownError from error
    finally:
        await redis_line.aclose()


async def _after(redis_line: redis.asyncio.Redis, key: str, last: str, block_ms: int | None) -> Batch:
    found = await redis_line.xread({key: last}, count=READ_AT_ONCE, block=block_ms)
    streams = cast(list[tuple[str, list[tuple[str, dict[str, str]]]]], found)
    return [(name, fields["s"]) for _, entries in streams for name, fields in entries]


async def _newest(redis_line: redis.asyncio.Redis, key: str) -> str:
    found = cast(list[tuple[str, dict[str, str]]], await redis_line.xrevrange(key, count=1))
    return found[0][0] if found else "0-0"


def _place(name: str) -> tuple[int, int]:
    """Where a stream id lies in time."""
    milliseconds, _, number = name.partition("-")
    return int(milliseconds), int(number or 0)
