"""Holding every channel of one box: by the box itself where it can, by the host's own loop where it can't."""

from collections.abc import Iterable, Mapping

from devices.domain.hold import HostClosed, Trimmed
from devices.drivers.contract import SLEW_PER_S, Driver, Readout

LONGEST_STEP_S = 0.2
"""What was seen longer ago than this is not used: after a stall nothing is known until the box has answered again."""


class Holding:
    """The live loop's hand on a box. `exchange` is one question and one answer on the line, whatever the box can do.

    A target of zero vents that channel; a channel without a target is left as it is and its lease runs out.
    """

    def __init__(
        self,
        box: Driver,
        channels: Iterable[int],
        *,
        ceiling: float | None = None,
        slew_per_s: float = SLEW_PER_S,
    ) -> None:
        can = box.capabilities
        most = min(can.rated_maximum, can.rated_maximum if ceiling is None else ceiling)
        self._box, self._slew, self._is_own = box, slew_per_s, can.own_hold
        self.trimmed = {n: Trimmed(most) for n in channels}
        self._closed = {n: HostClosed(most, slew_per_s) for n in self.trimmed}
        self._seen: dict[int, float] = {}
        self._last: float | None = None

    def exchange(self, targets: Mapping[int, float], now: float) -> Readout:
        """Hold these targets until asked again. Raises what the driver raises; then nothing is known of the pressures."""
        dt = 0.0 if self._last is None else max(0.0, now - self._last)
        seen, self._seen, self._last = self._seen if dt <= LONGEST_STEP_S else {}, {}, now
        readout = self._hold(targets, seen, dt) if self._is_own else self._drive(targets, seen, dt)
        self._seen = {reading.channel: reading.pressure for reading in readout.channels}
        return readout

    def _hold(self, targets: Mapping[int, float], seen: Mapping[int, float], dt: float) -> Readout:
        asked = {n: self.trimmed[n].ask(target, seen.get(n), dt) for n, target in targets.items()}
        return self._box.hold(asked, slew_per_s=self._slew)

    def _drive(self, targets: Mapping[int, float], seen: Mapping[int, float], dt: float) -> Readout:
        return self._box.drive(
            {n: self._closed[n].drive(target, seen.get(n), dt) for n, target in targets.items()}
        )
