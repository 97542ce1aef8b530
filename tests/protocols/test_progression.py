"""Suggestions for the next dose: one at a time, load before pressure, nothing that is not known speaks for more."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.domain.envelope import Origin
from protocols.domain.progression import Facts, Rule, advise

FINE = Facts(
    percent_lop=40,
    most_percent_lop=80,
    load_percent_1rm=30,
    most_load_percent=40,
    sets=4,
    last_set_repetitions=16,
    cycles=None,
    cycles_allowed=1,
    volume_percent=100,
    sessions_per_week=2,
    sessions_at_dose=1,
    went_through=True,
    pain_rose=False,
    in_flare=False,
    flare_ended_lately=False,
    has_open_event=False,
    days_at_pressure=30,
    hours_between_last_two=48,
    sessions_in_7_days=2,
)
RAISING = {Rule.LOAD, Rule.PRESSURE, Rule.CYCLE, Rule.FREQUENCY, Rule.VOLUME_BACK}


def only(facts):
    (suggestion,) = advise(facts).suggestions
    return suggestion


def test_more_than_15_in_the_fourth_set_raises_the_load_by_one_step_and_names_the_trial():
    suggestion = only(FINE)

    assert (suggestion.rule, suggestion.change) == (Rule.LOAD, {"load_percent_1rm": 35})
    assert suggestion.origin is Origin.PUBLISHED
    assert "EXKnee" in suggestion.source


@pytest.mark.parametrize("done", [15, 3, None])
def test_15_or_fewer_or_not_counted_raises_nothing(done):
    advice = advise(replace(FINE, last_set_repetitions=done))

    assert advice.suggestions == ()
    assert advice.holds


def test_pressure_waits_until_the_load_can_go_no_further():
    at_the_top = replace(FINE, load_percent_1rm=40)

    assert only(at_the_top).change == {"wished": 45}
    assert advise(replace(at_the_top, days_at_pressure=6)).suggestions == ()
    assert advise(replace(at_the_top, percent_lop=80)).suggestions == ()
    assert only(replace(at_the_top, percent_lop=78)).change == {"wished": 80}


@pytest.mark.parametrize(
    "change",
    [
        {"in_flare": True},
        {"in_flare": None},
        {"went_through": None},
        {"went_through": False},
        {"pain_rose": None},
        {"pain_rose": True},
        {"has_open_event": None},
        {"has_open_event": True},
        {"sessions_at_dose": 0},
        {"hours_between_last_two": 35},
        {"sessions_in_7_days": 4},
    ],
)
def test_what_speaks_against_a_rise_is_said_and_nothing_is_raised(change):
    advice = advise(replace(FINE, **change))

    assert advice.suggestions == ()
    assert advice.holds


def test_after_a_flare_it_begins_with_65_percent_of_the_volume_at_40_percent_lop():
    after = replace(FINE, flare_ended_lately=True, sessions_at_dose=0, percent_lop=60)

    assert only(after).change == {"volume_percent": 65, "wished": 40}
    assert only(replace(after, percent_lop=30)).change["wished"] == 30
    assert only(replace(FINE, volume_percent=65)).change == {"volume_percent": 100}


def test_a_band_gains_a_cycle_once_the_week_allows_it():
    band = replace(FINE, percent_lop=None, load_percent_1rm=None, sets=0, cycles=2, cycles_allowed=3)

    assert only(band).change == {"cycles": 3}
    assert advise(replace(band, cycles_allowed=2)).suggestions == ()


facts = st.builds(
    Facts,
    percent_lop=st.none() | st.floats(10, 100),
    most_percent_lop=st.floats(0, 80),
    load_percent_1rm=st.none() | st.integers(0, 60),
    most_load_percent=st.integers(0, 40),
    sets=st.integers(0, 6),
    last_set_repetitions=st.none() | st.integers(0, 40),
    cycles=st.none() | st.integers(1, 6),
    cycles_allowed=st.integers(1, 6),
    volume_percent=st.integers(40, 100),
    sessions_per_week=st.integers(1, 3),
    sessions_at_dose=st.integers(0, 9),
    went_through=st.none() | st.booleans(),
    pain_rose=st.none() | st.booleans(),
    in_flare=st.none() | st.booleans(),
    flare_ended_lately=st.booleans(),
    has_open_event=st.none() | st.booleans(),
    days_at_pressure=st.none() | st.integers(0, 90),
    hours_between_last_two=st.none() | st.floats(0, 200),
    sessions_in_7_days=st.integers(0, 9),
)


@given(facts)
def test_at_most_one_change_and_of_a_rise_one_variable_only(known):
    advice = advise(known)

    assert len(advice.suggestions) <= 1
    for one in advice.suggestions:
        assert one.rule not in RAISING or len(one.change) == 1
        assert one.source
        assert one.because


@given(facts)
def test_no_suggestion_passes_a_limit_or_a_step(known):
    for one in advise(known).suggestions:
        if one.rule is Rule.LOAD:
            assert one.change["load_percent_1rm"] <= min(known.most_load_percent, known.load_percent_1rm + 5)
        if one.rule is Rule.PRESSURE:
            assert one.change["wished"] <= min(known.most_percent_lop, known.percent_lop + 5.5)
        if one.rule is Rule.CYCLE:
            assert one.change["cycles"] <= known.cycles_allowed


@given(facts, st.sampled_from([field.name for field in fields(Facts) if "None" in str(field.type)]))
def test_forgetting_a_fact_never_leads_to_a_rise(known, name):
    before = {one.rule for one in advise(known).suggestions}
    after = {one.rule for one in advise(replace(known, **{name: None})).suggestions}
    excused = {"percent_lop", "load_percent_1rm", "cycles", "hours_between_last_two"}

    assert name in excused or not (after & RAISING) - before
