"""The physics behind every simulated box: what muscle, tissue and artery do to the pressure in a cuff."""

from dataclasses import replace
from itertools import pairwise

import pytest

from devices.simulator.firmware import Firmware
from devices.simulator.limb import PRESETS, Limb
from devices.simulator.pulse import Pulse

DT = 0.01


def still(name="thigh", **changes):
    """A limb that neither creeps nor leaks, so that a shut cuff stays as it is."""
    return Limb(replace(PRESETS[name], **{"creep_ml": 0.0, "leak": 0.0, "pulse": None, **changes}))


def watch(limb, seconds):
    seen = []
    for _ in range(round(seconds / DT)):
        limb.advance(DT, 0.0, 0.0)
        seen.append(limb.pressure_mmhg)
    return seen


def swing(limb, pressure, seconds=5.0):
    limb.pressure_mmhg = pressure
    seen = watch(limb, seconds)[100:]
    return max(seen) - min(seen)


def test_a_closed_thigh_cuff_swings_as_was_published_for_exercise():
    limb = still(irregular=0.0)
    limb.pressure_mmhg, limb.is_moving = 160.0, True

    assert max(watch(limb, 5)) == pytest.approx(188.7, abs=2)


def test_repetitions_are_never_quite_alike():
    limb = still(irregular=0.15)
    limb.pressure_mmhg, limb.is_moving = 160.0, True
    seen = watch(limb, 60)

    peaks = [b for a, b, c in zip(seen, seen[1:], seen[2:], strict=False) if a < b >= c]

    assert 15 < len(peaks) < 35
    assert max(peaks) - min(peaks) > 2


def test_a_jerk_adds_sixty_within_a_tenth_of_a_second_and_goes_again():
    limb = still()
    limb.pressure_mmhg = 160.0
    limb.jerk(60)

    seen = watch(limb, 2)

    assert seen[10] == pytest.approx(220, abs=4)
    assert seen[-1] == pytest.approx(160, abs=3)


def test_tissue_gives_way_in_the_first_minute():
    limb = still(creep_ml=45.0)
    limb.pressure_mmhg = 160.0

    fallen = [160 - pressure for pressure in watch(limb, 60)]

    assert fallen[2999] > 15
    assert fallen[-1] - fallen[2999] < fallen[2999]


@pytest.mark.parametrize("lop", [110, 190, 300])
def test_the_pulse_is_in_the_cuff_below_the_occlusion_pressure_and_gone_above_it(lop):
    limb = still(pulse=Pulse(lop_mmhg=lop, volume_ml=2.0))

    assert swing(limb, 0.8 * lop) > 0.4
    assert swing(limb, 0.8 * lop) > swing(limb, 0.95 * lop) > 0
    assert swing(limb, lop + 2) == 0


def test_the_beat_is_strongest_near_the_diastolic_pressure():
    limb = still(pulse=Pulse(lop_mmhg=200, diastolic_share=0.6, volume_ml=2.0))

    assert swing(limb, 40) < swing(limb, 120) > swing(limb, 190)


def test_an_irregular_heart_beats_at_uneven_times():
    def beats_s(**terms):
        limb = still(pulse=Pulse(lop_mmhg=200, volume_ml=2.0, strength_spread=0.0, **terms))
        limb.pressure_mmhg = 110.0
        seen = watch(limb, 30)
        tops = [n for n in range(20, len(seen) - 20) if seen[n] == max(seen[n - 20 : n + 20])]
        return [(b - a) * DT for a, b in pairwise(tops)]

    even, uneven = beats_s(irregular=0.0), beats_s(irregular=0.0, early=0.2)

    assert max(even) - min(even) < 0.05
    assert max(uneven) - min(uneven) > 0.3


def test_the_same_seed_gives_the_same_limb():
    def course(seed):
        limb = Limb(PRESETS["thigh"], seed, pressure_mmhg=150.0, is_moving=True)
        return watch(limb, 10)

    assert course(3) == course(3) != course(4)


def test_the_reference_controller_tells_the_pulse_that_it_feels():
    def told(pressure):
        box = Firmware(presets=["arm"])  # occluded at 150
        box.channels[0].exhaust = 0.0
        box.limbs[0].pressure_mmhg = pressure
        for _ in range(1800):
            box.channels[0].let_air_move()
        return box.channels[0].pulse.amplitude

    assert told(130) > 0.9 > 2 * told(220)
