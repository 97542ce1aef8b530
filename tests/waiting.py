"""Waiting for what must happen: asks until it has, and fails in words when it has not within its bound."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
WITHIN_S = 5.0
ASK_EVERY_S = 0.01


def until(
    question: Callable[[], T | None], within_s: float = WITHIN_S, what: str = "it did not come true"
) -> T:
    """The first answer that is true. Raises AssertionError when the last one asked after `within_s` is not."""
    give_up_at = time.monotonic() + within_s
    while True:
        asked_at = time.monotonic()
        if answer := question():
            return answer
        if asked_at > give_up_at:
            raise AssertionError(f"Not within {within_s} s: {what}")
        time.sleep(ASK_EVERY_S)
