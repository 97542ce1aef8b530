"""Two limbs in one session: each has its own targets and limits, and what befalls one opens both."""

from dataclasses import replace

import pytest

from devices.domain.air import Sight
from devices.domain.units import Scale
from protocols.domain.plan import Interval, IntervalKind, Plan, UnlikePlansError, sets_at, together
from sessions.domain import dose, live, record, telemetry
from sessions.domain.commands import Command, Verb
from sessions.domain.state import NOTHING, Live, Observation, Outcome, State, begin
from sessions.domain.trace import Point

LEFT = Plan(Scale.MMHG, sets_at(60, (30, 15), rest_s=30), 150, 600, 1200, lop_mmhg=160)
RIGHT = Plan(Scale.MMHG, sets_at(80, (30, 15), rest_s=30), 120, 500, 1300, lop_mmhg=110)
BOTH = together([(1, "Left thigh", LEFT), (0, "Right thigh", RIGHT)])


class Walk:
    """Both cuffs are at their targets unless told otherwise."""

    def __init__(self) -> None:
        self.live = begin(BOTH, now=0.0)
        self.tick(Command(Verb.SOUND_CHECK, signal="HEARD"))

    def tick(self, *commands: Command, at: tuple[float | None, ...] = (), dt: float = 0.05) -> Live:
        pressures = at or tuple(target + 0.3 * (self.live.n % 2) for target in self.live.targets)
        seen = Observation(tuple(Sight(pressure) for pressure in pressures), "HOLDING")
        self.live = live.step(self.live, self.live.now + dt, seen, commands)
        return self.live

    def do(self, verb: Verb) -> Live:
        return self.tick(Command(verb, seen_n=self.live.n))


@pytest.fixture
def walk() -> Walk:
    """A session in its first set."""
    walk = Walk()
    walk.do(Verb.INFLATE)
    walk.tick()
    return walk


def test_each_cuff_has_its_own_target_and_channel(walk):
    assert walk.live.targets == (60, 80)
    assert [cuff.terms.channel for cuff in walk.live.cuffs] == [1, 0]


def test_the_tightest_times_hold_for_both(walk):
    assert (walk.live.plan.max_inflated_s, walk.live.plan.max_total_s) == (500, 1200)


def test_the_limit_of_one_cuff_opens_both(walk):
    walk.tick(at=(60, 110))
    assert walk.live.ending.outcome is Outcome.FAULT
    assert walk.live.ending.words.startswith("Right thigh:")
    assert walk.live.order == (0, 0)


def test_a_pressure_that_one_cuff_may_have_is_not_judged_by_the_other(walk):
    walk.tick(at=(112, 80))
    assert not walk.live.ending


def test_a_cuff_that_is_too_high_is_let_down_alone(walk):
    for _ in range(32):
        walk.tick(at=(95 + 0.3 * (walk.live.n % 2), 80 + 0.3 * (walk.live.n % 2)))
    assert walk.live.order == (0, 80)


def test_one_unknown_cuff_is_an_unknown_session(walk):
    walk.tick(at=(60, None))
    assert walk.live.pressure is None
    assert walk.live.vented is False
    assert walk.tick(at=(5, None)).vented is None
    for _ in range(6):
        walk.tick(at=(60, None))
    assert walk.live.ending.words == "The controller does not answer."


def test_a_fault_of_the_box_sends_to_every_cuff_for_it_names_none(walk):
    walk.live = live.step(walk.live, walk.live.now + 0.05, replace(NOTHING, fault="air is lost"), [])
    assert walk.live.ending.words == "air is lost. Look at every cuff: the controller does not say which."


def test_the_cuff_that_lost_its_air_is_told_at_once_and_when_the_box_gives_up(walk):
    walk.tick()
    for _ in range(22):
        walk.tick(at=(60 + 0.3 * (walk.live.n % 2), 5))
    assert walk.live.warnings == (("AIR_MISSING_1", "Right thigh: It is far below its target."),)
    walk.live = live.step(walk.live, walk.live.now + 0.05, replace(NOTHING, fault="air is lost"), [])
    assert walk.live.ending.words == "air is lost. Far below its target: Right thigh."


def test_a_session_is_over_when_both_are_open(walk):
    walk.tick(Command(Verb.STOP), at=(60, 80))
    assert walk.tick(at=(10, 40)).state is State.ENDING
    assert walk.tick(at=(10, 12)).state is State.ENDED


def test_telemetry_shows_both_and_the_worst_for_the_whole(walk):
    walk.tick(at=(61, 90))
    told = telemetry.sample(walk.live, 0.0)
    assert [cuff["pressure"] for cuff in told["cuffs"]] == [61, 90]
    assert told["pressure"] == 90
    assert (told["cuffs"][0]["in_band"], told["in_band"]) == (1.0, walk.live.cuffs[1].in_band)


def test_plans_with_other_parts_do_not_run_together():
    timed = replace(RIGHT, intervals=(Interval(IntervalKind.WORK, 80, 1, seconds=20),))
    with pytest.raises(UnlikePlansError):
        together([(0, "", LEFT), (1, "", timed)])
    with pytest.raises(UnlikePlansError):
        together([(0, "", LEFT), (1, "", replace(RIGHT, scale=Scale.SKU))])


def test_a_plan_comes_back_with_its_cuffs_and_an_old_one_without():
    assert Plan.from_json(BOTH.to_json()) == BOTH
    old = {name: value for name, value in LEFT.to_json().items() if name != "cuffs"}
    assert Plan.from_json(old) == LEFT


def test_one_cuff_goes_through_the_plan_as_prescribed():
    assert BOTH.alone(0) == replace(LEFT, max_inflated_s=500)
    assert BOTH.alone(1).intervals == RIGHT.intervals
    assert BOTH.alone(1).ceiling == 120


def test_a_journal_holds_each_cuff_and_an_old_one_is_read_as_one(walk):
    kept = record.of([record.sample_record(walk.live), record.sample_record(walk.tick(at=(61, None)))])
    assert [trace[-1].pressure for trace in kept.traces] == [61, None]
    assert [trace[-1].target for trace in kept.traces] == [60, 80]

    old = record.of([{"k": "s", "t": 0.05, "p": 60.0, "g": 60.0, "i": 0}])
    assert old.traces == [[Point(0.05, 60.0, 60.0, 0)]]


def test_the_dose_of_both_is_the_worst_of_each():
    def held(pressure: float) -> dose.Dose:
        points = [Point(n / 10, pressure, 60.0, 0) for n in range(101)]
        return dose.summary(points, BOTH.alone(0))

    both = dose.together([held(60.0), held(70.0)])

    assert (both.peak, both.valley, both.inflated_s) == (70.0, None, 10.0)
    assert both.time_in_band is None
    assert both.pressure_minutes == 21.7
