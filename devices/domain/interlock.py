"""The reasons why a box is vented whatever the session says: small questions about the air, the sensor, the line, our own clock.

Each has its threshold's origin. What is about the person and the session is in `sessions.domain.trips`; the last line behind
both is not software: the hand-operated quick release.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from devices.domain.air import ZIMMER, Air
from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds

Seen = TypeVar("Seen")
THRESHOLDS = Thresholds(Area.DEVICE, __name__)
SLOWEST_PUMP = Source(
    "The slowest pump of the cuff model fills a thigh to 160 mmHg in 22 s", Origin.PROGRAMME
)
MEASURED = Source(
    "In the cuff model a limb that works opens the valve for 1.2 s at most, a pump that is stuck without end",
    Origin.PROGRAMME,
)

STILL_S = THRESHOLDS.of(3.0, "s", "A pressure must move while the limb works, after this at the latest")
PUMPED_STILL_S = THRESHOLDS.of(
    0.3, "s of full pumping", "A pressure must move while the pump runs, after this at the latest"
)
"""The slowest pump moves a thigh by 0.5 mmHg in that time (cuff model)."""
ODD_SAMPLES = THRESHOLDS.of(2, "samples", "So many implausible ones in a row: the sensor can't be right")
APART_S = THRESHOLDS.of(0.3, "s", "Two sensors disagree for longer")
BLEEDINGS = THRESHOLDS.of(3, "times", "The pressure had to be let down so often")
PUMPED_S = THRESHOLDS.of(9.0, "s", "The pump runs on for longer", ZIMMER)
SHORT_S = THRESHOLDS.of(5.0, "s", "Air is missing for longer")
SHORT_TOLD_S = THRESHOLDS.of(1.0, "s", "Air is missing: told after")
FILL_WITHIN_S = THRESHOLDS.of(30.0, "s", "A cuff that is not full after this does not fill", SLOWEST_PUMP)
RUSH_S = THRESHOLDS.of(1.0, "s", "The pressure rises too fast for longer")
IGNORED_TICKS = THRESHOLDS.of(2, "readings", "The box shows another setpoint than asked in so many")
RUNS_ON_S = THRESHOLDS.of(0.5, "s", "The pump does not stop for longer")
BLED_S = THRESHOLDS.of(
    4.0,
    "s",
    "The valve lets air out all the time to hold a target, without any pumping: told after",
    MEASURED,
)
SILENT_AFTER_S = THRESHOLDS.of(0.25, "s", "The controller does not answer for longer")
LATE_AFTER_S = THRESHOLDS.of(0.15, "s", "The station's computer is late after this (only told)")
STALLED_AFTER_S = THRESHOLDS.of(0.5, "s", "The station's computer stood still for longer")


@dataclass(frozen=True)
class Line:
    """The box as a whole, and us: since when it is silent, what it says of itself, how long our own last tick took."""

    silent_s: float = 0.0
    fault: str | None = None
    took_s: float = 0.0
    period_s: float = 0.05


def late_after_s(period_s: float) -> float:
    """From when on a tick is late: slow boxes have longer ones."""
    return max(LATE_AFTER_S, period_s + LATE_AFTER_S / 2)


@dataclass(frozen=True)
class Interlock(Generic[Seen]):
    """A question, and what is said when the answer is yes. `only_warns`: the session goes on. `is_ours`: the box is well."""

    code: str
    holds: Callable[[Seen], bool]
    words: str
    origin: Source = PROGRAMME
    only_warns: bool = False
    is_ours: bool = False


AIR: tuple[Interlock[Air], ...] = (
    Interlock(
        "OVER_LIMIT",
        lambda air: air.sight.pressure is not None and air.sight.pressure >= air.order.limit,
        "The pressure reached the limit of this session.",
    ),
    Interlock(
        "BLOCKED",
        lambda air: air.is_trapped,
        "The cuff does not empty. Pull the quick release, remove the cuff.",
    ),
    Interlock(
        "IMPLAUSIBLE",
        lambda air: air.odd_samples >= ODD_SAMPLES,
        "The pressure sensor can't be right.",
    ),
    Interlock("SENSORS_APART", lambda air: air.apart_s > APART_S, "The two pressure sensors do not agree."),
    Interlock(
        "SENSOR_STUCK",
        lambda air: air.still_s > STILL_S or air.pumped_still_s > PUMPED_STILL_S,
        "The pressure sensor does not move.",
    ),
    Interlock(
        "SETPOINT",
        lambda air: air.ignored >= IGNORED_TICKS,
        "The controller holds another pressure than asked.",
    ),
    Interlock("PUMP_RUNS_ON", lambda air: air.runs_on_s > RUNS_ON_S, "The pump does not stop."),
    Interlock(
        "RUSH",
        lambda air: air.rushing_s > RUSH_S,
        "The pressure rises too fast: a hose is blocked, or the cuff is on no limb.",
    ),
    Interlock("LEAK", lambda air: air.short_s > SHORT_S, "The cuff loses air."),
    Interlock(
        "PUMPS_ON",
        lambda air: air.pumped_s > PUMPED_S,
        "The pump runs on and on: the cuff loses air.",
        origin=ZIMMER,
    ),
    Interlock(
        "NO_FILL",
        lambda air: air.filling_s > FILL_WITHIN_S,
        "The cuff does not fill.",
        origin=SLOWEST_PUMP,
    ),
    Interlock(
        "TOO_HIGH_AGAIN", lambda air: air.bleedings >= BLEEDINGS, "The pressure is too high again and again."
    ),
    Interlock(
        "AIR_MISSING", lambda air: air.short_s > SHORT_TOLD_S, "It is far below its target.", only_warns=True
    ),
    Interlock(
        "BLEEDS_ON",
        lambda air: air.bled_s > BLED_S,
        "Air is let out all the time to hold the pressure: the pump may not stop. End the session, a hand on the quick release.",
        origin=MEASURED,
        only_warns=True,
    ),
    Interlock(
        "TOO_HIGH",
        lambda air: air.is_bleeding,
        "The pressure stays over its target: it is let down.",
        origin=ZIMMER,
        only_warns=True,
    ),
)
"""Of each channel, gravest first."""

LINE: tuple[Interlock[Line], ...] = (
    Interlock("BOX_FAULT", lambda line: line.fault is not None, "The controller reports a fault."),
    Interlock("SILENT", lambda line: line.silent_s > SILENT_AFTER_S, "The controller does not answer."),
    Interlock(
        "STALLED",
        lambda line: line.took_s > STALLED_AFTER_S,
        "The station's computer stood still.",
        is_ours=True,
    ),
    Interlock(
        "LATE",
        lambda line: line.took_s > late_after_s(line.period_s),
        "The station's computer is late.",
        only_warns=True,
        is_ours=True,
    ),
    Interlock("NO_SAMPLE", lambda line: line.silent_s > 0, "The last reading is missing.", only_warns=True),
)
"""Of the whole box, gravest first."""

THRESHOLDS.tell(
    *((one.words, "is told" if one.only_warns else "opens the cuff", "", one.origin) for one in AIR),
    *((one.words, "is told" if one.only_warns else "opens the cuff", "", one.origin) for one in LINE),
)
