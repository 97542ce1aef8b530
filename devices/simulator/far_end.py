"""What every simulated box is to its line: it hears bytes, answers in bytes, and moves on by dt.

Firmware of one maker each, apart from the physics behind it (`limb`) and from the pseudo-terminal before it (`port`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from devices.domain.units import Scale
from devices.simulator.faults import Fault
from devices.simulator.limb import Limb


@dataclass(frozen=True)
class Heard:
    """What a box made of the bytes so far: those it leaves for later, its answers, and whether a vent began.

    Each answer comes with how many bytes asked for it, for the time they take on the line.
    """

    rest: bytes
    replies: Sequence[tuple[bytes, int]] = ()
    vent_began: bool = False


class FarEnd(Protocol):
    """A box as its line and its tests see it."""

    serial_number: str
    baud_rate: int
    turnaround_s: float
    """How long it thinks before it answers."""
    frame_silence_s: float | None
    """A silence this long ends a frame; None where a terminator does."""
    faults_on: set[Fault]

    def __init__(self, *, serial_number: str, presets: Sequence[str], scale: Scale, seed: int) -> None: ...

    @property
    def limbs(self) -> Sequence[Limb]:
        """The truth in each cuff, which its own sensors may not tell."""
        ...

    def advance(self, dt: float) -> None:
        """Move on by dt seconds."""
        ...

    def hear(self, received: bytes) -> Heard:
        """Take what has come since the last whole frame."""
        ...

    def reset(self) -> None:
        """What a watchdog or a brown-out does."""
        ...

    def truth(self) -> dict[str, Any]:
        """What it is like inside, for whoever pokes it."""
        ...


@runtime_checkable
class Streams(Protocol):
    """A box that may speak without being asked."""

    def unasked(self) -> bytes:
        """What it has said by itself since the last time."""
        ...
