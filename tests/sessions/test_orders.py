"""Each order to the box is followed from what was meant to what was measured."""

from dataclasses import replace
from typing import Any

from devices.domain.air import Sight
from devices.domain.units import Scale
from protocols.domain.plan import Plan, Search, sets_at
from sessions.domain import live, record, searching
from sessions.domain.commands import Command, Verb
from sessions.domain.orders import Orders, Stage
from sessions.domain.state import NOTHING, Answer, Observation, begin

PLAN = Plan(Scale.MMHG, sets_at(60, (30,), rest_s=30), 150, 600, 1200, lop_mmhg=160)


class Followed:
    """A session tick by tick, and what is kept of its orders."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.live = begin(plan, now=0.0)
        self.orders = Orders()
        self.records: list[dict[str, Any]] = []
        self.tick(0.0, Command(Verb.SOUND_CHECK, signal="HEARD"))

    def tick(
        self,
        pressure: float | None,
        *commands: Command,
        answer: Answer = Answer.TAKEN,
        aim: float = 0.0,
    ) -> None:
        seen = NOTHING if pressure is None else Observation((Sight(pressure),), "HOLDING", aim=aim)
        self.live = live.step(self.live, self.live.now + 0.05, replace(seen, answer=answer), commands)
        self.records += self.orders.seen(self.live, 1e9 + self.live.now)

    def do(self, verb: Verb, pressure: float) -> None:
        self.tick(pressure, Command(verb, seen_n=self.live.n))

    @property
    def stages(self) -> list[tuple[int, Stage]]:
        return [(one["c"], one["stage"]) for one in self.records]


def test_an_order_is_meant_sent_acknowledged_and_measured_each_once():
    session = Followed()
    session.do(Verb.INFLATE, 0.0)
    assert session.stages == [(1, Stage.INTENT)]
    assert session.records[0]["order"] == [60.0]
    for pressure in (0.0, 20.0, 40.0, 58.0, 60.1, 60.2):
        session.tick(pressure)
    stages = [Stage.INTENT, Stage.SENT, Stage.ACKNOWLEDGED, Stage.MEASURED]
    assert session.stages == [(1, stage) for stage in stages]
    assert session.records[-1]["t"] > session.records[-2]["t"]


def test_a_ramp_is_one_order_and_not_one_for_each_of_its_aims():
    session = Followed(searching.plan(Search(is_automatic=True, systolic_mmhg=126), 300))
    session.do(Verb.INFLATE, 0.0)
    for aim in range(50, 90):
        session.tick(float(aim), aim=float(aim))
    session.do(Verb.STOP, 89.0)
    session.tick(0.0, answer=Answer.VENTED)

    whole = [Stage.INTENT, Stage.SENT, Stage.ACKNOWLEDGED, Stage.MEASURED]
    assert session.stages == [(number, stage) for number in (1, 2) for stage in whole]


def test_an_order_without_an_answer_was_sent_and_no_more():
    session = Followed()
    session.do(Verb.INFLATE, 0.0)
    session.tick(None, answer=Answer.UNKNOWN)
    assert session.stages[-1] == (1, Stage.SENT)


def test_a_refused_order_says_so():
    session = Followed()
    session.do(Verb.INFLATE, 0.0)
    session.tick(0.0, answer=Answer.REFUSED)
    assert session.stages[-1] == (1, Stage.REFUSED)


def test_a_stop_is_an_order_of_its_own_and_measured_when_the_cuff_is_empty():
    session = Followed()
    session.do(Verb.INFLATE, 0.0)
    session.tick(60.0)
    session.do(Verb.STOP, 60.1)
    for pressure in (40.0, 15.0):
        session.tick(pressure, answer=Answer.VENTED)
    stages = [Stage.INTENT, Stage.SENT, Stage.ACKNOWLEDGED, Stage.MEASURED]
    assert session.stages[-4:] == [(2, stage) for stage in stages]
    assert session.records[-1]["order"] == [0.0]


def test_the_record_holds_the_stages_of_each_order():
    session = Followed()
    session.do(Verb.INFLATE, 0.0)
    session.tick(60.0)
    session.do(Verb.STOP, 60.1)
    kept = record.of(session.records)
    assert [len(stages) for stages in kept.orders.values()] == [4, 1]
    assert kept.end is None
