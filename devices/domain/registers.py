"""Register map 1 of the reference controller: where things are, and what they mean. `docs/register-map.md` is the same for people.

The driver writes orders and reads states with it; the simulator does the reverse. Pressures travel as signed tenths
of the controller's own scale (mmHg or SKU), times as milliseconds, drives as permille.
"""

from dataclasses import dataclass
from enum import IntEnum

from devices.domain.box import BoxState, Faults, Identity
from devices.domain.units import Scale
from kaatsu_clinic.thresholds import PROGRAMME, Area, Thresholds

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
MAGIC = 0x4B43
MAP_VERSION = 1
MAX_CHANNELS = 4
MIRROR = 256
"""Holding registers from here mirror the input registers: function 23 can only read holding registers."""

PER_UNIT = 10
LEASE_MS_RANGE = range(100, 1501)
DRIVE_LIVES_S = THRESHOLDS.of(0.2, "s", "A direct drive of pump and valve ends by itself after")
THRESHOLDS.tell(
    ("A lease that a controller accepts", f"{LEASE_MS_RANGE[0]} to {LEASE_MS_RANGE[-1]}", "ms", PROGRAMME)
)
VENT_COIL = 0


class Input(IntEnum):
    """Input registers: what the box says."""

    MAGIC = 0
    MAP_VERSION = 1
    SERIAL_NUMBER = 2
    FIRMWARE = 6
    SCALE = 7
    CHANNEL_COUNT = 8
    RATED_MAXIMUM = 9
    STATE = 10
    FAULTS = 11
    UPTIME_HIGH = 12
    UPTIME_LOW = 13
    SEQUENCE_ECHO = 14
    FENCE = 15
    SERIAL_NUMBER_REST = 16


class ChannelInput(IntEnum):
    """Input registers of a channel, from 20 + 10 x channel."""

    PRESSURE = 0
    TARGET = 1
    LEASE_LEFT = 2
    PUMP = 3
    INLET = 4
    EXHAUST = 5
    FLOW = 6
    SECOND_SENSOR = 7
    PULSE = 8
    FLAGS = 9


class Holding(IntEnum):
    """Holding registers: what the host orders. A write begins at SEQUENCE and is executed as one."""

    SEQUENCE = 0
    FENCE = 1
    ORDER = 2
    LEASE = 3
    CEILING = 4
    MAX_INFLATED = 5


class ChannelHolding(IntEnum):
    """Holding registers of a channel, from 10 + 5 x channel."""

    MODE = 0
    TARGET = 1
    SLEW = 2
    PUMP = 3
    EXHAUST = 4


CHANNEL_INPUTS, CHANNEL_INPUT_SIZE = 20, 10
CHANNEL_HOLDINGS, CHANNEL_HOLDING_SIZE = 10, 5
SERIAL_NUMBER_LENGTH = 16


class Order(IntEnum):
    """What register 2 asks of the whole box."""

    NONE = 0
    ARM = 1
    VENT_ALL = 2
    CLEAR_FAULT = 3
    SELF_TEST = 4


class Mode(IntEnum):
    """What a channel does. LEAVE changes nothing and renews nothing: it lets one block write skip a channel."""

    VENT = 0
    TARGET = 1
    DRIVE = 2
    LEAVE = 3


@dataclass(frozen=True)
class Head:
    """The part of a state that all channels share."""

    state: BoxState
    faults: Faults
    uptime_ms: int
    sequence: int
    fence: int


@dataclass(frozen=True)
class ChannelState:
    """One channel as the box sees it, in the box's scale. Flow is in tenths of mL/s, into the cuff."""

    pressure: float
    target: float
    lease_left_ms: int
    pump_permille: int
    exhaust_permille: int
    second_sensor: float
    pulse: float


class NotOurControllerError(Exception):
    """What answers is not a controller of a kind we know."""


def signed(register: int) -> int:
    """A register as a signed number."""
    return register - 0x10000 if register & 0x8000 else register


def pressure_of(register: int) -> float:
    """A pressure out of a register."""
    return signed(register) / PER_UNIT


def pressure_word(pressure: float) -> int:
    """A pressure as a register, cut to what fits one."""
    return max(-32768, min(32767, round(pressure * PER_UNIT))) & 0xFFFF


def channel_input(channel: int, field: ChannelInput = ChannelInput.PRESSURE) -> int:
    """Address of a channel's input register."""
    return CHANNEL_INPUTS + CHANNEL_INPUT_SIZE * channel + field


def channel_holding(channel: int, field: ChannelHolding = ChannelHolding.MODE) -> int:
    """Address of a channel's holding register."""
    return CHANNEL_HOLDINGS + CHANNEL_HOLDING_SIZE * channel + field


def identity_words(identity: Identity) -> list[int]:
    """Input registers 0 to 9."""
    major, _, minor = identity.firmware.partition(".")
    serial = _serial_words(identity.serial_number)[:4]
    firmware = int(major) << 8 | int(minor)
    scale = list(Scale).index(identity.scale)
    return [
        MAGIC,
        MAP_VERSION,
        *serial,
        firmware,
        scale,
        identity.channels,
        pressure_word(identity.rated_maximum),
    ]


def serial_rest_words(identity: Identity) -> list[int]:
    """Input registers 16 to 19: the second half of a serial number."""
    return _serial_words(identity.serial_number)[4:]


def _serial_words(serial_number: str) -> list[int]:
    text = serial_number.encode("ascii", "replace")[:SERIAL_NUMBER_LENGTH].ljust(SERIAL_NUMBER_LENGTH, b"\0")
    return [int.from_bytes(text[at : at + 2]) for at in range(0, SERIAL_NUMBER_LENGTH, 2)]


def parse_identity(words: tuple[int, ...]) -> Identity:
    """Who answers, from input registers 0 to 19. Raises NotOurControllerError."""
    if words[Input.MAGIC] != MAGIC:
        raise NotOurControllerError("Something else answers on this port.")
    if words[Input.MAP_VERSION] != MAP_VERSION:
        raise NotOurControllerError(
            f"It speaks register map {words[Input.MAP_VERSION]}; only {MAP_VERSION} is known here."
        )
    if words[Input.SCALE] >= len(Scale) or not 1 <= words[Input.CHANNEL_COUNT] <= MAX_CHANNELS:
        raise NotOurControllerError("It describes itself in a way that can't be right.")
    halves = words[Input.SERIAL_NUMBER : Input.FIRMWARE] + words[Input.SERIAL_NUMBER_REST : CHANNEL_INPUTS]
    serial = b"".join(word.to_bytes(2) for word in halves)
    version = words[Input.FIRMWARE]
    return Identity(
        serial_number=serial.rstrip(b"\0").decode("ascii", "replace"),
        firmware=f"{version >> 8}.{version & 0xFF}",
        scale=list(Scale)[words[Input.SCALE]],
        channels=words[Input.CHANNEL_COUNT],
        rated_maximum=pressure_of(words[Input.RATED_MAXIMUM]),
    )


def parse_head(words: tuple[int, ...]) -> Head:
    """What all channels share, from input registers 10 to 15. Raises ValueError for a state that does not exist."""
    state, faults, high, low, sequence, fence = words[:6]
    return Head(BoxState(state), Faults(faults), high << 16 | low, sequence, fence)


def parse_channel(words: tuple[int, ...]) -> ChannelState:
    """One channel, from its ten input registers."""
    return ChannelState(
        pressure=pressure_of(words[ChannelInput.PRESSURE]),
        target=pressure_of(words[ChannelInput.TARGET]),
        lease_left_ms=words[ChannelInput.LEASE_LEFT],
        pump_permille=words[ChannelInput.PUMP],
        exhaust_permille=words[ChannelInput.EXHAUST],
        second_sensor=pressure_of(words[ChannelInput.SECOND_SENSOR]),
        pulse=pressure_of(words[ChannelInput.PULSE]),
    )
