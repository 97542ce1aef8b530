"""An Alicat PCD with one cuff on a line: a dual-valve controller, advanced by dt."""

from collections.abc import Sequence
from typing import Any

from devices.domain.units import Scale
from devices.simulator.alicat_box import AlicatBox
from devices.simulator.alicat_line import AlicatLine
from devices.simulator.far_end import Heard
from devices.simulator.limb import Limb
from devices.simulator.pneumatics import STEP_S


class AlicatFirmware(AlicatBox):
    """The box with `AlicatLine`, which speaks for it."""

    baud_rate = 115_200
    turnaround_s = 0.004
    """With the bytes' own time a poll takes 5.8 ms, the median on hardware (at 19200: 27.3 ms)."""
    frame_silence_s: float | None = None

    def __init__(
        self,
        *,
        serial_number: str = "SIM00001",
        presets: Sequence[str] = ("thigh",),
        scale: Scale = Scale.MMHG,
        seed: int = 1,
    ) -> None:
        super().__init__(serial_number=serial_number, presets=presets, scale=scale, seed=seed)
        self.line = AlicatLine(self)
        self._unstepped_s = 0.0

    def reset(self) -> None:
        """Power up. What was set up by hand is kept."""
        self.power_up()
        self.line.power_up()

    @property
    def limbs(self) -> list[Limb]:
        """The truth in the cuff."""
        return [self.air.limb]

    def truth(self) -> dict[str, Any]:
        """What it is like inside."""
        return {
            "is_armed": self.target > 0,
            "faults": self.status(),
            "target": [self.target],
            "valve_open": [self.air.exhaust > 0],
            "unit": self.unit,
        }

    def hear(self, received: bytes) -> Heard:
        """Answer every command that has come to its end."""
        was_holding = self.target > 0
        rest, replies = self.line.hear(received)
        return Heard(rest, replies, vent_began=was_holding and self.target <= 0)

    def unasked(self) -> bytes:
        """What it says by itself: frames, while it streams."""
        return self.line.unasked()

    def advance(self, dt: float) -> None:
        """Move on by dt seconds, in steps of a hundredth."""
        self._unstepped_s += dt
        while self._unstepped_s >= STEP_S:
            self._unstepped_s -= STEP_S
            self.regulate()
            self.air.let_air_move()
            self.line.stream(STEP_S)
