"""What a case of the fault catalogue is: what breaks, who finds it, how long that may take, and what is then true and told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from devices.simulator.faults import Fault
from protocols.domain.plan import Plan
from tests.sessions.closed_loop import PLAN, ClosedLoop

EXHAUST_S = 1.5
"""An arm cuff of the cuff model empties in less than a second."""
LEASE_S = 1.1
"""How long a box goes on when it hears nothing, to the next hundredth that it looks, and the last order before."""
SILENT_S = 0.5


class Group(StrEnum):
    """As the catalogue of `docs/faults.md` is ordered."""

    TRANSPORT = "transport"
    CONTROLLER = "controller"
    SENSOR = "sensor"
    PNEUMATIC = "pneumatic and patient"
    HOST = "worker and host"
    DATA = "data tier"


class Safe(StrEnum):
    """What the catalogue calls safe at the end of a case."""

    OPEN = "cuff open, below 20 mmHg"
    SHUT = "cuff can't be opened from here: said so, with the quick release"
    HELD = "pressure held within its limits, STOP opens it"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row. `bound_s` is from the fault to safe; for a cuff that can't be opened, to the alarm.

    `code` is the interlock's or trip's, `alarm` the words on the console. `where` says on what it is tried;
    `over_ceiling_s` is how long a jerk of the limb may take the pressure over the ceiling, as the exhaust needs.
    """

    name: str
    group: Group
    code: str
    alarm: str
    bound_s: float
    bound_from: str
    safe: Safe = Safe.OPEN
    outcome: str = "FAULT"
    latches: bool = True
    over_ceiling_s: float = 0.0

    @property
    def where(self) -> str:
        """On what it is tried."""
        return "loop, faster than time"


@dataclass(frozen=True, kw_only=True)
class InTheLoop(Case):
    """On the whole loop faster than time: the simulated `kind` of box gets `fault`, or `act` happens, `at_s` after the start."""

    fault: Fault | None = None
    act: Callable[[ClosedLoop], None] = lambda loop: None
    at_s: float = 5.0
    stop_after_s: float = 45.0
    is_moving: bool = True
    kind: str = "reference"
    preset: str = "arm"
    plan: Plan = PLAN

    @property
    def where(self) -> str:
        """On what it is tried."""
        return f"loop, faster than time, {self.kind}"


@dataclass(frozen=True, kw_only=True)
class AtAStation(Case):
    """On a program that runs a session as a station does, with its guard, on a real pseudo-terminal with Redis and a disk.

    `act` is what befalls it once its console shows `state`.
    """

    act: str
    state: str = "HOLDING"

    @property
    def where(self) -> str:
        """On what it is tried."""
        return "station, real processes"
