"""An Alicat's side of the line: its commands and what it answers to each, in ASCII.

Shapes of answers are those of hardware captures (10v20, a flow controller), carried over to gauge pressure.
"""

import re
from collections.abc import Callable

from devices.domain import alicat as wire
from devices.simulator.alicat_box import LOOP_VARIABLE, STATUS_WORDS, AlicatBox
from devices.simulator.faults import Fault

LABELS = {wire.MMHG: "mmHg", wire.PSI: "PSIG"}
MMHG_IN = {wire.MMHG: 1.0, wire.PSI: 51.715}
FULL_INTEGER = 64_000
GAUGES = (wire.GAUGE, wire.GAUGE_SETPOINT)
FIRMWARE, OLD_FIRMWARE = "10v20.0-R24", "8v17.0-R23"
DATE = "03/02/2025"
STREAMS_EVERY_S = 0.05
STREAMING = "@"
REFUSAL = "?\r"
VENTS = re.compile(r"LS [+-]?0+(\.0+)?|(\$\$)?C")

NUMBER = r"([+-]?\d+(?:\.\d+)?)"
COMMANDS = {
    "": "poll",
    rf"LS(?: {NUMBER})?": "setpoint",
    rf"S ?{NUMBER}": "old_setpoint",
    r"(\d+)": "integer_setpoint",
    r"LSS(?: ([SUA]))?": "source",
    r"VE": "version",
    r"\?\?M\*": "maker",
    r"\?\?D\*": "layout",
    r"DCU (\d+)(?: (\d+))?": "unit",
    r"FPF (\d+)": "full_scale",
    r"LV(?: (\d+))?": "loop_variable",
    r"(?:\$\$)?R(\d+)": "read_register",
    r"(?:\$\$)?W(\d+)=(\d+)": "write_register",
    rf"SR(?: {NUMBER} 4)?": "ramp",
    r"DV \d+ (\d+)": "value",
    r"(?:HP|HC|\$\$H)": "hold_valves",
    r"(?:\$\$)?C": "cancel_hold",
    r"\$\$([LU])": "lock",
    r"@ ([A-Z@])": "become",
    r"T.*": "absent",
}
"""What answers each command. The totalizer of `T...` is not there: silence."""


class AlicatLine:
    """Obeys its unit id and `*`, and is silent to any other."""

    def __init__(self, box: AlicatBox) -> None:
        self.box = box
        self.power_up()

    def power_up(self) -> None:
        """Its own unit id, and nothing left to say."""
        self.unit_id = wire.UNIT_ID
        self._unsaid: list[str] = []
        self._stream_due_s = 0.0

    def hear(self, received: bytes) -> tuple[bytes, tuple[tuple[bytes, int], ...]]:
        """The bytes that are left, and what is answered to each whole command, with its size."""
        *commands, rest = received.split(b"\r")
        replies = ((self.answer(each), len(each) + 1) for each in commands)
        return rest, tuple((reply, size) for reply, size in replies if reply)

    def answer(self, command: bytes) -> bytes:
        """One command's reply. Nothing for another unit, a broadcast, or hardware that is not there."""
        text = command.decode("ascii", "replace").upper()
        if text[:1] not in (self.unit_id, "*"):
            return b""
        reply = self._obey(text[1:])
        return b"" if text[:1] == "*" or reply is None else reply.encode()

    def _obey(self, words: str) -> str | None:
        if Fault.REFUSE in self.box.faults_on and not VENTS.fullmatch(words):
            return REFUSAL
        for shape, name in COMMANDS.items():
            if found := re.fullmatch(shape, words, re.ASCII):
                answered: Callable[..., str | None] = getattr(self, name)
                return answered(*found.groups())
        return REFUSAL

    def stream(self, dt: float) -> None:
        """Say a frame now and then, while it streams."""
        if Fault.STREAMING in self.box.faults_on:
            self.box.faults_on.discard(Fault.STREAMING)
            self.unit_id = STREAMING
        self._stream_due_s -= dt
        if self.unit_id == STREAMING and self._stream_due_s <= 0:
            self._stream_due_s = STREAMS_EVERY_S
            self._unsaid.append(self.poll())

    def unasked(self) -> bytes:
        """What it says by itself since the last time."""
        said, self._unsaid = "".join(self._unsaid), []
        return said.encode()

    def _line(self, *words: object) -> str:
        return " ".join([self.unit_id, *map(str, words)]) + "\r"

    def _number(self, mmhg: float) -> str:
        return f"{mmhg / MMHG_IN[self.box.unit]:+07.2f}"

    def _mmhg(self, number: str) -> float:
        return float(number) * MMHG_IN[self.box.unit]

    @property
    def _unit_words(self) -> tuple[int, str]:
        return self.box.unit, LABELS[self.box.unit]

    def poll(self) -> str:
        """The data frame."""
        box = self.box
        return self._line(self._number(box.air.measured), self._number(box.setpoint_in_force), *box.status())

    def setpoint(self, wanted: str | None) -> str:
        """The setpoint in force before this, and the one that was last asked for."""
        before = self.box.setpoint_in_force
        if wanted is not None and not self.box.take(self._mmhg(wanted)):
            return REFUSAL
        return self._line(self._number(before), self._number(self.box.target), *self._unit_words)

    def old_setpoint(self, wanted: str) -> str:
        """The same in older words, answered by a frame."""
        return self.poll() if self.box.take(self._mmhg(wanted)) else REFUSAL

    def integer_setpoint(self, wanted: str) -> str:
        """64000 is full scale: why a driver must never say an id and digits."""
        return self.poll() if self.box.take(int(wanted) / FULL_INTEGER * self.box.full_scale) else REFUSAL

    def source(self, wanted: str | None) -> str:
        """Where setpoints come from."""
        self.box.chosen_source = wanted or self.box.chosen_source
        return self._line(self.box.source)

    def version(self) -> str:
        """Firmware, and when it was made."""
        return self._line("", "", self._firmware, "Jan  9 2025,15:04:07")

    @property
    def _firmware(self) -> str:
        return OLD_FIRMWARE if Fault.OLD_FIRMWARE in self.box.faults_on else FIRMWARE

    def maker(self) -> str:
        """Ten lines."""
        serial = "OTHERBOX" if Fault.WRONG_SERIAL in self.box.faults_on else self.box.serial_number
        rows = (
            "ALICAT SCIENTIFIC",
            "www.alicat.com",
            "Ph   520-290-6060",
            "info@alicat.com",
            "Model Number PCD-15PSIG-D",
            f"Serial Number {serial}",
            f"Date Manufactured {DATE}",
            f"Date Calibrated   {DATE}",
            "Calibrated By     BL",
            f"Software Revision {self._firmware}",
        )
        return "".join(self._line("", f"M{n:02}", row) for n, row in enumerate(rows))

    def layout(self) -> str:
        """A heading, a row for each value and each word of the status, and an empty line."""
        code, label = self._unit_words
        decimal = f"{'s decimal':<13}7/2 {code:03} 02 {label}"
        rows = [
            "ID_ NAME______________________ TYPE_______ WIDTH NOTES___________________",
            f"700 {'Unit ID':<26} {'string':<16}1",
            f"{wire.GAUGE:03} {'Gauge Press':<26} {decimal}",
            f"{wire.GAUGE_SETPOINT:03} {'Gauge Press Setpt':<26} {decimal}",
            *(_status_row(word) for word in STATUS_WORDS),
        ]
        return "".join(self._line(f"D{n:02}", row) for n, row in enumerate(rows)) + "\r"

    def unit(self, statistic: str, wanted: str | None) -> str:
        """The unit it counts in, one for pressure and setpoint."""
        if int(statistic) not in GAUGES or int(wanted or wire.MMHG) not in LABELS:
            return REFUSAL
        self.box.chosen_unit = int(wanted) if wanted else self.box.chosen_unit
        return self._line(*self._unit_words)

    def full_scale(self, statistic: str) -> str:
        """The most it can measure and control."""
        if int(statistic) not in GAUGES:
            return REFUSAL
        return self._line(self._number(self.box.full_scale), *self._unit_words)

    def loop_variable(self, wanted: str | None) -> str:
        """What the loop is closed on."""
        registers = self.box.registers
        registers[LOOP_VARIABLE] = int(wanted) if wanted else registers[LOOP_VARIABLE]
        return self._line(registers[LOOP_VARIABLE])

    def read_register(self, number: str) -> str:
        """A register, in the older words."""
        if int(number) not in self.box.registers:
            return REFUSAL
        return self._line("", "", f"{int(number):03} = {self.box.registers[int(number)]}")

    def write_register(self, number: str, value: str) -> str:
        """Set a register that there is."""
        if int(number) in self.box.registers:
            self.box.registers[int(number)] = int(value)
        return self.read_register(number)

    def ramp(self, most: str | None) -> str:
        """How far the setpoint moves in a second; 0 is at once."""
        if most is not None:
            self.box.ramp_per_s = self._mmhg(most)
        code, label = self._unit_words
        shown = self.box.ramp_per_s / MMHG_IN[code]
        return self._line(f"{shown:.1f}", code, wire.PER_SECOND, f"{label}/s")

    def value(self, statistic: str) -> str:
        """One value, without the unit id before it."""
        return self._number(self.box.air.measured) + "\r" if int(statistic) == wire.GAUGE else REFUSAL

    def hold_valves(self) -> str:
        """Both valves shut, whatever the setpoint is: it traps the air in the cuff."""
        self.box.is_held = True
        return self.poll()

    def cancel_hold(self) -> str:
        """The loop goes on at the setpoint there is."""
        self.box.is_held = False
        return self.poll()

    def lock(self, how: str) -> str:
        """Lock the buttons, or unlock them."""
        self.box.is_locked = how == "L"
        return self.poll()

    def become(self, unit_id: str) -> None:
        """Answer to another id from now on, silently. `@` streams."""
        self.unit_id = unit_id

    def absent(self) -> None:
        """Hardware that is not there says nothing."""


def _status_row(word: str) -> str:
    name = "701 *Error" if word == "ADC" else "702 *Status"
    return f"{name:<30} {'string':<16}3 {word}"
