"""The gates between the phases: what is not known never opens one, and a worse fact never opens what a better one shut."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.domain import competence, phases, setbacks
from patients.domain.intake import Intake, IntakeItem, Observation
from patients.domain.phases import Facts, Holds, Phase, gate, is_open, unmet

SEEN = {item: Observation(True, date(2026, 3, 2), "Physio") for item in IntakeItem}
WATCHED = Intake(SEEN, has_goal=True, has_consent=True, is_stable=True)
REFUTED = replace(
    WATCHED, observations=SEEN | {IntakeItem.CUFF_TOLERANCE: Observation(False, date(2026, 3, 2), "Physio")}
)
UNSEEN = replace(WATCHED, observations={})
GOOD = Facts(
    completed_sessions=6,
    days_since_first=14,
    unbroken_sessions=3,
    resting_mmhg=((132, 80), (128, 78), (159, 99)),
    exertion_systolic_mmhg=179,
    open_grades=(),
    in_flare=False,
    needs_occlusion=True,
    occlusion_age_days=30,
    followups_due=5,
    followups_answered=4,
    intake=WATCHED,
    watched_sessions=4,
    missing_skills=(),
    screening_days_left=0,
    is_cleared=True,
    device_has_own_limits=True,
)
FORWARD = (Phase.TRANSITION, Phase.HOME)
READ_BY = {
    name: [wanted for wanted in FORWARD if gate(wanted, GOOD) != gate(wanted, replace(GOOD, **{name: None}))]
    for name in (one.name for one in fields(Facts))
}
JUST_WORSE: dict[str, Any] = {
    "completed_sessions": 5,
    "days_since_first": 13,
    "unbroken_sessions": 2,
    "resting_mmhg": ((132, 80), (128, 78), (160, 70)),
    "exertion_systolic_mmhg": 180,
    "open_grades": (1, 2),
    "in_flare": True,
    "occlusion_age_days": 31,
    "followups_answered": 3,
    "intake": REFUTED,
    "watched_sessions": 3,
    "missing_skills": ("limb",),
    "screening_days_left": -1,
    "is_cleared": False,
    "device_has_own_limits": False,
}


def may_be(values):
    return st.none() | values


anything = st.builds(
    Facts,
    completed_sessions=may_be(st.integers(0, 12)),
    days_since_first=may_be(st.integers(0, 40)),
    unbroken_sessions=may_be(st.integers(0, 6)),
    resting_mmhg=may_be(
        st.lists(st.tuples(st.integers(90, 200), st.integers(50, 120)), max_size=4).map(tuple)
    ),
    exertion_systolic_mmhg=may_be(st.integers(110, 240)),
    open_grades=may_be(st.lists(may_be(st.integers(1, 5)), max_size=3).map(tuple)),
    in_flare=may_be(st.booleans()),
    needs_occlusion=may_be(st.booleans()),
    occlusion_age_days=may_be(st.integers(0, 60)),
    followups_due=may_be(st.integers(0, 10)),
    followups_answered=may_be(st.integers(0, 10)),
    intake=may_be(st.sampled_from([WATCHED, REFUTED, UNSEEN, replace(WATCHED, has_consent=False)])),
    watched_sessions=may_be(st.integers(0, 8)),
    missing_skills=may_be(st.sampled_from([(), ("limb",)])),
    screening_days_left=may_be(st.integers(-10, 90)),
    is_cleared=may_be(st.booleans()),
    device_has_own_limits=may_be(st.booleans()),
)


@pytest.mark.parametrize("wanted", FORWARD)
def test_a_gate_opens_when_everything_is_just_met(wanted):
    assert is_open(gate(wanted, GOOD))


@pytest.mark.parametrize("wanted", FORWARD)
def test_nothing_known_opens_no_gate_and_says_of_each_that_it_is_not_known(wanted):
    shut = gate(wanted, Facts())

    assert not is_open(shut)
    assert {one.holds for one in shut} == {Holds.NOT_KNOWN}
    assert {one.found for one in shut} == {"not known"}


def test_every_fact_is_read_by_a_gate():
    assert [name for name, readers in READ_BY.items() if not readers] == ["needs_occlusion"]


@pytest.mark.parametrize("name", JUST_WORSE)
def test_each_fact_shuts_its_gates_one_step_below_the_number(name):
    for wanted in READ_BY[name]:
        assert [one.holds for one in unmet(gate(wanted, replace(GOOD, **{name: JUST_WORSE[name]})))] == [
            Holds.NOT_MET
        ]


@given(facts=anything, name=st.sampled_from(sorted(READ_BY)))
def test_a_fact_that_goes_missing_never_opens_a_gate(facts, name):
    for wanted in READ_BY[name]:
        assert not is_open(gate(wanted, replace(facts, **{name: None})))


@given(facts=anything, name=st.sampled_from(sorted(JUST_WORSE.keys() - {"followups_answered"})))
def test_a_worse_fact_never_opens_a_gate(facts, name):
    for wanted in READ_BY[name]:
        assert not is_open(gate(wanted, replace(facts, **{name: JUST_WORSE[name]})))


@given(facts=anything)
def test_fewer_answered_questions_never_open_a_gate(facts):
    less = replace(facts, followups_answered=max(0, (facts.followups_answered or 0) - 1))

    assert is_open(gate(Phase.TRANSITION, facts)) or not is_open(gate(Phase.TRANSITION, less))


def test_a_band_in_sku_is_not_asked_for_an_occlusion_pressure():
    sku = replace(GOOD, needs_occlusion=False, occlusion_age_days=None)

    assert is_open(gate(Phase.TRANSITION, sku))


def test_two_visits_are_too_few_and_one_high_reading_is_known_at_once():
    few = gate(Phase.TRANSITION, replace(GOOD, resting_mmhg=((120, 70), (120, 70))))
    high = gate(Phase.TRANSITION, replace(GOOD, resting_mmhg=((170, 70),)))

    assert [one.holds for one in unmet(few)] == [Holds.NOT_KNOWN]
    assert [one.holds for one in unmet(high)] == [Holds.NOT_MET]


def test_an_event_that_nobody_graded_is_not_known_and_a_grave_one_beside_it_is():
    assert [one.holds for one in unmet(gate(Phase.HOME, replace(GOOD, open_grades=(1, None))))] == [
        Holds.NOT_KNOWN
    ]
    assert [one.holds for one in unmet(gate(Phase.HOME, replace(GOOD, open_grades=(None, 2))))] == [
        Holds.NOT_MET
    ]


def test_an_intake_list_that_nobody_filled_in_is_not_known_and_consent_is_asked_for():
    unseen = gate(Phase.TRANSITION, replace(GOOD, intake=UNSEEN))
    without = gate(Phase.TRANSITION, replace(GOOD, intake=replace(WATCHED, has_consent=False)))

    assert [one.holds for one in unmet(unseen)] == [Holds.NOT_KNOWN]
    assert [one.found for one in unmet(without)] == ["no consent in force"]


def test_an_empty_gate_is_not_open():
    assert not is_open(gate(Phase.CLINICAL, GOOD))


def test_each_step_forward_is_one():
    assert phases.may_follow(Phase.CLINICAL, Phase.TRANSITION)
    assert not phases.may_follow(Phase.CLINICAL, Phase.HOME)
    assert phases.may_follow(Phase.HOME, Phase.CLINICAL)
    assert (phases.next_of(Phase.HOME), phases.before(Phase.CLINICAL)) == (None, None)


ALL_SHOWN = {skill.name: True for skill in competence.TICKED} | {"stop_signs": 8, "vent_s": 5.0}


def test_competence_is_complete_only_when_every_skill_was_shown():
    assert competence.missing(ALL_SHOWN) == ()
    assert len(competence.missing({})) == len(competence.SKILLS)


@pytest.mark.parametrize(
    ("name", "shown"),
    [(skill.name, value) for skill in competence.TICKED for value in (False, None)]
    + [("stop_signs", 7), ("stop_signs", None), ("vent_s", 5.1), ("vent_s", 0), ("vent_s", None)],
)
def test_one_skill_that_was_not_shown_is_named(name, shown):
    assert competence.missing(ALL_SHOWN | {name: shown}) == (
        next(skill.short for skill in competence.SKILLS if skill.name == name),
    )


@given(severity=st.none() | st.integers(1, 5), is_serious=st.booleans())
def test_a_graver_event_never_meets_fewer_rules(severity, is_serious):
    met = set(setbacks.of_event(severity, is_serious=is_serious))

    assert met <= set(setbacks.of_event(min(5, (severity or 0) + 1), is_serious=is_serious))
    assert met <= set(setbacks.of_event(severity, is_serious=True))


def test_grade_two_sends_back_and_grade_three_suspends():
    assert setbacks.of_event(1, is_serious=False) == ()
    assert setbacks.of_event(2, is_serious=False) == (setbacks.ADVERSE_EVENT,)
    assert setbacks.of_event(3, is_serious=False) == (setbacks.GRAVE_EVENT, setbacks.ADVERSE_EVENT)


def test_blood_pressure_sends_back_when_the_last_two_readings_are_high():
    assert setbacks.is_high_twice([(120, 70), (160, 70), (130, 100)])
    assert not setbacks.is_high_twice([(160, 70), (159, 99)])
    assert not setbacks.is_high_twice([(190, 110)])


def test_a_drug_is_new_when_it_was_not_answered_with_yes_before():
    assert setbacks.new_drugs({"steroids": "NO"}, {"steroids": "YES"}) == ("steroids",)
    assert setbacks.new_drugs({"steroids": "NOT_KNOWN"}, {"steroids": "YES"}) == ("steroids",)
    assert setbacks.new_drugs({"steroids": "YES"}, {"steroids": "YES"}) == ()
