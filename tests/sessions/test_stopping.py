import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain import stopping
from sessions.domain.stopping import CRITERIA, SCOPES, Action, Signal

RISING = [Signal.PAIN, Signal.DISCOMFORT, Signal.RPE, Signal.CRT, Signal.DIASTOLIC]


@pytest.mark.parametrize(
    ("signal", "value", "action"),
    [
        (Signal.PAIN, 3, None),
        (Signal.PAIN, 4, Action.WARN),
        (Signal.PAIN, 6, Action.PAUSE),
        (Signal.PAIN, 8, Action.END),
        (Signal.CRT, 3, Action.WARN),
        (Signal.CRT, 3.5, Action.PAUSE),
        (Signal.SYSTOLIC, 120, None),
        (Signal.SYSTOLIC, 89, Action.END),
        (Signal.HEART_RATE, 39, Action.END),
        (Signal.CHEST, 1, Action.END),
    ],
)
def test_the_gravest_criterion_decides(signal, value, action):
    met = stopping.judge(signal, value)
    assert (met.action if met else None) is action


@given(st.sampled_from(RISING), st.floats(0, 300), st.floats(0, 300))
def test_more_of_a_bad_sign_never_gives_a_laxer_answer(signal, one, other):
    low, high = sorted((one, other))
    mild, grave = stopping.judge(signal, low), stopping.judge(signal, high)
    assert (mild.action if mild else 0) <= (grave.action if grave else 0)


def test_every_signal_can_be_entered_and_stops_at_some_point():
    assert set(SCOPES) == set(Signal)
    assert {row.signal for row in CRITERIA} == set(Signal)


def test_every_criterion_says_where_its_number_is_from():
    assert all(row.origin.startswith(("programme setting", "vendor", "published")) for row in CRITERIA)
