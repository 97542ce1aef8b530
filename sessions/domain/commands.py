"""What a console may ask of a running session, as it travels on the bus."""

import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from sessions.domain.people import Seat


class BadCommandError(Exception):
    """A command that can't be read; says what is wrong with it."""


LARGEST_BYTES = 4_000
"""A longer line is no command: the longest that a console writes has about 200."""
LONGEST_SIGNAL = 20
LONGEST_WORDS = 200
LONGEST_NAME = 80


class Verb(StrEnum):
    """Everything that can be asked. STOP and WATCH need no login; the rest is recorded with who asked.

    TAKE takes control of the session, HAND offers it to somebody else who is there, or to nobody any more.
    """

    STOP = "STOP"
    WATCH = "WATCH"
    INFLATE = "INFLATE"
    REPETITION = "REPETITION"
    UNDO = "UNDO"
    COUNT = "COUNT"
    NEXT = "NEXT"
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    ENTER = "ENTER"
    NOT_POSSIBLE = "NOT_POSSIBLE"
    PULSE = "PULSE"
    UNMARK = "UNMARK"
    TAKE = "TAKE"
    HAND = "HAND"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    AUDIO_PAUSE = "AUDIO_PAUSE"
    AUDIO_RESUME = "AUDIO_RESUME"
    INACTIVATE = "INACTIVATE"
    SOUND_CHECK = "SOUND_CHECK"


INFLATING = frozenset({Verb.INFLATE, Verb.RESUME, Verb.NEXT, Verb.PULSE, Verb.UNMARK})
"""Verbs that may lead to more pressure: refused from a console that shows old data."""

ALARMING = frozenset(
    {Verb.ACKNOWLEDGE, Verb.AUDIO_PAUSE, Verb.AUDIO_RESUME, Verb.INACTIVATE, Verb.SOUND_CHECK}
)
"""Verbs about alarms and their sounds: heard as long as the loop runs."""

ORDERS = INFLATING | {Verb.STOP, Verb.PAUSE}
"""Verbs that change what the box is told: they are answered once the box has answered."""


def _new_key() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Command:
    """One request. `seen_n` is the newest sample that the console had drawn; None means not told.

    `signal` and `value` belong to ENTER: what was observed, and how much. A symptom has the value 1. PULSE has the value 1
    where a pulse is felt, else 0; UNMARK takes the last of them back. WATCH has the value 1 where someone has touched the console. UNDO takes one repetition back,
    COUNT says how many the set has. NOT_POSSIBLE answers a question, named in `signal`, with the reason in `words`.

    `console` is the id that the page made for itself. `user` and `who` are filled in by the web from the sign-in or the
    signed link, whatever a page may have written there. `other` is the console from which TAKE takes, or to which HAND hands.
    ACKNOWLEDGE has as value the highest number of an alarm that was shown, INACTIVATE the code as signal and 1 for off,
    SOUND_CHECK a `domain.alarms.Heard` as signal.
    """

    verb: Verb
    key: str = field(default_factory=_new_key)
    seen_n: int | None = None
    signal: str = ""
    value: float | None = None
    words: str = ""
    console: str = ""
    other: str = ""
    user: int | None = None
    who: str = ""

    @property
    def seat(self) -> Seat:
        """Who asks, and where."""
        return Seat(self.user, self.console, self.who)

    def said_by(self, user: int | None, name: str) -> Self:
        """The same, from a person that the web knows."""
        return replace(self, user=user, who=_name(name))

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
                console=_id(data.get("console", "")),
                other=_id(data.get("other", "")),
                user=_counted(data.get("user")),
                who=_name(data.get("who", "")),
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


def _id(text: Any) -> str:
    """A console's id, or empty."""
    return str(uuid.UUID(str(text))) if text else ""


def _name(text: Any) -> str:
    """A person's name as far as every screen can show it. No name may keep a STOP from being read."""
    shown = "".join(one if one.isprintable() else " " for one in str(text or ""))
    return shown[:LONGEST_NAME]


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
