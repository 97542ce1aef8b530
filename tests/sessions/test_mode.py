"""A plan says by itself what kind of session it makes."""

from dataclasses import replace

import pytest

from devices.domain.units import Scale
from protocols.domain.catalogue import BUILT_IN
from protocols.domain.occlusion import Posture
from protocols.domain.plan import Interval, IntervalKind, Plan, Search, build_up_at, sets_at
from protocols.domain.terms import Terms
from sessions.domain.mode import Mode, inflation_of, mode_of, part_of_set

SETS = Plan(Scale.MMHG, sets_at(60, (30, 15), rest_s=30), 150, 600, 1200)
CYCLES = Plan(Scale.SKU, build_up_at((100, 120, 140), 2, on_s=20, off_s=5, between_s=60), 200, 180, 900)
HOLD = Plan(Scale.SKU, (Interval(IntervalKind.WORK, 120, 1, seconds=540),), 200, 600, 900)


def test_repetitions_make_sets_also_on_ones_feet():
    assert mode_of(SETS, is_standing=True) is Mode.SETS


def test_what_fills_and_opens_is_a_cycle_seated_and_walking_on_ones_feet():
    assert mode_of(CYCLES, is_standing=False) is Mode.CYCLE
    assert mode_of(CYCLES, is_standing=True) is Mode.WALKING


def test_one_filling_is_constant():
    assert mode_of(HOLD, is_standing=False) is Mode.CONSTANT


def test_a_search_is_a_measurement_whatever_else():
    assert mode_of(replace(SETS, search=Search(False, 120)), is_standing=True) is Mode.MEASUREMENT


@pytest.mark.parametrize(("index", "part"), [(0, (1, 3)), (1, (1, 3)), (4, (3, 3)), (5, (3, 3)), (6, (1, 3))])
def test_inflations_count_within_their_cycle(index, part):
    assert part_of_set(CYCLES, index) == part


@pytest.mark.parametrize(("index", "walk"), [(0, (1, 6)), (1, (1, 6)), (5, (3, 6)), (6, (4, 6))])
def test_walks_count_through_the_whole_plan_whether_each_is_a_set_or_all_are_one(index, walk):
    assert inflation_of(CYCLES, index) == walk
    in_one = replace(CYCLES, intervals=tuple(replace(one, set_number=1) for one in CYCLES.intervals))
    assert inflation_of(in_one, index) == walk


def test_walking_is_the_only_protocol_of_the_catalogue_that_is_walked():
    made = {
        one.slug: mode_of(
            replace(HOLD, intervals=_intervals(one)), is_standing=one.posture == Posture.STANDING
        )
        for one in BUILT_IN
        if one.kind != "NO_CUFF"
    }
    assert [slug for slug, mode in made.items() if mode is Mode.WALKING] == ["bfr-walking"]
    assert [slug for slug, mode in made.items() if mode is Mode.CONSTANT] == ["kaatsu-constant-leg-sku"]
    assert {one.slug for one in BUILT_IN if one.kind == "KAATSU_CYCLE"} == {
        slug for slug, mode in made.items() if mode is Mode.CYCLE
    }


def _intervals(one):
    return Terms.from_json(one.terms).work.intervals(100.0, 1)
