"""Pump, valve and sensors between a box's firmware and the air in a cuff: what every simulated box has, with its faults.

Works in the box's scale. In a box that counts in SKU the physics' mmHg are shown as they are: the simulator claims
no relation between the two scales.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.simulator.faults import Fault
from devices.simulator.limb import Limb
from devices.simulator.pulse_meter import PulseMeter

STEP_S = 0.01
GAIN, INTEGRAL_GAIN, INTEGRAL_LIMIT, DEADBAND = 0.03, 0.03, 0.3, 1.0
INFLATED_ABOVE = 20.0
SLOW_LEAK_EXTRA, LEAK_EXTRA, BURST_EXTRA = 2.0, 12.0, 400.0
SHUTS = frozenset({Fault.BLOCKED_VENT, Fault.KINK, Fault.HANG})
STARVES = frozenset({Fault.PUMP_DEAD, Fault.KINK, Fault.HANG, Fault.FALSE_HOLD})
"""What lets no air out, and none in."""
DEAD_SENSORS = {Fault.NO_NUMBER: -3276.8, Fault.FULL_SCALE: 3276.7, Fault.NEGATIVE: -60.0}
LEAKS = {
    Fault.BURST: BURST_EXTRA,
    Fault.LEAK: LEAK_EXTRA,
    Fault.FALSE_HOLD: LEAK_EXTRA,
    Fault.SLOW_LEAK: SLOW_LEAK_EXTRA,
}
SIZES = {Fault.NO_LIMB: 0.1, Fault.LARGE_CUFF: 4.0}
NOISY, DRIFT_PER_S = 15.0, 1.0


@dataclass(kw_only=True)
class Pneumatics:
    """One pneumatic output: drives in, pressures out, a hundredth of a second at a time. Powers up open."""

    limb: Limb
    faults: set[Fault]
    noise: random.Random
    pump: float = 0.0
    exhaust: float = 1.0
    setpoint: float = 0.0
    measured: float = 0.0
    second: float = 0.0
    flow_ml_s: float = 0.0
    pulse: PulseMeter = field(default_factory=PulseMeter)
    _lagged: float = 0.0
    _integral: float = 0.0
    _spike_in_s: float = 1.0
    _drifted: float = 0.0

    def open(self) -> None:
        """Pump off, valve open, nothing to hold."""
        self.setpoint, self._integral = 0.0, 0.0
        self.pump, self.exhaust = 0.0, 1.0

    def start_from_here(self) -> None:
        """Begin to regulate from the pressure there is."""
        self.setpoint, self._integral = max(0.0, self.measured), 0.0
        self.pump = self.exhaust = 0.0

    def regulate(self, target: float, slew_per_s: float) -> None:
        """PI with a dead band, an integral that leaks in it, and never pump and valve at once. Ramps up, falls at once."""
        rise = slew_per_s * STEP_S
        self.setpoint = min(target, self.setpoint + rise) if target > self.setpoint else target
        error = self.setpoint - self.measured
        if abs(error) <= DEADBAND:
            self._integral *= 0.995
            error = 0.0
        limit = INTEGRAL_LIMIT
        self._integral = max(-limit, min(limit, self._integral + INTEGRAL_GAIN * error * STEP_S))
        drive = max(-1.0, min(1.0, GAIN * error + self._integral))
        self.pump, self.exhaust = max(0.0, drive), max(0.0, -drive)

    def let_air_move(self) -> None:
        """A hundredth of a second at the drives as they are, then a look at the sensors."""
        self.limb.extra_leak = self._worst(LEAKS, 0.0)
        self.limb.size = self._worst(SIZES, 1.0)
        self.flow_ml_s = self.limb.advance(STEP_S, self._true_pump, self._true_exhaust)
        self._lagged += (self.limb.pressure_mmhg - self._lagged) * STEP_S / self.limb.preset.sensor.lag_s
        if Fault.FREEZE_SENSOR in self.faults:
            return
        dead = self._dead_sensors
        felt, second = self._felt() + self._false, self._felt()
        self.measured = felt * self._gain if dead is None else dead
        self.second = second - 30.0 * (Fault.SECOND_OFF in self.faults) if dead is None else dead
        self.pulse.take(self.measured, STEP_S)

    def _felt(self) -> float:
        """What a sensor makes of the pressure at its end of the line."""
        sensor = self.limb.preset.sensor
        felt = self._lagged + self.noise.gauss(0, sensor.noise)
        return round(felt / sensor.step) * sensor.step if sensor.step else felt

    @property
    def _true_pump(self) -> float:
        if Fault.PUMP_STUCK in self.faults:
            return 1.0
        return 0.0 if self.faults & STARVES else self.pump

    @property
    def _true_exhaust(self) -> float:
        return 0.0 if self.faults & SHUTS else self.exhaust

    def _worst(self, effects: Mapping[Fault, float], else_: float) -> float:
        """The first of these effects whose fault is on."""
        return next((effect for fault, effect in effects.items() if fault in self.faults), else_)

    @property
    def _dead_sensors(self) -> float | None:
        return next((shown for fault, shown in DEAD_SENSORS.items() if fault in self.faults), None)

    @property
    def _gain(self) -> float:
        return 1.2 if Fault.GAIN in self.faults else 1.0

    @property
    def _false(self) -> float:
        """What the first sensor adds to the truth."""
        self._spike_in_s = 1.0 if self._spike_in_s <= 0 else self._spike_in_s - STEP_S
        spike = 80.0 if Fault.SPIKE in self.faults and self._spike_in_s <= 0 else 0.0
        offset = 30.0 if Fault.OFFSET in self.faults else 0.0
        noise = self.noise.gauss(0, NOISY) if Fault.NOISE in self.faults else 0.0
        self._drifted = self._drifted + DRIFT_PER_S * STEP_S if Fault.DRIFT in self.faults else 0.0
        return spike + offset + noise + self._drifted
