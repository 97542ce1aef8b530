"""A pressure and its scale. SKU and mmHg are never compared, converted or drawn on one axis (map D10)."""

from dataclasses import dataclass
from enum import StrEnum

VENTED_BELOW = 20.0
"""A cuff below this reads as vented, in either scale (programme setting, map D8)."""

BAND_AT_WORK = 0.10
BAND_AT_REST = 0.05
"""Share of the target within which a held pressure counts as in band (Swain 2025, published)."""


class MixedScalesError(Exception):
    """Two pressures of different scales met."""


class Scale(StrEnum):
    """What a number on the gauge counts."""

    MMHG = "MMHG"
    SKU = "SKU"

    @property
    def symbol(self) -> str:
        """The unit as people write it."""
        return {"MMHG": "mmHg", "SKU": "SKU"}[self.value]


@dataclass(frozen=True)
class Pressure:
    """A gauge pressure with its scale. Comparing two scales raises MixedScalesError."""

    value: float
    scale: Scale

    def __str__(self) -> str:
        return f"{self.value:g} {self.scale.symbol}"

    def __lt__(self, other: "Pressure") -> bool:
        self._must_match(other)
        return self.value < other.value

    def __le__(self, other: "Pressure") -> bool:
        self._must_match(other)
        return self.value <= other.value

    def _must_match(self, other: "Pressure") -> None:
        if self.scale is not other.scale:
            raise MixedScalesError(f"{self} and {other} can't be compared.")
