"""A whole session in the loop, faster than time, on every kind of box that there is a simulated one of."""

import pytest

from devices.domain.units import Scale
from devices.drivers import DRIVERS
from devices.simulator.faults import Fault
from devices.simulator.options import KINDS
from protocols.domain.plan import Plan, cycles_at
from sessions import runner
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live, Outcome
from tests.direct import DirectLine

PLAN = Plan(Scale.MMHG, cycles_at((60.0, 80.0), on_s=10, off_s=8), 130.0, 600.0, 1200.0, lop_mmhg=160.0)
LONGEST_S = 60
TICK_S = 0.05


class Room:
    """A box in its own time, a person who watches, and whatever befalls it."""

    def __init__(self, kind: str) -> None:
        box = KINDS[kind](serial_number="SIM00001", presets=["arm"], scale=Scale.MMHG, seed=1)
        self.line = DirectLine(box)
        self.line.sleep(0.5)
        self.driver = DRIVERS[kind](self.line, 0.1)
        self.driver.identify()
        self.driver.arm(fence=1, ceiling=PLAN.ceiling, max_inflated_s=PLAN.max_total_s)
        self.told: list[Live] = []
        self.befalls: Fault | None = None

    def ticks(self):
        began = self.line.now
        for n in range(round(LONGEST_S / TICK_S)):
            self.line.sleep(began + n * TICK_S - self.line.now)
            yield self.line.now

    def commands(self):
        if self.befalls and self.pressure > 70:
            self.line.box.faults_on.add(self.befalls)
        if len(self.told) == 1:
            return [Command(Verb.SOUND_CHECK, signal="HEARD")]
        verb = Verb.INFLATE if len(self.told) == 2 else Verb.WATCH
        return [Command(verb, seen_n=self.told[-1].n if self.told else None)]

    def run(self, befalls=None):
        self.befalls = befalls
        return runner.run(
            PLAN, self.driver, ticks=self.ticks(), commands=self.commands, tell=self.told.append
        )

    @property
    def pressure(self):
        return self.line.box.limbs[0].pressure_mmhg


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_session_walks_to_its_end(kind):
    room = Room(kind)

    ended = room.run()

    assert ended.ending.outcome is Outcome.COMPLETED, ended.ending
    assert max(one.pressure or 0 for one in room.told) == pytest.approx(80, abs=12)
    room.line.sleep(3)
    assert room.pressure < 20


@pytest.mark.parametrize(
    "fault", [Fault.SILENT, Fault.GARBAGE, Fault.TRUNCATE, Fault.OLD_REPLY, Fault.LATE_REPLY]
)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_line_that_tells_nothing_true_any_more_ends_in_an_open_cuff(kind, fault):
    room = Room(kind)

    ended = room.run(befalls=fault)

    assert ended.ending.outcome is Outcome.FAULT
    room.line.sleep(4)
    assert room.pressure < 20
