"""A muscle that works under a cuff: repetitions, never quite alike, and sudden jerks. Volumes in mL, advanced by dt."""

import math
import random
from dataclasses import dataclass

FADES_S = 0.3
JERK_S = 0.1
SHORTEST_REP = 0.4


@dataclass
class Muscle:
    """How far it bulges, peak to peak, and how often. `irregular` is the spread of a repetition's time and depth."""

    bulge_ml: float
    rep_hz: float
    irregular: float
    chance: random.Random
    volume_ml: float = 0.0
    _phase: float = 0.0
    _hz: float = 0.0
    _depth_ml: float = 0.0
    _jerk_left_s: float = 0.0
    _jerk_ml_s: float = 0.0
    _jerk_ml: float = 0.0
    _reps_ml: float = 0.0

    def jerk(self, volume_ml: float) -> None:
        """Contract by this much within a tenth of a second, and let go again."""
        self._jerk_left_s, self._jerk_ml_s = JERK_S, volume_ml / JERK_S

    def advance(self, dt: float, is_moving: bool) -> float:
        """What it takes from the cuff in this time, mL."""
        before = self.volume_ml
        self._reps_ml = self._next_rep(dt) if is_moving else self._rest(dt)
        self._jerk_ml = self._next_jerk(dt)
        self.volume_ml = self._reps_ml + self._jerk_ml
        return self.volume_ml - before

    def _next_rep(self, dt: float) -> float:
        self._phase += self._hz * dt
        if self._phase >= 1 or not self._hz:
            self._phase %= 1.0
            self._hz = self.rep_hz / self._about_one()
            self._depth_ml = self.bulge_ml * self._about_one()
        return self._depth_ml / 2 * (1 - math.cos(2 * math.pi * self._phase))

    def _about_one(self) -> float:
        return max(SHORTEST_REP, self.chance.gauss(1, self.irregular)) if self.irregular else 1.0

    def _rest(self, dt: float) -> float:
        self._phase = self._hz = 0.0
        return self._reps_ml * math.exp(-dt / FADES_S)

    def _next_jerk(self, dt: float) -> float:
        if self._jerk_left_s < dt / 2:
            return self._jerk_ml * math.exp(-dt / FADES_S)
        self._jerk_left_s -= dt
        return self._jerk_ml + self._jerk_ml_s * dt
