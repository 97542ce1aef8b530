"""What a console may ask of a running session, as it travels on the bus."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class BadCommandError(Exception):
    """A command that can't be read; says what is wrong with it."""


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
                seen_n=None if data.get("seen_n") is None else int(data["seen_n"]),
                signal=str(data.get("signal", "")),
                value=None if data.get("value") is None else float(data["value"]),
                words=str(data.get("words", ""))[:200],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadCommandError(f"This command can't be read: {error}") from error

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """The command that `to_json` wrote. Raises BadCommandError in words."""
        try:
            return cls.from_mapping(json.loads(line))
        except json.JSONDecodeError as error:
            raise BadCommandError("This command is not JSON.") from error
