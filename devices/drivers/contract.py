"""What a driver is: a handful of verbs that every kind of box is commanded with, and what each box can do by itself.

A driver owns one line and all channels behind it. Every call is one bounded exchange; every inflating order holds for one
lease; every setting is read back; an answer that is late, partial or about something else is never used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from devices.domain.box import BoxState, Drive, Faults, Identity
from devices.domain.units import Scale
from devices.drivers.port import Line, VentFrame

LEASE_MS = 1000
"""How long a box goes on without being asked again (programme setting, map D7)."""

REPLY_TIMEOUT_S = 0.1

CUFF_MAXIMUM = 300.0
"""A box may reach more; no cuff here is inflated above this (programme setting)."""

SLEW_PER_S = 30.0
"""How fast a pressure rises to a new target, per second in the box's scale (programme setting)."""


@dataclass(frozen=True)
class Capabilities:
    """What a kind of box does by itself, and how far and fast it goes.

    `own_hold`: it closes the loop. `own_lease`: it vents when nobody asks again; without one the guard does.
    `can_drive`: the host may close the loop. `fastest_tick_s` bounds how often it can be asked.
    """

    own_hold: bool
    own_lease: bool
    can_drive: bool
    fastest_tick_s: float
    scale: Scale
    rated_maximum: float


@dataclass(frozen=True)
class Reading:
    """One channel at one instant, in the box's scale. None: the box does not tell."""

    channel: int
    pressure: float
    target: float
    second_sensor: float | None = None
    pump: float | None = None
    exhaust: float | None = None
    lease_left_ms: int | None = None
    pulse: float | None = None


@dataclass(frozen=True)
class Readout:
    """A whole box at one instant: `readout[channel]` is a channel's reading."""

    state: BoxState
    faults: Faults
    channels: tuple[Reading, ...]
    uptime_ms: int | None
    round_trip_s: float

    def __getitem__(self, channel: int) -> Reading:
        return self.channels[channel]


class Driver(Protocol):
    """The verbs. All raise ControllerLostError for an answer that can't be trusted, ControllerRefusedError for a no."""

    baud_rate: ClassVar[int]
    shows_pulse: ClassVar[bool]
    """Whether it can be driven and asked often enough (`domain.lop.FASTEST_TICK_S`) to find a pulse in its cuff."""
    sounds_alarms: ClassVar[bool]
    """Whether the box itself calls people when something is wrong, by sound or light."""
    vent_frames: ClassVar[tuple[VentFrame, ...]]
    """What a guard writes, in this order, until it is answered."""

    def __init__(self, line: Line, reply_timeout_s: float) -> None: ...

    def identify(self) -> Identity:
        """Ask who is on the line, and make sure that it counts as we do. Raises WrongControllerError."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this box does by itself."""
        ...

    def arm(self, *, fence: int, ceiling: float, max_inflated_s: float) -> Readout:
        """Make an empty, healthy box ready. It never goes above `ceiling`; a smaller `fence` than the last is refused.

        Fence 0 stands for the last one: a check between sessions takes nothing over.
        """
        ...

    def read(self) -> Readout:
        """Look at every channel without renewing a lease."""
        ...

    def hold(self, targets: Mapping[int, float], slew_per_s: float = SLEW_PER_S) -> Readout:
        """Hold a pressure on each named channel for one lease, in one exchange; zero or less opens that valve."""
        ...

    def drive(self, drives: Mapping[int, Drive]) -> Readout:
        """Run pumps and valves for a fifth of a second, where the box `can_drive`; else it refuses."""
        ...

    def vent(self) -> bool:
        """Open every valve. True only if the box said so; never raises, because this is called when all else failed."""
        ...

    def fault(self) -> str | None:
        """Why the box is not fit to inflate, in words; None if it says that all is well."""
        ...

    def clear(self) -> Readout:
        """Take a latched fault back, at a person's word. Refused while a cuff holds 20 or more, or the cause lasts."""
        ...

    def close(self) -> None:
        """Give the line back."""
        ...
