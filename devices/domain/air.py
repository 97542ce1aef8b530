"""What the air of one channel has done, tick by tick: pressures, and how long each suspicion has lasted. No clock, no I/O."""

from dataclasses import dataclass, replace

from devices.domain.units import VENTED_BELOW
from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
ZIMMER = Source("Zimmer ATS 3000, alarm limits", Origin.VENDOR)
SCALE = "mmHg or SKU"

NEAR = THRESHOLDS.of(0.1, "of the target", "A target counts as reached within this")
SHORT_BY = THRESHOLDS.of(15.0, SCALE, "So far below a target that was reached, air is missing", ZIMMER)
STILL_WITHIN = THRESHOLDS.of(
    0.2, SCALE, "A pressure within this has not changed: a limb and a sensor move more"
)
PLAUSIBLE = (-20.0, 350.0)
PLAUSIBLE_SKU = (-20.0, 600.0)
THRESHOLDS.tell(
    *(
        ("What a sensor may say", f"{low:g} to {high:g}", unit, PROGRAMME)
        for (low, high), unit in ((PLAUSIBLE, "mmHg"), (PLAUSIBLE_SKU, "SKU"))
    )
)
FASTEST_PER_S = THRESHOLDS.of(
    1500.0, f"{SCALE} a second", "Nothing moves a cuff faster (twice the most; a jerk is 600)"
)
LEAST_TICK_S = THRESHOLDS.of(0.02, "s", "Two samples nearer to each other tell no slope")
RUSH_PER_S = THRESHOLDS.of(
    90.0, f"{SCALE} a second", "Three times the slew asked for: hardly any air is being filled"
)
APART_BY = THRESHOLDS.of(15.0, SCALE, "Two sensors that differ by more do not agree")
SOFT_ABOVE = THRESHOLDS.of(30.0, SCALE, "So far above its target a pressure is let down")
SOFT_BELOW_LIMIT = THRESHOLDS.of(10.0, SCALE, "It is let down this far below the limit, if that is lower")
SOFT_AT_LEAST = THRESHOLDS.of(10.0, SCALE, "It is not let down nearer to the target than this")
SOFT_S = THRESHOLDS.of(1.5, "s", "It is let down after so long: peaks of a muscle are shorter")
PUMP_RUNS = THRESHOLDS.of(0.02, "of full pump", "From here on the pump runs")
VALVE_OPENS = THRESHOLDS.of(0.02, "of the open valve", "From here on the valve lets air out")
ECHO_WITHIN = THRESHOLDS.of(
    10.0, SCALE, "A box's setpoint lies this near to the order; our trim is less than half of it"
)
VENT_PROOF_S = THRESHOLDS.of(2.0, "s", "An open valve shows in the pressure within this time")
VENT_PROOF = THRESHOLDS.of(0.8, "of the pressure", "What is left by then, at most")


@dataclass(frozen=True)
class Sight:
    """One channel in one exchange, in the box's scale. None: not told, or not known."""

    pressure: float | None = None
    second: float | None = None
    pump: float | None = None
    setpoint: float | None = None
    exhaust: float | None = None


UNSEEN = Sight()


@dataclass(frozen=True)
class Order:
    """What the channel was to hold in that exchange, and what may be expected of it.

    `limit` is the tightest of ceiling and LOP; `is_moving`: the limb works in the cuff;
    `is_ramp`: the target moves all the time, so that a pump that runs on means nothing.
    """

    target: float = 0.0
    limit: float = PLAUSIBLE[1]
    is_moving: bool = False
    is_ramp: bool = False
    plausible: tuple[float, float] = PLAUSIBLE


NO_ORDER = Order()


@dataclass(frozen=True)
class Air:
    """One channel so far. `pressure` is the last that was known, `age_s` ago; `is_bleeding`: too high for too long."""

    order: Order = NO_ORDER
    sight: Sight = UNSEEN
    pressure: float | None = None
    age_s: float = 0.0
    odd_samples: int = 0
    anchor: float | None = None
    still_s: float = 0.0
    pumped_still_s: float = 0.0
    apart_s: float = 0.0
    high_s: float = 0.0
    is_bleeding: bool = False
    bleedings: int = 0
    is_reached: bool = False
    filling_s: float = 0.0
    rushing_s: float = 0.0
    short_s: float = 0.0
    pumped_s: float = 0.0
    venting_s: float = 0.0
    vent_from: float = 0.0
    is_trapped: bool = False
    runs_on_s: float = 0.0
    bled_s: float = 0.0
    ignored: int = 0

    @property
    def is_vented(self) -> bool:
        """Whether the valve is asked to be open."""
        return self.order.target <= 0 or self.is_bleeding

    @property
    def is_pumping(self) -> bool:
        """Whether air goes in: as the box tells, else while a target is not reached."""
        if self.sight.pump is None:
            return self.order.target > 0 and not self.is_reached
        return self.sight.pump > PUMP_RUNS


AT_FIRST = Air()


def breathe(air: Air, order: Order, sight: Sight, took_s: float) -> Air:
    """The air after one more exchange. Nothing is learned from one that told no pressure."""
    air = replace(air, order=order, sight=sight, age_s=air.age_s + took_s)
    if sight.pressure is None:
        return air
    for look in (_at_the_sensor, _at_the_valve, _at_the_filling, _at_the_setpoint, _at_the_height):
        air = look(air, sight.pressure, air.age_s)
    return replace(air, pressure=sight.pressure, age_s=0.0)


def _at_the_sensor(air: Air, pressure: float, took_s: float) -> Air:
    low, high = air.order.plausible
    is_odd = not low <= pressure <= high or abs(_slope(air, pressure, took_s)) > FASTEST_PER_S
    is_apart = air.sight.second is not None and abs(pressure - air.sight.second) > APART_BY
    has_moved = air.anchor is None or abs(pressure - air.anchor) > STILL_WITHIN
    must_move = air.order.target > 0 and (air.order.is_moving or air.is_pumping)
    return replace(
        air,
        odd_samples=air.odd_samples + 1 if is_odd else 0,
        apart_s=_lasting(air.apart_s, took_s, is_apart),
        anchor=pressure if has_moved else air.anchor,
        still_s=_lasting(air.still_s, took_s, must_move and not has_moved),
        pumped_still_s=_lasting(
            air.pumped_still_s, took_s * (air.sight.pump or 0.0), must_move and not has_moved
        ),
    )


def _at_the_valve(air: Air, pressure: float, took_s: float) -> Air:
    """An open valve must empty the cuff, and a pump that was told to rest must rest."""
    too_much = air.is_vented or pressure > air.order.target + SHORT_BY
    runs_on = too_much and (air.sight.pump or 0.0) > PUMP_RUNS
    air = replace(air, runs_on_s=_lasting(air.runs_on_s, took_s, runs_on))
    if not air.is_vented or pressure < VENTED_BELOW:
        return replace(air, venting_s=0.0, vent_from=pressure, is_trapped=False)
    venting_s = air.venting_s + took_s
    if venting_s < VENT_PROOF_S:
        return replace(air, venting_s=venting_s)
    return replace(air, venting_s=0.0, vent_from=pressure, is_trapped=pressure > VENT_PROOF * air.vent_from)


def _at_the_filling(air: Air, pressure: float, took_s: float) -> Air:
    """The way up, and what is missing once the target was reached."""
    target = air.order.target
    if target <= 0:
        return replace(
            air, is_reached=False, filling_s=0.0, rushing_s=0.0, short_s=0.0, pumped_s=0.0, bled_s=0.0
        )
    is_reached = air.is_reached or abs(pressure - target) <= NEAR * target
    is_rushing = not is_reached and air.is_pumping and _slope(air, pressure, took_s) > RUSH_PER_S
    is_short = is_reached and not air.is_bleeding and pressure < target - SHORT_BY
    duty, bled = air.sight.pump or 0.0, air.sight.exhaust or 0.0
    is_bled = bled > VALVE_OPENS and duty <= PUMP_RUNS and abs(pressure - target) <= SHORT_BY
    return replace(
        air,
        is_reached=is_reached,
        filling_s=_lasting(air.filling_s, took_s, not is_reached),
        rushing_s=_lasting(air.rushing_s, took_s, is_rushing),
        short_s=_lasting(air.short_s, took_s, is_short),
        bled_s=_lasting(air.bled_s, took_s, is_reached and is_bled and not air.order.is_ramp),
        pumped_s=_lasting(
            air.pumped_s, took_s * duty, is_reached and duty > PUMP_RUNS and not air.order.is_ramp
        ),
    )


def _at_the_setpoint(air: Air, pressure: float, took_s: float) -> Air:
    setpoint = air.sight.setpoint
    is_other = setpoint is not None and not air.is_vented and abs(setpoint - air.order.target) > ECHO_WITHIN
    return replace(air, ignored=air.ignored + 1 if is_other else 0)


def _at_the_height(air: Air, pressure: float, took_s: float) -> Air:
    """Too high for too long: bleed until the target is met again."""
    if air.order.target <= 0:
        return replace(air, high_s=0.0, is_bleeding=False)
    if air.is_bleeding:
        return replace(air, is_bleeding=pressure > air.order.target)
    high_s = _lasting(air.high_s, took_s, pressure > soft_limit(air.order))
    if high_s < SOFT_S:
        return replace(air, high_s=high_s)
    return replace(air, high_s=0.0, is_bleeding=True, bleedings=air.bleedings + 1)


def soft_limit(order: Order) -> float:
    """What only peaks may pass."""
    least = order.target + SOFT_AT_LEAST
    return max(least, min(order.target + SOFT_ABOVE, order.limit - SOFT_BELOW_LIMIT))


def _slope(air: Air, pressure: float, took_s: float) -> float:
    return 0.0 if air.pressure is None else (pressure - air.pressure) / max(took_s, LEAST_TICK_S)


def _lasting(so_far_s: float, took_s: float, holds: bool) -> float:
    return so_far_s + took_s if holds else 0.0
