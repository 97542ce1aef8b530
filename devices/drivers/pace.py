"""Druck PACE 5000/6000, a pressure controller, in SCPI over its serial line at 115200 8N1. Of a 6000, the first channel.

It holds a setpoint by itself, for ever: it has no lease, no ceiling and no memory of a session. Those are kept here
(`terms`), and the guard vents when this process dies. With its output off it keeps the air that there is: only VENT lets it out.

- It is found at 9600 baud as a rule, and set to 115200 once, by hand (`:SYST:COMM:SER:BAUD`, K0472 p. 4-117): at 9600 a look
  with a new setpoint takes 200 ms, and a vent 75 ms before it is heard.
- It takes a question every 100 ms (so says the client `gepace`, not the manual K0472): ten looks a second.
- Each order is chased with a look into the error queue, because an order that it does not know brings only silence, and is
  read back in the same line. The setpoint climbs by our slew, so that a host that dies leaves the one that it had reached.
- Each look asks for the pressure and one more thing in turn: whether the output is on, the setpoint, the errors, the
  unit; once the output is off, how the vent goes. So what somebody changes by hand is found within four looks.
- The line has neither checksum nor counter. An answer must name each thing that was asked, in order, and no more; what
  came before the question is thrown away, and so are whole lines before the answer that name something else. Eight looks
  in a row are asked differently: an answer to one of the seven before does not fit. A pressure that no cuff can have, or
  can have reached, is not used.

What this can't catch: a flipped digit that leaves a plausible pressure; an answer as old as a whole round of looks; a box
whose line is alive while its gauge is not. The last is for whoever watches whether the pressure moves at all.

To be confirmed on hardware, which this has never met: that the output on at setpoint 0 empties a cuff; that a new setpoint
is read back at once; that questions closer than 100 ms, as while arming, are answered; that a second VENT during the first
is no error; whether a completed vent leaves the valve open.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from devices.domain import pace as wire
from devices.domain.box import Drive, Faults, Identity, fault_words
from devices.domain.pace import Header, Order, VentStatus
from devices.domain.units import VENTED_BELOW, Scale
from devices.drivers.contract import CUFF_MAXIMUM, REPLY_TIMEOUT_S, SLEW_PER_S, Capabilities, Reading, Readout
from devices.drivers.errors import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.plausibility import Plausibility
from devices.drivers.port import Line, VentFrame, say_vent
from devices.drivers.scpi import Conversation, trusted
from devices.drivers.terms import Terms

FASTEST_TICK_S = 0.1
OWN_SLEW_PER_S = 100.0
"""How fast it follows the setpoint, which climbs by the session's slew (programme setting)."""

VENT_OVER_WITHIN_S = 5.0
"""How long arming waits for a vent to be over, before it gives up (programme setting)."""

ARMED_TURNS = (wire.OUTPUT, wire.SETPOINT, wire.ERROR, wire.PRESSURE_UNIT)
IDLE_TURNS = (wire.OUTPUT, wire.VENT, wire.ERROR, wire.PRESSURE_UNIT)

VENT_CHASED = (wire.OUTPUT, wire.ERROR)

OUTPUT_OFF = "its output is off, so it does not hold the pressure: somebody switched it off, or it restarted"
OTHER_SETPOINT = "it did not take the setpoint, or somebody changed it"
OTHER_UNIT = "somebody changed its unit"
TRAPPED = "it says that pressure is trapped"
Finding = tuple[Faults, str]
ALL_WELL: Finding = (Faults(0), "")


def vent_frames(terminator: bytes) -> tuple[VentFrame, ...]:
    """The output off, then the vent, in one line. It is heard when the output reads as off and no order was an error."""
    orders = (Order(wire.OUTPUT, "0"), Order(wire.VENT, "1"))
    return (VentFrame(wire.line(orders, VENT_CHASED, terminator), b"STAT 0;:SYST:ERR 0"),)


class PaceController:
    """A PACE on an open line. Made by `open_controller`, which checks who answers first."""

    baud_rate: ClassVar[int] = 115_200
    shows_pulse: ClassVar[bool] = False
    sounds_alarms: ClassVar[bool] = False
    terminator: ClassVar[bytes] = b"\n"
    vent_frames: ClassVar[tuple[VentFrame, ...]] = vent_frames(terminator)

    def __init__(self, line: Line, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self._line = line
        self._box = Conversation(line, reply_timeout_s, self.baud_rate, self.terminator)
        self._terms, self._plausibility = Terms(), Plausibility()
        self._turn = -1
        self._written: float | None = None
        self._why = ""
        self.identity: Identity | None = None

    def identify(self) -> Identity:
        """Ask who it is and how far it goes, and make sure that it counts in mmHg."""
        said = self._box.ask(wire.WHO)
        try:
            maker = wire.maker(said)
        except wire.BadReplyError as stranger:
            raise WrongControllerError(str(stranger)) from None
        self._box.forget_errors()
        self._count_in_mmhg()
        full_scale = trusted(wire.highest, self._box.ask(wire.FULL_SCALE))
        self.identity = Identity(
            serial_number=maker.serial_number,
            firmware=maker.firmware,
            scale=Scale.MMHG,
            channels=1,
            rated_maximum=min(full_scale, CUFF_MAXIMUM),
        )
        return self.identity

    def _count_in_mmhg(self) -> None:
        if self._box.ask(wire.PRESSURE_UNIT).upper() == wire.UNIT:
            return
        try:
            self._box.set(Order(wire.PRESSURE_UNIT, wire.UNIT))
        except ControllerRefusedError:
            raise WrongControllerError("The controller can't be made to count in mmHg.") from None

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
        """Keep the terms of a session for the box, and switch its output on at setpoint zero.

        Raises ControllerRefusedError, above all while a cuff holds pressure. The fence is this object's own: another
        program is kept out by the lock on the port.
        """
        ceiling = min(ceiling, self._known.rated_maximum)
        pressure = self._look(None)[0].pressure
        if self._why:
            raise ControllerRefusedError(self._words)
        self._terms.arm(fence=fence, ceiling=ceiling, max_inflated_s=max_inflated_s, pressure=pressure)
        try:
            self._make_ready()
            return self._look(0.0)
        except (ControllerLostError, ControllerRefusedError):
            self.vent()
            raise

    def _make_ready(self) -> None:
        self._end_vent()
        self._box.set(Order(wire.OUTPUT_MODE, "ACT"), Order(wire.SLEW_MODE, "LIN"))
        self._box.set(Order(wire.OVERSHOOT, "0"), Order(wire.SLEW, OWN_SLEW_PER_S))
        self._box.set(Order(wire.SETPOINT, 0.0))
        self._written = 0.0
        self._box.set(Order(wire.OUTPUT, "1"))

    def _end_vent(self) -> None:
        """Wait until no vent goes on, and take back what old firmware goes on to say of one that is over."""
        give_up_at = self._line.clock() + VENT_OVER_WITHIN_S
        while self._line.clock() < give_up_at:
            status = trusted(wire.vent_status, self._box.ask(wire.VENT))
            if status is VentStatus.IDLE:
                return
            if status is VentStatus.TRAPPED:
                raise ControllerRefusedError(TRAPPED)
            if status is not VentStatus.IN_PROGRESS:
                self._box.set(Order(wire.VENT, "0"))
        raise ControllerRefusedError("it still vents")

    def read(self) -> Readout:
        """Look without renewing anything; a hold that nobody renewed for a second is vented now."""
        return self._look(None)

    def hold(self, targets: Mapping[int, float], slew_per_s: float = SLEW_PER_S) -> Readout:
        """Write the next setpoint on the way to the target, and read it back. Zero or less empties the cuff."""
        if set(targets) - {0}:
            raise ControllerRefusedError("only its first channel is used")
        if not targets:
            return self.read()
        now = self._line.clock()
        self._lapse(now)
        self._must_not_have_found()
        setpoint = self._terms.order(targets[0], slew_per_s, self._plausibility.pressure, now)
        return self._look(setpoint)

    def _must_not_have_found(self) -> None:
        if self._terms.found:
            raise ControllerRefusedError(self._words)

    @property
    def _words(self) -> str:
        """What was found, the box's own first."""
        named = self._terms.found & ~Faults.OTHER if self._why else self._terms.found
        return "; ".join(words for words in (self._why, fault_words(named)) if words)

    def drive(self, drives: Mapping[int, Drive]) -> Readout:
        """Its valves are its own."""
        raise ControllerRefusedError("it drives its valves by itself")

    def vent(self) -> bool:
        """Output off and vent. True only if the box then says that it vents; never raises. `read` tells how it goes."""
        self._terms.vent()
        self._written = None
        patience_s = self._box.patience_s(self.vent_frames[0].order, VENT_CHASED)
        return say_vent(self._line, self.vent_frames, patience_s) and self._says_that_it_vents()

    def _says_that_it_vents(self) -> bool:
        try:
            status = trusted(wire.vent_status, self._box.ask(wire.VENT))
        except ControllerLostError:
            return False
        return status in (VentStatus.IN_PROGRESS, VentStatus.COMPLETED)

    def fault(self) -> str | None:
        """Why the box is not fit to inflate, in words."""
        self._look(None)
        return self._words or None

    def clear(self) -> Readout:
        """Take latched faults back, at a person's word. Refused above 20, or while its cause lasts."""
        told = Faults(0)
        pressure = 0.0
        for _ in IDLE_TURNS:
            said = self._box.exchange((), self._asked())
            pressure = self._pressure_in(said)
            told |= self._found_in(said, pressure)
        self._terms.clear(pressure, told)
        self._why = ""
        return self.read()

    def close(self) -> None:
        """Give the port back. What is inflated stays so: vent first."""
        self._line.close()

    def _look(self, setpoint: float | None) -> Readout:
        """One order or none, and what it is like now. What is found wrong is vented before anyone is told."""
        self._lapse(self._line.clock())
        started = self._line.clock()
        said = self._said_to(setpoint)
        took_s = self._line.clock() - started
        pressure = self._pressure_in(said)
        told, had = self._found_in(said, pressure), self._terms.found
        self._terms.look(pressure, told, self._line.clock())
        if told or self._terms.found != had:
            self.vent()
        if setpoint is not None:
            self._must_not_have_found()
        return self._readout(pressure, took_s)

    def _said_to(self, setpoint: float | None) -> Mapping[Header, str]:
        """What it says to a setpoint, if that is another than before, and to the questions that are next."""
        if setpoint is None or (setpoint := math.floor(setpoint * 100) / 100) == self._written:
            return self._box.exchange((), self._asked())
        self._written = None
        said = self._box.exchange((Order(wire.SETPOINT, setpoint),), self._asked(wire.ERROR, wire.SETPOINT))
        self._written = setpoint
        return said

    def _asked(self, *chased: Header) -> list[Header]:
        """One thing in turn, what an order is chased with, and the pressure: eight in a row differ in words or order."""
        turns = ARMED_TURNS if self._terms.is_armed else IDLE_TURNS
        self._turn = (self._turn + 1) % (2 * len(turns))
        asked = list(dict.fromkeys([turns[self._turn % len(turns)], *chased, wire.PRESSURE]))
        return asked if self._turn < len(turns) else asked[::-1]

    def _pressure_in(self, said: Mapping[Header, str]) -> float:
        pressure = trusted(wire.number, said[wire.PRESSURE])
        self._plausibility.check(pressure, self._line.clock())
        return pressure

    def _found_in(self, said: Mapping[Header, str], pressure: float) -> Faults:
        """What is not as it was ordered, of what was asked this time. The first that has words of its own keeps them."""
        found = Faults(0)
        for header, check in (
            (wire.ERROR, self._about_errors),
            (wire.OUTPUT, self._about_output),
            (wire.SETPOINT, self._about_setpoint),
            (wire.PRESSURE_UNIT, self._about_unit),
            (wire.VENT, lambda value: self._about_vent(value, pressure)),
        ):
            if header in said:
                fault, words = check(said[header])
                found |= fault
                self._why = self._why or words
        return found

    def _about_output(self, value: str) -> Finding:
        """Whether it holds while it should, and only then. What a dead host left on is taken for a lease that ran out."""
        is_on = trusted(wire.switch, value)
        if is_on == self._terms.is_armed:
            return ALL_WELL
        return (Faults.LEASE, "") if is_on else (Faults.OTHER, OUTPUT_OFF)

    def _about_setpoint(self, value: str) -> Finding:
        if self._written is None or abs(trusted(wire.number, value) - self._written) < wire.SAME:
            return ALL_WELL
        return Faults.OTHER, OTHER_SETPOINT

    def _about_errors(self, value: str) -> Finding:
        words = self._box.error_in(value)
        return (Faults.OTHER, words) if words else ALL_WELL

    def _about_unit(self, value: str) -> Finding:
        return ALL_WELL if value.upper() == wire.UNIT else (Faults.OTHER, OTHER_UNIT)

    def _about_vent(self, value: str, pressure: float) -> Finding:
        """A vent that does not go on, whatever it says of itself, has emptied the cuff or has failed."""
        is_going_on = trusted(wire.vent_status, value) is VentStatus.IN_PROGRESS
        return ALL_WELL if is_going_on or pressure < VENTED_BELOW else (Faults.BLOCKED, "")

    def _readout(self, pressure: float, took_s: float) -> Readout:
        return Readout(
            state=self._terms.state(pressure),
            faults=self._terms.found,
            channels=(Reading(0, pressure, self._terms.target),),
            uptime_ms=None,
            round_trip_s=took_s,
        )

    def _lapse(self, now: float) -> None:
        self._terms.lapse(now)
        if self._terms.found and self._terms.is_armed:
            self.vent()


class PaceCrController(PaceController):
    """The same box where its line ends in CR, as the EPICS driver has it."""

    terminator: ClassVar[bytes] = b"\r"
    vent_frames: ClassVar[tuple[VentFrame, ...]] = vent_frames(terminator)
