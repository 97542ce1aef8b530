"""Could a cuff's pressure be that? For boxes whose answers carry nothing else by which a false one could be told."""

from devices.drivers.errors import ControllerLostError

LOWEST, HIGHEST = -20.0, 350.0
STEEPEST_PER_S, JUMP = 2000.0, 20.0
"""What a pressure can be, and how far it can move between two looks (programme settings: a bursting arm cuff falls by 2000/s)."""


class Plausibility:
    """Remembers the last pressure that could be. In mmHg and seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None

    @property
    def pressure(self) -> float:
        """The last pressure that could be; zero before the first."""
        return self._last[0] if self._last else 0.0

    def check(self, pressure: float, now: float) -> None:
        """Remember a pressure. Raises ControllerLostError for one that no cuff can have, or can have reached by now."""
        if not LOWEST <= pressure <= HIGHEST:
            raise ControllerLostError(f"The controller shows {pressure:.0f} mmHg, which can't be.")
        if self._last and abs(pressure - self._last[0]) > JUMP + STEEPEST_PER_S * (now - self._last[1]):
            raise ControllerLostError(f"The controller's pressure jumped to {pressure:.0f} mmHg.")
        self._last = (pressure, now)
