"""Limits that only tighten (map D11): the smallest of wish and limits wins, and the answer names which one cut.

The limits themselves are in `limits`; this is how any of them act on a wish.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from devices.domain.units import MixedScalesError, Pressure, Scale


class Unit(StrEnum):
    """What is limited besides pressure."""

    PERCENT_LOP = "PERCENT_LOP"
    PERCENT_1RM = "PERCENT_1RM"
    SESSIONS_PER_WEEK = "SESSIONS_PER_WEEK"
    SECONDS_AT_ONCE = "SECONDS_AT_ONCE"
    SECONDS_IN_ALL = "SECONDS_IN_ALL"
    CYCLES = "CYCLES"

    @property
    def symbol(self) -> str:
        """The unit as people write it."""
        return {
            "PERCENT_LOP": "% LOP",
            "PERCENT_1RM": "% 1RM",
            "SESSIONS_PER_WEEK": "sessions a week",
            "SECONDS_AT_ONCE": "s",
            "SECONDS_IN_ALL": "s",
            "CYCLES": "cycles",
        }[self.value]


class Origin(StrEnum):
    """Where a number is from (map D13). Never PUBLISHED for what was not seen in the paper."""

    PUBLISHED = "PUBLISHED"
    VENDOR = "VENDOR"
    PROGRAMME = "PROGRAMME"
    MEASURED = "MEASURED"
    CLINICIAN = "CLINICIAN"

    @property
    def words(self) -> str:
        """The origin as the screen shows it."""
        return {
            "PUBLISHED": "Published",
            "VENDOR": "Vendor",
            "PROGRAMME": "Programme setting",
            "MEASURED": "Measured",
            "CLINICIAN": "Clinician",
        }[self.value]


@dataclass(frozen=True)
class Amount:
    """A wish that is not a pressure."""

    value: float
    scale: Unit


@dataclass(frozen=True)
class Limit:
    """An upper bound. `source` says in words where it is from and why; `origin` is its kind."""

    name: str
    value: float
    scale: Scale | Unit
    source: str
    origin: Origin

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value >= 0):
            raise ValueError(f"{self.name}: {self.value} is no limit.")

    def __str__(self) -> str:
        return f"{self.value:g} {self.scale.symbol}"


@dataclass(frozen=True)
class Allowed:
    """What remains of a wish. `cut_by` is the tightest limit where one cut, else None."""

    wished: Pressure | Amount
    value: float
    cut_by: Limit | None
    limits: tuple[Limit, ...]

    def why(self, limit: Limit) -> str:
        """What this limit did to the wish, in words."""
        if limit is self.cut_by:
            return f"Cut from {self.wished.value:g} to {limit}."
        if limit.value < self.wished.value:
            return "Below the wish, too; another limit is tighter."
        return "Does not cut."

    def to_json(self) -> list[dict[str, str | float | bool]]:
        """The limits as stored with a prescription."""
        return [
            {
                "name": limit.name,
                "value": limit.value,
                "unit": limit.scale.symbol,
                "source": limit.source,
                "origin": limit.origin.words,
                "cut": limit is self.cut_by,
                "why": self.why(limit),
            }
            for limit in self.limits
        ]


def tighten(wished: Pressure | Amount, limits: Sequence[Limit]) -> Allowed:
    """The wish, or the tightest limit below it.

    Raises MixedScalesError where a limit counts in another scale; ValueError for a wish that is no amount,
    and where there is no limit at all: nothing known is never a green light.
    """
    _check(wished, limits)
    tightest = min(limits, key=lambda limit: limit.value)
    if wished.value <= tightest.value:
        return Allowed(wished, wished.value, None, tuple(limits))
    return Allowed(wished, tightest.value, tightest, tuple(limits))


def _check(wished: Pressure | Amount, limits: Sequence[Limit]) -> None:
    if not limits:
        raise ValueError("Nothing limits this wish.")
    if not (math.isfinite(wished.value) and wished.value >= 0):
        raise ValueError(f"{wished.value} can't be wished for.")
    for limit in limits:
        if limit.scale is not wished.scale:
            raise MixedScalesError(
                f"{limit.name} counts in {limit.scale.symbol}, the wish in {wished.scale.symbol}."
            )
