"""What a console tells afterwards of an alarm that only it could see, as it comes from the page: checked before it is kept."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from kaatsu_clinic.thresholds import Area, Thresholds
from sessions.domain.alarms import UNSORTED, sort_of

THRESHOLDS = Thresholds(Area.ALARMS, __name__)
OLDEST_S = THRESHOLDS.of(604_800.0, "s", "What a console tells later than this is not kept")
LARGEST_BYTES = 1_000


class BadTellingError(Exception):
    """What a console told can't be read; says what is wrong with it."""


class Turn(StrEnum):
    """What is told: how long it held, or that somebody has seen it."""

    OVER = "OVER"
    SEEN = "SEEN"


@dataclass(frozen=True)
class Telling:
    """One line of a console. `ago_s` is how long before it was sent the alarm began, whatever the clock of that device says."""

    key: uuid.UUID
    turn: Turn
    code: str
    ago_s: float
    lasted_s: float

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Raises BadTellingError in words."""
        if len(line) > LARGEST_BYTES:
            raise BadTellingError("This is too long.")
        try:
            return cls._of(json.loads(line))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise BadTellingError(f"This can't be read: {error}") from error

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Self:
        began, ended, sent = (float(data[name]) / 1000 for name in ("from", "to", "sent"))
        if not (0 <= sent - began <= OLDEST_S and began <= ended <= sent):
            raise ValueError("its times can't be")
        if sort_of(data["code"]) is UNSORTED:
            raise ValueError("there is no such alarm")
        return cls(uuid.UUID(str(data["key"])), Turn(data["what"]), data["code"], sent - began, ended - began)

    def began_at(self, told_at: datetime) -> datetime:
        """When it began, on our clock."""
        return told_at - timedelta(seconds=self.ago_s)

    def words(self, who: str) -> str:
        """As the log says it."""
        name = sort_of(self.code).name
        if self.turn is Turn.SEEN:
            return f"{name}: acknowledged on {who}'s console."
        return f"{name} for {max(1, round(self.lasted_s))} s on {who}'s console."
