"""A session that nobody wears: the cuffs of a box are filled on a cylinder, held and opened. What speaks against it, and its plan.

What was recorded is judged in `self_test_verdict`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from devices.domain import acceptance
from devices.domain.units import Scale
from kaatsu_clinic.thresholds import Area, Thresholds
from protocols.domain.plan import Interval, IntervalKind, Plan, together
from sessions.domain import preflight
from sessions.domain.state import Live

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
LONGEST_S = THRESHOLDS.of(120.0, "s", "Self-test: no cuff is inflated longer")
FILL, HOLD = 0, 1
"""The two intervals of its plan; at its end the cuffs are opened."""


@dataclass(frozen=True)
class OnChannel:
    """One cuff of the test: its channel, counted from 0, and the lower of what box and cuff are rated for."""

    number: int
    rated_maximum: float


@dataclass(frozen=True)
class Facts:
    """What is known before. None is not known."""

    nobody_wears_it: bool | None = None
    station_answers: bool | None = None
    station_is_current: bool | None = None
    controller_objections: tuple[str, ...] | None = None


def objections(facts: Facts) -> list[str]:
    """Every reason not to begin. Empty means go."""
    worn = "It was not said that nobody wears the cuff and that it is closed round the cylinder."
    return [
        *([] if facts.nobody_wears_it is True else [worn]),
        *preflight.about_the_station(facts.station_answers, facts.station_is_current),
        *preflight.about_the_controller(facts.controller_objections),
    ]


def plan(scale: Scale, channels: Sequence[OnChannel]) -> Plan:
    """All cuffs at once: filled, held, opened."""
    return together([(one.number, f"Cuff {one.number + 1}", _of_one(scale, one)) for one in channels])


def _of_one(scale: Scale, channel: OnChannel) -> Plan:
    target = acceptance.least_target(channel.rated_maximum)
    fill = Interval(IntervalKind.REST, target, FILL + 1, seconds=acceptance.RISE.at_most or 0.0)
    hold = Interval(
        IntervalKind.REST, target, HOLD + 1, seconds=acceptance.SETTLES_S + acceptance.LEAST_HELD_S
    )
    ceiling = min(target + acceptance.ROOM_ABOVE, channel.rated_maximum)
    return Plan(scale, (fill, hold), ceiling, LONGEST_S, LONGEST_S, is_self_test=True)


def is_filled(live: Live) -> bool:
    """Whether the hold may begin before the time for the filling is up."""
    return live.plan.is_self_test and live.index == FILL and all(cuff.is_reached for cuff in live.cuffs)
