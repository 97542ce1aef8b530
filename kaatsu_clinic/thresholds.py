"""The one place where a clinical or safety number says what it means and where it is from. Needs nothing but Python.

A module of rules makes one `Thresholds` and hands each of its numbers through it: `LOW_MMHG = THRESHOLDS.of(100, "mmHg", ...)` is
the plain number again. Rows of a table that carries its own words are told with `THRESHOLDS.tell`. `collect` finds them all,
for the page `/rules/`.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

Value = TypeVar("Value", int, float, timedelta)


class Area(StrEnum):
    """Which part of the work a number belongs to, in the order of the way through."""

    SCREENING = "Screening"
    OUTCOMES = "Measuring and outcomes"
    PHASES = "Phases and setbacks"
    PRESCRIBING = "Limits of a prescription"
    PREFLIGHT = "Before a session"
    STOPPING = "Stopping a session"
    ALARMS = "Alarms"
    HOME = "Training at home"
    OCCLUSION = "Occlusion pressure"
    DEVICE = "Cuff and controller"


class Origin(StrEnum):
    """Where a rule is from, in the words shown beside it. PUBLISHED only for what was seen in its source."""

    PUBLISHED = "published"
    SECONDARY = "seen in a secondary source only"
    RECALLED = "recalled, not checked in the paper"
    VENDOR = "vendor"
    PROGRAMME = "programme setting"


class Source(NamedTuple):
    """What a rule rests on, and which kind of ground that is."""

    words: str
    origin: Origin

    def __str__(self) -> str:
        return f"{self.origin}: {self.words}" if self.words else str(self.origin)


PROGRAMME = Source("", Origin.PROGRAMME)
"""Nothing but our own judgement: no published number was found."""


class Threshold(NamedTuple):
    """One row of the page. `value` is as people write it, and empty for a rule without a number."""

    words: str
    value: str
    unit: str
    source: Source
    area: Area
    used_in: str


class Thresholds:
    """The numbers of one module, in the order in which they were told."""

    def __init__(self, area: Area, module: str) -> None:
        self.area = area
        self.module = module
        self.where = module.replace(".domain.", ": ")
        self.rows: list[Threshold] = []

    def of(self, value: Value, unit: str, words: str, source: Source = PROGRAMME) -> Value:
        """The value itself, once it is told what it is, in which unit, and where it is from. A time span counts in its unit."""
        self.tell((words, _written(value, unit), unit, source))
        return value

    def tell(self, *rows: tuple[str, float | str, str, Source]) -> None:
        """Rows of a table: words, value, unit, source."""
        for words, value, unit, source in rows:
            written = value if isinstance(value, str) else f"{value:g}"
            self.rows.append(Threshold(words, written, unit, source, self.area, self.where))


_SPAN = {"h": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}


def _written(value: float | timedelta, unit: str) -> str:
    return f"{value / _SPAN[unit] if isinstance(value, timedelta) else value:g}"


def collect(packages: Iterable[str]) -> list[Threshold]:
    """Every row that the modules of these packages tell, in the order of the areas."""
    rows = [row for package in packages for module in _modules(package) for row in module]
    return sorted(rows, key=lambda row: list(Area).index(row.area))


def _modules(package: str) -> Iterator[list[Threshold]]:
    for found in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        told = getattr(importlib.import_module(found.name), "THRESHOLDS", None)
        if isinstance(told, Thresholds) and told.module == found.name:
            yield told.rows
