"""Is a controller fit for a limb: what an acceptance test measures, and how good each figure must be.

Figures are in the box's scale. A figure that a box can't give is None, and counts as a failure unless the step says that
another one stands for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devices.domain.calibration import NIBP
from devices.domain.units import BAND_AT_REST, BAND_AT_WORK, SWAIN, VENTED_BELOW
from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
LEAK_TEST = Source("Mindray leak test, at most 6 mmHg in a minute", Origin.VENDOR)
VALID_DAYS = THRESHOLDS.of(180, "days", "An acceptance test holds so long")
LEAST_TARGET = THRESHOLDS.of(
    100.0, "in the box's scale", "Acceptance test: held at least so high, or as high as the box allows"
)
LEAST_HELD_S = THRESHOLDS.of(30.0, "s", "Acceptance test: held at least so long")
LOWEST_TRIAL = THRESHOLDS.of(40.0, "in the box's scale", "Acceptance test: the lowest target of a trial run")
ROOM_ABOVE = THRESHOLDS.of(
    30.0, "in the box's scale", "Acceptance test and self-test: the ceiling lies so far above the target"
)
SETTLES_S = THRESHOLDS.of(
    5.0, "s", "Acceptance test and self-test: the hold counts so long after the cuff was filled"
)
SHORTEST_TRIAL_S = THRESHOLDS.of(5.0, "s", "Acceptance test: the shortest hold of a trial run")
LONGEST_HELD_S = THRESHOLDS.of(600.0, "s", "Acceptance test: the longest hold")
MOST_OF_RATED = THRESHOLDS.of(0.8, "of the rated maximum", "Acceptance test: the highest target")


@dataclass(frozen=True)
class Limit:
    """A bound on one figure, its unit, and where it is from."""

    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""
    origin: Source = PROGRAMME

    def holds(self, value: float | None) -> bool:
        """Whether a figure is within. What is not known is not."""
        if value is None:
            return False
        return (self.at_most is None or value <= self.at_most) and (
            self.at_least is None or value >= self.at_least
        )

    def __str__(self) -> str:
        bound = f"at most {self.at_most:g}" if self.at_most is not None else f"at least {self.at_least:g}"
        return f"{bound} {self.unit}".strip()


SELF_TEST = Limit(at_most=VENTED_BELOW, unit="in an open cuff")
RISE = Limit(at_most=30.0, unit="s")
"""The slowest pump in use fills a thigh cuff to 160 mmHg in 22 s (measured in the cuff model)."""
OVERSHOOT = Limit(at_most=10.0, unit="above the target")
HOLD_AT_REST = Limit(at_least=0.99, unit="of the time in band", origin=SWAIN)
HOLD_AT_WORK = Limit(at_least=0.95, unit="of the time in band", origin=SWAIN)
LEAK_ON_CYLINDER = Limit(at_most=6.0, unit="lost in a minute", origin=LEAK_TEST)
LEAK_ON_LIMB = Limit(at_most=30.0, unit="lost in a minute")
"""Tissue under a cuff gives way for minutes, and that counts as lost pressure here."""
VENT = Limit(at_most=10.0, unit="s", origin=NIBP)
WATCHDOG = Limit(at_most=1.5, unit="s until it vents by itself")
"""The lease of 1 s, and time for a reading to show the fall."""

THRESHOLDS.tell(
    *(
        (f"Acceptance test, {words}", str(limit).removesuffix(limit.unit).strip(), limit.unit, limit.origin)
        for words, limit in (
            ("an open cuff shows", SELF_TEST),
            ("time to fill", RISE),
            ("overshoot", OVERSHOOT),
            ("hold at rest", HOLD_AT_REST),
            ("hold while the limb works", HOLD_AT_WORK),
            ("leak on a cylinder", LEAK_ON_CYLINDER),
            ("leak on a limb", LEAK_ON_LIMB),
            ("vent", VENT),
            ("watchdog", WATCHDOG),
        )
    )
)


@dataclass(frozen=True)
class Step:
    """One row of an acceptance test. `instead` names what stands for a figure that this kind of box can't give."""

    name: str
    value: float | None
    limit: Limit
    instead: str = ""

    @property
    def passed(self) -> bool:
        """Whether this step is good."""
        return bool(self.instead) or self.limit.holds(self.value)

    @property
    def words(self) -> str:
        """What was found, for people."""
        if self.instead:
            return self.instead
        return "not measured" if self.value is None else f"{self.value:.3g}"

    def to_json(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "name": self.name,
            "found": self.words,
            "limit": str(self.limit),
            "origin": str(self.limit.origin),
            "passed": self.passed,
        }


def least_target(rated_maximum: float) -> float:
    """How high a box must have held to be accepted."""
    return min(LEAST_TARGET, MOST_OF_RATED * rated_maximum)


def is_trial(target: float, seconds: float, rated_maximum: float) -> bool:
    """Too low or too short to accept a box by."""
    return target < least_target(rated_maximum) or seconds < LEAST_HELD_S


def band(*, exercise: bool) -> float:
    """The share of the target within which a held pressure is in band."""
    return BAND_AT_WORK if exercise else BAND_AT_REST


def time_in_band(pressures: Sequence[float], target: float, *, exercise: bool) -> float | None:
    """Share of the samples in band; None without samples."""
    if not pressures:
        return None
    width = band(exercise=exercise) * target
    return sum(abs(pressure - target) <= width for pressure in pressures) / len(pressures)
