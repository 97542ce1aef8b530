"""The two serial forms of Modbus, for one unit on the line: RTU, and ASCII, which says the same bodies in hexadecimal.

What a body means is checked once, in `wire`; only what is around it differs here.
"""

import re
from dataclasses import dataclass

from devices.domain import wire
from devices.domain.wire import BadFrameError, Refusal, Request

START, END = b":", b"\r\n"
LONGEST_ASCII = 513
"""Characters of an ASCII frame, as the Modbus specification limits them."""

ASCII_FRAME = re.compile(rb":((?:[0-9A-F]{2}){4,})\r\n")


@dataclass(frozen=True)
class Rtu:
    """Bytes with a CRC behind them. A frame's length follows from its first bytes."""

    unit: int = wire.UNIT

    def request_frame(self, request: Request) -> bytes:
        """The bytes that ask it."""
        return wire.request_frame(request, self.unit)

    def expected_length(self, request: Request, start: bytes) -> int:
        """How many bytes of reply to wait for, given what has come so far."""
        return wire.expected_length(request, start)

    def parse_reply(self, request: Request, frame: bytes) -> tuple[int, ...]:
        """The registers read, or nothing for a plain write. Raises BadFrameError or RefusedError."""
        return wire.parse_reply(request, frame, self.unit)

    def request_length(self, start: bytes) -> int | None:
        """How many bytes a request has, None while that can't be told. Raises BadFrameError."""
        return wire.request_length(start)

    def parse_request(self, frame: bytes) -> Request:
        """What a whole frame asks. Raises BadFrameError or RefusedError."""
        return wire.parse_request(frame, self.unit)

    def reply_frame(self, request: Request, read: tuple[int, ...] = ()) -> bytes:
        """The bytes that answer a request that was done."""
        return wire.reply_frame(request, read, self.unit)

    def refusal_frame(self, function: int, refusal: Refusal) -> bytes:
        """The bytes that say no."""
        return wire.refusal_frame(function, refusal, self.unit)

    def function_of(self, frame: bytes) -> int:
        """The function code of an intact frame."""
        return frame[1]


class Ascii(Rtu):
    """Pairs of hexadecimal digits with an LRC, between a colon and an end of line. A new colon begins anew."""

    def request_frame(self, request: Request) -> bytes:
        """The bytes that ask it."""
        return _spelt(super().request_frame(request))

    def expected_length(self, request: Request, start: bytes) -> int:
        """One more than there is, until the line ends."""
        found = start.find(END)
        return len(start) + 1 if found < 0 else found + len(END)

    def parse_reply(self, request: Request, frame: bytes) -> tuple[int, ...]:
        """The registers read, or nothing for a plain write. Raises BadFrameError or RefusedError."""
        return super().parse_reply(request, _read_out(frame))

    def request_length(self, start: bytes) -> int | None:
        """Up to the end of the line. Raises BadFrameError for a line that is too long to end in a frame."""
        found = start.find(END)
        if found < 0 and len(start) > LONGEST_ASCII:
            raise BadFrameError("A line without an end.")
        return None if found < 0 else found + len(END)

    def parse_request(self, frame: bytes) -> Request:
        """What the last frame in a line asks. Raises BadFrameError or RefusedError."""
        return super().parse_request(_read_out(frame[max(0, frame.rfind(START)) :]))

    def reply_frame(self, request: Request, read: tuple[int, ...] = ()) -> bytes:
        """The bytes that answer a request that was done."""
        return _spelt(super().reply_frame(request, read))

    def refusal_frame(self, function: int, refusal: Refusal) -> bytes:
        """The bytes that say no."""
        return _spelt(super().refusal_frame(function, refusal))

    def function_of(self, frame: bytes) -> int:
        """The function code of an intact frame."""
        return _read_out(frame[frame.rfind(START) :])[1]


def lrc(body: bytes) -> int:
    """The checksum of ASCII: what makes the sum of all bytes zero."""
    return -sum(body) & 0xFF


def _spelt(rtu_frame: bytes) -> bytes:
    """An RTU frame as an ASCII one."""
    body = rtu_frame[:-2]
    return START + (body + bytes((lrc(body),))).hex().upper().encode() + END


def _read_out(ascii_frame: bytes) -> bytes:
    """An ASCII frame as an RTU one. Raises BadFrameError unless it is whole and intact."""
    found = ASCII_FRAME.fullmatch(ascii_frame)
    if found is None:
        raise BadFrameError("The line is not a frame.")
    told = bytes.fromhex(found[1].decode())
    if sum(told) & 0xFF:
        raise BadFrameError("The line is damaged.")
    return wire.seal(told[:-1])
