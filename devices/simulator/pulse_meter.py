"""How the reference controller tells a pulse: the swing of the pressure between the heart's slowest and fastest beat."""

import math
from dataclasses import dataclass

FAST_S, SLOW_S = 0.05, 0.3
LOOKS_BACK_S = 1.5
LARGEST = 8.0
"""No beat swings further, mmHg: what does is movement or a correction, and must not be remembered for long."""


@dataclass
class PulseMeter:
    """A band-pass and a running variance. Movement and corrections swing as well: it is the host that must know."""

    _fast: float = 0.0
    _slow: float = 0.0
    _mean: float = 0.0
    _square: float = 0.0

    def take(self, pressure: float, dt: float) -> None:
        """One more sample."""
        self._fast += (pressure - self._fast) * dt / FAST_S
        self._slow += (self._fast - self._slow) * dt / SLOW_S
        swing, share = max(-LARGEST, min(LARGEST, self._fast - self._slow)), dt / LOOKS_BACK_S
        self._mean += (swing - self._mean) * share
        self._square += (swing * swing - self._square) * share

    @property
    def amplitude(self) -> float:
        """Peak to peak, as if it were a sine."""
        return 2 * math.sqrt(2 * max(0.0, self._square - self._mean**2))
