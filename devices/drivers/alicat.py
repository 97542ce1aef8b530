r"""Alicat PCD, a dual-valve pressure controller, over its ASCII line at 115200 8N1 (factory: 19200; change it with `ANCB`).

It holds a setpoint by itself, for ever: it has no lease, no ceiling and no memory of a session. Those are kept here
(`terms`), and the guard vents when this process dies. The line has no checksum, and answers carry no counter. So:

- A look is two questions of different shape, the setpoint's echo and the frame. Both must be whole, from our unit, in the
  digits that the box announced, and name the setpoint that was written last, to the hundredth.
- While it holds, each order differs from the last ten by hundredths of a mmHg, so that an older answer does not match.
- A pressure that no cuff can have, or that no cuff can have reached since the last look, is not used.

What this can't catch: a flipped digit that leaves a plausible pressure; an answer as old as a whole round of hundredths at
the same target; old answers to `read` while the setpoint stays zero, which differ in nothing.

To be confirmed on hardware: that a zero setpoint empties the cuff (it "can open valves depending on zero pressure
control", Serial Primer p. 17), which is why a vent is believed only when the pressure falls; that a frame shows a new
setpoint at once; what power-up does. The exhaust command could not be confirmed and is not used. `HC` traps the air in
the cuff and is never sent. Nothing is written but setpoints, and the unit where it is not mmHg yet.
"""

import math
import termios
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from devices.domain import alicat as wire
from devices.domain.box import Drive, Faults, Identity, fault_words
from devices.domain.units import Scale
from devices.drivers.contract import CUFF_MAXIMUM, REPLY_TIMEOUT_S, SLEW_PER_S, Capabilities, Reading, Readout
from devices.drivers.errors import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.plausibility import Plausibility
from devices.drivers.port import Line, VentFrame, say_vent, until
from devices.drivers.terms import Terms

T = TypeVar("T")

FASTEST_TICK_S = 0.03
"""Two exchanges of at most 12.8 ms (p99 at 115200 on hardware; 28.1 ms at 19200, where 18 ticks a second are the most)."""

OLDEST_FIRMWARE = 9
"""`LS`, by which a setpoint is read back, came with 9v00 (vendor)."""

MARKS = 10
STREAM_ENDS_S = 0.1
NEVER_SAID = b"\x00"
END_OF_LINE = until(b"\r")

TOLD = {
    "ADC": Faults.SENSOR,
    "P2O": Faults.SENSOR,
    "POV": Faults.OVER_PRESSURE,
    "OPL": Faults.OVER_PRESSURE,
    "HLD": Faults.BLOCKED,
    "COM": Faults.LEASE,
    "EXH": Faults.LEAK,
    "LCK": Faults(0),
}
"""Words of its status that we understand. Any other word is a fault, too: OTHER."""


class AlicatController:
    """An Alicat PCD on an open line. Made by `open_controller`, which checks who answers first."""

    baud_rate: ClassVar[int] = 115_200
    shows_pulse: ClassVar[bool] = False
    sounds_alarms: ClassVar[bool] = False
    vent_frames: ClassVar[tuple[VentFrame, ...]] = (
        VentFrame(wire.STOP_STREAMING),
        VentFrame(wire.VENT, wire.ZERO_REQUESTED),
        VentFrame(wire.CANCEL_VALVE_HOLD, wire.ZERO),
    )

    def __init__(self, line: Line, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self._line = line
        self._timeout_s = reply_timeout_s
        self._terms, self._plausibility = Terms(), Plausibility()
        self._mark = 0
        self._written: float | None = None
        self._layout: wire.Layout | None = None
        self.identity: Identity | None = None

    def identify(self) -> Identity:
        """Stop what a dead host left streaming, then ask for everything that could make a pressure mean something else."""
        self._stop_streaming()
        firmware = self._ask("VE", wire.parse_firmware)
        _must(
            int(firmware.split("v")[0]) >= OLDEST_FIRMWARE,
            f"its firmware {firmware} is too old to be read back",
        )
        maker = self._ask("??M*", wire.parse_maker, wire.maker_length)
        _must(
            maker.model.startswith("PCD"),
            f"it is a {maker.model}, and only a dual-valve PCD can empty a cuff",
        )
        self._count_in_mmhg()
        self._check_setup()
        layout = self._ask("??D*", wire.parse_layout, wire.layout_length)
        _must(layout.is_ours, "it must show gauge pressure and its setpoint in mmHg as +000.00")
        self._layout = layout
        full_scale = self._ask(f"FPF {wire.GAUGE}", wire.parse_full_scale)
        self.identity = Identity(
            serial_number=maker.serial_number,
            firmware=firmware,
            scale=Scale.MMHG,
            channels=1,
            rated_maximum=min(full_scale, CUFF_MAXIMUM),
        )
        return self.identity

    def _stop_streaming(self) -> None:
        try:
            self._line.ask_until(wire.STOP_STREAMING, NEVER_SAID, STREAM_ENDS_S)
        except (OSError, termios.error, ValueError) as error:
            raise ControllerLostError("The cable to the controller is gone.") from error

    def _count_in_mmhg(self) -> None:
        unit = self._ask(f"DCU {wire.GAUGE}", wire.parse_unit)
        if unit != wire.MMHG:
            unit = self._ask(f"DCU {wire.GAUGE} {wire.MMHG}", wire.parse_unit)
        _must(unit == wire.MMHG, "it does not count in mmHg")

    def _check_setup(self) -> None:
        """What is set by hand, once, and kept by the box: its front panel or `docs/how-to-write-a-driver.md` say how."""
        _must(
            self._ask("LV", wire.parse_loop_variable) == wire.GAUGE_SETPOINT,
            "it does not hold gauge pressure: set its loop variable to 38",
        )
        _must(
            self._ask("LSS", wire.parse_source) in wire.SERIAL_SOURCES,
            "it takes its setpoint from elsewhere: set its setpoint source to serial",
        )
        _must(self._ask("SR", wire.parse_ramp) == 0, "it would empty a cuff slowly: set its ramp to 0")

    @property
    def capabilities(self) -> Capabilities:
        """It holds by itself, and goes on when nobody asks again."""
        return Capabilities(
            own_hold=True,
            own_lease=False,
            can_drive=False,
            fastest_tick_s=FASTEST_TICK_S,
            scale=Scale.MMHG,
            rated_maximum=self._known.rated_maximum,
        )

    @property
    def _known(self) -> Identity:
        return self.identity or self.identify()

    def arm(self, *, fence: int, ceiling: float, max_inflated_s: float) -> Readout:
        """Keep the terms of a session for the box. Raises ControllerRefusedError, above all while a cuff holds pressure."""
        ceiling = min(ceiling, self._known.rated_maximum)
        frame, _ = self._exchange(None)
        if told := _told(frame):
            raise ControllerRefusedError(fault_words(told))
        self._terms.arm(fence=fence, ceiling=ceiling, max_inflated_s=max_inflated_s, pressure=frame.pressure)
        return self._look(0.0)

    def read(self) -> Readout:
        """Ask for setpoint and pressure. Renews nothing. A setpoint that somebody else took to zero ends the session."""
        return self._look(None)

    def hold(self, targets: Mapping[int, float], slew_per_s: float = SLEW_PER_S) -> Readout:
        """Write the next setpoint on the way to the target, and read it back. Zero or less empties the cuff."""
        if any(channel != 0 for channel in targets):
            raise ControllerRefusedError(f"it has no channel {max(targets) + 1}")
        if not targets:
            return self.read()
        self._must_be_unbroken(self._line.clock())
        now = self._line.clock()
        order = self._terms.order(targets[0], slew_per_s, self._plausibility.pressure, now)
        return self._look(self._marked(order))

    def _must_be_unbroken(self, now: float) -> None:
        """After a gap the guard may have vented: look first, for an order would inflate again. A lapsed lease is vented."""
        self._terms.lapse(now)
        if self._terms.found and self._terms.is_armed:
            self.vent()
        elif self._terms.must_look_first(now):
            self.read()

    def _marked(self, setpoint: float) -> float:
        """A setpoint in whole hundredths, up to nine of them lower, so that it differs from the last ones. Zero stays zero."""
        if setpoint <= 0:
            return 0.0
        self._mark = (self._mark + 1) % MARKS
        return max(1, math.floor(setpoint * 100) - self._mark) / 100

    def drive(self, drives: Mapping[int, Drive]) -> Readout:
        """Its valves are its own."""
        raise ControllerRefusedError("it drives its valves by itself")

    def vent(self) -> bool:
        """Setpoint zero, then no valve held. True only if the box said both; never raises."""
        self._terms.vent()
        answered = say_vent(self._line, self.vent_frames, self._timeout_s)
        self._written = 0.0 if answered else None
        return answered

    def fault(self) -> str | None:
        """Why the box is not fit to inflate, in words."""
        frame, _ = self._exchange(None)
        return fault_words(self._terms.found | _told(frame)) or None

    def clear(self) -> Readout:
        """Take latched faults back, at a person's word. Refused above 20, or while its cause lasts."""
        frame, _ = self._exchange(0.0)
        self._terms.clear(frame.pressure, _told(frame))
        return self.read()

    def close(self) -> None:
        """Give the port back. What is inflated stays so: vent first."""
        self._line.close()

    def _look(self, setpoint: float | None) -> Readout:
        """One order or none, and what it is like now. What is found wrong is vented before anyone is told."""
        started, was_found = self._line.clock(), self._terms.found
        frame, seen_at = self._exchange(setpoint)
        self._terms.look(frame.pressure, _told(frame) | self._left_over(frame), seen_at)
        if self._terms.found != was_found:
            self.vent()
        state = self._terms.state(frame.pressure)
        reading = Reading(channel=0, pressure=frame.pressure, target=self._terms.target)
        return Readout(state, self._terms.found, (reading,), None, seen_at - started)

    def _left_over(self, frame: wire.Frame) -> Faults:
        """It holds for a host that is gone."""
        return Faults.LEASE if frame.setpoint and not self._terms.is_armed else Faults(0)

    def _exchange(self, setpoint: float | None) -> tuple[wire.Frame, float]:
        """The echo of the setpoint, written or only asked for, and the frame; both must agree, and with what was written."""
        self._known  # noqa: B018 - the layout comes with the identity
        assert self._layout
        if setpoint is not None:
            self._written = None
        echo = self._ask("LS" if setpoint is None else wire.setpoint(setpoint), wire.parse_setpoint)
        frame = self._ask("", self._layout.parse)
        self._must_agree(setpoint, echo.requested, frame.setpoint)
        self._written = echo.requested
        now = self._line.clock()
        self._plausibility.check(frame.pressure, now)
        return frame, now

    def _must_agree(self, ordered: float | None, echoed: float, shown: float) -> None:
        """Both answers name the setpoint that was written last. Zero instead is somebody else's vent, and told as such."""
        wanted = self._written if ordered is None else ordered
        if ordered is None and wanted and echoed == shown == 0:
            self._terms.emptied(self._line.clock())
        elif {echoed, shown} != {echoed if wanted is None else wanted}:
            raise ControllerLostError(_did_not_take(wanted, echoed))

    def _ask(
        self, words: str, parse: Callable[[bytes], T], length_of: Callable[[bytes], int] = END_OF_LINE
    ) -> T:
        """One question, one answer. Raises ControllerLostError or ControllerRefusedError."""
        frame = self._line.ask(wire.command(words), length_of, self._timeout_s)
        try:
            return parse(frame)
        except wire.BadReplyError as error:
            raise ControllerLostError(str(error)) from error
        except wire.RefusedError as error:
            raise ControllerRefusedError("it does not know or allow what was asked") from error


def _must(holds: bool, why_not: str) -> None:
    if not holds:
        raise WrongControllerError(f"The controller can't be used: {why_not}.")


def _did_not_take(wanted: float | None, says: float) -> str:
    if wanted is None:
        return f"The controller's answers do not agree on its setpoint ({says:.2f} mmHg)."
    return f"The controller did not take the setpoint: it says {says:.2f} mmHg, {wanted:.2f} was asked for."


def _told(frame: wire.Frame) -> Faults:
    """What its status says is wrong. An open exhaust is as it should be while nothing is held."""
    found = Faults(0)
    for word in frame.words:
        if not (word == "EXH" and frame.setpoint == 0):
            found |= TOLD.get(word, Faults.OTHER)
    return found
