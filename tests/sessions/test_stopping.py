from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain.stop_table import BUILT_IN, RULES, AtRest, Tightened, in_force
from sessions.domain.stopping import SCOPES, Action, Criterion, Signal, judge

REST = AtRest(
    systolic_mmhg=128, diastolic_mmhg=78, heart_rate_bpm=70, spo2_percent=97, pain_nrs=2, age_years=60
)
TABLE = in_force(REST)
RISING = [Signal.PAIN, Signal.DISCOMFORT, Signal.RPE, Signal.CRT, Signal.DIASTOLIC]

entries = st.lists(
    st.sampled_from(Signal).flatmap(
        lambda one: st.tuples(st.just(one), st.floats(SCOPES[one].lowest, SCOPES[one].highest))
    ),
    min_size=1,
    max_size=6,
)
keys = st.sampled_from([rule.key for rule in RULES])
wishes = st.dictionaries(keys, st.builds(Tightened, st.floats(-50, 400), st.just("the clinic")), max_size=6)


def action_of(table, *entered):
    met = judge(table, entered)
    return met.action if met else None


@pytest.mark.parametrize(
    ("signal", "value", "action"),
    [
        (Signal.PAIN, 3, None),
        (Signal.PAIN, 4, Action.WARN),
        (Signal.PAIN, 5, Action.PAUSE),
        (Signal.PAIN, 8, Action.END),
        (Signal.CRT, 3, Action.WARN),
        (Signal.CRT, 3.5, Action.PAUSE),
        (Signal.SYSTOLIC, 125, None),
        (Signal.SYSTOLIC, 118, Action.WARN),
        (Signal.SYSTOLIC, 108, Action.PAUSE),
        (Signal.SYSTOLIC, 89, Action.END),
        (Signal.SYSTOLIC, 180, Action.WARN),
        (Signal.SYSTOLIC, 200, Action.PAUSE),
        (Signal.SYSTOLIC, 220, Action.END),
        (Signal.DIASTOLIC, 110, Action.PAUSE),
        (Signal.HEART_RATE, 39, Action.END),
        (Signal.HEART_RATE, 120, None),
        (Signal.HEART_RATE, 124, Action.WARN),
        (Signal.HEART_RATE, 136, Action.PAUSE),
        (Signal.HEART_RATE, 152, Action.END),
        (Signal.SPO2, 95, None),
        (Signal.SPO2, 94, Action.WARN),
        (Signal.SPO2, 93, Action.PAUSE),
        (Signal.SPO2, 87, Action.END),
        (Signal.NUMB_STILL, 1, Action.END),
        (Signal.SWELLING, 1, Action.PAUSE),
        (Signal.CHEST, 1, Action.END),
        (Signal.WELL, 1, None),
    ],
)
def test_the_gravest_criterion_decides(signal, value, action):
    assert action_of(TABLE, (signal, value)) is action


def test_a_slow_refill_again_after_loosening_ends():
    assert action_of(TABLE, (Signal.CRT, 4), (Signal.CRT, 1), (Signal.CRT, 4)) is Action.END
    assert action_of(TABLE, (Signal.CRT, 4), (Signal.CRT, 4), (Signal.CRT, 1)) is None


def test_a_fall_with_symptoms_is_graver_than_a_fall_alone_whichever_comes_first():
    fall, dizzy = (Signal.SYSTOLIC, 117), (Signal.DIZZINESS, 1)
    assert action_of(TABLE, dizzy, fall) is Action.END
    assert action_of(TABLE, fall, dizzy) is Action.END


def test_a_rule_that_counts_from_rest_says_so_where_rest_is_not_known():
    unknown = [row for row in in_force(replace(REST, spo2_percent=None)) if row.signal is Signal.SPO2]

    assert action_of(unknown, (Signal.SPO2, 95)) is None
    assert action_of(unknown, (Signal.SPO2, 93)) is Action.WARN
    assert any("Not in force: the value at rest is not known." in row.words for row in unknown)


@given(st.sampled_from(RISING), st.floats(0, 300), st.floats(0, 300))
def test_more_of_a_bad_sign_never_gives_a_laxer_answer(signal, one, other):
    low, high = sorted((one, other))
    assert (action_of(TABLE, (signal, low)) or 0) <= (action_of(TABLE, (signal, high)) or 0)


@given(wishes, wishes, entries)
def test_whatever_is_asked_for_the_table_only_gets_stricter(clinic, patient, entered):
    by_clinic, by_both = in_force(REST, clinic), in_force(REST, clinic, patient)

    built_in = action_of(TABLE, *entered) or 0
    assert built_in <= (action_of(by_clinic, *entered) or 0) <= (action_of(by_both, *entered) or 0)


@given(entries)
def test_more_that_is_known_at_rest_never_gives_a_laxer_answer(entered):
    assert (action_of(BUILT_IN, *entered) or 0) <= (action_of(TABLE, *entered) or 0)


@given(entries, st.lists(st.sampled_from(Signal), max_size=3))
def test_another_symptom_before_never_gives_a_laxer_answer(entered, symptoms):
    before = [(one, 1.0) for one in symptoms if SCOPES[one].is_symptom]
    assert (action_of(TABLE, *entered) or 0) <= (action_of(TABLE, *before, *entered) or 0)


def test_every_signal_can_be_entered_and_stops_at_some_point():
    assert set(SCOPES) == set(Signal)
    assert {row.signal for row in TABLE} == set(Signal) - {Signal.WELL}


def test_every_rule_has_a_name_of_its_own_and_says_where_its_number_is_from():
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert all(row.origin.startswith(("programme setting", "vendor", "published")) for row in TABLE)


def test_a_row_survives_being_frozen_with_the_session():
    assert tuple(Criterion.from_json(row.to_json()) for row in TABLE) == TABLE
