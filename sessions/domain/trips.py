"""The reasons in the session itself to open the cuffs: who watches, how long, and what is wrong around the loop.

What is about the box and the air is in `devices.domain.interlock`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds
from sessions.domain.stopping import Action

THRESHOLDS = Thresholds(Area.STOPPING, __name__)
UNWATCHED_WARN_S = THRESHOLDS.of(5.0, "s", "The console in control is silent: warn after")
UNWATCHED_END_S = THRESHOLDS.of(10.0, "s", "The console in control is silent: end after")
UNTOUCHED_WARN_S = THRESHOLDS.of(60.0, "s", "Nobody has touched the console: warn after")
UNTOUCHED_PAUSE_S = THRESHOLDS.of(120.0, "s", "Nobody has touched the console: pause after")
UNTOUCHED_END_S = THRESHOLDS.of(180.0, "s", "Nobody has touched the console: end after")
BUS_LOST_WARN_S = THRESHOLDS.of(2.0, "s", "The message bus is silent: warn after")
BUS_LOST_END_S = THRESHOLDS.of(30.0, "s", "The message bus is silent: end after")
"""Without it nobody sees the pressure from afar; STOP has its shortcut so long."""
WARN_AT_SHARE = THRESHOLDS.of(0.8, "of the longest inflation", "Warn that the cuff must be opened soon, at")

NEVER_SET_BACK = Source(
    "15 min arm, 20 min leg, then 3 min open (VALD); counting on after the 3 min is our stricter reading",
    Origin.VENDOR,
)
"""VALD does not say whether the limb may go on after reperfusion in the same session: so it may not."""


@dataclass(frozen=True)
class Watch:
    """What the trips look at, in seconds. `trouble` is what is wrong around the loop, in words."""

    unwatched_s: float
    inflated_s: float
    longest_s: float
    total_s: float
    longest_total_s: float
    is_inflated: bool
    untouched_s: float = 0.0
    bus_lost_s: float = 0.0
    trouble: str | None = None


@dataclass(frozen=True)
class Trip:
    """A question, what follows from a yes, and the words for the clinician. `is_fault`: what is around us, not the person."""

    code: str
    holds: Callable[[Watch], bool]
    action: Action
    words: str
    is_fault: bool = False
    origin: Source = PROGRAMME


TRIPS: tuple[Trip, ...] = (
    Trip(
        "TROUBLE",
        lambda w: w.trouble is not None,
        Action.END,
        "Something around the loop is wrong.",
        is_fault=True,
    ),
    Trip(
        "BUS_LOST",
        lambda w: w.is_inflated and w.bus_lost_s > BUS_LOST_END_S,
        Action.END,
        "The message bus has been silent for 30 s.",
        is_fault=True,
    ),
    Trip(
        "UNWATCHED",
        lambda w: w.is_inflated and w.unwatched_s > UNWATCHED_END_S,
        Action.END,
        "The console in control has not been heard for 10 s.",
        is_fault=True,
    ),
    Trip(
        "UNTOUCHED",
        lambda w: w.untouched_s > UNTOUCHED_END_S,
        Action.END,
        "Nobody has touched the console for 180 s.",
    ),
    Trip(
        "TOTAL_TIME",
        lambda w: w.total_s >= w.longest_total_s,
        Action.END,
        "The limb has been restricted for its longest time in one session. Opening in between does not set this back.",
        origin=NEVER_SET_BACK,
    ),
    Trip(
        "INFLATED_TIME",
        lambda w: w.inflated_s >= w.longest_s,
        Action.PAUSE,
        "The cuff has been inflated for its longest time at one go.",
        origin=Source("Range 5-10 min, Patterson 2019", Origin.RECALLED),
    ),
    Trip(
        "UNTOUCHED_PAUSE",
        lambda w: w.untouched_s > UNTOUCHED_PAUSE_S and w.is_inflated,
        Action.PAUSE,
        "Nobody has touched the console for 120 s.",
    ),
    Trip(
        "TIME_SOON",
        lambda w: w.inflated_s >= WARN_AT_SHARE * w.longest_s,
        Action.WARN,
        "The cuff must be opened soon.",
    ),
    Trip(
        "UNTOUCHED_SOON",
        lambda w: w.untouched_s > UNTOUCHED_WARN_S and w.is_inflated,
        Action.WARN,
        "Nobody has touched the console for 60 s: touch it, or the cuff will open.",
    ),
    Trip(
        "UNTOUCHED_SOON",
        lambda w: w.untouched_s > UNTOUCHED_WARN_S and not w.is_inflated,
        Action.WARN,
        "Nobody has touched the console for 60 s: touch it, or the session will end.",
    ),
    Trip(
        "UNWATCHED_SOON",
        lambda w: w.is_inflated and w.unwatched_s > UNWATCHED_WARN_S,
        Action.WARN,
        "The console in control is silent: the cuff will open.",
    ),
    Trip(
        "BUS_LOST_SOON",
        lambda w: w.bus_lost_s > BUS_LOST_WARN_S,
        Action.WARN,
        "The message bus is silent: the cuff will open.",
    ),
)
THRESHOLDS.tell(*((trip.words, f"{trip.action.name.lower()}", "", trip.origin) for trip in TRIPS))


def tripped(watch: Watch) -> list[Trip]:
    """Every trip that holds, gravest first."""
    return sorted((trip for trip in TRIPS if trip.holds(watch)), key=lambda trip: -trip.action)
