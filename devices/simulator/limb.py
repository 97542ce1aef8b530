"""A cuff on a limb: air, stretch, leak, creeping tissue, moving muscle and beating artery, advanced by dt. Gauge mmHg.

The shape is ours, fitted to published summaries (Swain 2025, Hughes 2018), not to raw recordings. Not a medical model.
"""

import math
import random
from dataclasses import dataclass, field, replace

from devices.simulator.movement import Muscle
from devices.simulator.pulse import Artery, Pulse

AMBIENT_MMHG = 760.0
CREEP_S = 30.0
UNDER_PRESSURE_MMHG = 20.0


@dataclass(frozen=True)
class Air:
    """How the box moves air: mL/s of the pump at no pressure, its last pressure, and the vent's mL/s per root mmHg."""

    pump_ml_s: float = 300.0
    pump_maximum_mmhg: float = 600.0
    vent_ml_s: float = 60.0


@dataclass(frozen=True)
class Sensor:
    """How the box feels the pressure: the line's lag, noise (rms) and the steps it counts in, 0 for none."""

    lag_s: float = 0.04
    noise: float = 0.3
    step: float = 0.0


@dataclass(frozen=True)
class Preset:
    """Volumes in mL: V(p) = v0 + stretch (1 - exp(-p / stretch_mmhg)) + per_mmhg p. Bulge is peak to peak.

    `leak` is mL/s at 100 mmHg, `irregular` the spread of the repetitions' times and depths.
    """

    v0_ml: float
    stretch_ml: float
    stretch_mmhg: float
    per_mmhg_ml: float
    bulge_ml: float
    creep_ml: float
    leak: float = 0.02
    rep_hz: float = 0.4
    irregular: float = 0.05
    air: Air = Air()
    sensor: Sensor = Sensor()
    pulse: Pulse | None = None

    def stiffness(self, p: float) -> float:
        """V(p) + (Pa + p) V'(p): how much air, times ambient pressure, one more mmHg takes."""
        fill = math.exp(-p / self.stretch_mmhg)
        volume = self.v0_ml + self.stretch_ml * (1 - fill) + self.per_mmhg_ml * p
        slope = self.stretch_ml / self.stretch_mmhg * fill + self.per_mmhg_ml
        return volume + (AMBIENT_MMHG + p) * slope


_THIGH = Preset(120, 450, 25, 0.5, bulge_ml=35, creep_ml=45, pulse=Pulse(lop_mmhg=200, volume_ml=3.0))

PRESETS = {
    "thigh": _THIGH,
    "thigh_fast": replace(_THIGH, air=Air(vent_ml_s=30.0)),
    "thigh_delfi_like": replace(_THIGH, air=Air(pump_ml_s=100.0, vent_ml_s=9.0)),
    "thigh_quick_reps": replace(_THIGH, bulge_ml=45, rep_hz=0.7, air=Air(vent_ml_s=30.0)),
    "calf": Preset(80, 280, 25, 0.35, bulge_ml=22, creep_ml=30, pulse=Pulse(lop_mmhg=190, volume_ml=2.0)),
    "arm": Preset(40, 160, 25, 0.2, bulge_ml=12, creep_ml=18, pulse=Pulse(lop_mmhg=150, volume_ml=1.5)),
    "cylinder": Preset(120, 300, 25, 0.3, bulge_ml=0, creep_ml=0),
}


@dataclass
class Limb:
    """One cuff with what is in it. Deterministic by its seed. `size` is how much more air it takes than its preset."""

    preset: Preset
    seed: int = 1
    pressure_mmhg: float = 0.0
    is_moving: bool = False
    extra_leak: float = 0.0
    size: float = 1.0
    pressure_max: float = 0.0
    artery: Artery | None = field(init=False)
    muscle: Muscle = field(init=False)
    _pressed_s: float = 0.0

    def __post_init__(self) -> None:
        shape, chance = self.preset, random.Random(self.seed)
        self.muscle = Muscle(shape.bulge_ml, shape.rep_hz, shape.irregular, chance)
        self.artery = Artery(shape.pulse, random.Random(self.seed)) if shape.pulse else None

    def jerk(self, mmhg: float) -> None:
        """Contract so that the pressure of a shut cuff rises by this much within a tenth of a second."""
        p = self.pressure_mmhg + mmhg / 2
        self.muscle.jerk(mmhg * self.preset.stiffness(p) / (AMBIENT_MMHG + p))

    def advance(self, dt: float, pump: float, exhaust: float) -> float:
        """Move on by dt seconds with the drives at 0 to 1. Returns the air that went in, mL/s."""
        p, air = self.pressure_mmhg, self.preset.air
        inflow = pump * air.pump_ml_s * max(0.0, 1 - p / air.pump_maximum_mmhg)
        outflow = exhaust * air.vent_ml_s * math.sqrt(p)
        leak = (self.preset.leak + self.extra_leak) * p / 100
        squeezed_ml = self.muscle.advance(dt, self.is_moving) - self._creep_ml_s(dt) * dt
        if self.artery:
            squeezed_ml += self.artery.advance(dt, p)
        moved = AMBIENT_MMHG * (inflow - outflow - leak) * dt + (AMBIENT_MMHG + p) * squeezed_ml
        self.pressure_mmhg = max(0.0, p + moved / (self.size * self.preset.stiffness(p)))
        self.pressure_max = max(self.pressure_max, self.pressure_mmhg)
        return inflow - outflow

    def _creep_ml_s(self, dt: float) -> float:
        """The tissue's slow retreat."""
        self._pressed_s = self._pressed_s + dt if self.pressure_mmhg > UNDER_PRESSURE_MMHG else 0.0
        if not self._pressed_s:
            return 0.0
        return self.preset.creep_ml / CREEP_S * math.exp(-self._pressed_s / CREEP_S)
