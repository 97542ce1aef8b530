"""May a physician sign, and what is a signed decision worth today."""

from dataclasses import fields
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaatsu_clinic.thresholds import Origin
from patients.domain import clearance, measures
from patients.domain.clearance import Facts, Standing
from patients.domain.findings import Finding, Severity
from patients.domain.phases import Phase, may_follow

TODAY = date(2026, 3, 2)


def finding(severity, name="it"):
    return Finding(name, severity, "Words.", "Source", Origin.PROGRAMME)


def test_an_absolute_finding_cant_be_signed_away_with_any_reason():
    objections = clearance.may_sign([finding(Severity.ABSOLUTE)], {"it": "I insist"})

    assert "can't be signed away" in objections["it"]


@given(st.sampled_from([Severity.RELATIVE, Severity.UNKNOWN]), st.sampled_from(["", "  ", None]))
def test_each_relative_or_unknown_finding_needs_a_written_reason(severity, blank):
    reasons = {} if blank is None else {"it": blank}

    assert list(clearance.may_sign([finding(severity)], reasons)) == ["it"]
    assert clearance.may_sign([finding(severity)], {"it": "Seen, stable."}) == {}


def test_a_note_needs_no_reason():
    assert clearance.may_sign([finding(Severity.NOTE)], {}) == {}


def test_a_clearance_never_outlives_its_screening():
    ends = TODAY + timedelta(weeks=12)

    assert clearance.end_objections(ends, ends, TODAY) == {}
    assert "Not later" in clearance.end_objections(ends + timedelta(days=1), ends, TODAY)["valid_until"]
    assert "expired" in clearance.end_objections(TODAY, TODAY - timedelta(days=1), TODAY)["valid_until"]
    assert "passed" in clearance.end_objections(TODAY - timedelta(days=1), ends, TODAY)["valid_until"]


def test_nothing_known_lets_nobody_train():
    assert clearance.standing(Facts(), TODAY) is Standing.NONE
    assert not Standing.NONE.lets_train


def test_the_last_day_still_counts_and_the_next_does_not():
    assert clearance.standing(Facts(TODAY), TODAY) is Standing.ENDS_SOON
    assert clearance.standing(Facts(TODAY), TODAY + timedelta(days=1)) is Standing.ENDED
    assert clearance.standing(Facts(TODAY + timedelta(weeks=8)), TODAY) is Standing.IN_FORCE


SPOILING = [one.name for one in fields(Facts) if one.name != "decided_until"]


@given(
    st.builds(
        Facts,
        decided_until=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        **{name: st.booleans() for name in SPOILING},
    )
)
def test_only_a_current_unspoiled_decision_lets_a_person_train(facts):
    spoiled = any(getattr(facts, name) for name in SPOILING)
    current = facts.decided_until is not None and facts.decided_until >= TODAY

    assert clearance.standing(facts, TODAY).lets_train == (current and not spoiled)


def test_phases_go_one_step_on_and_any_way_back():
    assert may_follow(Phase.CLINICAL, Phase.TRANSITION)
    assert not may_follow(Phase.CLINICAL, Phase.HOME)
    assert may_follow(Phase.HOME, Phase.CLINICAL)
    assert not may_follow(Phase.HOME, Phase.HOME)


def test_a_slip_of_the_finger_is_noticed():
    assert measures.objections({"SYSTOLIC_MMHG": 128, "DIASTOLIC_MMHG": 82, "CRP_MG_L": 4.5}) == {}
    assert set(measures.objections({"SYSTOLIC_MMHG": 82, "DIASTOLIC_MMHG": 128})) == {"DIASTOLIC_MMHG"}
    assert set(measures.objections({"PAIN_NRS": 11, "CRP_MG_L": float("nan")})) == {"PAIN_NRS", "CRP_MG_L"}
    assert set(measures.objections({"PAIN_NRS": 4.5})) == {"PAIN_NRS"}
