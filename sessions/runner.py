"""The loop: lets time pass, exchanges with the cuff, steps the session. It knows no database and no broker.

Everything it needs comes as plain callables; the task puts the real ones in, a test puts lists in.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from devices.domain.registers import fault_words
from devices.drivers.errors import ControllerError, ControllerRefusedError
from devices.drivers.reference import Reading
from protocols.domain.plan import Plan
from sessions.domain import live
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live, Observation, begin

PERIOD_S = 0.05
"""20 exchanges a second: a total delay of 100 ms changes nothing material in the cuff model (measured)."""


class Box(Protocol):
    """The verbs of a driver that the loop uses."""

    def hold(self, channel: int, target: float) -> Reading:
        """Hold a target for one lease."""
        ...

    def read(self, channel: int) -> Reading:
        """Look without renewing the lease."""
        ...

    def vent(self) -> bool:
        """Open every cuff; True if acknowledged. Never raises."""
        ...


@dataclass
class Pace:
    """Instants on an absolute grid. Missed ones are skipped and counted, never caught up.

    `wait` sleeps for up to so many seconds and may return early to cut a tick short.
    """

    wait: Callable[[float], object]
    period_s: float = PERIOD_S
    lateness_ms: list[float] = field(default_factory=list)
    missed: int = 0

    def ticks(self) -> Iterator[float]:
        """Monotonic seconds, one for each turn of the loop."""
        due = time.monotonic()
        while True:
            now = time.monotonic()
            if now >= due:
                self.lateness_ms.append((now - due) * 1000)
                due += self.period_s * self._skip(now - due)
            yield now
            self.wait(max(0.0, due - time.monotonic()))

    def _skip(self, late_s: float) -> int:
        periods = 1 + math.floor(late_s / self.period_s)
        self.missed += periods - 1
        return periods


def run(
    plan: Plan,
    box: Box,
    *,
    channel: int,
    ticks: Iterator[float],
    commands: Callable[[], Sequence[Command]],
    tell: Callable[[Live], None],
    trouble: Callable[[], str | None] = lambda: None,
) -> Live:
    """Walk one session to its end. However that comes, the cuff is told to vent."""
    state = begin(plan, next(ticks))
    try:
        for now in ticks:
            orders = commands()
            observed = _exchange(box, channel, state, orders)
            observed = Observation(observed.pressure, observed.box_state, trouble() or observed.fault)
            was_venting = state.is_venting
            state = live.step(state, now, observed, orders)
            if state.is_venting and not was_venting:
                box.vent()
            tell(state)
            if state.is_over:
                break
    finally:
        box.vent()
    return state


def _exchange(box: Box, channel: int, state: Live, orders: Sequence[Command]) -> Observation:
    """One exchange at the state's target; a STOP goes to the wire before anything else."""
    try:
        if state.is_venting or any(order.verb is Verb.STOP for order in orders):
            box.vent()
            return _seen(box.read(channel))
        return _seen(box.hold(channel, state.target))
    except ControllerRefusedError as refusal:
        return Observation(None, fault=refusal.sentence)
    except ControllerError:
        return Observation(None)  # silence: the session ends when it lasts


def _seen(reading: Reading) -> Observation:
    return Observation(reading.pressure, reading.state.name, fault_words(reading.faults) or None)
