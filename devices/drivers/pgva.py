"""Festo PGVA-1, a pressure and vacuum generator, over Modbus RTU (unit 1) or Modbus ASCII (unit 16), 115200 8N1.

It holds a setpoint by itself, for ever: it has no lease, no ceiling and no memory of a session. Those are kept here
(`terms`), and the guard vents when this process dies. It counts in whole millibars (0.75 mmHg) and goes to 337 mmHg.

- A setpoint is written only when it changes and read back at every look, with the thresholds of its chambers beside it.
- After a write its status is read until it is no longer busy, for a bounded time.
- It tells no time, so each look asks for the state in another length than the six looks before: an answer to one of
  those does not fit. Whatever comes after that answer on the same line is as new.
- Warnings, errors and bits that nobody knows all vent.

What this can't catch: a box whose line is alive while its sensor is not, which answers today's question with yesterday's
pressure; that is for whoever watches whether the pressure moves at all. And in ASCII, whose checksum is a sum of 8 bits,
damage to two characters or more that leaves the sum as it was. A CRC sees that: prefer RTU where the box can be set to it.

To be confirmed on hardware, which this has never met: that many registers may be read at once; that its network address
(holding registers 12294 to 12296) can be read over the serial line, for it has no other serial number, and without one it
can't be registered; that register 4118 switches the management of the exhaust valve, as its status says, and does not just
open it; how long it is busy. Nothing is ever stored in its EEPROM, and no vacuum is ever asked for.
"""

from collections.abc import Mapping
from typing import ClassVar

from devices.domain import pgva
from devices.domain.box import Drive, Faults, Identity, fault_words
from devices.domain.framing import Ascii, Rtu
from devices.domain.pgva import Holding, Input
from devices.domain.units import Scale
from devices.domain.wire import BadFrameError, Function, RefusedError, Request
from devices.drivers.contract import REPLY_TIMEOUT_S, SLEW_PER_S, Capabilities, Reading, Readout
from devices.drivers.errors import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.plausibility import Plausibility
from devices.drivers.port import Line, VentFrame, say_vent
from devices.drivers.terms import Terms

FASTEST_TICK_S = 0.05
BUSY_LIMIT_S = 0.15
"""How long an order may keep it busy (programme setting): the loop must have its answer before the guard loses patience."""

LENGTHS = Input.STATUS - Input.RAW_VACUUM + 1
NO_CHANNEL = "it has only one channel"


def vent_frames(framing: Rtu) -> tuple[VentFrame, ...]:
    """Setpoint zero, then its exhaust valve under management, which opens it. The box echoes what it has done."""
    orders = (_order(Holding.SETPOINT, 0), _order(Holding.EXHAUST, 1))
    return tuple(VentFrame(framing.request_frame(one), framing.reply_frame(one)) for one in orders)


def _order(register: Holding, value: int) -> Request:
    return Request(Function.WRITE_ONE, write_at=register, values=(value,))


class PgvaController:
    """A PGVA-1 on an open line. Made by `open_controller`, which checks who answers first."""

    baud_rate: ClassVar[int] = 115_200
    shows_pulse: ClassVar[bool] = False
    sounds_alarms: ClassVar[bool] = False
    framing: ClassVar[Rtu] = Rtu(1)
    vent_frames: ClassVar[tuple[VentFrame, ...]] = vent_frames(framing)

    def __init__(self, line: Line, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self._line = line
        self._timeout_s = reply_timeout_s
        self._terms, self._plausibility = Terms(), Plausibility()
        self._turn = 0
        self._ceiling = 0.0
        self._written: int | None = None
        self._thresholds: tuple[int, ...] | None = None
        self._complaint = pgva.Complaint()
        self._firmware: tuple[int, ...] = ()
        self.identity: Identity | None = None

    def identify(self) -> Identity:
        """Read its firmware and its network address. Raises WrongControllerError for a box without a PGVA's registers."""
        try:
            words = self._read(Function.READ_INPUT, Input.RAW_VACUUM, Input.MODBUS_ERROR)
        except ControllerRefusedError:
            raise WrongControllerError("Something else than a PGVA-1 answers on this port.") from None
        self._firmware = pgva.parse_state(Input.RAW_VACUUM, words).firmware
        self.identity = Identity(
            serial_number=self._mac_address(),
            firmware=".".join(str(number) for number in self._firmware),
            scale=Scale.MMHG,
            channels=1,
            rated_maximum=pgva.RATED_MAXIMUM,
        )
        return self.identity

    def _mac_address(self) -> str:
        """What stands for a serial number; empty if the box does not tell, and then it can't be registered."""
        try:
            return pgva.mac_text(
                self._read(Function.READ_HOLDING, Holding.MAC_ADDRESS, Holding.MAC_ADDRESS + 2)
            )
        except ControllerRefusedError:
            return ""

    @property
    def capabilities(self) -> Capabilities:
        """It holds by itself, and goes on when nobody asks again."""
        return Capabilities(
            own_hold=True,
            own_lease=False,
            can_drive=False,
            fastest_tick_s=FASTEST_TICK_S,
            scale=Scale.MMHG,
            rated_maximum=pgva.RATED_MAXIMUM,
        )

    def arm(self, *, fence: int, ceiling: float, max_inflated_s: float) -> Readout:
        """Keep the terms of a session for the box, and switch its pump and exhaust valve on.

        Raises ControllerRefusedError, above all while a cuff holds pressure. The fence is this object's own: another
        program is kept out by the lock on the port.
        """
        if self.identity is None:
            self.identify()
        self._ceiling = min(ceiling, pgva.RATED_MAXIMUM)
        seen = self._look(None)
        self._must_be_well()
        self._terms.arm(
            fence=fence, ceiling=self._ceiling, max_inflated_s=max_inflated_s, pressure=seen[0].pressure
        )
        try:
            return self._made_ready()
        except (ControllerLostError, ControllerRefusedError):
            self._terms.vent()
            raise

    def _must_be_well(self) -> None:
        if self._complaint.faults:
            raise ControllerRefusedError("; ".join(self._complaint.words))
        assert self._thresholds
        threshold = self._thresholds[1]
        if threshold not in pgva.CHAMBER_MBAR or pgva.mmhg(threshold) < self._ceiling:
            raise ControllerRefusedError("its pressure chamber is not set high enough for this ceiling")

    def _made_ready(self) -> Readout:
        self._set(Holding.SETPOINT, 0)
        self._written = 0
        if pgva.has_pump_switch(self._firmware):
            self._set(Holding.PUMP, 1)
        if not self._set(Holding.EXHAUST, 1).manages_exhaust:
            raise ControllerRefusedError("its exhaust valve can't be switched on")
        readout = self._look(0)
        if readout.faults:
            raise ControllerRefusedError(fault_words(readout.faults))
        return readout

    def read(self) -> Readout:
        """Look without renewing anything; a hold that nobody renewed for a second is vented now."""
        return self._look(None)

    def hold(self, targets: Mapping[int, float], slew_per_s: float = SLEW_PER_S) -> Readout:
        """Write the next setpoint on the way to the target, and read it back. Zero or less empties the cuff."""
        if set(targets) - {0}:
            raise ControllerRefusedError(NO_CHANNEL)
        if not targets:
            return self.read()
        self._must_be_unbroken()
        now = self._line.clock()
        setpoint = self._terms.order(targets[0], slew_per_s, self._plausibility.pressure, now)
        return self._look(pgva.setpoint_word(setpoint, self._ceiling))

    def _must_be_unbroken(self) -> None:
        """After a gap the guard may have vented: look first, for an order would inflate again."""
        self._lapse(self._line.clock())
        if self._terms.must_look_first(self._line.clock()):
            self.read()

    def drive(self, drives: Mapping[int, Drive]) -> Readout:
        """Its valves are its own."""
        raise ControllerRefusedError("it drives its valves by itself")

    def vent(self) -> bool:
        """Setpoint zero and the exhaust valve opened. True only if the box said both; never raises."""
        self._terms.vent()
        answered = say_vent(self._line, self.vent_frames, self._timeout_s)
        self._written = 0 if answered else None
        return answered

    def fault(self) -> str | None:
        """Why the box is not fit to inflate, in words, its own first."""
        found = self._look(None).faults
        words = [*self._complaint.words, fault_words(found & ~self._complaint.faults)]
        return "; ".join(word for word in words if word) or None

    def clear(self) -> Readout:
        """Take latched faults back, at a person's word. Refused above 20, or while its cause lasts."""
        seen = self._look(None)
        self._terms.clear(seen[0].pressure, self._complaint.faults)
        return self.read()

    def close(self) -> None:
        """Give the port back. What is inflated stays so: vent first."""
        self._line.close()

    def _look(self, setpoint: int | None) -> Readout:
        """One order or none, and what it is like now. What is found wrong is vented before anyone is told."""
        self._lapse(self._line.clock())
        started = self._line.clock()
        if setpoint is None or setpoint == self._written:
            state = self._state_when_idle()
        else:
            state = self._took(setpoint)
        thresholds_and_setpoint = self._read(
            Function.READ_HOLDING, Holding.VACUUM_THRESHOLD, Holding.SETPOINT
        )
        warnings, errors = self._read(Function.READ_INPUT, Input.WARNINGS, Input.ERRORS)
        now = self._line.clock()
        self._plausibility.check(state.pressure, now)
        self._complaint = pgva.complaint(state.status, warnings, errors)
        told = self._complaint.faults | self._broken_orders(state, *thresholds_and_setpoint)
        return self._readout(state, told, thresholds_and_setpoint[-1], now - started)

    def _took(self, setpoint: int) -> pgva.State:
        """Its state after a new setpoint. While that is not known to have arrived, no setpoint is."""
        self._written = None
        state = self._set(Holding.SETPOINT, setpoint)
        self._written = setpoint
        return state

    def _broken_orders(self, state: pgva.State, vacuum: int, chamber: int, setpoint: int) -> Faults:
        """What it does otherwise than it was told: a restart, a changed setting, or a hold for a host that is gone."""
        before, self._thresholds = self._thresholds, (vacuum, chamber)
        if not self._terms.is_armed:
            return Faults.LEASE if setpoint else Faults(0)
        if not setpoint and self._terms.target > 0 and self._written != 0:
            self._terms.emptied(self._line.clock())
            return Faults(0)
        is_wild = self._written not in (None, setpoint) or pgva.mmhg(setpoint) > self._ceiling
        is_other = is_wild or self._thresholds != before
        restarted = Faults(0) if state.manages_exhaust else Faults.WATCHDOG
        return restarted | (Faults.OTHER if is_other else Faults(0))

    def _readout(self, state: pgva.State, told: Faults, setpoint: int, took_s: float) -> Readout:
        self._terms.look(state.pressure, told, self._line.clock())
        if self._terms.found and (self._terms.is_armed or setpoint):
            self.vent()
        return Readout(
            state=self._terms.state(state.pressure),
            faults=self._terms.found,
            channels=(Reading(0, state.pressure, self._terms.target or pgva.mmhg(setpoint)),),
            uptime_ms=None,
            round_trip_s=took_s,
        )

    def _lapse(self, now: float) -> None:
        self._terms.lapse(now)
        if self._terms.found and self._terms.is_armed:
            self.vent()

    def _state_when_idle(self) -> pgva.State:
        """Its state once it is done with the last order. Raises ControllerLostError if that takes too long."""
        give_up_at = self._line.clock() + BUSY_LIMIT_S
        while (state := self._state()).is_busy:
            if self._line.clock() >= give_up_at:
                raise ControllerLostError("The controller stays busy with an order.")
        return state

    def _state(self) -> pgva.State:
        """Each time from another register on: an old answer has another length."""
        self._turn = (self._turn + 1) % LENGTHS
        start = Input.RAW_VACUUM + self._turn
        return pgva.parse_state(start, self._read(Function.READ_INPUT, start, Input.MODBUS_ERROR))

    def _read(self, function: Function, first: int, last: int) -> tuple[int, ...]:
        return self._exchange(Request(function, first, last - first + 1))

    def _set(self, register: Holding, value: int) -> pgva.State:
        """Write one register; its state once that is done."""
        self._exchange(_order(register, value))
        return self._state_when_idle()

    def _exchange(self, request: Request) -> tuple[int, ...]:
        """One question, one answer. Raises ControllerLostError or ControllerRefusedError."""
        frame = self._line.ask(
            self.framing.request_frame(request),
            lambda start: self.framing.expected_length(request, start),
            self._timeout_s,
        )
        try:
            return self.framing.parse_reply(request, frame)
        except BadFrameError as error:
            raise ControllerLostError(str(error)) from error
        except RefusedError as error:
            raise ControllerRefusedError("it does not know or allow what was asked") from error


class PgvaAsciiController(PgvaController):
    """The same box where its line speaks Modbus ASCII, as it does by the maker's first example driver."""

    framing: ClassVar[Rtu] = Ascii(16)
    vent_frames: ClassVar[tuple[VentFrame, ...]] = vent_frames(framing)
