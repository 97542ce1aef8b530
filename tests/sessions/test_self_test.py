"""The self-test of a controller: its plan on the real loop, what speaks against it, how it is judged, and that it is nobody's."""

from dataclasses import replace

import pytest

from devices.domain.units import Scale
from devices.simulator.faults import Fault
from sessions.domain import self_test
from sessions.domain.commands import Command, Verb
from sessions.domain.self_test import Facts, OnChannel
from sessions.domain.self_test_verdict import Verdict, judge, verdict
from sessions.domain.state import Outcome, State, begin
from sessions.domain.stopping import Action
from sessions.domain.trace import Point
from sessions.domain.transitions import apply
from tests.sessions.closed_loop import ClosedLoop

ONE = self_test.plan(Scale.MMHG, [OnChannel(0, 300)])
READY = Facts(nobody_wears_it=True, station_answers=True, station_is_current=True, controller_objections=())


def points(loop, cuff=0):
    return [
        Point(one.t, one.told["cuffs"][cuff]["pressure"], one.told["cuffs"][cuff]["target"], one.live.index)
        for one in loop.history
    ]


def inflate_at(loop, at=1.0, then=lambda t: None):
    pressed: list[Command] = []

    def script(t):
        if t >= at and not pressed:
            pressed.append(loop.press(Verb.INFLATE))
        then(t)

    return script


def kept(steps):
    return [step.to_json() for step in steps]


# The plan


def test_the_target_is_that_of_an_acceptance_test_and_never_above_what_box_and_cuff_are_rated_for():
    low = self_test.plan(Scale.SKU, [OnChannel(0, 90)])

    assert [one.target for one in ONE.intervals] == [100, 100]
    assert ONE.ceiling == 130
    assert (low.intervals[0].target, low.ceiling, low.scale) == (72, 90, Scale.SKU)


def test_several_cuffs_are_tested_at_once_each_within_its_own_limits():
    plan = self_test.plan(Scale.MMHG, [OnChannel(0, 300), OnChannel(1, 100)])

    assert [(cuff.channel, cuff.targets[0], cuff.ceiling) for cuff in plan.cuffs] == [
        (0, 100, 130),
        (1, 80, 100),
    ]


def test_the_marker_is_kept_with_the_plan():
    assert type(ONE).from_json(ONE.to_json()) == ONE


def test_what_opens_its_cuffs_ends_it_and_is_not_told_as_a_person_who_stopped():
    running = replace(begin(ONE, 0.0), state=State.RUNNING, index=self_test.FILL)

    ended = apply(running, Action.PAUSE, "Nobody has touched the console.", "UNTOUCHED")

    assert (ended.ending.outcome, ended.ending.code) == (Outcome.CRITERION, "UNTOUCHED")


# Before


def test_nothing_speaks_against_a_fit_box_that_nobody_wears():
    assert self_test.objections(READY) == []


@pytest.mark.parametrize(
    "name", ["nobody_wears_it", "station_answers", "station_is_current", "controller_objections"]
)
def test_what_is_not_known_is_an_objection(name):
    assert len(self_test.objections(replace(READY, **{name: None}))) == 1


def test_what_the_fleet_says_is_told():
    assert self_test.objections(replace(READY, controller_objections=("It leaks.",))) == ["It leaks."]


# On the loop


def test_a_good_box_passes_every_step():
    loop = ClosedLoop(ONE)

    ended = loop.run(inflate_at(loop))

    steps = judge([points(loop)], ONE)
    assert ended.ending.outcome is Outcome.COMPLETED
    assert [(step.name, step.passed) for step in steps] == [
        ("open before", True),
        ("fills", True),
        ("overshoot", True),
        ("holds", True),
        ("vents", True),
    ]
    assert verdict(ended.ending.outcome, ended.vented, kept(steps)) is Verdict.PASSED


def test_the_hold_begins_as_soon_as_the_cuff_is_filled_and_lasts_its_time():
    loop = ClosedLoop(ONE)

    loop.run(inflate_at(loop))

    at = [point.t_s for point in points(loop) if point.interval == self_test.HOLD and point.target > 0]
    filled = [point.t_s for point in points(loop) if point.interval == self_test.FILL]
    assert filled[-1] - filled[0] < 15
    assert at[-1] - at[0] == pytest.approx(35, abs=0.2)


def test_two_cuffs_are_judged_each_by_itself():
    plan = self_test.plan(Scale.MMHG, [OnChannel(0, 300), OnChannel(1, 100)])
    loop = ClosedLoop(plan)

    loop.run(inflate_at(loop))

    steps = judge([points(loop, 0), points(loop, 1)], plan)
    assert len(steps) == 10
    assert all(step.passed for step in steps), kept(steps)
    assert steps[5].name == "Cuff 2: open before"


def test_stop_in_the_middle_is_not_passed_and_the_hold_counts_as_not_measured():
    loop = ClosedLoop(ONE)
    stopped: list[Command] = []

    def stop(t):
        if t > 20 and not stopped:
            stopped.append(loop.press(Verb.STOP))

    ended = loop.run(inflate_at(loop, then=stop))

    steps = {step.name: step for step in judge([points(loop)], ONE)}
    assert steps["holds"].value is None
    assert not steps["holds"].passed
    assert verdict(ended.ending.outcome, ended.vented, kept(steps.values())) is Verdict.UNFINISHED


def test_a_leak_that_the_pump_can_not_make_up_for_fails():
    loop = ClosedLoop(ONE)

    def leak(t):
        if t > 15:
            loop.breaks(Fault.LEAK)

    ended = loop.run(inflate_at(loop, then=leak))

    steps = judge([points(loop)], ONE)
    assert not all(step.passed for step in steps)
    assert verdict(ended.ending.outcome, ended.vented, kept(steps)) is Verdict.FAILED


def test_a_pause_ends_it_and_nothing_is_entered():
    loop = ClosedLoop(ONE)
    said: list[Command] = []

    def hands(t):
        if t > 12 and not said:
            said.append(loop.press(Verb.ENTER, signal="PAIN", value=3.0))
        if t > 14 and len(said) == 1:
            said.append(loop.press(Verb.PAUSE))

    ended = loop.run(inflate_at(loop, then=hands))

    assert ended.ending.outcome is Outcome.STOPPED
    assert not ended.ending.needs_report
    assert ended.entries == ()


# The judging


def trace(fill=(100.0,) * 100, hold=(100.0,) * 700, after=(60.0, 5.0), before=(1.0,), step_s=0.05):
    """A cuff at 20 samples a second."""
    parts = [(before, 0, -1), (fill, 100, 0), (hold, 100, 1), (after, 0, 1)]
    rows = [(pressure, target, interval) for part, target, interval in parts for pressure in part]
    return [Point(n * step_s, *row) for n, row in enumerate(rows)]


def value(points, name):
    return {step.name: step.value for step in judge([points], ONE)}[name]


def test_the_figures_are_read_from_the_trace():
    slow = trace(fill=(50.0,) * 40 + (96.0,) * 60)

    assert value(slow, "fills") == pytest.approx(2.0)
    assert value(slow, "vents") == pytest.approx(0.05)
    assert value(trace(fill=(104.0, 112.0, 101.0)), "overshoot") == pytest.approx(12.0)
    assert value(trace(before=(1.0, 24.0)), "open before") == 24.0


def test_out_of_band_counts():
    low = trace(hold=(100.0,) * 500 + (90.0,) * 200)

    assert value(low, "holds") == pytest.approx(400 / 600, abs=0.01)


def test_an_answer_that_the_loop_forgives_is_not_counted_and_a_gap_makes_it_unknown():
    lost = trace(hold=(100.0,) * 500 + (None,) * 3 + (100.0,) * 197)
    gap = trace(hold=(100.0,) * 500 + (None,) * 30 + (100.0,) * 170)

    assert value(lost, "holds") == 1.0
    assert value(gap, "holds") is None


def test_where_nobody_looked_nothing_is_known_of_an_overshoot():
    assert value(trace(hold=(100.0,) * 300 + (None,) * 100 + (100.0,) * 300), "overshoot") is None


def test_a_cuff_that_never_opened_or_never_filled_has_no_figure():
    assert value(trace(after=(90.0,) * 40), "vents") is None
    assert value(trace(fill=(40.0,) * 100, hold=(40.0,) * 700), "fills") is None


def test_without_samples_nothing_is_passed():
    assert [step.passed for step in judge([], ONE)] == [False] * 5


@pytest.mark.parametrize(
    ("outcome", "vented", "passed", "found"),
    [
        ("COMPLETED", True, True, Verdict.PASSED),
        ("COMPLETED", True, False, Verdict.FAILED),
        ("COMPLETED", None, True, Verdict.FAILED),
        ("FAULT", True, True, Verdict.FAILED),
        ("STOPPED", True, True, Verdict.UNFINISHED),
        ("STOPPED", False, True, Verdict.FAILED),
        ("INTERRUPTED", None, True, Verdict.UNFINISHED),
        ("NOT_STARTED", None, True, Verdict.UNFINISHED),
        ("", None, True, Verdict.LIVE),
    ],
)
def test_only_what_came_to_its_end_with_every_step_passed_is_passed(outcome, vented, passed, found):
    assert verdict(outcome, vented, [{"passed": True}, {"passed": passed}]) is found


def test_no_steps_are_not_passed():
    assert verdict("COMPLETED", True, []) is Verdict.FAILED
