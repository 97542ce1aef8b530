"""Goal, disease, consent and intake: what is kept, what is refused, and what a gate may read of it."""

from datetime import timedelta

import pytest

from patients import selectors, services
from patients.domain.consent import CONSENT_VERSION, SENTENCES, SURVEYS
from patients.domain.intake import Intake, IntakeItem
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


@pytest.fixture
def patient():
    return make.patient(make.physio())


def by(patient, now=NOW):
    return {"patient": patient, "by": patient.registered_by, "now": now}


def consent(patient, **terms):
    return services.record_consent(
        **{
            "version": CONSENT_VERSION,
            "given_on": TODAY,
            "explained_by": patient.registered_by,
            **by(patient),
            **terms,
        }
    )


def observe(patient, item, *, is_met=True, words="", now=NOW):
    return services.record_intake(
        item=item, is_met=is_met, words=words, observed_on=TODAY, **by(patient, now)
    )


def refusal(call, *args, **terms):
    with pytest.raises(services.RefusedError) as refused:
        call(*args, **terms)
    return refused.value.objections


def test_nothing_observed_is_known_and_nothing_of_it_met():
    intake = Intake()

    assert intake.open_items == tuple(IntakeItem)
    assert [intake.is_met(item) for item in IntakeItem] == [None] * 5
    assert not intake.is_complete


def aim(patient, target):
    return services.set_goal(kind="WALKING_TOLERANCE", measure="PAIN_NRS", target_value=target, **by(patient))


def test_a_target_that_nobody_can_reach_is_a_slip_of_the_finger(patient):
    assert "between 0" in refusal(aim, patient, -4)["target_value"]
    assert aim(patient, 2).target_value == 2


def test_the_gate_reads_each_item_with_its_day_and_its_clinician(patient):
    for item in IntakeItem:
        observe(patient, item)

    intake = selectors.intake_facts(patient)

    assert intake.is_complete
    seen = intake.observations[IntakeItem.WARNING_SIGNS]
    assert (seen.observed_on, seen.observed_by) == (TODAY, str(patient.registered_by))


def test_the_newest_observation_of_an_item_counts(patient):
    observe(patient, "CUFF_TOLERANCE")
    observe(patient, "CUFF_TOLERANCE", is_met=False, words="Numb after two minutes.", now=LATER)

    intake = selectors.intake_facts(patient)

    assert intake.is_met(IntakeItem.CUFF_TOLERANCE) is False
    assert intake.is_met(IntakeItem.SYMPTOM_RESPONSE) is None


def test_an_unmet_item_needs_words_and_a_day_that_has_been(patient):
    assert "words" in refusal(observe, patient, "CUFF_TOLERANCE", is_met=False)
    tomorrow = TODAY + timedelta(days=1)
    assert "observed_on" in refusal(
        services.record_intake, item="CUFF_TOLERANCE", is_met=True, observed_on=tomorrow, **by(patient)
    )


def test_consent_holds_for_the_text_that_was_explained_until_it_is_taken_back(patient):
    assert not selectors.intake_facts(patient).has_consent
    given = consent(patient)
    assert selectors.current_consent(patient) == given

    services.withdraw_consent(**by(patient))

    assert selectors.current_consent(patient) is None
    assert selectors.latest_consent(patient).withdrawn_by == patient.registered_by
    assert "" in refusal(services.withdraw_consent, **by(patient))


def test_consent_to_an_older_text_counts_no_more(patient, monkeypatch):
    consent(patient)
    monkeypatch.setattr("patients.selectors.candidate.CONSENT_VERSION", CONSENT_VERSION + 1)

    assert selectors.current_consent(patient) is None


def test_consent_is_refused_for_another_text_a_coming_day_or_a_stranger(patient):
    assert "" in refusal(consent, patient, version=CONSENT_VERSION + 1)
    assert "given_on" in refusal(consent, patient, given_on=TODAY + timedelta(days=1))
    assert "explained_by" in refusal(consent, patient, explained_by=make.physio())
    assert "explained_by" in refusal(consent, patient, explained_by=make.trainee(patient))


def test_a_goal_needs_a_measure_with_a_target_or_words_that_tell_when_it_is_reached(patient):
    assert "target_words" in refusal(services.set_goal, kind="WALKING_TOLERANCE", **by(patient))
    assert "target_value" in refusal(
        services.set_goal, kind="QUADRICEPS_STRENGTH", measure="CHAIR_STANDS_30S", **by(patient)
    )
    assert "own_words" in refusal(
        services.set_goal, kind="DAILY_FUNCTION", target_words="Both floors.", **by(patient)
    )

    goal = services.set_goal(
        kind="QUADRICEPS_STRENGTH", measure="CHAIR_STANDS_30S", target_value=14, **by(patient)
    )

    assert selectors.current_goal(patient) == goal
    assert selectors.intake_facts(patient).has_goal


@pytest.mark.parametrize(("answer", "known"), [("YES", True), ("NO", False), ("NOT_KNOWN", None)])
def test_a_disease_that_nobody_can_judge_is_not_stable(patient, answer, known):
    services.judge_disease(is_stable=answer, is_medication_stable="YES", **by(patient))

    assert selectors.intake_facts(patient).is_stable is known


def test_the_base_rates_are_those_of_the_sources_to_the_digit():
    rates = {rate.event: rate.percent for survey in SURVEYS for rate in survey.rates}

    assert rates["Clot in a deep vein (DVT)"] == "0.055"
    assert rates["Muscle breakdown (rhabdomyolysis)"] == "0.008"
    assert len(rates) == 8
    assert all(survey.source.words for survey in SURVEYS)
    assert any("voluntary" in words for words in SENTENCES)
