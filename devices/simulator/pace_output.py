"""The pneumatic side of a simulated PACE: a controlled output, a vent, and the air that stays in the cuff between the two.

Where no source says what the box does, this does what is worse for whoever relies on it: off keeps the air, for ever, and
a vent that is over shuts its valve.
"""

from dataclasses import dataclass

from devices.domain.pace import VentStatus
from devices.simulator.faults import Fault
from devices.simulator.pneumatics import STEP_S, Pneumatics

NO_RAMP = 10_000.0
EMPTY, VENT_LIMIT_S, TRAPPED_AFTER_S, COMPLETED_SHOWN_S = 3.0, 10.0, 0.2, 1.0


@dataclass(kw_only=True)
class PaceOutput(Pneumatics):
    """Off, controlling or venting. Powers up off, with whatever air there is."""

    wanted: float = 0.0
    slew_per_s: float = 10.0
    is_linear: bool = True
    is_on: bool = False
    vent: VentStatus = VentStatus.IDLE
    vents_begun: int = 0
    _vented_s: float = 0.0

    def power_up(self) -> None:
        """Off. The air in the cuff is what it was."""
        self.wanted, self.is_on, self.vent = 0.0, False, VentStatus.IDLE
        self._shut()

    def switch(self, is_on: bool) -> None:
        """Begin to control from the pressure there is, or keep the air as it is. Control ends a vent, off does not."""
        if is_on and Fault.OUTPUT_OFF not in self.faults:
            if not self.is_on:
                self.start_from_here()
            if self.is_venting:
                self.vent = VentStatus.ABORTED
            self.is_on = True
        elif not is_on:
            self.is_on = False
            if not self.is_venting:
                self._shut()

    def ask_vent(self, begin: bool) -> None:
        """Begin a vent, abort one, or take back what is said of the last one."""
        if begin and not self.is_venting:
            self.is_on = False
            self.open()
            self.vent, self._vented_s = VentStatus.IN_PROGRESS, 0.0
            self.vents_begun += 1
        elif not begin:
            self.vent = VentStatus.ABORTED if self.is_venting else VentStatus.IDLE
            if not self.is_on:
                self._shut()

    @property
    def is_venting(self) -> bool:
        """While the vent valve is open."""
        return self.vent is VentStatus.IN_PROGRESS

    def step(self) -> None:
        """One hundredth of a second."""
        if Fault.OUTPUT_OFF in self.faults and self.is_on:
            self.is_on = False
            self._shut()
        self._vented_s += STEP_S
        if self.is_venting:
            self._go_on_venting()
        elif self.is_on:
            self._control()
        self._forget_vent()
        self.let_air_move()

    def _go_on_venting(self) -> None:
        if Fault.TRAPPED in self.faults and self._vented_s >= TRAPPED_AFTER_S:
            self._end_vent(VentStatus.TRAPPED)
        elif self.measured < EMPTY or self._vented_s >= VENT_LIMIT_S:
            self._end_vent(VentStatus.COMPLETED)

    def _end_vent(self, status: VentStatus) -> None:
        self.vent, self._vented_s = status, 0.0
        self._shut()

    def _forget_vent(self) -> None:
        is_over = self.vent is VentStatus.COMPLETED and self._vented_s >= COMPLETED_SHOWN_S
        if is_over and Fault.VENT_LATCHED not in self.faults:
            self.vent = VentStatus.IDLE

    def _control(self) -> None:
        slew = self.slew_per_s if self.is_linear else NO_RAMP
        self.regulate(max(self.wanted, self.setpoint - slew * STEP_S), slew)

    def _shut(self) -> None:
        self.pump = self.exhaust = 0.0
