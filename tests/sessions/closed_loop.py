"""The whole loop of a session on a simulated box, faster than time: the real runner, driver and bytes, a clock of our own.

A script is called before every tick: it presses commands, breaks things, moves the limb. What was true in the cuffs and
what the consoles were told is kept tick by tick.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from devices.domain.units import Scale
from devices.drivers.contract import Driver
from devices.drivers.reference import ReferenceController
from devices.simulator.far_end import FarEnd
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware
from protocols.domain.plan import Plan, sets_at
from sessions import runner
from sessions.domain import telemetry
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live
from tests.direct import DirectLine

PLAN = Plan(Scale.MMHG, sets_at(60.0, (5, 5), rest_s=2), 90.0, 600.0, 1200.0, lop_mmhg=150.0)
GIVE_UP_S = 240.0
AFTERWARDS_S = 0.6


@dataclass(frozen=True)
class Moment:
    """One tick: when, what was truly in each cuff before it, what consoles were told after it, and out of what."""

    t: float
    truth: tuple[float, ...]
    told: dict[str, Any]
    live: Live


class ClosedLoop:
    """A session from an armed box to its end. `run` returns when the loop has ended and the air has had time to leave."""

    def __init__(
        self,
        plan: Plan = PLAN,
        *,
        kind: Callable[[DirectLine], Driver] = ReferenceController,
        box: FarEnd | None = None,
        seed: int = 1,
        preset: str = "arm",
        period_s: float = runner.PERIOD_S,
        opener: int | None = None,
    ) -> None:
        self.plan, self.period_s, self.opener = plan, period_s, opener
        channels = 1 + max(cuff.channel for cuff in plan.each_cuff)
        self.box = box or Firmware(presets=[preset] * channels, seed=seed)
        self.line = DirectLine(self.box, seed)
        self.line.sleep(0.5)
        self.driver = kind(self.line)
        self.driver.identify()
        self.driver.arm(fence=1, ceiling=plan.ceiling, max_inflated_s=plan.max_total_s)
        self.history: list[Moment] = []
        self.watched = [self.line.now]
        self.is_watched = True
        self.trouble: str | None = None
        self.bus_lost_s = 0.0
        self.live: Live | None = None
        self.while_waiting: Callable[[], None] = lambda: None
        """What happens while an exchange waits for its answer."""
        self._pressed: deque[Command] = deque()
        self._drains = 0

    @property
    def now(self) -> float:
        """Seconds on the loop's clock."""
        return self.line.now

    @property
    def truth(self) -> tuple[float, ...]:
        """What is really in the cuffs, sensors aside."""
        return tuple(limb.pressure_mmhg for limb in self.box.limbs)

    def press(self, verb: Verb, **fields: Any) -> Command:
        """A command from a console that shows the newest sample. Who inflates has heard the alarms."""
        if verb is Verb.INFLATE:
            seat = {name: fields[name] for name in ("console", "user", "who") if name in fields}
            self._pressed.append(Command(Verb.SOUND_CHECK, signal="HEARD", **seat))
        command = Command(verb, **({"seen_n": self.live.n if self.live else 0} | fields))
        self._pressed.append(command)
        return command

    def breaks(self, fault: Fault, *, on: bool = True) -> None:
        """Break the box, or mend it."""
        if fault is Fault.RESET:
            self.box.reset()
        elif on:
            self.box.faults_on.add(fault)
        else:
            self.box.faults_on.discard(fault)

    def run(self, script: Callable[[float], None]) -> Live:
        """Walk to the end. `script` gets the seconds since the loop began, before each tick."""
        ended = runner.run(
            self.plan,
            self.driver,
            ticks=self._ticks(script),
            commands=self._drain,
            tell=self._tell,
            trouble=lambda _live: self.trouble,
            bus_lost_s=lambda: self.bus_lost_s,
            period_s=self.period_s,
            opener=self.opener,
        )
        self.line.sleep(AFTERWARDS_S)
        return ended

    def _ticks(self, script: Callable[[float], None]) -> Iterator[float]:
        began = due = self.now
        while self.now - began < GIVE_UP_S:
            script(self.now - began)
            if self.is_watched and self.now - self.watched[-1] >= 1.0:
                self.watched.append(self.now)
                self._pressed.append(Command(Verb.WATCH))
            self._before = self.truth
            yield self.now
            due = max(due + self.period_s, self.now)
            self.line.sleep(due - self.now)
        raise AssertionError(f"The session has not ended within {GIVE_UP_S} s: {self.live}")

    def _drain(self) -> Sequence[Command]:
        """Asked before and after each exchange."""
        self._drains += 1
        if self._drains % 2 == 0:
            self.while_waiting()
        return [self._pressed.popleft() for _ in range(len(self._pressed))]

    def _tell(self, live: Live) -> None:
        self.live = live
        self.history.append(Moment(live.now, self._before, telemetry.sample(live, live.now), live))
