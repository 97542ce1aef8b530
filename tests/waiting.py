"""Waiting for what must happen: asks until it has, and fails in words when it has not within its bound."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(question: Callable[[], T | None], within_s: float, what: str) -> T:
    """The first answer that is true. Raises AssertionError after `within_s`."""
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        if answer := question():
            return answer
        time.sleep(0.01)
    raise AssertionError(f"Not within {within_s} s: {what}")
