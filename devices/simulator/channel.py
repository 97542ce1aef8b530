"""One channel of the reference controller: its modes, its leases, and what it finds wrong with the air."""

import math
from collections import deque
from dataclasses import dataclass, field

from devices.domain.box import BoxState, Faults
from devices.domain.hold import HostClosed
from devices.domain.registers import DRIVE_LIVES_S, Mode
from devices.simulator.pneumatics import INFLATED_ABOVE, STEP_S, Pneumatics

SENSORS_AGREE_WITHIN, SENSORS_DISAGREE_S = 15.0, 0.3
LEAK_ML_S, LEAK_WINDOW_S = 8.0, 9.0
SHORTFALL, SHORTFALL_S, RISES = 15.0, 5.0, 0.6
FALL, FALL_WITHIN_S, FALLEN_S = 30.0, 0.3, 0.5
PUMP_PROVES_ITSELF_S, PUMP_PROOF = 3.0, 5.0
VENT_PROVES_ITSELF_S, VENT_PROOF = 2.0, 0.8
OVER_CEILING_S = 0.03
"""How long each thing must last before it is a fault (programme settings)."""
NO_FAULTS = Faults(0)


LOOP_S = 0.02
"""How often the firmware looks and corrects while it holds by itself."""


@dataclass
class Timers:
    """How long each suspicion has lasted, seconds."""

    sensors: float = 0.0
    shortfall: float = 0.0
    pump: float = 0.0
    venting: float = 0.0
    over: float = 0.0
    fallen: float = 0.0
    vent_from: float = 0.0
    leak_ml: float = 0.0


@dataclass(kw_only=True)
class SimulatedChannel(Pneumatics):
    """What is behind one set of channel registers."""

    mode: Mode = Mode.VENT
    target: float = 0.0
    slew_per_s: float = 30.0
    lease_left_s: float = 0.0
    drive_left_s: float = 0.0
    _at_target_s: float = 0.0
    _loop: HostClosed = field(default_factory=lambda: HostClosed(ceiling=math.inf))
    _seen: float | None = None
    _since_look_s: float = LOOP_S
    timers: Timers = field(default_factory=Timers)
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=round(FALL_WITHIN_S / STEP_S)))

    def vent(self) -> None:
        """Pump off, valve open, whatever went on before."""
        self.open()
        self.mode, self.target, self.lease_left_s = Mode.VENT, 0.0, 0.0

    def hold(self, target: float, slew_per_s: float) -> None:
        """Ramp to a target and stay there. A new start begins from the pressure there is."""
        if self.mode is not Mode.TARGET:
            self.start_from_here()
            self._loop.drive(0.0, None, LOOP_S)
            self._seen, self._since_look_s = None, LOOP_S
            self.timers = Timers()
            self._recent.clear()
        self.mode, self.target, self.slew_per_s = Mode.TARGET, target, slew_per_s

    def drive(self, pump: float, exhaust: float) -> None:
        """Run the pump or the valve as told; for a fifth of a second, then both shut."""
        self.mode, self.target, self.drive_left_s = Mode.DRIVE, 0.0, DRIVE_LIVES_S
        self.pump, self.exhaust = pump, exhaust

    @property
    def is_live(self) -> bool:
        """True while it may put or keep air in the cuff."""
        return self.mode is not Mode.VENT

    def step(self) -> None:
        """One hundredth of a second: act, let the air move, look."""
        if self.mode is Mode.TARGET:
            self._hold_by_itself()
        elif self.mode is Mode.DRIVE:
            self._let_drive_lapse()
        self.let_air_move()

    def _hold_by_itself(self) -> None:
        """The same loop as a host's, nearer to the air. The ceiling is the whole box's to watch."""
        self._since_look_s += STEP_S
        if self._since_look_s < LOOP_S - STEP_S / 2:
            return
        self._loop.slew_per_s = self.slew_per_s
        drive = self._loop.drive(self.target, self._seen, LOOP_S)
        self._seen, self._since_look_s = self.measured, 0.0
        self.pump, self.exhaust = drive.pump, drive.exhaust
        self.setpoint = self._loop.reference or self.setpoint

    def _let_drive_lapse(self) -> None:
        self.drive_left_s -= STEP_S
        if self.drive_left_s <= 0:
            self.pump = self.exhaust = 0.0

    def state(self) -> BoxState:
        """What this channel does, as one of the box's states."""
        if not self.is_live:
            return BoxState.DEFLATING if self.measured >= INFLATED_ABOVE else BoxState.ARMED
        wanted = self.target if self.mode is Mode.TARGET else self.measured
        near = max(4.0, 0.05 * wanted)
        if abs(self.measured - wanted) <= near:
            return BoxState.HOLDING
        return BoxState.INFLATING if self.measured < wanted else BoxState.DEFLATING

    def found(self, ceiling: float, rated: float) -> Faults:
        """What is wrong with this channel after a step; no bit set if nothing is."""
        checks = (
            (self._is_over(ceiling, rated), Faults.OVER_PRESSURE),
            (self._sensors_are_wrong(rated), Faults.SENSOR),
            (self._loses_air(), Faults.LEAK),
            (self._is_blocked(), Faults.BLOCKED),
            (self._pump_brings_nothing(), Faults.PUMP),
        )
        faults = NO_FAULTS
        for holds, fault in checks:
            if holds:
                faults |= fault
        return faults

    def _is_over(self, ceiling: float, rated: float) -> bool:
        limit = min(ceiling, rated) if self.is_live else rated
        self.timers.over = self.timers.over + STEP_S if self.measured > limit else 0.0
        return self.timers.over >= OVER_CEILING_S

    def _sensors_are_wrong(self, rated: float) -> bool:
        apart = abs(self.measured - self.second) > SENSORS_AGREE_WITHIN
        outside = not -20 <= self.measured <= rated + 50
        self.timers.sensors = self.timers.sensors + STEP_S if apart or outside else 0.0
        return self.timers.sensors >= SENSORS_DISAGREE_S

    def _loses_air(self) -> bool:
        """More pumped than stays, a lasting shortfall, or a sudden fall nobody asked for."""
        self._recent.append(self.measured)
        if self.mode is not Mode.TARGET:
            self._at_target_s = 0.0
            return False
        return self._feeds_a_leak() or self._falls_short() or self._fell()

    def _feeds_a_leak(self) -> bool:
        """Average net flow over the time constant LEAK_WINDOW_S, once the target is reached."""
        reached = abs(self.measured - self.target) <= SHORTFALL
        self._at_target_s = self._at_target_s + STEP_S if reached else self._at_target_s
        if self._at_target_s < 1.0:
            return False
        self.timers.leak_ml += (self.flow_ml_s - self.timers.leak_ml) * STEP_S / (LEAK_WINDOW_S / 2)
        return self._at_target_s > LEAK_WINDOW_S and self.timers.leak_ml > LEAK_ML_S

    def _falls_short(self) -> bool:
        """Far below where it should be, and no longer on the way there: a small pump only takes its time."""
        is_short = self.measured < self.setpoint - SHORTFALL and self.measured > PUMP_PROOF
        rises = self.measured - self._recent[0] > RISES
        more = -STEP_S if rises else STEP_S
        self.timers.shortfall = max(0.0, self.timers.shortfall + more) if is_short else 0.0
        return self.timers.shortfall >= SHORTFALL_S

    def _fell(self) -> bool:
        """A sudden fall far below the target that lasts: after a jerk the pressure dips as deep, but comes back."""
        is_sudden = self.exhaust < 0.5 and max(self._recent) - self.measured > FALL
        is_low = self.target - self.measured > FALL
        goes_on = is_low and (is_sudden or self.timers.fallen > 0)
        self.timers.fallen = self.timers.fallen + STEP_S if goes_on else 0.0
        return self.timers.fallen >= FALLEN_S

    def _is_blocked(self) -> bool:
        """Venting, and after two seconds still most of what it was."""
        if self.is_live or self.measured < INFLATED_ABOVE:
            self.timers.venting, self.timers.vent_from = 0.0, self.measured
            return False
        self.timers.venting += STEP_S
        if self.timers.venting < VENT_PROVES_ITSELF_S:
            return False
        stuck = self.measured > VENT_PROOF * self.timers.vent_from
        self.timers.venting, self.timers.vent_from = 0.0, self.measured
        return stuck

    def _pump_brings_nothing(self) -> bool:
        idle = self.pump < 0.25 or self.measured > PUMP_PROOF
        self.timers.pump = 0.0 if idle else self.timers.pump + STEP_S
        return self.timers.pump >= PUMP_PROVES_ITSELF_S
