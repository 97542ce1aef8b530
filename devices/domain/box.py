"""What every pneumatic box has in common, whoever made it: who it is, what it does, what is wrong with it."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag

from devices.domain.units import Scale


class BoxState(IntEnum):
    """What a box is doing. In FAULT it vents, and stays so until the fault is cleared."""

    VENTED = 0
    ARMED = 1
    INFLATING = 2
    HOLDING = 3
    DEFLATING = 4
    FAULT = 5
    SELF_TEST = 6


class Faults(IntFlag):
    """Reasons why a box vents, or must be vented."""

    LEASE = 1
    OVER_PRESSURE = 2
    SENSOR = 4
    LEAK = 8
    BLOCKED = 16
    PUMP = 32
    WATCHDOG = 64
    EMERGENCY_STOP = 128
    INFLATED_TOO_LONG = 256
    OTHER = 512


FAULT_WORDS = {
    Faults.LEASE: "nobody asked it to go on",
    Faults.OVER_PRESSURE: "the pressure rose above the ceiling",
    Faults.SENSOR: "its pressure sensors can't be right",
    Faults.LEAK: "air is lost",
    Faults.BLOCKED: "the cuff does not empty: open the quick release",
    Faults.PUMP: "the pump brings no pressure",
    Faults.WATCHDOG: "it restarted by itself",
    Faults.EMERGENCY_STOP: "its own stop button was pressed",
    Faults.INFLATED_TOO_LONG: "the cuff was inflated for as long as was allowed",
    Faults.OTHER: "it reports a fault of its own kind, or one that this program does not know",
}


def fault_words(faults: Faults) -> str:
    """The faults as a phrase for people; empty if there is none."""
    return "; ".join(words for fault, words in FAULT_WORDS.items() if fault in faults)


@dataclass(frozen=True)
class Identity:
    """Who answers on a port. `rated_maximum` is in the scale."""

    serial_number: str
    firmware: str
    scale: Scale
    channels: int
    rated_maximum: float


@dataclass(frozen=True)
class Drive:
    """What a host that closes the loop itself asks of pump and exhaust valve, each 0 to 1 and never both above 0."""

    pump: float = 0.0
    exhaust: float = 0.0


SHUT = Drive()
OPEN = Drive(exhaust=1.0)
