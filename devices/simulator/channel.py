"""One pneumatic output of the simulated box: sensors, the PI that holds a pressure, drives, and what it finds wrong.

Works in the box's scale. In a box that counts in SKU the physics' mmHg are shown as they are: the simulator claims
no relation between the two scales.
"""

import random
from collections import deque
from dataclasses import dataclass, field

from devices.domain.registers import DRIVE_LIVES_S, BoxState, Faults, Mode
from devices.simulator.faults import Fault
from devices.simulator.limb import Limb

STEP_S = 0.01
GAIN, INTEGRAL_GAIN, INTEGRAL_LIMIT, DEADBAND = 0.03, 0.03, 0.3, 1.0
SENSOR_LAG_S, SENSOR_NOISE = 0.04, 0.3
INFLATED_ABOVE = 20.0
LEAK_EXTRA, BURST_EXTRA = 12.0, 400.0

SENSORS_AGREE_WITHIN, SENSORS_DISAGREE_S = 15.0, 0.3
LEAK_ML_S, LEAK_WINDOW_S = 8.0, 9.0
SHORTFALL, SHORTFALL_S = 15.0, 5.0
FALL, FALL_WITHIN_S = 30.0, 0.3
PUMP_PROVES_ITSELF_S, PUMP_PROOF = 3.0, 5.0
VENT_PROVES_ITSELF_S, VENT_PROOF = 2.0, 0.8
OVER_CEILING_S = 0.03
"""How long each thing must last before it is a fault (programme settings)."""


@dataclass
class Timers:
    """How long each suspicion has lasted, seconds."""

    sensors: float = 0.0
    shortfall: float = 0.0
    pump: float = 0.0
    venting: float = 0.0
    over: float = 0.0
    vent_from: float = 0.0
    leak_ml: float = 0.0


@dataclass
class SimulatedChannel:
    """What is behind one set of channel registers."""

    limb: Limb
    faults: set[Fault]
    noise: random.Random
    mode: Mode = Mode.VENT
    target: float = 0.0
    slew_per_s: float = 30.0
    pump: float = 0.0
    exhaust: float = 1.0
    lease_left_s: float = 0.0
    drive_left_s: float = 0.0
    setpoint: float = 0.0
    measured: float = 0.0
    second: float = 0.0
    flow_ml_s: float = 0.0
    pressure_max: float = 0.0
    _lagged: float = 0.0
    _integral: float = 0.0
    _at_target_s: float = 0.0
    _spike_in_s: float = 1.0
    timers: Timers = field(default_factory=Timers)
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=round(FALL_WITHIN_S / STEP_S)))

    def vent(self) -> None:
        """Pump off, valve open, whatever went on before."""
        self.mode, self.target, self.setpoint, self._integral = Mode.VENT, 0.0, 0.0, 0.0
        self.pump, self.exhaust = 0.0, 1.0
        self.lease_left_s = 0.0

    def hold(self, target: float, slew_per_s: float) -> None:
        """Ramp to a target and stay there. A new start begins from the pressure there is."""
        if self.mode is not Mode.TARGET:
            self.setpoint, self._integral = max(0.0, self.measured), 0.0
            self.pump = self.exhaust = 0.0
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
            self._regulate()
        elif self.mode is Mode.DRIVE:
            self._let_drive_lapse()
        self.flow_ml_s = self.limb.advance(STEP_S, self._true_pump, self._true_exhaust)
        self._sense()
        self.pressure_max = max(self.pressure_max, self.limb.pressure_mmhg)

    @property
    def _true_pump(self) -> float:
        if Fault.PUMP_STUCK in self.faults:
            return 1.0
        return 0.0 if Fault.PUMP_DEAD in self.faults else self.pump

    @property
    def _true_exhaust(self) -> float:
        return 0.0 if Fault.BLOCKED_VENT in self.faults else self.exhaust

    def _let_drive_lapse(self) -> None:
        self.drive_left_s -= STEP_S
        if self.drive_left_s <= 0:
            self.pump = self.exhaust = 0.0

    def _regulate(self) -> None:
        """PI with a dead band, an integral that leaks in it, and never pump and valve at once."""
        rise = self.slew_per_s * STEP_S
        self.setpoint = min(self.target, self.setpoint + rise) if self.target > self.setpoint else self.target
        error = self.setpoint - self.measured
        if abs(error) <= DEADBAND:
            self._integral *= 0.995
            error = 0.0
        limit = INTEGRAL_LIMIT
        self._integral = max(-limit, min(limit, self._integral + INTEGRAL_GAIN * error * STEP_S))
        drive = max(-1.0, min(1.0, GAIN * error + self._integral))
        self.pump, self.exhaust = max(0.0, drive), max(0.0, -drive)

    def _sense(self) -> None:
        self.limb.extra_leak = self._leak
        self._lagged += (self.limb.pressure_mmhg - self._lagged) * STEP_S / SENSOR_LAG_S
        if Fault.FREEZE_SENSOR in self.faults:
            return
        self.measured = self._lagged + self.noise.gauss(0, SENSOR_NOISE) + self._false
        self.second = self._lagged + self.noise.gauss(0, SENSOR_NOISE)

    @property
    def _leak(self) -> float:
        if Fault.BURST in self.faults:
            return BURST_EXTRA
        return LEAK_EXTRA if Fault.LEAK in self.faults else 0.0

    @property
    def _false(self) -> float:
        """What the first sensor adds to the truth."""
        self._spike_in_s = 1.0 if self._spike_in_s <= 0 else self._spike_in_s - STEP_S
        spike = 80.0 if Fault.SPIKE in self.faults and self._spike_in_s <= 0 else 0.0
        return spike + (30.0 if Fault.OFFSET in self.faults else 0.0)

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
        faults = Faults(0)
        for holds, fault in checks:
            faults |= fault if holds else Faults(0)
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
        short = self.measured < self.setpoint - SHORTFALL and self.measured > PUMP_PROOF
        self.timers.shortfall = self.timers.shortfall + STEP_S if short else 0.0
        return self.timers.shortfall >= SHORTFALL_S

    def _fell(self) -> bool:
        return (
            self.exhaust < 0.5
            and max(self._recent) - self.measured > FALL
            and self.target > max(self._recent) - FALL
        )

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
