"""An artery under a cuff: what of each heart beat reaches the cuff's air, and that nothing does above the occlusion pressure.

The vessel is shut while the cuff presses harder than the blood and fills towards a largest volume as it presses less.
So the swing of a beat grows up to the diastolic pressure and falls to nothing at the limb's occlusion pressure.
"""

import math
import random
from dataclasses import dataclass

OPENS_OVER_MMHG = 40.0
UPSTROKE = 0.2
DECAY = 2.5
EARLY, PAUSE, EARLY_STRENGTH = 0.6, 1.4, 0.75


@dataclass(frozen=True)
class Pulse:
    """A heart and a limb. `lop_mmhg` is the pressure at which the last beat no longer passes: what is to be found.

    `volume_ml` is what the artery takes when wide open. `irregular` is the spread of the beats' lengths, `early` the
    share of beats that come too soon, weaker and followed by a pause. `strength_spread` is that of the beats' peaks.
    """

    lop_mmhg: float = 190.0
    rate_hz: float = 1.2
    volume_ml: float = 2.0
    diastolic_share: float = 0.6
    irregular: float = 0.04
    early: float = 0.0
    strength_spread: float = 0.01


@dataclass
class Artery:
    """Beats one after the other, advanced by dt."""

    pulse: Pulse
    chance: random.Random
    volume_ml: float = 0.0
    _phase: float = 0.0
    _beat_s: float = 0.8
    _strength: float = 1.0
    _is_after_early: bool = False

    def advance(self, dt: float, cuff_mmhg: float) -> float:
        """What it takes from the cuff in this time, mL."""
        self._phase += dt / self._beat_s
        if self._phase >= 1:
            self._phase %= 1.0
            self._begin_beat()
        open_by = self._blood_mmhg() - cuff_mmhg
        before = self.volume_ml
        self.volume_ml = self.pulse.volume_ml * -math.expm1(-max(0.0, open_by) / OPENS_OVER_MMHG)
        return self.volume_ml - before

    def _begin_beat(self) -> None:
        usual_s = max(0.3, self.chance.gauss(1, self.pulse.irregular)) / self.pulse.rate_hz
        is_early = not self._is_after_early and self.chance.random() < self.pulse.early
        stretch = EARLY if is_early else PAUSE if self._is_after_early else 1.0
        self._is_after_early = is_early
        self._beat_s = usual_s * stretch
        strength = -abs(self.chance.gauss(0, self.pulse.strength_spread))
        self._strength = (EARLY_STRENGTH if is_early else 1.0) + strength

    def _blood_mmhg(self) -> float:
        """Diastolic to the peak and back. The strongest beat peaks at the occlusion pressure."""
        low = self.pulse.lop_mmhg * self.pulse.diastolic_share
        peak = self.pulse.lop_mmhg * self._strength
        return low + (peak - low) * _shape(self._phase)


def _shape(phase: float) -> float:
    """A quick rise and a slow run-off, 0 to 1 to about 0."""
    if phase < UPSTROKE:
        return math.sin(math.pi / 2 * phase / UPSTROKE)
    fallen = (phase - UPSTROKE) / (1 - UPSTROKE)
    return math.exp(-DECAY * fallen) * (1 - fallen)
