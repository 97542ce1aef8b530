"""The reasons a running session opens the cuff by itself, as a list of small questions about the pressure and the clock.

The seventh line behind these is not software: the hand-operated quick release.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sessions.domain.stopping import PROGRAMME, Action

SILENT_AFTER_S = 0.25
"""No valid pressure for this long ends the session (programme setting; tighter than the 3 s of the fact sheet)."""
UNWATCHED_WARN_S, UNWATCHED_END_S = 5.0, 10.0
"""Nobody at a console (programme setting, decision D7)."""
OVER_TARGET_BY, OVER_TARGET_S = 30.0, 1.0
"""More than this above the target for this long ends the session (programme setting)."""
UNDER_TARGET_BY, UNDER_TARGET_S = 15.0, 5.0
"""Once reached, this far below the target for this long is a leak (programme setting)."""
FILL_WITHIN_S = 30.0
"""The slowest pump in use fills a thigh cuff to 160 mmHg in 22 s (measured in the cuff model)."""
WARN_AT_SHARE = 0.8
"""Share of the longest inflation at which the clinician is warned (8 of 10 min; programme setting)."""


@dataclass(frozen=True)
class Watch:
    """What the trips look at, in seconds and the plan's scale. `pressure` None means not known."""

    pressure: float | None
    ceiling: float
    occlusion: float | None
    over_target_s: float
    under_target_s: float
    filling_s: float
    silent_s: float
    unwatched_s: float
    inflated_s: float
    longest_s: float
    total_s: float
    longest_total_s: float
    is_inflated: bool
    box_fault: str | None


@dataclass(frozen=True)
class Trip:
    """A question, what follows from a yes, and the words for the clinician. `is_fault`: the device, not the person."""

    code: str
    holds: Callable[[Watch], bool]
    action: Action
    words: str
    is_fault: bool = False
    origin: str = PROGRAMME


def _above_all_limits(watch: Watch) -> bool:
    limit = min(watch.ceiling, watch.occlusion or watch.ceiling)
    return watch.pressure is not None and watch.pressure >= limit


TRIPS: tuple[Trip, ...] = (
    Trip(
        "OVER_LIMIT",
        _above_all_limits,
        Action.END,
        "The pressure reached the limit of this session.",
        is_fault=True,
    ),
    Trip(
        "OVER_TARGET",
        lambda w: w.over_target_s > OVER_TARGET_S,
        Action.END,
        "The pressure stayed over 30 above its target.",
        is_fault=True,
    ),
    Trip(
        "BOX_FAULT",
        lambda w: w.box_fault is not None,
        Action.END,
        "The controller reports a fault.",
        is_fault=True,
    ),
    Trip(
        "SILENT",
        lambda w: w.silent_s > SILENT_AFTER_S,
        Action.END,
        "The controller does not answer.",
        is_fault=True,
    ),
    Trip(
        "LEAK", lambda w: w.under_target_s > UNDER_TARGET_S, Action.END, "The cuff loses air.", is_fault=True
    ),
    Trip(
        "NO_FILL", lambda w: w.filling_s > FILL_WITHIN_S, Action.END, "The cuff does not fill.", is_fault=True
    ),
    Trip(
        "UNWATCHED",
        lambda w: w.is_inflated and w.unwatched_s > UNWATCHED_END_S,
        Action.END,
        "No console has watched for 10 s.",
    ),
    Trip(
        "TOTAL_TIME",
        lambda w: w.total_s >= w.longest_total_s,
        Action.END,
        "The limb has been restricted for its longest time in one session.",
        origin="vendor: VALD, 15 min arm, 20 min leg",
    ),
    Trip(
        "INFLATED_TIME",
        lambda w: w.inflated_s >= w.longest_s,
        Action.PAUSE,
        "The cuff has been inflated for its longest time at one go.",
        origin="published range 5-10 min: Patterson 2019 (as remembered, to be checked)",
    ),
    Trip(
        "TIME_SOON",
        lambda w: w.inflated_s >= WARN_AT_SHARE * w.longest_s,
        Action.WARN,
        "The cuff must be opened soon.",
    ),
    Trip(
        "UNWATCHED_SOON",
        lambda w: w.is_inflated and w.unwatched_s > UNWATCHED_WARN_S,
        Action.WARN,
        "No console is watching: the cuff will open.",
    ),
    Trip("NO_SAMPLE", lambda w: w.silent_s > 0, Action.WARN, "The last reading is missing."),
)


def tripped(watch: Watch) -> list[Trip]:
    """Every trip that holds, gravest first."""
    return sorted((trip for trip in TRIPS if trip.holds(watch)), key=lambda trip: -trip.action)
