"""The Festo PGVA-1 as registers: where things are, what its words mean, and mmHg as whole millibars.

From its maker's published clients (`festo-pgva` 0.2.1, Festo-se/PGVA-1 `drvPgva.py`); never tried on the box itself.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from devices.domain.box import Faults
from devices.domain.registers import signed

MMHG_PER_MBAR = 0.750062
RATED_MBAR = 450
RATED_MAXIMUM = 337.0
"""The highest output setpoint (vendor), in whole mmHg below it."""

CHAMBER_MBAR = range(200, 1001)
"""What the pressure chamber's threshold may be (vendor)."""

MBAR_PER_COUNT = 0.5543
"""What RAW_CHAMBER_THRESHOLD counts in (vendor). The same threshold is in CHAMBER_THRESHOLD in mbar."""

WITHOUT_PUMP_SWITCH = (2, 1, 3)
MANUAL_TRIGGER_WORKS_AFTER = (2, 0, 45)
"""What the firmware versions lack (vendor)."""


class Input(IntEnum):
    """Input registers: what the box says. From RAW_VACUUM to MODBUS_ERROR there is no gap."""

    RAW_VACUUM = 256
    FIRMWARE = 259
    STATUS = 262
    CHAMBER = 270
    OUTPUT = 271
    MODBUS_ERROR = 275
    WARNINGS = 281
    ERRORS = 282


class Holding(IntEnum):
    """Holding registers: what it is told. STORE_EEPROM is here to be avoided: it wears out, and outlives a restart."""

    RAW_CHAMBER_THRESHOLD = 4098
    VACUUM_THRESHOLD = 4110
    CHAMBER_THRESHOLD = 4111
    SETPOINT = 4112
    MANUAL_TRIGGER = 4113
    EXHAUST = 4118
    PUMP = 4120
    STORE_EEPROM = 4196
    MAC_ADDRESS = 12294


class Status(IntFlag):
    """The bits of STATUS that are known."""

    BUSY = 1 << 0
    BUILDS_PRESSURE = 1 << 1
    BUILDS_VACUUM = 1 << 2
    CHAMBER_LOW = 1 << 3
    VACUUM_LOW = 1 << 4
    EEPROM_PENDING = 1 << 5
    TARGET_REACHED = 1 << 6
    TRIGGER_OPEN = 1 << 7
    EXHAUST_MANAGED = 1 << 10
    EXHAUST_OPEN = 1 << 11


KNOWN_STATUS = sum(Status)
BOTH_WAYS = Status.BUILDS_PRESSURE | Status.BUILDS_VACUUM
"""The pump can't build pressure and vacuum at once: the maker names no such value."""

NOTHING = Faults(0)
Meaning = Mapping[int, tuple[Faults, str]]
WARNINGS: Meaning = {
    0: (Faults.OTHER, "its supply voltage is not right"),
    1: (Faults.PUMP, "its vacuum chamber does not reach its threshold"),
    2: (Faults.PUMP, "its pressure chamber does not reach its threshold"),
    4: (Faults.LEAK, "the pressure that was set can't be reached"),
    5: (NOTHING, ""),  # the vacuum chamber is set low: no concern of a cuff
    7: (Faults.PUMP, "its pump ran for 9 minutes"),
    9: (Faults.OTHER, "its external sensor could not be verified"),
}
ERRORS: Meaning = {
    0: (Faults.PUMP, "its pump ran for more than 10 minutes"),
    1: (Faults.LEAK, "the pressure that was set was not reached in 8 minutes"),
    2: (Faults.OTHER, "it did not understand an order"),
    3: (Faults.OTHER, "its supply voltage is too low"),
    4: (Faults.OTHER, "its supply voltage is too high"),
    5: (Faults.OTHER, "its external sensor did not answer"),
}


@dataclass(frozen=True)
class Complaint:
    """Everything that a box finds wrong: what it comes to, and in words."""

    faults: Faults = NOTHING
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """Input registers up to MODBUS_ERROR, as far as a cuff is concerned. Pressure in mmHg."""

    status: int
    pressure: float
    chamber_mbar: int
    firmware: tuple[int, ...] = ()

    @property
    def is_busy(self) -> bool:
        """True while an order is still being carried out."""
        return bool(self.status & Status.BUSY)

    @property
    def manages_exhaust(self) -> bool:
        """True if it opens its exhaust valve when the pressure has to fall."""
        return bool(self.status & Status.EXHAUST_MANAGED)


def mmhg(mbar: float) -> float:
    """Millibars in mmHg."""
    return mbar * MMHG_PER_MBAR


def setpoint_word(target: float, limit: float) -> int:
    """The whole number of mbar nearest to a target in mmHg, never above the limit or the rating, never a vacuum."""
    highest = math.floor(min(limit, RATED_MAXIMUM) / MMHG_PER_MBAR)
    if mmhg(highest) > limit:
        highest -= 1
    return max(0, min(round(target / MMHG_PER_MBAR), highest))


def parse_state(start: int, words: tuple[int, ...]) -> State:
    """What input registers from `start` up to MODBUS_ERROR say. The firmware, only where `start` reaches back to it."""
    at = dict(enumerate(words, start))
    return State(
        status=at[Input.STATUS],
        pressure=mmhg(signed(at[Input.OUTPUT])),
        chamber_mbar=signed(at[Input.CHAMBER]),
        firmware=tuple(at[n] for n in range(Input.FIRMWARE, Input.STATUS)) if start <= Input.FIRMWARE else (),
    )


def complaint(status: int, warnings: int, errors: int) -> Complaint:
    """What is wrong by the box's own words. A bit that nobody knows is wrong, too."""
    found = [*_meant(warnings, WARNINGS), *_meant(errors, ERRORS)]
    if status & ~KNOWN_STATUS or status & BOTH_WAYS == BOTH_WAYS:
        found.append((Faults.OTHER, "it reports a status that is not known here"))
    faults = NOTHING
    for fault, _ in found:
        faults |= fault
    return Complaint(faults, tuple(dict.fromkeys(words for _, words in found if words)))


def _meant(word: int, meaning: Meaning) -> list[tuple[Faults, str]]:
    unknown = (Faults.OTHER, "it reports something that is not known here")
    return [meaning.get(bit, unknown) for bit in range(16) if word >> bit & 1]


def has_pump_switch(firmware: tuple[int, ...]) -> bool:
    """Whether the pump must be switched on: one version runs it always."""
    return firmware != WITHOUT_PUMP_SWITCH


def mac_text(words: tuple[int, ...]) -> str:
    """The network address as twelve digits; empty if the box was never given one."""
    told = b"".join(word.to_bytes(2) for word in words)
    return "" if told in (bytes(6), b"\xff" * 6) else told.hex().upper()
