"""The loop with its box, faster than time: what becomes of orders, how soon a STOP acts, what both cuffs get."""

from dataclasses import replace

import pytest

from devices.simulator.faults import Fault
from protocols.domain.asking import Asked, Moment, asks_of
from protocols.domain.plan import together
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Outcome
from tests.gallery import Story
from tests.sessions.closed_loop import PLAN, ClosedLoop

BOTH = together([(1, "Left arm", PLAN), (0, "Right arm", PLAN)])
REPLY_TIMEOUT_S = 0.1


def at(*happenings):
    """A script: each thing is done once its second has come."""
    waiting = sorted(happenings, key=lambda one: one[0])

    def script(t):
        while waiting and waiting[0][0] <= t:
            waiting.pop(0)[1]()

    return script


def ack(loop, command):
    """The last answer to a command."""
    return next(one for one in reversed(loop.live.acks) if one.key == command.key)


def test_two_cuffs_are_held_and_opened_together():
    loop = ClosedLoop(BOTH)
    seen: list[float] = []
    ended = loop.run(
        at(
            (0.1, lambda: loop.press(Verb.INFLATE)),
            (4.0, lambda: seen.extend(loop.truth)),
            (4.0, lambda: loop.press(Verb.STOP)),
        )
    )
    assert seen == pytest.approx([60, 60], abs=4)
    assert ended.vented is True
    assert max(loop.truth) < 20


def test_an_order_without_an_answer_is_not_known_and_is_settled_by_looking():
    loop = ClosedLoop()
    pressed: list[Command] = []
    outcomes: set[str] = set()

    def look():
        if pressed and loop.live and any(one.key == pressed[0].key for one in loop.live.acks):
            outcomes.add(ack(loop, pressed[0]).outcome)

    script = at(
        (0.2, lambda: pressed.append(loop.press(Verb.INFLATE))),
        (0.24, lambda: loop.breaks(Fault.SILENT)),
        (0.36, lambda: loop.breaks(Fault.SILENT, on=False)),
        (3.0, lambda: loop.press(Verb.STOP)),
    )

    def watch(t):
        look()
        script(t)

    loop.run(watch)

    assert outcomes == {
        "SENT",
        "NOT_KNOWN",
        "CONFIRMED",
    }  # the silent box had heard it, and shows the setpoint
    unknown = [
        m.told
        for m in loop.history
        if any((w["code"], w["is"]) == ("ORDER_NOT_KNOWN", "ON") for w in m.told["alarms"])
    ]
    assert unknown
    assert all(told["pressure"] is None for told in unknown)


def test_an_order_that_did_not_arrive_is_not_sent_again_by_itself():
    loop = ClosedLoop()
    script = at(
        (0.2, lambda: loop.press(Verb.INFLATE)),
        (0.24, lambda: loop.breaks(Fault.UNPLUGGED)),
        (0.36, lambda: loop.breaks(Fault.UNPLUGGED, on=False)),
        (4.0, lambda: loop.press(Verb.STOP)),
    )
    loop.run(script)
    assert any(m.told["state"] == "PAUSED" for m in loop.history)
    assert max(limb.pressure_max for limb in loop.box.limbs) < 20


def test_a_refused_order_says_why_and_ends_the_session():
    loop = ClosedLoop()
    pressed: list[Command] = []
    ended = loop.run(
        at(
            (0.2, lambda: loop.breaks(Fault.EMERGENCY_STOP)),
            (0.2, lambda: pressed.append(loop.press(Verb.INFLATE))),
        )
    )
    assert ended.ending.outcome is Outcome.FAULT
    assert ended.ending.latches


def test_a_stop_that_comes_while_the_box_is_silent_waits_for_one_time_out_at_most():
    loop = ClosedLoop()
    pressed_at: list[float] = []

    def stop():
        if Fault.SILENT in loop.box.faults_on and not pressed_at:
            pressed_at.append(loop.now)
            loop.press(Verb.STOP)

    loop.while_waiting = stop
    loop.run(at((0.1, lambda: loop.press(Verb.INFLATE)), (2.0, lambda: loop.breaks(Fault.SILENT))))

    acted = next(m for m in loop.history if m.told["ending"])
    assert acted.told["ending"]["words"] == "Stopped by a person."
    assert pressed_at[0] - acted.t <= REPLY_TIMEOUT_S + 1e-9  # in the very tick whose exchange was waiting


def test_a_lost_bus_is_borne_for_half_a_minute_and_then_opens_the_cuff():
    loop = ClosedLoop()

    def lose(t):
        script(t)
        loop.bus_lost_s = max(0.0, t - 1.0)

    script = at((0.1, lambda: loop.press(Verb.INFLATE)))
    ended = loop.run(lose)
    assert "message bus" in ended.ending.words
    assert not ended.ending.latches
    assert 30 < ended.ending.at - ended.began < 33


def test_trouble_around_the_loop_ends_it_without_blaming_the_box():
    loop = ClosedLoop()

    def full():
        loop.trouble = "The record of the session can't be written."

    ended = loop.run(at((0.1, lambda: loop.press(Verb.INFLATE)), (2.0, full)))
    assert ended.ending.words == "The record of the session can't be written."
    assert not ended.ending.latches


def test_a_pump_that_does_not_stop_is_told_while_the_box_still_bleeds_it_off():
    loop = ClosedLoop()
    loop.run(
        at(
            (0.1, lambda: loop.press(Verb.INFLATE)),
            (4.0, lambda: loop.breaks(Fault.PUMP_STUCK)),
            (10.0, lambda: loop.press(Verb.STOP)),
        )
    )

    began = loop.history[0].t
    told = [
        moment.t - began
        for moment in loop.history
        if any(one["code"] == "BLEEDS_ON" for one in moment.told["alarms"])
    ]
    assert told
    assert 8 <= told[0] <= 9.5


def test_a_working_limb_is_never_taken_for_a_stuck_pump():
    loop = ClosedLoop(preset="thigh_delfi_like")
    loop.box.limbs[0].is_moving = True
    loop.run(at((0.1, lambda: loop.press(Verb.INFLATE)), (25.0, lambda: loop.press(Verb.STOP))))

    codes = {one["code"] for moment in loop.history for one in moment.told["alarms"]}
    assert "BLEEDS_ON" not in codes


def test_an_answer_to_what_is_asked_for_in_the_rest_opens_the_cuff_at_once():
    plan = replace(PLAN, asks=asks_of({Asked.PAIN: Moment.EACH_PAUSE}))
    loop = ClosedLoop(plan)
    asked: list[str] = []
    loop.run(
        at(
            (0.1, lambda: loop.press(Verb.INFLATE)),
            (4.0, lambda: loop.press(Verb.NEXT)),
            (4.4, lambda: asked.extend(one["what"] for one in loop.history[-1].told["prompts"])),
            (4.5, lambda: loop.press(Verb.ENTER, signal="PAIN", value=8.0)),
        )
    )

    assert asked == ["PAIN"]
    assert loop.live.ending.outcome is Outcome.CRITERION
    entered = next(m.t for m in loop.history if any(e.kind == "ENTER" for e in m.live.events))
    opened = next(m.t for m in loop.history if m.t > entered and max(m.truth) < 20)
    assert opened - entered < 2


def test_a_gauge_that_stuck_shows_no_open_cuff():
    loop = ClosedLoop()
    ended = loop.run(
        at(
            (0.3, lambda: loop.breaks(Fault.FREEZE_SENSOR)),
            (0.4, lambda: loop.press(Verb.INFLATE)),
        )
    )
    assert ended.ending.code == "SENSOR_STUCK"
    assert ended.vented is None
    assert ended.ending.latches


def test_a_cuff_that_does_not_empty_after_a_stop_keeps_its_box_from_the_next():
    loop = ClosedLoop()
    ended = loop.run(
        at(
            (0.1, lambda: loop.press(Verb.INFLATE)),
            (4.0, lambda: loop.breaks(Fault.BLOCKED_VENT)),
            (4.1, lambda: loop.press(Verb.STOP)),
            (9.0, lambda: loop.breaks(Fault.BLOCKED_VENT, on=False)),
        )
    )
    assert ended.vented is True
    assert ended.ending.outcome is Outcome.STOPPED
    assert ended.ending.latches
    assert "empty" in ended.ending.latched_by


def test_the_clocks_run_on_while_the_pressure_is_not_known():
    story = Story(PLAN).working(10, 0)
    before, cuff = story.live.inflated_s, story.live.cuffs[0]
    story.unknown = {0}
    story.go(2.0)
    after = story.live.cuffs[0]
    assert story.live.inflated_s == pytest.approx(before + 2.0, abs=0.1)
    assert after.held_s > cuff.held_s
    assert after.in_band_s == cuff.in_band_s
    assert after.in_band is not None
    assert after.in_band < 1


def test_an_open_cuff_that_is_not_read_is_not_inflated():
    story = Story(PLAN).go(2)
    story.unknown = {0}
    assert story.go(2.0).live.inflated_s == 0
