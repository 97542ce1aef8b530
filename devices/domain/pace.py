"""The words of a Druck PACE 5000/6000 (SCPI): questions, orders, and what may be taken for an answer.

A question's answer repeats its header: `:SENS1:PRES?` brings `:SENS1:PRES 118.5`. An order brings nothing, and an order
that the box does not know brings nothing either, but an error in its queue. There is no checksum and no counter.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

LONGEST_QUESTION = 128
"""Bytes in one line; answers of up to about 255 (from the client `gepace`, not confirmed by the manual K0472)."""

ENDS = b"\r\n"
SAME = 0.006
"""Two numbers that are shown to the hundredth and differ by less are one."""

UNIT = "MMHG"
_MNEMONIC = re.compile(r"(\[?):([A-Z]+)([a-z]*)(\d*)\]?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]?\d+)?")
_NEXT_ANSWER = re.compile(r";(?=[:*])")
_FIRMWARE = re.compile(r"v?(\d[\w.]*)$")


class BadReplyError(ValueError):
    """An answer that is broken, or to something else. Its text may be shown to people."""


class VentStatus(IntEnum):
    """How a vent goes. COMPLETED also means that it ran out of time, and old firmware says it until it is told otherwise."""

    IDLE = 0
    IN_PROGRESS = 1
    COMPLETED = 2
    TRAPPED = 3
    ABORTED = 4


@dataclass(frozen=True)
class Header:
    """A command as manuals write it: capitals are the short form, a part in brackets may be left out.

    A 1 is said by us and may be left out by others; any other digit is a part of the word.
    """

    grammar: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pattern", re.compile(_regex_for(self.grammar), re.IGNORECASE))

    @property
    def text(self) -> str:
        """As we say it: all of it, in short."""
        return re.sub(r"[a-z\[\]]", "", self.grammar)

    @property
    def question(self) -> str:
        """As a question."""
        return f"{self.text}?"

    def is_named_by(self, said: str) -> bool:
        """Whether this is what was meant, in any form."""
        return self._pattern.fullmatch(said) is not None


def _regex_for(grammar: str) -> str:
    if grammar.startswith("*"):
        return re.escape(grammar)
    parts = []
    for bracket, short, rest, digits in _MNEMONIC.findall(grammar):
        suffix = "1?" if digits in ("", "1") else digits
        part = f":{short}(?:{rest.upper()})?{suffix}" if rest else f":{short}{suffix}"
        parts.append(f"(?:{part})?" if bracket else part)
    return "".join(parts)


AMPLITUDE_PATH = ":SOURce1[:PRESsure][:LEVel][:IMMediate][:AMPLitude]"

WHO = Header("*IDN")
ERROR = Header(":SYSTem:ERRor")
PRESSURE = Header(":SENSe1[:PRESsure]")
SETPOINT = Header(AMPLITUDE_PATH)
VENT = Header(f"{AMPLITUDE_PATH}:VENT")
SLEW = Header(":SOURce1[:PRESsure]:SLEW")
SLEW_MODE = Header(":SOURce1[:PRESsure]:SLEW:MODE")
OVERSHOOT = Header(":SOURce1[:PRESsure]:SLEW:OVERshoot")
OUTPUT = Header(":OUTPut1:STATe")
OUTPUT_MODE = Header(":OUTPut1:MODE")
PRESSURE_UNIT = Header(":UNIT:PRESsure")
FULL_SCALE = Header(":INSTrument:SENSe:FULL")


@dataclass(frozen=True)
class Order:
    """A setting to be made, and read back."""

    header: Header
    value: float | str

    @property
    def text(self) -> str:
        """As it is sent: numbers to the hundredth."""
        return f"{self.header.text} {self._shown}"

    @property
    def _shown(self) -> str:
        return self.value if isinstance(self.value, str) else f"{self.value:.2f}".removesuffix(".00")

    def is_done_by(self, said: str) -> bool:
        """Whether what is read back is what was ordered. Words may come back in their long form."""
        if isinstance(self.value, str):
            return said.upper().startswith(self.value)
        return abs(number(said) - self.value) < SAME


@dataclass(frozen=True)
class Complaint:
    """An entry of its error queue; 0 is none."""

    code: int
    words: str


@dataclass(frozen=True)
class Maker:
    """Who it says it is."""

    model: str
    serial_number: str
    firmware: str


def line(orders: Sequence[Order], asked: Sequence[Header], terminator: bytes) -> bytes:
    """Orders and questions in one line. Raises ValueError for one that is too long for the box."""
    words = ";".join([*(order.text for order in orders), *(header.question for header in asked)])
    if len(words) + len(terminator) > LONGEST_QUESTION:
        raise ValueError(f"More than {LONGEST_QUESTION} bytes in one line.")
    return words.encode("ascii") + terminator


def line_length(received: bytes) -> int:
    """Where a line ends: CR, LF or CR LF. Ends left over from the line before are a part of it."""
    begun = len(received) - len(received.lstrip(ENDS))
    found = [at for end in ENDS if (at := received.find(end, begun)) >= 0]
    if not found:
        return len(received) + 1
    end = min(found) + 1
    return end + (received[end - 1 : end + 1] == b"\r\n")


def reply_length(received: bytes, asked: Sequence[Header]) -> int:
    """Where the line ends that answers what was asked. Whole lines before it are late answers to something else."""
    at = 0
    while (length := line_length(received[at:])) <= len(received) - at:
        at += length
        try:
            answers(received[at - length : at], asked)
        except BadReplyError:
            continue
        return at
    return len(received) + 1


def last_line(reply: bytes) -> bytes:
    """What is left of a reply without late answers before it."""
    begun = max(reply.rstrip(ENDS).rfind(end) for end in ENDS)
    return reply[begun + 1 :]


def answers(reply: bytes, asked: Sequence[Header]) -> tuple[str, ...]:
    """What was answered to each question, in their order. Raises BadReplyError unless all were, and nothing else."""
    said = reply.lstrip(ENDS)
    if line_length(said) != len(said):
        raise BadReplyError("The controller's answer broke off.")
    try:
        text = said.rstrip(ENDS).decode("ascii")
    except UnicodeDecodeError:
        raise BadReplyError("The controller answered with something that is not text.") from None
    if not text.isprintable():
        raise BadReplyError("The controller's answer is broken.")
    parts = _NEXT_ANSWER.split(text)
    if len(parts) != len(asked):
        raise BadReplyError("The controller did not answer what it was asked.")
    return tuple(_value(part, header) for part, header in zip(parts, asked, strict=True))


def _value(part: str, header: Header) -> str:
    said, _, value = part.strip().partition(" ")
    if not header.is_named_by(said) or not value.strip():
        raise BadReplyError("The controller answered another question than it was asked.")
    return value.strip()


def number(value: str) -> float:
    """A finite number. Raises BadReplyError."""
    if not _NUMBER.fullmatch(value) or not math.isfinite(found := float(value)):
        raise BadReplyError("The controller answered with something that is not a number.")
    return found


def switch(value: str) -> bool:
    """0 or 1. Raises BadReplyError."""
    return bool(_digit(value, highest_digit=1))


def vent_status(value: str) -> VentStatus:
    """How a vent goes. Raises BadReplyError."""
    return VentStatus(_digit(value, highest_digit=max(VentStatus)))


def _digit(value: str, highest_digit: int) -> int:
    found = number(value)
    if not found.is_integer() or not 0 <= found <= highest_digit:
        raise BadReplyError("The controller answered with a value that does not exist.")
    return int(found)


def complaint(value: str) -> Complaint:
    """An error as `0, No error`, with or without quotes. Raises BadReplyError."""
    code, comma, words = value.partition(",")
    found = number(code.strip())
    if not comma or not found.is_integer():
        raise BadReplyError("The controller's report of an error is broken.")
    return Complaint(int(found), words.strip().strip('"'))


def maker(value: str) -> Maker:
    """`GE Druck,Pace5000 User Interface,3213201,02.00.07`. Raises BadReplyError for another kind of box."""
    words = [word.strip() for word in value.split(",")]
    if len(words) != 4 or "druck" not in words[0].lower() or not words[1].lower().startswith("pace"):
        raise BadReplyError("Something else than a Druck PACE answers on this port.")
    found = _FIRMWARE.search(words[3])
    if not words[2] or not found:
        raise BadReplyError("The controller does not say its serial number or firmware.")
    return Maker(words[1], words[2], found[1])


def highest(value: str) -> float:
    """The upper end of `high, low`. Raises BadReplyError."""
    ends = [number(end.strip()) for end in value.split(",")]
    if len(ends) != 2 or not ends[0] > max(0.0, ends[1]):
        raise BadReplyError("The controller's full scale can't be right.")
    return ends[0]
