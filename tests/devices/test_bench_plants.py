"""The benchmark's columns of limbs are the simulator's limb, many at once."""

from dataclasses import replace

import numpy as np
import pytest

from devices.simulator.limb import PRESETS, Limb
from tests.bench.plants import STEP_S, Course, Limbs, Plant, Running, drawn, rise_s, shares

COURSE = Course(settled_s=1.0, parts=((False, 2), (True, 5)))


def test_a_column_goes_the_way_of_the_limb_itself():
    shape = replace(PRESETS["thigh_delfi_like"], pulse=None)
    plant = Plant(shape, target=120.0, reply_s=0.02, seed=3)
    limbs = Limbs([plant], COURSE, slew_per_s=100)
    running, limb = Running(limbs), Limb(shape, plant.seed)
    rng = np.random.default_rng(5)

    for step in range(limbs.steps):
        drive = rng.uniform(-0.3, 1, 1)
        running.step(np.maximum(0, drive), np.maximum(0, -drive))
        limb.is_moving = bool(limbs.moving[step, 0])
        limb.advance(STEP_S, max(0, drive[0]), max(0, -drive[0]))

        assert running.p[0, 0] == pytest.approx(limb.pressure_mmhg, abs=1e-6)


def test_only_what_comes_five_seconds_after_a_change_is_counted():
    limbs = Limbs(drawn(3), Course(), slew_per_s=100)

    at_work, at_rest = limbs.counted()

    assert (at_work.sum(0) * STEP_S).round(1).tolist() == [70.0] * 3  # twice 40 s, less 5
    assert (at_rest.sum(0) * STEP_S).round(1).tolist() == [40.0] * 3  # 20 from settled on, 15, and 5
    on_target = np.tile(limbs.target, (limbs.steps, 1))
    assert shares(limbs, on_target, 0.05, at_rest).tolist() == [1.0] * 3
    assert shares(limbs, on_target * 1.06, 0.05, at_rest).tolist() == [0.0] * 3


def test_the_rise_that_a_pump_allows_is_bounded_by_the_slew():
    plant = Plant(PRESETS["arm"], target=100.0, reply_s=0.02, seed=1)

    assert rise_s(plant, slew_per_s=20.0) == pytest.approx(5.0, rel=0.1)
    assert rise_s(plant, slew_per_s=1e6) < 2.0
