"""Modbus RTU, the part our controllers speak: frames out of requests, values out of replies, both ways.

Pure bytes. The driver builds requests and parses replies, the simulator parses requests and builds replies.
Whatever is not a whole, matching and intact frame raises; nothing here ever guesses.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TypedDict

UNIT = 1
"""The address of a controller that has its line to itself, unless its maker chose another."""

COIL_ON = 0xFF00
EXCEPTION_BIT = 0x80
EXCEPTION_LENGTH = 5
SHORTEST_FRAME = 4
MAX_READ = 125
MAX_WRITE = 121
"""Registers in one exchange, as the Modbus specification limits them (function 23 writes at most 121)."""


class Function(IntEnum):
    """The function codes in use."""

    READ_HOLDING = 3
    READ_INPUT = 4
    WRITE_COIL = 5
    WRITE_ONE = 6
    WRITE_MANY = 16
    WRITE_AND_READ = 23


class Refusal(IntEnum):
    """Why a controller did not do as it was told (Modbus exception codes)."""

    UNKNOWN_FUNCTION = 1
    UNKNOWN_REGISTER = 2
    BAD_VALUE = 3
    NOT_NOW = 4


class BadFrameError(Exception):
    """Bytes that are not the frame they should be: cut short, damaged, or somebody else's."""


class RefusedError(Exception):
    """An intact reply that says no."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"refused: {refusal.name}")
        self.refusal = refusal


@dataclass(frozen=True)
class Request:
    """What is asked: registers to read, registers to write, or both at once. A coil's value is COIL_ON or 0."""

    function: Function
    read_at: int = 0
    read_count: int = 0
    write_at: int = 0
    values: tuple[int, ...] = ()


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_CRC_TABLE = tuple(_crc_of(byte) for byte in range(256))


def crc16(data: bytes) -> int:
    """The Modbus checksum; it goes on the line low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc


def seal(body: bytes) -> bytes:
    """A body with its checksum behind it."""
    return body + struct.pack("<H", crc16(body))


def is_intact(frame: bytes) -> bool:
    """True if the frame's checksum is right. Bytes and checksum together give zero."""
    return len(frame) >= SHORTEST_FRAME and crc16(frame) == 0


def _words(values: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def request_frame(request: Request, unit: int = UNIT) -> bytes:
    """The bytes that ask it."""
    head = bytes((unit, request.function))
    match request.function:
        case Function.READ_HOLDING | Function.READ_INPUT:
            body = struct.pack(">HH", request.read_at, request.read_count)
        case Function.WRITE_COIL | Function.WRITE_ONE:
            body = struct.pack(">HH", request.write_at, request.values[0])
        case Function.WRITE_MANY:
            body = _write_block(request)
        case Function.WRITE_AND_READ:
            body = struct.pack(">HH", request.read_at, request.read_count) + _write_block(request)
    return seal(head + body)


def _write_block(request: Request) -> bytes:
    count = len(request.values)
    return struct.pack(">HHB", request.write_at, count, 2 * count) + _words(request.values)


def reply_length(request: Request) -> int:
    """How many bytes a reply that is not a refusal has."""
    return 5 + 2 * request.read_count if request.read_count else 8


def expected_length(request: Request, start: bytes) -> int:
    """How many bytes to wait for, given what has come so far."""
    refused = len(start) > 1 and start[1] & EXCEPTION_BIT
    return EXCEPTION_LENGTH if refused else reply_length(request)


def parse_reply(request: Request, frame: bytes, unit: int = UNIT) -> tuple[int, ...]:
    """The registers read, or nothing for a plain write. Raises BadFrameError, or RefusedError for an honest no."""
    if not is_intact(frame):
        raise BadFrameError("The answer is damaged.")
    if frame[0] != unit:
        raise BadFrameError("The answer is from another address.")
    if frame[1] == request.function | EXCEPTION_BIT and len(frame) == EXCEPTION_LENGTH:
        raise _refusal(frame[2])
    if frame[1] != request.function or len(frame) != reply_length(request):
        raise BadFrameError("The answer is to another question.")
    return _values(request, frame)


def _refusal(code: int) -> RefusedError:
    try:
        return RefusedError(Refusal(code))
    except ValueError:
        raise BadFrameError(f"The answer refuses with a code that does not exist: {code}.") from None


def _values(request: Request, frame: bytes) -> tuple[int, ...]:
    if not request.read_count:
        if frame[2:6] != request_frame(request)[2:6]:
            raise BadFrameError("The answer confirms something else.")
        return ()
    if frame[2] != 2 * request.read_count:
        raise BadFrameError("The answer counts its own bytes wrongly.")
    return struct.unpack(f">{request.read_count}H", frame[3:-2])


def reply_frame(request: Request, read: tuple[int, ...] = (), unit: int = UNIT) -> bytes:
    """The bytes that answer a request that was done."""
    if request.read_count:
        return seal(bytes((unit, request.function, 2 * len(read))) + _words(read))
    if request.function is Function.WRITE_MANY:
        return seal(struct.pack(">BBHH", unit, request.function, request.write_at, len(request.values)))
    return request_frame(request, unit)


def refusal_frame(function: int, refusal: Refusal, unit: int = UNIT) -> bytes:
    """The bytes that say no."""
    return seal(bytes((unit, (function | EXCEPTION_BIT) & 0xFF, refusal)))


def request_length(start: bytes) -> int | None:
    """How many bytes a request has, from its first ones; None while that can't be told. Raises BadFrameError."""
    if len(start) < 2:
        return None
    fixed = {3: 8, 4: 8, 5: 8, 6: 8}.get(start[1])
    if fixed:
        return fixed
    counted_at = {16: 6, 23: 10}.get(start[1])
    if counted_at is None:
        raise BadFrameError("A function that is not spoken here.")
    return counted_at + 1 + start[counted_at] + 2 if len(start) > counted_at else None


def parse_request(frame: bytes, unit: int = UNIT) -> Request:
    """What a whole frame asks. Raises BadFrameError for damage, RefusedError for what no register could answer."""
    if not is_intact(frame) or frame[0] != unit:
        raise BadFrameError("The request is damaged or for another address.")
    if request_length(frame) != len(frame):
        raise BadFrameError("The request is longer or shorter than what it asks.")
    function, body = Function(frame[1]), frame[2:-2]
    match function:
        case Function.READ_HOLDING | Function.READ_INPUT:
            return _checked(Request(function, *struct.unpack(">HH", body)))
        case Function.WRITE_COIL | Function.WRITE_ONE:
            at, value = struct.unpack(">HH", body)
            return Request(function, write_at=at, values=(value,))
        case Function.WRITE_MANY:
            return _checked(Request(function, **_block(body)))
        case _:
            read_at, read_count = struct.unpack(">HH", body[:4])
            return _checked(Request(function, read_at, read_count, **_block(body[4:])))


class _Block(TypedDict):
    write_at: int
    values: tuple[int, ...]


def _block(body: bytes) -> _Block:
    at, count, size = struct.unpack(">HHB", body[:5])
    if size != 2 * count or len(body) != 5 + size:
        raise RefusedError(Refusal.BAD_VALUE)
    return {"write_at": at, "values": struct.unpack(f">{count}H", body[5:])}


def _checked(request: Request) -> Request:
    """A request that reads or writes something, and no more than fits."""
    reads = request.function is not Function.WRITE_MANY
    writes = request.function in (Function.WRITE_MANY, Function.WRITE_AND_READ)
    if reads and not 1 <= request.read_count <= MAX_READ:
        raise RefusedError(Refusal.BAD_VALUE)
    if writes and not 1 <= len(request.values) <= MAX_WRITE:
        raise RefusedError(Refusal.BAD_VALUE)
    return request
