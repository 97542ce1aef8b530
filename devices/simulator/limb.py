"""A cuff on a limb: air, stretch, leak, creeping tissue and moving muscle, advanced by dt. Gauge pressure in mmHg.

The shape is ours, fitted to published summaries (Swain 2025, Hughes 2018), not to raw recordings. Not a medical model.
"""

import math
from dataclasses import dataclass

AMBIENT_MMHG = 760.0
CREEP_S = 30.0
BULGE_FADES_S = 0.3
REP_HZ = 0.4
UNDER_PRESSURE_MMHG = 20.0


@dataclass(frozen=True)
class Preset:
    """Volumes in mL: V(p) = v0 + stretch (1 - exp(-p / stretch_mmhg)) + per_mmhg p. Bulge is peak to peak."""

    v0_ml: float
    stretch_ml: float
    stretch_mmhg: float
    per_mmhg_ml: float
    bulge_ml: float
    creep_ml: float
    leak: float = 0.02


PRESETS = {
    "thigh": Preset(120, 450, 25, 0.5, bulge_ml=35, creep_ml=45),
    "calf": Preset(80, 280, 25, 0.35, bulge_ml=22, creep_ml=30),
    "arm": Preset(40, 160, 25, 0.2, bulge_ml=12, creep_ml=18),
}


@dataclass(frozen=True)
class Air:
    """How the box moves air: mL/s of the pump at no pressure, its last pressure, and the vent's mL/s per root mmHg."""

    pump_ml_s: float = 300.0
    pump_maximum_mmhg: float = 600.0
    vent_ml_s: float = 60.0


@dataclass
class Limb:
    """One cuff with what is in it."""

    preset: Preset
    air: Air = Air()
    pressure_mmhg: float = 0.0
    is_moving: bool = False
    extra_leak: float = 0.0
    _phase_s: float = 0.0
    _bulge_ml: float = 0.0
    _pressed_s: float = 0.0

    def advance(self, dt: float, pump: float, exhaust: float) -> float:
        """Move on by dt seconds with the drives at 0 to 1. Returns the air that went in, mL/s."""
        p = self.pressure_mmhg
        inflow = pump * self.air.pump_ml_s * max(0.0, 1 - p / self.air.pump_maximum_mmhg)
        outflow = exhaust * self.air.vent_ml_s * math.sqrt(p)
        leak = (self.preset.leak + self.extra_leak) * p / 100
        squeezed = (AMBIENT_MMHG + p) * self._squeeze_ml_s(dt)
        rate = (AMBIENT_MMHG * (inflow - outflow - leak) + squeezed) / self._stiffness(p)
        self.pressure_mmhg = max(0.0, p + rate * dt)
        return inflow - outflow

    def _stiffness(self, p: float) -> float:
        """V(p) + (Pa + p) V'(p): how much air one more mmHg takes."""
        shape = self.preset
        fill = math.exp(-p / shape.stretch_mmhg)
        volume = shape.v0_ml + shape.stretch_ml * (1 - fill) + shape.per_mmhg_ml * p
        slope = shape.stretch_ml / shape.stretch_mmhg * fill + shape.per_mmhg_ml
        return volume + (AMBIENT_MMHG + p) * slope

    def _squeeze_ml_s(self, dt: float) -> float:
        """Volume the limb takes from the cuff, mL/s: the muscle's bulge, less the tissue's slow retreat."""
        before, self._bulge_ml = self._bulge_ml, self._next_bulge(dt)
        return (self._bulge_ml - before) / dt - self._creep_ml_s(dt)

    def _next_bulge(self, dt: float) -> float:
        if not self.is_moving:
            self._phase_s = 0.0
            return self._bulge_ml * math.exp(-dt / BULGE_FADES_S)
        self._phase_s += dt
        return self.preset.bulge_ml / 2 * (1 - math.cos(2 * math.pi * REP_HZ * self._phase_s))

    def _creep_ml_s(self, dt: float) -> float:
        self._pressed_s = self._pressed_s + dt if self.pressure_mmhg > UNDER_PRESSURE_MMHG else 0.0
        return (
            self.preset.creep_ml / CREEP_S * math.exp(-self._pressed_s / CREEP_S) if self._pressed_s else 0.0
        )
