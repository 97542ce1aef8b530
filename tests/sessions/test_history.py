"""Looking back: the list, one session with its trace and events, why it ended, adverse events."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.urls import reverse

from protocols.domain.plan import Plan
from sessions.domain import dose, trace
from sessions.domain.closing import ClosingReason
from sessions.domain.state import Outcome
from sessions.domain.trace import Point
from sessions.models import AdverseEvent, PressureTrace, SessionEvent, TrainingSession
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def patient(physio):
    return make.patient(physio)


@pytest.fixture
def session(patient, physio):
    """Ten seconds held, then opened; blocks and a gap as the station would have stored them."""
    prescription = make.prescription(patient)
    points = [Point(n / 20, 60.0, 60.0, 0) for n in range(200)]
    points += [Point(12 + n / 20, 5.0, 0.0, -1) for n in range(20)]
    session = make.training_session(
        prescription,
        make.controller(patient.clinic, physio, cuff_model=prescription.cuff_model),
        status=TrainingSession.Status.ENDED,
        outcome=Outcome.STOPPED,
        ending_reason="Stopped from the console.",
        vent_confirmed=True,
        ended_at=make.NOW + timedelta(minutes=5),
        summary=asdict(dose.summary(points, Plan.from_json(prescription.plan))),
    )
    for number, first in enumerate(range(0, len(points), 150)):
        block = points[first : first + 150]
        PressureTrace.objects.create(
            session=session, number=number, samples=len(block), data=trace.pack(block)
        )
    return session


def url(name, session, *more):
    return reverse(f"sessions:{name}", args=[session.patient_id, *more])


def page_of(client, session):
    return client.get(url("detail", session, session.pk))


def test_the_list_says_how_each_session_ended(client, physio, session):
    client.force_login(physio)

    page = client.get(url("history", session)).content.decode()

    assert "Stopped by a person" in page
    assert "Confirmed below 20" in page
    assert "reason missing" in page


def test_a_patient_without_sessions_has_an_empty_list(client, physio, patient):
    client.force_login(physio)

    page = client.get(reverse("sessions:history", args=[patient.pk])).content.decode()

    assert "No supervised session yet." in page


def test_the_page_of_a_session_shows_dose_trace_and_events(client, physio, session):
    SessionEvent.objects.create(
        session=session, kind="INFLATE", detail={"t_s": 0.0}, happened_at=make.NOW, by=physio
    )
    client.force_login(physio)

    page = page_of(client, session)

    assert page.context["traces"][0].samples == 220
    assert page.context["traces"][0].gaps == 1
    assert "Stopped from the console." in page.content.decode()
    assert 'data-figure="pressure-figure-0"' in page.content.decode()
    assert "Inflate" in page.content.decode()


@pytest.mark.parametrize(("confirmed", "words"), [(None, "NOT known"), (False, "NOT confirmed")])
def test_a_cuff_that_was_not_seen_open_is_never_shown_as_fine(client, physio, session, confirmed, words):
    TrainingSession.objects.update(vent_confirmed=confirmed)
    client.force_login(physio)

    page = page_of(client, session).content.decode()

    assert words in page
    assert "verdict-bad" in page
    assert "verdict-good" not in page


def test_a_damaged_trace_is_said_so_and_the_rest_is_shown(client, physio, session):
    PressureTrace.objects.filter(number=1).update(data=b"broken")
    client.force_login(physio)

    page = page_of(client, session).content.decode()

    assert "damaged" in page
    assert "Time in band" in page


def test_a_session_without_samples_says_so(client, physio, session):
    session.trace.all().delete()
    TrainingSession.objects.update(summary=None)
    client.force_login(physio)

    page = page_of(client, session).content.decode()

    assert "No samples have been stored" in page
    assert "No dose" in page


def test_what_matters_is_listed_first_and_the_rest_is_counted_and_at_hand(client, physio, session):
    for kind in ("INFLATE", "REPETITION", "REPETITION", "ORDER"):
        SessionEvent.objects.create(session=session, kind=kind, detail={"t_s": 1.0}, happened_at=make.NOW)
    client.force_login(physio)

    page = page_of(client, session)

    assert [one.kind for one in page.context["main_events"]] == ["INFLATE"]
    assert "3 more events" in page.content.decode()
    assert "To the controller" in page.content.decode()


# Why it ended


def close(client, session, **data):
    return client.post(
        url("close", session, session.pk), {"reason": "PATIENT", "note": "Tired."} | data, follow=True
    )


def test_a_reason_is_kept_with_who_gave_it(client, physio, session):
    client.force_login(physio)

    close(client, session)

    session.refresh_from_db()
    assert (session.closing_reason, session.closing_note, session.closed_by) == (
        ClosingReason.PATIENT,
        "Tired.",
        physio,
    )


def test_a_reason_once_given_stays(client, physio, session):
    client.force_login(physio)
    close(client, session)

    page = close(client, session, reason="DEVICE").content.decode()

    assert "stays as it was" in page
    session.refresh_from_db()
    assert session.closing_reason == ClosingReason.PATIENT


def test_a_live_session_has_no_closing_reason_yet(client, physio, session):
    TrainingSession.objects.update(status=TrainingSession.Status.RUNNING)
    client.force_login(physio)

    assert "still running" in close(client, session).content.decode()
    session.refresh_from_db()
    assert session.closing_reason == ""


def test_without_a_tap_nothing_is_kept_and_the_note_stays(client, physio, session):
    client.force_login(physio)

    page = close(client, session, reason="").content.decode()

    assert "Tap one reason." in page
    assert "Tired." in page


def test_closing_is_a_post(client, physio, session):
    client.force_login(physio)

    assert client.get(url("close", session, session.pk)).status_code == 405


# Adverse events


def grade(client, event, **data):
    address = reverse("sessions:adverse_event", args=[event.patient_id, event.pk])
    return client.post(
        address, {"severity": "1", "causality": "POSSIBLE", "is_device_deficiency": "no"} | data, follow=True
    )


def test_an_open_event_is_on_the_patients_part_until_it_is_over(client, physio, session):
    event = make.adverse_event(session.patient, session=session)
    client.force_login(physio)
    part = url("patient_part", session)

    before = client.get(part).content.decode()
    grade(client, event, is_over="on")
    after = client.get(part).content.decode()

    assert "draft, not graded yet" in before
    assert "<html" not in before
    assert "Dizzy." not in after
    event.refresh_from_db()
    assert event.severity == 1
    assert event.resolved_at


@pytest.mark.parametrize("data", [{"severity": "3"}, {"severity": "1", "serious_for": ["IMPORTANT"]}])
def test_a_grave_event_is_closed_by_the_medical_lead_alone(client, physio, patient, data):
    event = make.adverse_event(patient)
    client.force_login(physio)
    refused = grade(client, event, is_over="on", **data).content.decode()
    assert AdverseEvent.objects.get().resolved_at is None

    client.force_login(make.lead(patient.clinic))
    grade(client, event, is_over="on", **data)

    assert "medical lead closes" in refused
    assert AdverseEvent.objects.get().resolved_at is not None


# Who may

PAGES = ["history", "patient_part", "detail"]


def open_page(client, session, name):
    return client.get(url(name, session, *([session.pk] if name == "detail" else [])))


@pytest.mark.parametrize("name", PAGES)
def test_the_medical_lead_of_the_clinic_reads_it_too(client, session, name):
    client.force_login(make.lead(session.patient.clinic))

    assert open_page(client, session, name).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_another_clinic_finds_nothing(client, session, name):
    client.force_login(make.physio())

    assert open_page(client, session, name).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_patients_and_admins_are_turned_away(client, session, name):
    for user in (make.trainee(session.patient), make.admin(session.patient.clinic)):
        client.force_login(user)

        assert open_page(client, session, name).status_code == 403


def test_a_session_is_not_found_under_another_patient(client, physio, session):
    other = make.patient(physio)
    client.force_login(physio)

    assert client.get(reverse("sessions:detail", args=[other.pk, session.pk])).status_code == 404


def test_another_clinic_closes_and_grades_nothing(client, session):
    event = make.adverse_event(session.patient)
    client.force_login(make.physio())

    assert close(client, session).status_code == 404
    assert grade(client, event).status_code == 404
