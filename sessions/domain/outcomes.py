"""Sums over many people: sessions by week, and how pain changed. Dates and numbers in, no names anywhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.OUTCOMES, __name__)
FARRAR = Source("After Farrar 2001", Origin.RECALLED)
PAIN_IMPORTANT_CHANGE = THRESHOLDS.of(
    2.0, "points of 10", "Dashboard: change in pain that people call better", FARRAR
)
FEWEST_PEOPLE = THRESHOLDS.of(3, "people", "Dashboard: a median of fewer is not shown")
"""It would say something about one of them."""


@dataclass(frozen=True)
class Reading:
    """One pain score of one person."""

    person: int
    day: date
    value: float


@dataclass(frozen=True)
class Week:
    """How many sessions were done in the week that begins on a Monday."""

    begins_on: date
    supervised: int
    at_home: int


@dataclass(frozen=True)
class PainChanges:
    """First against latest score of the same people. `missing` have no second day to compare with."""

    changes: tuple[float, ...]
    missing: int
    first_on: date | None
    last_on: date | None

    @property
    def people(self) -> int:
        """With both a first and a later score."""
        return len(self.changes)

    @property
    def median(self) -> float | None:
        """The middle change, None with too few people to say."""
        return median(self.changes) if self.people >= FEWEST_PEOPLE else None

    @property
    def better(self) -> int:
        """Whose pain fell by an important amount."""
        return sum(change <= -PAIN_IMPORTANT_CHANGE for change in self.changes)

    @property
    def worse(self) -> int:
        """Whose pain rose by an important amount."""
        return sum(change >= PAIN_IMPORTANT_CHANGE for change in self.changes)

    @property
    def people_by_change(self) -> dict[int, int]:
        """How many people changed by how many whole points, with every step in between."""
        counts = Counter(round(change) for change in self.changes)
        return {step: counts[step] for step in range(min(counts), max(counts) + 1)} if counts else {}


def pain_changes(readings: Iterable[Reading], people: int) -> PainChanges:
    """Pair each person's first day with the latest. `people` is everyone, measured or not."""
    series: dict[int, list[Reading]] = {}
    for reading in sorted(readings, key=lambda one: one.day):
        series.setdefault(reading.person, []).append(reading)
    pairs = [(one[0], one[-1]) for one in series.values() if one[0].day < one[-1].day]
    return PainChanges(
        changes=tuple(round(last.value - first.value, 1) for first, last in pairs),
        missing=people - len(pairs),
        first_on=min((first.day for first, _last in pairs), default=None),
        last_on=max((last.day for _first, last in pairs), default=None),
    )


def by_week(supervised: Iterable[date], at_home: Iterable[date], *, today: date, weeks: int) -> list[Week]:
    """The last weeks up to this one, those without a session too."""
    clinic, home = Counter(map(monday, supervised)), Counter(map(monday, at_home))
    days: Sequence[date] = [monday(today) - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    return [Week(day, clinic[day], home[day]) for day in days]


def monday(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())
