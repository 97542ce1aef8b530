"""The acceptance test of a controller: identify, self-test, step, hold, leak, vent, watchdog. It runs a real box, on a cylinder or a limb.

Time comes as two callables, so that the same test runs on a port and, faster than time, on a simulated box. Whatever happens,
the box is told to vent at the end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from devices.control.guard import HANGS_AFTER_S
from devices.domain import acceptance
from devices.domain.acceptance import Step
from devices.domain.box import SHUT
from devices.domain.units import VENTED_BELOW
from devices.drivers.contract import Driver, Readout
from devices.drivers.errors import ControllerError, ControllerLostError

SLEW_PER_S = 200.0
"""Fast enough that the pump, not the ramp, decides how long it fills."""
LEAK_S = 6.0
EMPTIES_WITHIN_S = 20.0
LEAST_TICK_S = 0.05
GUARD_ACTS_WITHIN_S = 1.2
FELL_BY = 10.0
LONGEST_S = 900.0
WELL_EMPTY = VENTED_BELOW / 2
"""A box arms below `VENTED_BELOW`. Half of that leaves room for a gauge that wavers just there."""
STOOD_STILL_S = HANGS_AFTER_S
"""Between two beats; the guard takes as long for a loop that hangs."""
MOST_LOST = 2
"""Answers that a line may lose one after the other; the session's loop forgives no more."""


@dataclass
class Examination:
    """One test on one channel of an open box. `beat` tells a guard, once a tick, that all is well and if there is air."""

    box: Driver
    target: float
    seconds: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    channel: int = 0
    exercise: bool = False
    on_limb: bool = False
    beat: Callable[[bool], object] = lambda is_inflated: None
    steps: list[Step] = field(default_factory=list)
    lost_in_a_row: int = 0
    stood_still: bool = False
    """Whether this computer, or the box, once took so long that the guard may have opened the cuff: no proof of anything."""
    told_at: float | None = None

    def run(self) -> list[Step]:
        """Every step in order; a box that is lost or refuses ends the test with that step failed."""
        try:
            for step in (self._self_test, self._rise, self._hold, self._leak, self._vent, self._watchdog):
                step()
        except ControllerError as trouble:
            self._tell(is_inflated=True)
            self.steps.append(Step(f"broke off: {trouble.sentence}", None, acceptance.SELF_TEST))
        finally:
            self.box.vent()
        return self.steps

    @property
    def _tick_s(self) -> float:
        return max(LEAST_TICK_S, self.box.capabilities.fastest_tick_s)

    def _add(self, name: str, value: float | None, limit: acceptance.Limit, instead: str = "") -> None:
        self.steps.append(Step(name, value, limit, instead))

    def _self_test(self) -> None:
        """Healthy and empty before anything is inflated."""
        self.box.vent()
        if words := self.box.fault():
            self._add(f"self-test: {words}", None, acceptance.SELF_TEST)
            raise ControllerLostError("The box reports a fault.")
        self._fallen_below(WELL_EMPTY, EMPTIES_WITHIN_S)
        self._add("self-test", self._pressure(self.box.read()), acceptance.SELF_TEST)

    def _pressure(self, readout: Readout) -> float:
        return readout[self.channel].pressure

    def _seen(self, ask: Callable[[], Readout]) -> float | None:
        """The pressure, or None for an answer that was lost. More than a few in a row and the box is."""
        try:
            pressure = self._pressure(ask())
        except ControllerLostError:
            self.lost_in_a_row += 1
            if self.lost_in_a_row > MOST_LOST:
                raise
            return None
        self.lost_in_a_row = 0
        return pressure

    def _tell(self, *, is_inflated: bool) -> None:
        """Tell the guard, and notice how long nobody told it anything."""
        now = self.clock()
        if self.told_at is not None and now - self.told_at > STOOD_STILL_S:
            self.stood_still = True
        self.told_at = now
        self.beat(is_inflated)

    def _arm(self) -> None:
        self._fallen_below(WELL_EMPTY, EMPTIES_WITHIN_S)
        self._tell(is_inflated=False)
        ceiling = min(self.target + acceptance.ROOM_ABOVE, self.box.capabilities.rated_maximum)
        self.box.arm(fence=0, ceiling=ceiling, max_inflated_s=LONGEST_S)

    def _held(self, seconds: float) -> Iterator[tuple[float, float]]:
        """Hold the target for so long; seconds since the start and pressures as they come."""
        began = self.clock()
        while (passed := self.clock() - began) < seconds:
            self._tell(is_inflated=True)
            seen = self._seen(lambda: self.box.hold({self.channel: self.target}, SLEW_PER_S))
            if seen is not None:
                yield passed, seen
            self._rest()

    def _rest(self) -> None:
        """Until the next exchange. The guard hears before and after: an exchange and a rest together are long for it."""
        self._tell(is_inflated=True)
        self.sleep(self._tick_s)
        self._tell(is_inflated=True)

    def _rise(self) -> None:
        self._arm()
        reached = (1 - acceptance.band(exercise=False)) * self.target
        rise_s = next(
            (at for at, pressure in self._held(acceptance.RISE.at_most or 0) if pressure >= reached), None
        )
        self._add("fills", rise_s, acceptance.RISE)
        peak = max(pressure for _, pressure in self._held(acceptance.SETTLES_S))
        self._add("overshoot", max(0.0, peak - self.target), acceptance.OVERSHOOT)

    def _hold(self) -> None:
        pressures = [pressure for _, pressure in self._held(self.seconds)]
        share = acceptance.time_in_band(pressures, self.target, exercise=self.exercise)
        limit = acceptance.HOLD_AT_WORK if self.exercise else acceptance.HOLD_AT_REST
        self._add("holds while the limb moves" if self.exercise else "holds", share, limit)

    def _leak(self) -> None:
        """Valves shut, where the host can shut them. A box that always regulates has proved itself by holding."""
        limit = acceptance.LEAK_ON_LIMB if self.on_limb else acceptance.LEAK_ON_CYLINDER
        if not self.box.capabilities.can_drive:
            self._add("leak", None, limit, "not to be told from outside: the box regulates all the time")
            return
        if self.exercise:
            self._add("leak", None, limit, "not while the limb moves")
            return
        pressures = list(self._shut(LEAK_S))
        half = len(pressures) // 2
        lost = sum(pressures[:half]) / half - sum(pressures[-half:]) / half
        self._add("leak", lost * 60 / (LEAK_S / 2), limit)

    def _shut(self, seconds: float) -> Iterator[float]:
        began = self.clock()
        while self.clock() - began < seconds:
            self._tell(is_inflated=True)
            seen = self._seen(lambda: self.box.drive({self.channel: SHUT}))
            if seen is not None:
                yield seen
            self._rest()

    def _vent(self) -> None:
        acknowledged, began = self.box.vent(), self.clock()
        emptied = self._fallen_below(VENTED_BELOW, EMPTIES_WITHIN_S)
        self._add("vents", emptied - began if acknowledged and emptied else None, acceptance.VENT)

    def _watchdog(self) -> None:
        """Inflate, then say nothing, as a dead host would.

        Reading renews no lease. A box without one has the guard, which must hear nothing then, and have the line to itself.
        """
        self._arm()
        held = [pressure for _, pressure in self._held(acceptance.SETTLES_S)][-1]
        silent_since = self.clock()
        if not self.box.capabilities.own_lease:
            self.sleep(GUARD_ACTS_WITHIN_S)
            self.told_at = None
        fell = self._fallen_below(held - FELL_BY, EMPTIES_WITHIN_S)
        self._add("watchdog", fell - silent_since if fell else None, acceptance.WATCHDOG)
        emptied = self._fallen_below(VENTED_BELOW, EMPTIES_WITHIN_S)
        self._add("empty after silence", emptied - silent_since if emptied else None, acceptance.VENT)

    def _fallen_below(self, pressure: float, within_s: float) -> float | None:
        """When the cuff was first seen below; None if it was not in time."""
        give_up_at = self.clock() + within_s
        while self.clock() < give_up_at:
            self._rest()
            seen = self._seen(self.box.read)
            if seen is not None and seen < pressure:
                return self.clock()
        return None
