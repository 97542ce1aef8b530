"""Redis with a bound on every wait, and the names of the streams.

Nothing retries by itself here: a retry in front of a cuff is a stop that comes late.
"""

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_S = 0.25
KEPT_SAMPLES = 40_000
KEPT_COMMANDS = 2_000
EXPIRE_AFTER_S = 3600

SILENCE = (redis.RedisError, OSError)
"""How Redis fails: an error of its own, or of the socket."""


class BusDownError(Exception):
    """Redis does not answer."""

    def __init__(self) -> None:
        super().__init__("The message bus does not answer.")


def client(timeout_s: float = TIMEOUT_S) -> redis.Redis:
    """A connection that gives up after `timeout_s`."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def async_client(timeout_s: float = TIMEOUT_S) -> redis.asyncio.Redis:
    """The same, to be awaited."""
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
