"""The page of the next dose: the facts are read from sessions, a decision is kept, and nothing changes silently."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from devices.domain.units import Scale
from protocols.domain.plan import Plan, cycles_at, sets_at
from protocols.models import Prescription
from sessions.domain.state import Outcome
from sessions.selectors.progression import progression_facts
from sessions.services.setbacks import after_session
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def prescription(physio):
    """30-15-15-15 at 60 mmHg of a LOP of 150, measured and prescribed ten days ago."""
    patient, then = make.patient(physio), timezone.now() - timedelta(days=10)
    until = timezone.localdate() + timedelta(days=20)
    plan = Plan(Scale.MMHG, sets_at(60.0, (30, 15, 15, 15), rest_s=30), 90.0, 600.0, 1200.0, lop_mmhg=150.0)
    measured = make.occlusion(patient, measured_at=then, valid_until=until)
    return make.prescription(
        patient, occlusion=measured, plan=plan.to_json(), prescribed_at=then, valid_until=until
    )


def trained(prescription, repetitions=16, pain=3, **fields):
    """A session that ended two days ago, with so many repetitions in the last set and pain entered in it."""
    ended = timezone.now() - timedelta(days=2)
    session = make.training_session(
        prescription,
        make.controller(prescription.patient.clinic, prescription.prescribed_by),
        **{
            "status": "ENDED",
            "outcome": Outcome.COMPLETED,
            "preflight": {"pain_nrs": "3"},
            "opened_at": ended - timedelta(minutes=10),
            "ended_at": ended,
        }
        | fields,
    )
    at = ended - timedelta(minutes=2)
    session.events.create(kind="INTERVAL", detail={"value": 6, "signal": "WORK"}, happened_at=at)
    for _ in range(repetitions):
        session.events.create(
            kind="REPETITION", detail={"refused": False}, happened_at=at + timedelta(seconds=9)
        )
    session.events.create(kind="REPETITION", detail={"refused": True}, happened_at=at + timedelta(seconds=9))
    if pain is not None:
        session.events.create(kind="ENTER", detail={"signal": "PAIN", "value": pain}, happened_at=ended)
    return session


def url(prescription):
    return reverse("sessions:progression", args=[prescription.patient_id])


def test_walks_are_not_asked_for_the_repetitions_of_their_last(prescription):
    walks = cycles_at((60.0,) * 5, on_s=120, off_s=60)
    prescription.plan = Plan(Scale.MMHG, walks, 90.0, 600.0, 1200.0, lop_mmhg=150.0).to_json()

    assert progression_facts(prescription, timezone.now()).sets == 0


def decide(client, prescription, **said):
    answer = {"prescription": prescription.pk, "rule": "LOAD", "decision": "decline", "reason": "Sore knee."}
    return client.post(url(prescription), answer | said, follow=True).content.decode()


@pytest.fixture
def browser(client, physio):
    client.force_login(physio)
    return client


def test_the_facts_are_read_from_the_session(prescription):
    trained(prescription)
    facts = progression_facts(prescription, timezone.now())

    assert (facts.last_set_repetitions, facts.sets, facts.sessions_at_dose) == (16, 4, 1)
    assert (facts.went_through, facts.pain_rose, facts.percent_lop) == (True, False, 40)
    assert (facts.most_load_percent, facts.most_percent_lop, facts.days_at_pressure) == (40, 80, 10)


def test_what_was_not_counted_or_asked_is_not_known(prescription):
    trained(prescription, repetitions=0, pain=None)
    facts = progression_facts(prescription, timezone.now())

    assert (facts.last_set_repetitions, facts.pain_rose) == (None, None)


def test_without_a_session_nothing_is_suggested(browser, prescription):
    html = browser.get(url(prescription)).content.decode()

    assert "No change is suggested" in html
    assert "No session has been done at this dose yet" in html


def test_a_declined_suggestion_is_kept_with_its_reason_and_not_asked_again(browser, prescription):
    trained(prescription)
    assert "30 to 35 % 1RM" in browser.get(url(prescription)).content.decode()

    assert "Say why" in decide(browser, prescription, reason="  ")
    html = decide(browser, prescription)
    assert "Sore knee." in html
    assert "Prescribe it so" not in html
    assert Prescription.objects.count() == 1


def test_an_accepted_suggestion_is_a_new_prescription(browser, prescription):
    trained(prescription)

    assert "Prescribed as suggested" in decide(browser, prescription, decision="accept")
    made = Prescription.objects.standing().get()
    assert (made.load_percent_1rm, made.target) == (35, 60)


def test_a_suggestion_that_no_longer_holds_is_not_taken_up(browser, prescription):
    trained(prescription, pain=6)

    assert "The facts have changed" in decide(browser, prescription, decision="accept")
    assert Prescription.objects.count() == 1


def test_a_session_that_went_through_makes_its_prescription_tolerated(prescription):
    session = trained(prescription)
    after_session(session, session.ended_at)

    prescription.refresh_from_db()
    assert prescription.tolerated_at == session.ended_at


@pytest.mark.parametrize("kind", ["PAUSE", "CRITERION_PAUSE"])
def test_a_session_with_a_pause_does_not(prescription, kind):
    session = trained(prescription)
    session.events.create(kind=kind, happened_at=session.ended_at)
    after_session(session, session.ended_at)

    prescription.refresh_from_db()
    assert prescription.tolerated_at is None
