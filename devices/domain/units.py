"""A pressure and its scale. SKU and mmHg are never compared, converted or drawn on one axis (map D10)."""

from dataclasses import dataclass
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
SWAIN = Source(
    "Swain 2025: the best device kept 99 % of rest within 5 % and 95 % of exercise within 10 %",
    Origin.PUBLISHED,
)
VENTED_BELOW = THRESHOLDS.of(20.0, "mmHg or SKU", "A cuff below this counts as vented")
BAND_AT_WORK = THRESHOLDS.of(0.10, "of the target", "In band while the limb works: within", SWAIN)
BAND_AT_REST = THRESHOLDS.of(0.05, "of the target", "In band at rest: within", SWAIN)


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
