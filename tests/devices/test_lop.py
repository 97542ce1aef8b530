"""Where the pulse ends: on simulated limbs whose truth is known, by itself and with a person who feels for it."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.domain import lop, lop_steps
from devices.domain.box import OPEN
from devices.domain.lop import ANSWER, Sample
from devices.domain.lop_ramp import LONGEST_S, Ramp, Stage
from devices.domain.lop_steps import Mark
from devices.simulator.channel import SimulatedChannel
from devices.simulator.limb import PRESETS, Limb

TICK_S = 0.02


def measured(*, ceiling: float = 300.0, preset: str = "arm", **pulse) -> tuple[Ramp, float]:
    """An automatic measurement, and the highest pressure that it made."""
    shape = PRESETS[preset]
    assert shape.pulse
    limb = Limb(replace(shape, pulse=replace(shape.pulse, **pulse)))
    channel = SimulatedChannel(limb=limb, faults=set(), noise=random.Random(1))
    ramp, now = Ramp(ceiling), 0.0
    while ramp.stage is not Stage.OVER:
        drive = ramp.step(now, channel.measured)
        channel.drive(drive.pump, drive.exhaust)
        channel.step()
        channel.step()
        now += TICK_S
    return ramp, limb.pressure_max


@pytest.mark.parametrize(("preset", "truth"), [("arm", 130), ("thigh", 190), ("calf", 235)])
def test_the_pressure_at_which_the_pulse_ends_is_found_without_going_far_above(preset, truth):
    ramp, highest = measured(preset=preset, lop_mmhg=truth)

    assert ramp.answer.mmhg == pytest.approx(truth, abs=10)
    assert abs((ramp.answer.mmhg or 0) - truth) <= ramp.answer.plus_minus_mmhg
    assert highest < truth + 60


def test_a_pulse_that_is_still_there_at_the_ceiling_has_no_answer():
    ramp, highest = measured(ceiling=200, lop_mmhg=260)

    assert ramp.answer.mmhg is None
    assert ramp.answer.words
    assert highest < 200


def test_no_pulse_at_all_has_no_answer():
    ramp, _ = measured(volume_ml=0.0)

    assert ramp.answer.mmhg is None
    assert ramp.answer.words


def test_pain_ends_it_at_once_and_leaves_no_answer():
    ramp = Ramp()
    ramp.step(0.0, 40.0)

    assert ramp.stop("It hurts.") == OPEN
    assert ramp.step(0.02, 60.0) == OPEN
    assert (ramp.answer.mmhg, ramp.answer.words) == (None, "It hurts.")


@given(st.lists(st.one_of(st.none(), st.floats(-50, 500)), max_size=300), st.floats(100, 300))
@settings(max_examples=50)
def test_whatever_is_read_the_ramp_never_pumps_above_its_ceiling_nor_without_a_reading(readings, ceiling):
    ramp = Ramp(ceiling)
    for n, reading in enumerate(readings):
        drive = ramp.step(n * TICK_S, reading)
        assert 0 <= drive.pump <= 1
        assert not (drive.pump and drive.exhaust)
        if reading is None or reading >= ceiling:
            assert drive.pump == 0


def test_it_takes_no_longer_than_allowed():
    ramp = Ramp()
    ramp.step(0.0, 40.0)

    assert ramp.step(LONGEST_S + 1, 40.0) == OPEN
    assert ramp.stopped == "It took too long."


@given(st.lists(st.floats(0, 300), max_size=400))
@settings(max_examples=50, deadline=None)
def test_noise_alone_is_never_an_answer_that_was_not_seen(pressures):
    found = lop.estimate([[Sample(n * TICK_S, value) for n, value in enumerate(pressures)]])

    assert found.mmhg is None or found.plus_minus_mmhg <= ANSWER.widest_mmhg


def felt(truth: float, systolic: float, ceiling: float = 300.0) -> tuple[list[Mark], lop.Estimate]:
    """A guided measurement by somebody who always feels right."""
    marks: list[Mark] = []
    while (pressure := lop_steps.next_mmhg(marks, systolic, ceiling)) is not None:
        marks.append(Mark(pressure, has_pulse=pressure < truth))
    return marks, lop_steps.answer(marks, systolic, ceiling)


def test_the_guided_steps_are_those_that_were_published():
    marks, found = felt(truth=187, systolic=130)

    assert [mark.mmhg for mark in marks] == [50, 130, 170, 210, 200, 190, 180]
    assert found.mmhg == 190


@given(st.floats(70, 295), st.floats(90, 180))
def test_a_guided_answer_holds_the_truth(truth, systolic):
    marks, found = felt(truth, systolic)

    assert max(mark.mmhg for mark in marks) <= 300
    assert found.mmhg is not None
    assert 0 <= found.mmhg - truth <= lop_steps.DOWN_MMHG


def test_a_guided_measurement_without_an_end_is_not_determinable():
    assert felt(truth=320, systolic=150)[1].words == "The pulse was still there at 300 mmHg."
    assert felt(truth=320, systolic=150, ceiling=220)[1].words == "The pulse was still there at 220 mmHg."
    assert "did not come back" in felt(truth=10, systolic=120)[1].words
    assert lop_steps.answer([Mark(50, True)], 120).mmhg is None
