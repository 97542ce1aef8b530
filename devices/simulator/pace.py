"""A simulated Druck PACE 5000: SCPI over simulated air. Advanced by dt; knows no clock, no port and no host.

It holds what it was told last, for ever: it has no lease. An order brings no answer; one that it does not know, or does not
take, brings an entry in its queue of errors. Lines end in CR, LF or both, and answers in what the question ended in.
"""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from devices.domain import pace as wire
from devices.domain.pace import Complaint, Header
from devices.domain.units import Scale
from devices.simulator.far_end import Heard
from devices.simulator.faults import Fault
from devices.simulator.limb import PRESETS, Limb
from devices.simulator.pace_output import PaceOutput
from devices.simulator.pneumatics import STEP_S

FIRMWARE_VERSION = "02.00.07"
FULL_SCALE = (750.0, -750.0)
IN_LIMITS = 2.0
SUPPLIES = (1500.0, -700.0)
MOST_ERRORS = 20
UNITS = {"MMHG": 1.0, "MBAR": 1.333224, "HPA": 1.333224, "BAR": 0.001333224, "PSI": 0.0193368}
"""How many of each are one mmHg."""

NO_ERROR = Complaint(0, "No error")
UNKNOWN = Complaint(-113, "Undefined header")
NO_QUERY = Complaint(202, "No query allowed")
BAD_VALUE = Complaint(-224, "Illegal parameter value")
CONFLICT = Complaint(-221, "Settings conflict")
TOO_LONG = Complaint(-363, "Input buffer overrun")

Get = Callable[[], str]
Put = Callable[[str], None]


@dataclass(frozen=True)
class Row:
    """What the box knows by one header. A `put` raises ValueError for what it does not allow."""

    header: Header
    get: Get | None = None
    put: Put | None = None


class Pace:
    """The box with its one output. `advance` moves it on, `hear` gives it bytes, `answer` a line."""

    baud_rate = 115_200
    turnaround_s = 0.002
    frame_silence_s: float | None = None

    def __init__(
        self,
        *,
        serial_number: str = "3213201",
        presets: Sequence[str] = ("thigh",),
        scale: Scale = Scale.MMHG,
        seed: int = 1,
    ) -> None:
        if len(presets) != 1 or scale is not Scale.MMHG:
            raise ValueError("This PACE has one output, and counts in units of pressure.")
        self.serial_number = serial_number
        self.faults_on: set[Fault] = set()
        self.output = PaceOutput(
            limb=Limb(PRESETS[presets[0]], seed), faults=self.faults_on, noise=random.Random(seed)
        )
        self._unstepped_s = 0.0
        self._rows = self._made_rows()
        self.reset()

    @property
    def limbs(self) -> list[Limb]:
        """The truth in its cuff."""
        return [self.output.limb]

    def reset(self) -> None:
        """Power-up: its output is off, and the air in the cuff stays."""
        self.unit, self.mode, self.has_overshoot = "MBAR", "ACT", True
        self.errors: deque[Complaint] = deque(maxlen=MOST_ERRORS)
        self.output.slew_per_s, self.output.is_linear = 10.0, True
        self.output.power_up()

    def truth(self) -> dict[str, Any]:
        """What it is like inside."""
        return {
            "state": self.output.vent.name if self.output.vent else ("ON" if self.output.is_on else "OFF"),
            "faults": [],
            "is_armed": self.output.is_on,
            "target": [self.output.wanted],
            "valve_open": [self.output.exhaust == 1.0],
        }

    def advance(self, dt: float) -> None:
        """Move on by dt seconds, a hundredth at a time."""
        self._unstepped_s += dt
        while self._unstepped_s >= STEP_S:
            self._unstepped_s -= STEP_S
            self.output.step()

    def hear(self, received: bytes) -> Heard:
        """Obey every whole line."""
        begun = self.output.vents_begun
        replies: list[tuple[bytes, int]] = []
        while (length := wire.line_length(received)) <= len(received):
            whole, received = received[:length], received[length:]
            if said := self.answer(whole.strip(wire.ENDS).decode("ascii", "replace")):
                replies.append((said.encode("ascii", "replace") + _end_of(whole), length))
        return Heard(received, tuple(replies), vent_began=self.output.vents_begun > begun)

    def answer(self, line: str) -> str:
        """What a line brings: the answers to its questions. Empty for none."""
        if len(line) >= wire.LONGEST_QUESTION:
            self.errors.append(TOO_LONG)
            return ""
        said = [self._obey(words.strip()) for words in line.split(";") if words.strip()]
        return ";".join(answer for answer in said if answer)

    def _obey(self, words: str) -> str:
        said, _, argument = words.partition(" ")
        name = said.removesuffix("?")
        row = next((row for row in self._rows if row.header.is_named_by(name)), None)
        if row is None:
            self.errors.append(UNKNOWN)
        elif said.endswith("?"):
            return self._tell(name, row)
        else:
            self._put(row, argument.strip())
        return ""

    def _tell(self, name: str, row: Row) -> str:
        if row.get is None:
            self.errors.append(NO_QUERY)
            return ""
        return f"{name.upper()} {row.get()}"

    def _put(self, row: Row, argument: str) -> None:
        """A box that refuses still vents."""
        is_vent = (row.header, argument) in ((wire.VENT, "1"), (wire.OUTPUT, "0"))
        if row.put is None:
            self.errors.append(UNKNOWN)
        elif Fault.REFUSE in self.faults_on and not is_vent:
            self.errors.append(CONFLICT)
        else:
            try:
                row.put(argument)
            except ValueError:
                self.errors.append(BAD_VALUE)

    def _made_rows(self) -> tuple[Row, ...]:
        air = self.output
        return (
            Row(wire.WHO, self._who),
            Row(wire.ERROR, self._next_error),
            Row(wire.PRESSURE, lambda: self._shown(air.measured)),
            Row(Header(":SENSe1[:PRESsure]:INLimits"), self._within_limits),
            Row(wire.SETPOINT, lambda: self._shown(air.wanted), self._put_setpoint),
            Row(wire.VENT, lambda: str(int(air.vent)), lambda value: air.ask_vent(_switch(value))),
            Row(wire.SLEW, lambda: self._shown(air.slew_per_s), self._put_slew),
            Row(wire.SLEW_MODE, lambda: "LIN" if air.is_linear else "MAX", self._put_slew_mode),
            Row(wire.OVERSHOOT, lambda: str(int(self.has_overshoot)), self._put_overshoot),
            Row(wire.OUTPUT, lambda: str(int(air.is_on)), lambda value: air.switch(_switch(value))),
            Row(wire.OUTPUT_MODE, lambda: self.mode, self._put_mode),
            Row(wire.PRESSURE_UNIT, lambda: self.unit, self._put_unit),
            Row(wire.FULL_SCALE, lambda: ", ".join(self._shown(end) for end in FULL_SCALE)),
            Row(Header(":SOURce1[:PRESsure]:EFFort"), lambda: f"{100 * (air.pump - air.exhaust):.1f}"),
            Row(Header(":SOURce1[:PRESsure]:COMP1"), lambda: self._shown(SUPPLIES[0])),
            Row(Header(":SOURce1[:PRESsure]:COMP2"), lambda: self._shown(SUPPLIES[1])),
            Row(Header(":INSTrument:SN1"), lambda: self.serial_number),
        )

    def _who(self) -> str:
        """As it describes itself, which a fault may change."""
        serial = "OTHERBOX" if Fault.WRONG_SERIAL in self.faults_on else self.serial_number
        version = "0.9" if Fault.OLD_FIRMWARE in self.faults_on else FIRMWARE_VERSION
        return f"GE Druck,Pace5000 User Interface,{serial},{version}"

    def _next_error(self) -> str:
        complaint = self.errors.popleft() if self.errors else NO_ERROR
        return f"{complaint.code}, {complaint.words}"

    def _within_limits(self) -> str:
        near = abs(self.output.measured - self.output.wanted) <= IN_LIMITS
        return f"{self._shown(self.output.measured)}, {int(near and self.output.is_on)}"

    def _shown(self, mmhg: float) -> str:
        return f"{mmhg * UNITS[self.unit]:.3f}"

    def _meant(self, value: str) -> float:
        return wire.number(value) / UNITS[self.unit]

    def _put_setpoint(self, value: str) -> None:
        wanted = self._meant(value)
        _must(FULL_SCALE[1] <= wanted <= FULL_SCALE[0])
        self.output.wanted = wanted

    def _put_slew(self, value: str) -> None:
        per_s = self._meant(value)
        _must(per_s > 0)
        self.output.slew_per_s = per_s

    def _put_slew_mode(self, value: str) -> None:
        self.output.is_linear = _word(value, "LINear", "MAXimum") == "LIN"

    def _put_overshoot(self, value: str) -> None:
        self.has_overshoot = _switch(value)

    def _put_mode(self, value: str) -> None:
        self.mode = _word(value, "ACTive", "PASSive")

    def _put_unit(self, value: str) -> None:
        _must(value.upper() in UNITS)
        self.unit = value.upper()


def _end_of(line: bytes) -> bytes:
    """What a line ends in."""
    return line[len(line.rstrip(wire.ENDS)) :]


def _must(holds: bool) -> None:
    if not holds:
        raise ValueError


def _switch(value: str) -> bool:
    _must(value.upper() in ("0", "1", "OFF", "ON"))
    return value.upper() in ("1", "ON")


def _word(value: str, *allowed: str) -> str:
    """The short form of a word that is allowed, said in short or in full."""
    for word in allowed:
        short = "".join(letter for letter in word if letter.isupper())
        if value.upper() in (short, word.upper()):
            return short
    raise ValueError
