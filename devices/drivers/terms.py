"""What was agreed at arming, kept in the driver for boxes that can't keep it: fence, ceiling, time, lease, latched faults.

It ends with the driver's process; what watches over that process is the guard. Time is given, never read.
"""

from dataclasses import dataclass

from devices.domain.box import BoxState, Faults, fault_words
from devices.domain.units import VENTED_BELOW
from devices.drivers.contract import LEASE_MS
from devices.drivers.errors import ControllerRefusedError

LOOK_FIRST_AFTER_S = 0.15
"""Less than the guard's patience (programme setting): after a gap the guard may have vented, and that must stand."""

LONGEST_STEP_S = 0.25
"""A ramp goes on from where it was after a gap, and does not catch up (programme setting)."""

NEAR, NEAR_SHARE = 4.0, 0.05
"""Within this of its target a cuff is said to hold (programme setting, as in the reference controller)."""

NOTHING = Faults(0)
OVER_WITH_THE_SESSION = Faults.LEASE | Faults.INFLATED_TOO_LONG


@dataclass
class Terms:
    """One channel's agreement. `found` is latched until `clear`; whoever owns this vents while it is not empty."""

    is_armed: bool = False
    found: Faults = NOTHING
    target: float = 0.0
    _setpoint: float = 0.0
    _fence: int | None = None
    _ceiling: float = 0.0
    _seconds_left: float = 0.0
    _ordered_at: float = 0.0
    _looked_at: float | None = None

    def arm(self, *, fence: int, ceiling: float, max_inflated_s: float, pressure: float) -> None:
        """Begin. Raises ControllerRefusedError over a full cuff, a latched fault or a newer session."""
        if self._fence is not None and fence < self._fence:
            raise ControllerRefusedError("a newer session has taken it over")
        if not self.found & ~OVER_WITH_THE_SESSION:
            self.found = NOTHING
        if self.found:
            raise ControllerRefusedError(fault_words(self.found))
        if pressure >= VENTED_BELOW:
            raise ControllerRefusedError("the cuff still holds pressure")
        self.vent()
        self._fence, self._ceiling, self._seconds_left = fence, max(0.0, ceiling), max_inflated_s
        self.is_armed = True

    def order(self, target: float, slew_per_s: float, pressure: float, now: float) -> float:
        """The setpoint for now, on the way to a target: up by the slew, down at once, never above the ceiling."""
        if self.found:
            raise ControllerRefusedError(fault_words(self.found))
        if not self.is_armed:
            raise ControllerRefusedError("it is not armed")
        self.target = max(0.0, min(target, self._ceiling))
        begun_at = self._ordered_at if self._setpoint else now
        step_s = max(0.0, min(now - begun_at, LONGEST_STEP_S))
        start = self._setpoint or max(0.0, pressure)
        self._setpoint = min(self.target, start + slew_per_s * step_s)
        if self.target:
            self._setpoint = max(self._setpoint, min(self.target, 1.0))
        self._ordered_at = now
        return self._setpoint

    def must_look_first(self, now: float) -> bool:
        """Whether so much time has passed since the last order that somebody else may have vented meanwhile."""
        return self.target > 0 and now - self._ordered_at > LOOK_FIRST_AFTER_S

    def lapse(self, now: float) -> None:
        """Notice a lease that ran out."""
        if self.target > 0 and now - self._ordered_at > LEASE_MS / 1000:
            self.found |= Faults.LEASE

    def emptied(self, now: float) -> None:
        """Notice that the box was vented by somebody else: by the guard after a silence, or because it restarted."""
        self.found |= Faults.LEASE if self.must_look_first(now) else Faults.WATCHDOG

    def look(self, pressure: float, told: Faults, now: float) -> None:
        """Notice what is wrong with what was read: what the box told, and what was agreed."""
        since = self._looked_at if self._looked_at is not None else now
        self._looked_at = now
        self.found |= told
        if not self.is_armed:
            return
        if pressure >= VENTED_BELOW:
            self._seconds_left -= now - since
        if self._seconds_left < 0:
            self.found |= Faults.INFLATED_TOO_LONG
        if pressure > self._ceiling and self.target > 0:
            self.found |= Faults.OVER_PRESSURE

    def vent(self) -> None:
        """Nothing is held, nothing is armed."""
        self.is_armed, self.target, self._setpoint = False, 0.0, 0.0

    def clear(self, pressure: float, told: Faults) -> None:
        """Take the latched faults back. Raises ControllerRefusedError while the cuff is full or a cause lasts."""
        if pressure >= VENTED_BELOW or told:
            raise ControllerRefusedError("the cuff is not empty yet, or the cause of the fault lasts")
        self.found = NOTHING
        self.vent()

    def state(self, pressure: float) -> BoxState:
        """What the box does, as the reference controller would say it."""
        if self.found:
            return BoxState.FAULT
        if self.target <= 0:
            return self._idle(pressure)
        if abs(pressure - self.target) <= max(NEAR, NEAR_SHARE * self.target):
            return BoxState.HOLDING
        return BoxState.INFLATING if pressure < self.target else BoxState.DEFLATING

    def _idle(self, pressure: float) -> BoxState:
        if pressure >= VENTED_BELOW:
            return BoxState.DEFLATING
        return BoxState.ARMED if self.is_armed else BoxState.VENTED
