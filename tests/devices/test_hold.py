"""The pressure loop itself: bounds that hold whatever it is shown, and what it does on a simulated cuff."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain.box import OPEN, SHUT
from devices.domain.hold import LEANS, TRIM_MOST, HostClosed, Trimmed
from devices.simulator.limb import PRESETS, Air, Limb, Sensor

CEILING = 200.0
TICK_S = 0.05

pressures = st.none() | st.floats(-20, 600)
targets = st.sampled_from([0.0, 40.0, 80.0, 160.0, 195.0, 260.0])
moments = st.lists(
    st.tuples(targets, pressures, st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.7, 5.0])), max_size=60
)


@given(moments)
def test_whatever_is_shown_pump_and_valve_stay_in_range_and_never_work_at_once(course):
    loop = HostClosed(CEILING)
    for target, pressure, dt in course:
        drive = loop.drive(target, pressure, dt)

        assert 0 <= drive.pump <= 1
        assert 0 <= drive.exhaust <= 1
        assert not (drive.pump and drive.exhaust)


@given(moments)
def test_without_a_reading_nothing_pumps_and_above_the_ceiling_the_valve_is_open(course):
    loop = HostClosed(CEILING)
    for target, pressure, dt in course:
        drive = loop.drive(target, pressure, dt)

        if pressure is None:
            assert drive == (SHUT if target > 0 else OPEN)
        if target <= 0:
            assert drive == OPEN
        if pressure is not None and pressure > CEILING:
            assert drive.pump == 0


@given(moments)
def test_a_box_is_never_asked_for_more_than_the_ceiling_nor_far_from_the_target(course):
    trimmed = Trimmed(CEILING)
    for target, pressure, dt in course:
        asked = trimmed.ask(target, pressure, dt)

        assert 0 <= asked <= CEILING
        assert abs(asked - min(target, CEILING)) <= TRIM_MOST
        assert asked == 0 or target > 0


class Cuff:
    """A limb under a loop, with the delay of a line: what is seen came with the answer before."""

    def __init__(self, preset="thigh_fast", loop=None, tick_s=TICK_S, **changes):
        self.tick_s = tick_s
        shape = replace(PRESETS[preset], sensor=Sensor(noise=0.0), **changes)
        self.limb, self.loop = Limb(shape), loop or HostClosed(CEILING)
        self.seen, self.lagged, self.drives = 0.0, 0.0, []

    def run(self, target, seconds, shown=lambda seen: seen):
        pressures = []
        for _ in range(round(seconds / self.tick_s)):
            drive = self.loop.drive(target, shown(self.seen), self.tick_s)
            self.seen = self.lagged
            self.drives.append(drive)
            for _ in range(round(self.tick_s * 100)):
                self.limb.advance(0.01, drive.pump, drive.exhaust)
                self.lagged += (self.limb.pressure_mmhg - self.lagged) * 0.01 / 0.04
                pressures.append(self.limb.pressure_mmhg)
        return pressures


@pytest.mark.parametrize("preset", ["thigh_fast", "thigh_delfi_like", "thigh_quick_reps", "calf", "arm"])
def test_a_limb_of_any_size_is_held_within_a_twentieth_at_rest_and_a_tenth_at_work(preset):
    cuff = Cuff(preset)
    assert max(cuff.run(120, 20)) < 125

    assert cuff.run(120, 10) == pytest.approx([120] * 1000, rel=0.05)
    cuff.limb.is_moving = True
    cuff.run(120, 5)
    assert cuff.run(120, 20) == pytest.approx([120] * 2000, rel=0.10)


def test_the_same_loop_holds_at_ten_exchanges_a_second():
    cuff = Cuff(tick_s=0.1)
    cuff.run(120, 20)
    cuff.limb.is_moving = True
    cuff.run(120, 5)

    assert cuff.run(120, 20) == pytest.approx([120] * 2000, rel=0.10)


def test_a_change_of_target_neither_bumps_nor_overshoots():
    cuff = Cuff()
    cuff.run(100, 10)

    assert min(cuff.run(140, 5)) > 95
    assert max(cuff.run(140, 2)) < 145
    assert min(cuff.run(100, 5)) > 95


def test_what_a_dead_pump_failed_to_do_is_not_made_up_for_later():
    cuff = Cuff(air=Air(pump_ml_s=0.0, vent_ml_s=30.0))
    cuff.run(120, 30)
    cuff.limb.preset = PRESETS["thigh_fast"]

    assert max(cuff.run(120, 20)) < 126


def test_a_weak_pump_lets_the_pressure_lean_within_the_band_and_never_above_the_ceiling():
    cuff = Cuff("thigh_delfi_like", HostClosed(121.0), bulge_ml=50.0, rep_hz=0.7)
    cuff.run(120, 20)
    cuff.limb.is_moving = True
    cuff.run(120, 10)

    assert cuff.loop._lean(120) == 121.0
    cuff.loop.ceiling = 200.0
    assert 120 < cuff.loop._lean(120) <= 120 * (1 + LEANS)


def test_a_jerk_over_the_ceiling_opens_the_valve_until_it_is_below_again():
    cuff = Cuff(loop=HostClosed(150.0))
    cuff.run(120, 15)
    cuff.limb.jerk(60)

    pressures = cuff.run(120, 3)

    over = [n for n, p in enumerate(pressures) if p > 150]
    assert over
    assert over[-1] < 40
    assert OPEN in cuff.drives[-60:]


def test_a_moment_without_answers_changes_nothing_once_they_come_again():
    cuff = Cuff()
    cuff.run(120, 20)
    cuff.run(120, 0.3, shown=lambda seen: None)
    assert cuff.drives[-1] == SHUT

    assert cuff.run(120, 3) == pytest.approx([120] * 300, rel=0.05)


def test_what_was_lost_for_long_is_begun_anew_from_the_pressure_there_is():
    cuff = Cuff()
    cuff.run(120, 20)
    cuff.run(120, 5, shown=lambda seen: None)

    assert max(cuff.run(120, 10)) < 125
    assert math.isclose(cuff.limb.pressure_mmhg, 120, rel_tol=0.05)


def test_a_box_that_lastingly_misses_is_trimmed_and_its_miss_is_told():
    trimmed, pressure = Trimmed(CEILING), 0.0
    for _ in range(1200):
        pressure = trimmed.ask(100.0, pressure, TICK_S) - 3.0  # a sensor of the box that is 3 off

    assert pressure == pytest.approx(100, abs=0.2)
    assert trimmed.missed_by == pytest.approx(0, abs=0.2)


def test_a_box_that_is_far_off_is_not_chased():
    trimmed = Trimmed(CEILING)
    for _ in range(1200):
        asked = trimmed.ask(100.0, 60.0, TICK_S)

    assert (asked, trimmed.missed_by) == (100.0, None)
