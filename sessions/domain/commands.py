"""What a console may ask of a running session, as it travels on the bus."""

import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class BadCommandError(Exception):
    """A command that can't be read; says what is wrong with it."""


LARGEST_BYTES = 4_000
"""A longer line is no command: the longest that a console writes has about 200."""
LONGEST_SIGNAL = 20
LONGEST_WORDS = 200


class Verb(StrEnum):
    """Everything that can be asked. STOP and WATCH need no login; the rest is recorded with who asked."""

    STOP = "STOP"
    WATCH = "WATCH"
    INFLATE = "INFLATE"
    REPETITION = "REPETITION"
    NEXT = "NEXT"
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    ENTER = "ENTER"


INFLATING = frozenset({Verb.INFLATE, Verb.RESUME, Verb.NEXT})
"""Verbs that may lead to more pressure: refused from a console that shows old data."""


def _new_key() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Command:
    """One request. `seen_n` is the newest sample that the console had drawn; None means not told.

    `signal` and `value` belong to ENTER: what was observed, and how much. A symptom has the value 1.
    """

    verb: Verb
    key: str = field(default_factory=_new_key)
    seen_n: int | None = None
    signal: str = ""
    value: float | None = None
    words: str = ""

    def to_json(self) -> str:
        """One line, as put on the bus."""
        return json.dumps(self.__dict__)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """A command from parsed JSON. Raises BadCommandError in words."""
        try:
            return cls(
                verb=Verb(data["verb"]),
                key=str(uuid.UUID(str(data["key"]))),
                seen_n=_counted(data.get("seen_n")),
                signal=_plain(data.get("signal", ""), LONGEST_SIGNAL),
                value=_finite(data.get("value")),
                words=_plain(data.get("words", ""), LONGEST_WORDS),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadCommandError(f"This command can't be read: {error}") from error

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """The command that `to_json` wrote, or anything else. Raises BadCommandError in words."""
        if len(line) > LARGEST_BYTES:
            raise BadCommandError("This command is too long.")
        try:
            return cls.from_mapping(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise BadCommandError("This command is not JSON.") from error


def _counted(n: Any) -> int | None:
    if n is None or (type(n) is int and n >= 0):
        return n
    raise ValueError("seen_n is no count")


def _finite(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) in (int, float) and math.isfinite(value):
        return float(value)
    raise ValueError("value is no number")


def _plain(text: Any, longest: int) -> str:
    """Text that every log, database and screen can hold."""
    if isinstance(text, str) and len(text) <= longest and text.isprintable():
        return text
    raise ValueError(f"a text is longer than {longest} or can't be shown")
