"""What an Alicat PCD is set to, and what it does with its valves: it holds its setpoint for ever, whoever is gone.

How a real PCD powers up, and what it does in its first milliseconds, is not known; here it is empty then, with setpoint zero.
"""

import random
from collections.abc import Sequence

from devices.domain import alicat as wire
from devices.domain.units import Scale
from devices.simulator.faults import Fault
from devices.simulator.limb import PRESETS, Limb
from devices.simulator.pneumatics import Pneumatics

FULL_SCALE_MMHG = 775.72
"""15 psi."""

RAMP_OFF_PER_S = 1e6
LOOP_VARIABLE = 122
REGISTERS = {21: 500, 22: 5000, 23: 0, 85: 1, LOOP_VARIABLE: wire.GAUGE_SETPOINT}
STATUS_WORDS = ("ADC", "OPL", "POV", "P2O", "TMF", "OVR", "COM", "HLD", "EXH", "GTA", "LCK")


class AlicatBox:
    """Settings, valves and air of one cuff. Nothing here is heard or said."""

    full_scale = FULL_SCALE_MMHG

    def __init__(self, *, serial_number: str, presets: Sequence[str], scale: Scale, seed: int) -> None:
        if len(presets) != 1 or scale is not Scale.MMHG:
            raise ValueError("An Alicat has one cuff and counts in mmHg.")
        self.serial_number = serial_number
        self.faults_on: set[Fault] = set()
        noise = random.Random(seed)
        self.air = Pneumatics(limb=Limb(PRESETS[presets[0]]), faults=self.faults_on, noise=noise)
        self.registers = dict(REGISTERS)
        self.chosen_unit: int | None = None
        self.chosen_source = "S"
        self.ramp_per_s = 0.0
        self.is_locked = False
        self.also_shown: set[str] = set()
        self.power_up()

    def power_up(self) -> None:
        """Empty, with setpoint zero. What was set up by hand is kept."""
        self.target, self.is_held = 0.0, False
        self.air.open()

    def regulate(self) -> None:
        """One look at the air, and what the valves do then."""
        if Fault.VALVES_HELD in self.faults_on:
            self.is_held = True
        if self.is_held:
            self.air.pump = self.air.exhaust = 0.0
        elif self.target <= 0:
            self.air.open()
        else:
            self.air.regulate(self.target, self.ramp_per_s or RAMP_OFF_PER_S)

    def take(self, mmhg: float) -> bool:
        """Whether a setpoint is in range. When the setpoint comes from elsewhere it is in range, and ignored."""
        if not 0 <= mmhg <= self.full_scale:
            return False
        if self.source in wire.SERIAL_SOURCES:
            if mmhg and not self.target:
                self.air.start_from_here()
            self.target = mmhg
        return True

    @property
    def setpoint_in_force(self) -> float:
        """On the way to the target while it ramps."""
        return self.air.setpoint if self.ramp_per_s and self.target else self.target

    @property
    def source(self) -> str:
        """Where setpoints come from."""
        return "A" if Fault.ANALOG_SETPOINT in self.faults_on else self.chosen_source

    @property
    def unit(self) -> int:
        """The code of the unit it counts in."""
        return self.chosen_unit or (wire.PSI if Fault.COUNTS_IN_PSI in self.faults_on else wire.MMHG)

    def status(self) -> list[str]:
        """The words behind a frame's values."""
        shown = dict.fromkeys(STATUS_WORDS, False) | {
            "HLD": self.is_held,
            "LCK": self.is_locked,
            "POV": self.air.measured > self.full_scale,
            "GTA": Fault.STRANGE_STATUS in self.faults_on,
        }
        return [word for word, is_shown in shown.items() if is_shown or word in self.also_shown]
