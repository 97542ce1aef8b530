"""A change against error and importance, indices from inputs taken together, and the joints that are counted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.domain import joints, measures, outcomes
from patients.domain.outcomes import IMPORTANCE, Reading, Verdict, judge
from patients.models import Measurement

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CDAI = next(index for index in outcomes.INDICES if index.name == "CDAI")


@pytest.mark.parametrize(
    ("name", "first", "newest", "verdict"),
    [
        ("PAIN_NRS", 6, 4, Verdict.BETTER),
        ("PAIN_NRS", 6, 5, Verdict.UNCLEAR),
        ("PAIN_NRS", 4, 6, Verdict.WORSE),
        ("TUG_S", 12, 9.6, Verdict.WITHIN_ERROR),
        ("TUG_S", 12, 9.5, Verdict.BETTER),
        ("WALK_6MIN_M", 300, 361, Verdict.WITHIN_ERROR),
        ("WALK_6MIN_M", 300, 362, Verdict.BETTER),
        ("CHAIR_STANDS_30S", 8, 10, Verdict.UNCLEAR),
        ("CHAIR_STANDS_30S", 8, 11, Verdict.BETTER),
        ("CHAIR_STANDS_30S", 10, 8, Verdict.WORSE),
        ("CDAI", 23, 12, Verdict.UNCLEAR),
        ("CDAI", 23, 11, Verdict.BETTER),
        ("CDAI", 9, 8, Verdict.BETTER),
        ("CDAI", 9, 11, Verdict.WORSE),
        ("DAPSA", 20, 10, Verdict.BETTER),
        ("CRP_MG_L", 40, 2, Verdict.NOT_JUDGED),
        ("KOOS_PS_RAW", 20, 2, Verdict.NOT_JUDGED),
        ("SYSTOLIC_MMHG", 150, 120, Verdict.NOT_JUDGED),
    ],
)
def test_a_change_is_held_against_error_and_importance(name, first, newest, verdict):
    assert judge(name, first, newest) is verdict


@given(name=st.sampled_from(sorted(IMPORTANCE)), first=st.floats(1, 100), newest=st.floats(1, 100))
def test_what_got_worse_is_never_called_better(name, first, newest):
    is_gain = newest > first if IMPORTANCE[name].more_is_better else newest < first

    assert judge(name, first, newest) is not (Verdict.WORSE if is_gain else Verdict.BETTER)


def test_every_judged_change_says_what_it_was_held_against():
    for name in IMPORTANCE:
        assert IMPORTANCE[name].source.words in outcomes.yardstick(name, 10)
    assert outcomes.yardstick("CRP_MG_L", 10) == ""


def inputs(days_apart=0, **wrong):
    late = DAY + timedelta(days=days_apart)
    known = {
        "TENDER_28": [Reading(DAY, 6)],
        "SWOLLEN_28": [Reading(DAY, 4)],
        "PATIENT_GLOBAL_0_100": [Reading(DAY, 50)],
        "PHYSICIAN_GLOBAL_0_10": [Reading(late, 4)],
    }
    return known | wrong


def test_an_index_is_counted_from_inputs_of_one_week():
    assert outcomes.series(CDAI, inputs(days_apart=7)) == [Reading(DAY, 19)]
    assert outcomes.series(CDAI, inputs(days_apart=8)) == []
    assert outcomes.missing(CDAI, inputs(days_apart=8)) == ("PHYSICIAN_GLOBAL_0_10",)


@given(kind=st.sampled_from(CDAI.inputs))
def test_an_index_without_an_input_is_not_known(kind):
    assert outcomes.series(CDAI, inputs(**{kind: []})) == []
    assert kind in outcomes.missing(CDAI, inputs(**{kind: []}))


def test_every_input_of_an_index_is_measured_in_a_unit_that_its_name_tells():
    kinds = set(Measurement.Kind.values)

    assert {kind for index in outcomes.INDICES for kind in index.inputs} <= kinds
    assert set(measures.PLAUSIBLE) == kinds


def test_the_maps_have_28_68_and_66_joints_each_in_a_place_of_its_own():
    small, large = joints.shown(is_full=False), joints.shown(is_full=True)

    assert (len(small), len(large), sum(one.swells for one in large)) == (28, 68, 66)
    assert len({one.name for one in large}) == len({(one.column, one.row) for one in large}) == 68


def test_the_large_map_counts_the_28_as_well_and_a_hip_never_swells():
    tender = ["knee_left", "ankle_left", "hip_left"]

    assert joints.counts(is_full=True, tender=tender, swollen=tender) == {
        "TENDER_28": 1,
        "SWOLLEN_28": 1,
        "TENDER_68": 3,
        "SWOLLEN_66": 2,
    }
    assert joints.counts(is_full=False, tender=["knee_left"], swollen=[]) == {
        "TENDER_28": 1,
        "SWOLLEN_28": 0,
    }
