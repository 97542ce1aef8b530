r"""What is said to an Alicat pressure controller, and what it says: lines of ASCII, no checksum, no counter.

A command is `<unit id><words>\r`, each line of a reply ends in `\r`. A reply is taken only if it is whole, from our unit
and exactly of the shape that was asked for. Shapes are from hardware captures (10v20) and Alicat's Serial Primer, Rev. 2.
To be confirmed on hardware: the shape of `LSS`, and the frame of a PCD, which was seen only on another firmware.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

UNIT_ID = "A"
MMHG = 14
PSI = 10
"""Codes of pressure units; 14 is the only one we use."""

GAUGE = 6
GAUGE_SETPOINT = 38
"""Codes of statistics. As a loop variable, 38 closes the loop on gauge pressure."""

PER_SECOND = 4
SERIAL_SOURCES = frozenset("SU")
"""Where setpoints are taken from: S and U are the serial line; with A, analog, ours are silently ignored."""

DIGITS = (7, 2)
"""Width and decimals of every pressure, as in `+120.00`: fixed, so that the answer to a vent is known beforehand."""

STOP_STREAMING = b"@@ A\r"
VENT = b"ALS 0\r"
CANCEL_VALVE_HOLD = b"AC\r"
ZERO = b" +000.00"
ZERO_REQUESTED = ZERO + b" 14 "

INTEGER_SETPOINT = re.compile(r"\d+$")
"""The old `A49408` sets 77 % of full scale. It is never said."""

NUMBER = r"([+-]\d{3}\.\d{2})"
LAST_ROW_OF_MAKER = "A  M09 "


class BadReplyError(Exception):
    """Not an answer to this question: broken off, garbled, another unit's, or of another shape."""


class RefusedError(Exception):
    """It said `?`: it does not know the command, or does not allow the value."""


class SetpointEcho(NamedTuple):
    """The answer to `LS`: the setpoint in force, and the one last asked for."""

    current: float
    requested: float


class Frame(NamedTuple):
    """The answer to a poll."""

    pressure: float
    setpoint: float
    words: tuple[str, ...]


class Maker(NamedTuple):
    """Of what the maker tells about a box."""

    model: str
    serial_number: str


def command(words: str) -> bytes:
    """The bytes of a command. Raises ValueError for what must never be said."""
    if INTEGER_SETPOINT.match(words) or not words.isascii() or "\r" in words:
        raise ValueError(f"{words!r} is not a command that may be sent.")
    return f"{UNIT_ID}{words}\r".encode()


def setpoint(pressure: float) -> str:
    """The command for a setpoint."""
    return f"LS {pressure:.2f}"


def _text(reply: bytes) -> str:
    """What a reply of one or more lines says. Raises BadReplyError, or RefusedError for a question mark."""
    try:
        text = reply.decode("ascii")
    except UnicodeDecodeError:
        raise BadReplyError("The controller's answer is garbled.") from None
    if text in ("?\r", f"{UNIT_ID} ?\r"):
        raise RefusedError
    if not text.endswith("\r"):
        raise BadReplyError("The controller's answer broke off.")
    if not text.startswith(UNIT_ID + " "):
        raise BadReplyError("Another controller answered.")
    return text[:-1]


def _parts(shape: str, reply: bytes) -> tuple[str, ...]:
    found = re.fullmatch(f"{UNIT_ID} {shape}", _text(reply), re.ASCII)
    if not found:
        raise BadReplyError("The controller answered something else than it was asked.")
    return found.groups()


def parse_setpoint(reply: bytes) -> SetpointEcho:
    """`A +119.98 +120.00 14 mmHg`. Any other unit is no answer."""
    current, requested = _parts(rf"{NUMBER} {NUMBER} {MMHG} \S+", reply)
    return SetpointEcho(float(current), float(requested))


def parse_unit(reply: bytes) -> int:
    """`A 14 mmHg`: the code of a unit."""
    return int(_parts(r"(\d+) \S+", reply)[0])


def parse_full_scale(reply: bytes) -> float:
    """`A +775.72 14 mmHg`: the most it can measure and control."""
    return float(_parts(rf"{NUMBER} {MMHG} \S+", reply)[0])


def parse_loop_variable(reply: bytes) -> int:
    """`A 38`: what the loop is closed on."""
    return int(_parts(r"(\d+)", reply)[0])


def parse_source(reply: bytes) -> str:
    """`A S`: where setpoints come from."""
    return _parts(r"([A-Z])", reply)[0]


def parse_ramp(reply: bytes) -> float:
    """`A 25.0 14 4 mmHg/s`: the most a setpoint changes; 0 is at once."""
    return float(_parts(r"(\d+(?:\.\d+)?) \d+ \d+ \S+", reply)[0])


def parse_firmware(reply: bytes) -> str:
    """`A   10v20.0-R24 Jan  9 2025,15:04:07`: the version without its build."""
    return _parts(r" *(\d+v\d+)\S* .+", reply)[0]


def parse_maker(reply: bytes) -> Maker:
    r"""`A  M00 ALICAT SCIENTIFIC\r` to `A  M09 ...\r`."""
    lines = _text(reply).rstrip("\r").split("\r")
    rows = [re.fullmatch(rf"{UNIT_ID}  M(\d\d) (.*)", line) for line in lines]
    told = {row[1]: row[2].strip() for row in rows if row}
    if sorted(told) != [f"{n:02}" for n in range(10)] or len(lines) != len(told):
        raise BadReplyError("The controller does not say who made it.")
    return Maker(_after("Model Number", told["04"]), _after("Serial Number", told["05"]))


def _after(name: str, row: str) -> str:
    if not row.startswith(name + " "):
        raise BadReplyError("The controller does not say who made it.")
    return row.removeprefix(name).strip()


def maker_length(received: bytes) -> int:
    """Where the ten lines about the maker end; an empty line behind them belongs to them."""
    row = received.find(LAST_ROW_OF_MAKER.encode())
    end = received.find(b"\r", row) if row >= 0 else -1
    return _with_empty_lines(received, end)


def layout_length(received: bytes) -> int:
    """Where the layout of the frame ends: with an empty line."""
    return _with_empty_lines(received, received.find(b"\r\r") + 1 or -1)


def _with_empty_lines(received: bytes, end: int) -> int:
    """The length up to and with `end` and all carriage returns that follow; one more than there is if there is no end."""
    if end < 0:
        return len(received) + 1
    rest = received[end:]
    return end + len(rest) - len(rest.lstrip(b"\r"))


@dataclass(frozen=True)
class Field:
    """One value that is always in the frame."""

    statistic: int
    digits: tuple[int, int] | None
    unit: int | None

    def fits(self, token: str) -> bool:
        """Whether a token has exactly the digits that were announced."""
        if self.digits is None:
            return True
        width, decimals = self.digits
        return bool(re.fullmatch(rf"[+-]\d{{{width - decimals - 2}}}\.\d{{{decimals}}}", token, re.ASCII))


@dataclass(frozen=True)
class Layout:
    """What a frame of this box consists of. It differs from box to box and is never assumed."""

    fields: tuple[Field, ...]

    @property
    def is_ours(self) -> bool:
        """Whether gauge pressure and its setpoint are each in it once, in mmHg with our digits."""
        return all(self._is_ours(statistic) for statistic in (GAUGE, GAUGE_SETPOINT))

    def _is_ours(self, statistic: int) -> bool:
        return [(f.unit, f.digits) for f in self.fields if f.statistic == statistic] == [(MMHG, DIGITS)]

    def parse(self, reply: bytes) -> Frame:
        """`A +119.87 +120.00 LCK`: every announced value, then words about its status."""
        tokens = _text(reply).split(" ")[1:]
        tokens = [token for token in tokens if token]
        values, words = tokens[: len(self.fields)], tokens[len(self.fields) :]
        if len(values) < len(self.fields) or not all(
            field.fits(value) for field, value in zip(self.fields, values, strict=True)
        ):
            raise BadReplyError("The controller answered something else than it was asked.")
        if not all(re.fullmatch(r"[A-Z0-9]{3}", word, re.ASCII) for word in words):
            raise BadReplyError("The controller's answer is garbled.")
        told = {field.statistic: value for field, value in zip(self.fields, values, strict=True)}
        return Frame(float(told[GAUGE]), float(told[GAUGE_SETPOINT]), tuple(words))


ROW = re.compile(
    r"A D(?P<n>\d\d) (?P<statistic>\d{3}) (?P<name>\*?\S.*?) +"
    r"(?:(?P<string>string) +\d+|s decimal +(?P<width>\d+)/(?P<decimals>\d+) (?P<unit>\d{3}) \d\d)(?: +\S+)?\s*",
    re.ASCII,
)


def parse_layout(reply: bytes) -> Layout:
    r"""`A D00 ID_ NAME...\r`, then a row for each field; those with a star are words that may come behind the values."""
    lines = [line for line in _text(reply).split("\r") if line]
    rows = [ROW.fullmatch(line) for line in lines[1:]]
    if not reply.endswith(b"\r\r") or not lines[0].startswith("A D00 ") or not all(rows) or not rows:
        raise BadReplyError("The controller does not say what its answers consist of.")
    found = [row for row in rows if row]
    if [int(row["n"]) for row in found] != list(range(1, len(found) + 1)):
        raise BadReplyError("The controller does not say what its answers consist of.")
    return Layout(tuple(_field(row) for row in found[1:] if not row["name"].startswith("*")))


def _field(row: "re.Match[str]") -> Field:
    if row["string"]:
        return Field(int(row["statistic"]), None, None)
    return Field(int(row["statistic"]), (int(row["width"]), int(row["decimals"])), int(row["unit"]))
