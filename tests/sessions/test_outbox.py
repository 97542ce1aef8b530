"""What consoles are told while Redis falters, with the tests' own Redis."""

import asyncio
import json
import uuid
from typing import Any

import redis

from sessions import bus
from tests.waiting import until


def last_sample(session_id: int) -> dict[str, Any] | None:
    async def ask() -> dict[str, Any] | None:
        links = bus.Links()
        try:
            return await links.last_sample(session_id)
        finally:
            await links.close()

    return asyncio.run(ask())


def test_an_end_while_redis_is_frozen_is_told_once_it_is_back(redis_url):
    session_id = uuid.uuid4().int % 2**40
    outbox = bus.Outbox(session_id)
    outbox.publish(json.dumps({"n": 1, "state": "RUNNING"}))
    until(lambda: last_sample(session_id), 5, "the first sample did not arrive")

    with redis.Redis.from_url(redis_url) as client:
        client.client_pause(1500)
    for n, state in ((2, "ENDING"), (3, "ENDED")):
        outbox.publish(json.dumps({"n": n, "state": state}))
    outbox.close()

    def is_told() -> bool:
        try:
            return (last_sample(session_id) or {}).get("state") == "ENDED"
        except bus.BusDownError:
            return False

    until(is_told, 10, "nobody was told of the end")
