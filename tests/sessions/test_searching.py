"""A session that looks for the occlusion pressure, on a simulated box faster than time: by itself, and with a person who feels."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.domain.lop import FASTEST_TICK_S
from devices.domain.lop_steps import Mark
from devices.simulator.firmware import Firmware
from devices.simulator.limb import PRESETS, Limb
from protocols.domain.plan import Plan, Search
from sessions import runner
from sessions.domain import searching, telemetry
from sessions.domain.commands import Verb
from sessions.domain.state import Live, Outcome, State
from tests.sessions.closed_loop import ClosedLoop

TRUTH_MMHG = 146.0
AUTOMATIC = searching.plan(Search(is_automatic=True, systolic_mmhg=120), 300)
GUIDED = searching.plan(Search(is_automatic=False, systolic_mmhg=120), 300)
Also = Callable[[ClosedLoop, Live], None]


def nothing(loop: ClosedLoop, live: Live) -> None:
    """Nobody does anything else."""


def measured(plan: Plan, also: Also = nothing) -> tuple[ClosedLoop, Live]:
    """A measurement on an arm whose occlusion pressure is known, by a person who always feels right."""
    shape, box = PRESETS["arm"], Firmware(presets=["arm"])
    assert shape.pulse
    box.channels[0].limb = Limb(replace(shape, pulse=replace(shape.pulse, lop_mmhg=TRUTH_MMHG)))
    period_s = FASTEST_TICK_S if plan.search and plan.search.is_automatic else runner.PERIOD_S
    loop = ClosedLoop(plan, box=box, period_s=period_s)

    def person(_seconds: float) -> None:
        if (live := loop.live) is None:
            return
        if live.state is State.READY and not live.open_keys:
            loop.press(Verb.INFLATE)
        if searching.asks(live):
            loop.press(Verb.PULSE, value=float(loop.truth[0] < TRUTH_MMHG))
        also(loop, live)

    return loop, loop.run(person)


def events(loop: ClosedLoop, kind: str) -> list[str]:
    return [event.words for one in loop.history for event in one.live.events if event.kind == kind]


def test_it_finds_the_pressure_by_itself_and_leaves_an_open_cuff():
    loop, end = measured(AUTOMATIC)

    assert end.ending
    assert end.ending.outcome is Outcome.COMPLETED, end.ending.words
    assert end.found
    assert end.found.mmhg == pytest.approx(TRUTH_MMHG, abs=10)
    assert events(loop, "OCCLUSION") == [end.ending.words]
    assert end.vented
    assert loop.box.limbs[0].pressure_max < TRUTH_MMHG + 60


def test_a_person_feels_step_by_step_and_the_cuff_is_open_between_them():
    loop, end = measured(GUIDED)

    assert [mark.mmhg for mark in end.marks] == [50, 120, 160, 150, 140]
    assert end.found
    assert end.found.mmhg == 150
    lives = [one.live for one in loop.history]
    opened = {live.index for live in lives if live.interval and live.interval.target == 0}
    assert len(opened) == len(end.marks) - 1
    told = [telemetry.sample(live, live.now)["search"]["next_mmhg"] for live in lives if live.index in opened]
    assert list(dict.fromkeys(told)) == [120, 160, 150, 140]


class Slip:
    """At the third step the wrong button was pressed, and the person notices while the cuff is open, or at the next step."""

    def __init__(self, *, once_inflated: bool) -> None:
        self.once_inflated = once_inflated
        self.wrong: tuple[Mark, ...] = ()

    def __call__(self, loop: ClosedLoop, live: Live) -> None:
        is_there = (live.pressure or 0) > 60 or not self.once_inflated
        if (
            len(live.marks) == 2
            and not self.wrong
            and is_there
            and live.index == (4 if self.once_inflated else 3)
        ):
            self.wrong = live.marks
            loop.press(Verb.UNMARK)


@pytest.mark.parametrize("once_inflated", [False, True])
def test_a_mark_that_was_taken_back_is_asked_for_again_with_the_cuff_open_in_between(once_inflated):
    slip = Slip(once_inflated=once_inflated)
    loop, end = measured(GUIDED, slip)

    assert slip.wrong
    assert [mark.mmhg for mark in end.marks] == [50, 120, 160, 150, 140]
    assert end.found
    assert end.found.mmhg == 150
    assert events(loop, "UNMARK") == ["Pulse at 120 mmHg no longer counts."]
    assert events(loop, "PULSE")[:3] == ["Pulse at 50 mmHg.", "Pulse at 120 mmHg.", "Pulse at 120 mmHg."]
    lives = [one.live for one in loop.history]
    again = next(
        n
        for n, live in enumerate(lives)
        if live.marks == slip.wrong[:-1] and n > 0 and lives[n - 1].marks == slip.wrong
    )
    assert lives[again].target == 0
    assert min(live.pressure or 0 for live in lives[again : again + 150]) < 20
    assert next(live.target for live in lives[again:] if live.target > 0) == 120


def test_a_console_with_old_data_takes_no_mark_back_for_the_step_comes_again():
    def stale(loop: ClosedLoop, live: Live) -> None:
        if len(live.marks) == 2:
            loop.press(Verb.UNMARK, seen_n=None)

    loop, end = measured(GUIDED, stale)
    assert [mark.mmhg for mark in end.marks] == [50, 120, 160, 150, 140]
    assert any("This console shows old data" in words for words in events(loop, "REFUSED"))


def test_without_a_mark_there_is_nothing_to_take_back():
    def too_early(loop: ClosedLoop, live: Live) -> None:
        if live.state is State.RUNNING and live.n < 40:
            loop.press(Verb.UNMARK)

    loop, _ = measured(GUIDED, too_early)
    assert set(events(loop, "REFUSED")) == {"UNMARK: Nothing was marked yet."}


def hurt(loop: ClosedLoop, live: Live) -> None:
    """It hurts from 80 mmHg on."""
    if live.state is State.RUNNING and (live.pressure or 0) > 80:
        loop.press(Verb.ENTER, signal="PAIN", value=7.0)


@pytest.mark.parametrize("plan", [AUTOMATIC, GUIDED], ids=["automatic", "guided"])
def test_pain_ends_it_at_once_without_an_answer(plan):
    _, end = measured(plan, hurt)

    assert end.ending
    assert end.ending.outcome is Outcome.CRITERION
    assert end.found is None
    assert end.vented


def too_soon(loop: ClosedLoop, live: Live) -> None:
    """Somebody marks before the cuff is there."""
    if live.state is State.RUNNING and live.n < 40 and not searching.asks(live):
        loop.press(Verb.PULSE, value=0.0)


def test_a_mark_before_the_step_is_reached_is_refused():
    loop, _ = measured(GUIDED, too_soon)

    assert any("Wait until the cuff has reached this step" in words for words in events(loop, "REFUSED"))


def test_a_plan_with_a_search_comes_back_from_storage_as_it_was():
    assert Plan.from_json(GUIDED.to_json()) == GUIDED
