from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain.preflight import Facts, Reaction, objections
from tests.make import FIT, TODAY

MAY_BE_UNKNOWN = {"hours_since_last", "needs_occlusion", "spo2_percent", "permitted_mmhg", "weekly_minutes"}
"""No earlier session is known as such, whether LOP is needed is no finding, oxygen is measured where
it can be, nobody has signed unless it is known, and the ceiling of a week is a setting."""


def test_nothing_known_is_never_a_green_light():
    assert len(objections(Facts(), TODAY)) >= 10


def test_a_fit_person_with_everything_in_order_may_start():
    assert objections(FIT, TODAY) == []


@pytest.mark.parametrize("name", [one.name for one in fields(Facts) if one.name not in MAY_BE_UNKNOWN])
def test_each_unknown_is_an_objection_of_its_own(name):
    unknown: dict[str, Any] = {name: None}

    assert objections(replace(FIT, **unknown), TODAY)


@pytest.mark.parametrize(
    "change",
    [
        {"cleared_until": TODAY - timedelta(days=1)},
        {"has_consent": False},
        {"limb_bars": ("Left leg: Lymphoedema.",)},
        {"is_out_of_training": True},
        {"systolic_mmhg": 180},
        {"diastolic_mmhg": 110},
        {"systolic_mmhg": 160},
        {"systolic_mmhg": 99, "diastolic_mmhg": 60},
        {"pain_nrs": 6},
        {"infection": True},
        {"hours_since_last": 35.9},
        {"in_flare": True},
        {"open_adverse_event": True},
        {"cuff_matches": False},
        {"station_answers": False},
        {"is_above_newest_occlusion": True},
        {"is_above_newest_occlusion": None},
        {"station_is_current": False},
        {"controller_objections": None},
        {"controller_objections": ("The controller is due for calibration.",)},
        {"new_medicine": True},
        {"swelling": True},
        {"heart_rate_bpm": 39},
        {"heart_rate_bpm": 120},
        {"reaction": Reaction.WARNING},
        {"open_followups": 1},
        {"sessions_in_7_days": 3},
        {"minutes_in_7_days": 38},
        {"systolic_mmhg": 172, "permitted_mmhg": (170, 95)},
        {"diastolic_mmhg": 100, "permitted_mmhg": (170, 95)},
    ],
)
def test_each_reason_not_to_start_is_told(change):
    assert len(objections(replace(FIT, **change), TODAY)) == 1


def test_a_kaatsu_band_needs_no_occlusion_pressure():
    assert objections(replace(FIT, needs_occlusion=False, occlusion_until=None), TODAY) == []


@given(st.integers(60, 280), st.integers(60, 280))
def test_a_higher_blood_pressure_is_never_let_through_where_a_lower_one_is_not(one, other):
    low, high = sorted((one, other))
    if low >= 100 and objections(replace(FIT, systolic_mmhg=low), TODAY):
        assert objections(replace(FIT, systolic_mmhg=high), TODAY)
