"""The loop: lets time pass, exchanges with the cuff, steps the session. It knows no database and no broker.

Everything it needs comes as plain callables; the task puts the real ones in, a test puts lists in.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from devices.control.holding import Holding
from devices.domain.air import Sight
from devices.domain.box import SHUT, fault_words
from devices.domain.interlock import late_after_s
from devices.domain.lop import FASTEST_TICK_S
from devices.domain.lop_ramp import Ramp, Stage
from devices.drivers.contract import Driver, Reading, Readout
from devices.drivers.errors import ControllerError, ControllerRefusedError
from protocols.domain.plan import Plan
from sessions.domain import live
from sessions.domain.commands import Command, Verb
from sessions.domain.state import NOTHING, Answer, Live, Observation, begin
from sessions.domain.stop_table import BUILT_IN
from sessions.domain.stopping import Criterion

PERIOD_S = 0.05
"""20 exchanges a second: a total delay of 100 ms changes nothing material in the cuff model (measured). Slow boxes set the pace."""


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


def period_s(plan: Plan, box: Driver) -> float:
    """How often the box is asked: as the loop wants, but never faster than it can. A pulse wants more samples."""
    wanted = FASTEST_TICK_S if plan.search and plan.search.is_automatic else PERIOD_S
    return max(wanted, box.capabilities.fastest_tick_s)


def run(
    plan: Plan,
    box: Driver,
    *,
    ticks: Iterator[float],
    commands: Callable[[], Sequence[Command]],
    tell: Callable[[Live], None],
    trouble: Callable[[Live], str | None] = lambda live: None,
    bus_lost_s: Callable[[], float] = lambda: 0.0,
    period_s: float = PERIOD_S,
    table: tuple[Criterion, ...] = BUILT_IN,
    opener: int | None = None,
) -> Live:
    """Walk one session to its end. However that comes, the cuffs are told to vent.

    `trouble` is asked before each order: what is wrong around the loop, in words. Then nothing is held any more.
    `opener` is the user whose first console controls the session; without one, whoever is there does.
    """
    state = begin(plan, next(ticks), period_s, table, opener)
    line = _RampLine(plan, box) if state.is_ramping else _Line(plan, box)
    try:
        for now in ticks:
            orders, wrong = [*commands()], trouble(state)
            must_vent = wrong is not None or any(order.verb is Verb.STOP for order in orders)
            observed = line.exchange(state, now, must_vent=must_vent)
            observed = replace(observed, trouble=wrong, bus_lost_s=bus_lost_s())
            orders += commands()  # a STOP that came while the box was answering is not left for the next tick
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


class _Line:
    """The box with the channels of a session: one exchange a tick, at the state's order."""

    def __init__(self, plan: Plan, box: Driver) -> None:
        self._box = box
        self._channels = [cuff.channel for cuff in plan.each_cuff]
        self._holding = Holding(box, self._channels, ceiling=plan.ceiling)
        self._echoes = box.capabilities.own_hold

    def exchange(self, state: Live, now: float, *, must_vent: bool) -> Observation:
        """A STOP goes to the wire before anything else; after a stall or in doubt the loop looks before it acts."""
        if must_vent or state.is_venting:
            return self._vent_and_look()
        try:
            if state.is_in_doubt or now - state.now > late_after_s(state.period_s):
                return self._seen(self._box.read(), Answer.LOOKED)
            return self._order(state, now)
        except ControllerRefusedError as refusal:
            return replace(NOTHING, fault=refusal.sentence, answer=Answer.REFUSED)
        except ControllerError:
            return NOTHING  # silence: the session ends when it lasts

    def _order(self, state: Live, now: float) -> Observation:
        targets = dict(zip(self._channels, state.order, strict=True))
        return self._seen(self._holding.exchange(targets, now), Answer.TAKEN)

    def _vent_and_look(self) -> Observation:
        answer = Answer.VENTED if self._box.vent() else Answer.UNKNOWN
        try:
            return self._seen(self._box.read(), answer)
        except ControllerError:
            return replace(NOTHING, answer=answer)

    def _seen(self, readout: Readout, answer: Answer) -> Observation:
        return Observation(
            sights=tuple(self._sight(readout, channel) for channel in self._channels),
            box_state=readout.state.name,
            fault=fault_words(readout.faults) or None,
            answer=answer,
            took_s=readout.round_trip_s,
        )

    def _sight(self, readout: Readout, channel: int) -> Sight:
        seen = readout[channel]
        setpoint = seen.target if self._echoes else None
        return Sight(seen.pressure, seen.second_sensor, seen.pump, setpoint, seen.exhaust)


class _RampLine(_Line):
    """The same while a measurement drives pump and valve itself: the ramp's aim stands for a target."""

    def __init__(self, plan: Plan, box: Driver) -> None:
        super().__init__(plan, box)
        self._ramp = Ramp(plan.ceiling)
        self._drive = SHUT
        self._echoes = False

    def _order(self, state: Live, now: float) -> Observation:
        """Nothing is driven before it is asked for. A cuff that must come down ends the measurement."""
        if state.target <= 0:
            return super()._order(state, now)
        if state.order[0] <= 0:
            self._ramp.stop("The pressure did not follow.")
        readout = self._box.drive({self._channels[0]: self._drive})
        self._drive = self._ramp.step(now, _felt(readout[self._channels[0]]))
        seen = self._seen(readout, Answer.TAKEN)
        is_over = self._ramp.stage is Stage.OVER
        return replace(seen, aim=self._ramp.aim_mmhg, found=self._ramp.answer if is_over else None)


def _felt(seen: Reading) -> float:
    """The mean of both sensors, which is quieter than one."""
    return seen.pressure if seen.second_sensor is None else (seen.pressure + seen.second_sensor) / 2
