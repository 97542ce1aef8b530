"""Does a controller's gauge read true: points beside a reference gauge, their error, and how it moves over the years."""

from collections.abc import Sequence
from dataclasses import dataclass

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
NIBP = Source(
    "Pattern of IEC 80601-2-30 for blood-pressure monitors; not a claim of conformity", Origin.RECALLED
)
VALID_DAYS = THRESHOLDS.of(365, "days", "A calibration holds so long")
LEAST_POINTS = THRESHOLDS.of(4, "points", "A calibration has zero and three more, at least")
REACH = THRESHOLDS.of(
    0.8, "of the highest pressure that may be prescribed", "Calibration points must reach this"
)
TOLERANCE = THRESHOLDS.of(
    3.0, "mmHg or SKU", "Calibration: error at most this, or the share if it is more", NIBP
)
TOLERANCE_SHARE = THRESHOLDS.of(0.02, "of the pressure", "Calibration: error at most this share", NIBP)
DRIFT = THRESHOLDS.of(2.0, "mmHg or SKU", "Calibration: a mean error that moved by more is told")


@dataclass(frozen=True)
class Point:
    """What the reference gauge showed and what the controller said, in the controller's scale."""

    gauge: float
    reading: float

    @property
    def error(self) -> float:
        """How far the controller is off; positive if it reads too much."""
        return self.reading - self.gauge

    @property
    def is_true(self) -> bool:
        """Whether the error is within tolerance."""
        return abs(self.error) <= max(TOLERANCE, TOLERANCE_SHARE * self.gauge)


def incomplete(points: Sequence[Point], highest: float) -> list[str]:
    """Why these points are no calibration yet, in words."""
    found = [
        (len(points) < LEAST_POINTS, f"Take at least {LEAST_POINTS} points."),
        (not any(point.gauge == 0 for point in points), "One point is with the cuff open, at 0."),
        (
            max((point.gauge for point in points), default=0) < REACH * highest,
            f"The highest point must reach {REACH * highest:g}.",
        ),
        (
            len({point.gauge for point in points}) < len(points),
            "Two points are at the same pressure.",
        ),
    ]
    return [words for holds, words in found if holds]


def passes(points: Sequence[Point]) -> bool:
    """Whether every point is within tolerance. No points, no pass."""
    return bool(points) and all(point.is_true for point in points)


def worst_error(points: Sequence[Point]) -> float:
    """The error that is farthest from zero, with its sign. Raises ValueError without points."""
    return max((point.error for point in points), key=abs)


def mean_error(points: Sequence[Point]) -> float:
    """The mean error, with its sign. Raises ValueError without points."""
    if not points:
        raise ValueError("no points")
    return sum(point.error for point in points) / len(points)


def has_drifted(now: Sequence[Point], before: Sequence[Point]) -> bool:
    """Whether the gauge has moved since the last calibration."""
    return abs(mean_error(now) - mean_error(before)) > DRIFT
