"""Looking back: the list, one session with its trace and events, why it ended, adverse events."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from devices.domain.units import Scale
from protocols.domain.plan import Plan, sets_at
from sessions import services
from sessions.domain import dose, trace
from sessions.domain.closing import ClosingReason
from sessions.domain.note import fingerprint
from sessions.domain.state import Outcome
from sessions.domain.trace import Point
from sessions.models import AdverseEvent, PressureTrace, SessionEvent, TrainingSession
from sessions.selectors import note as notes
from sessions.templatetags.dose_words import targets_words, unread_words
from tests import make

pytestmark = pytest.mark.django_db
PLAN = Plan(Scale.MMHG, sets_at(60.0, (5, 5), rest_s=5), 90.0, 600.0, 1200.0, lop_mmhg=150.0)


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
    assert "Confirmed below 20 mmHg" in page
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
    assert "Without a reading for 2 s: from 0:10 to 0:12." in page.content.decode()
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


def facts_of_dose(page):
    """The panel about the dose, tags and all, with single spaces."""
    return " ".join(page.split('id="dose"')[1].split("</section>")[0].split())


def test_a_dose_that_was_seen_whole_is_told_as_it_is(client, physio, session):
    TrainingSession.objects.update(summary=asdict(dose.summary([Point(0, 60.0, 60.0, 0)], PLAN)))
    client.force_login(physio)

    assert "at least" not in facts_of_dose(page_of(client, session).content.decode())


def test_a_dose_with_readings_missing_is_told_as_the_least_there_was(client, physio, session):
    client.force_login(physio)

    page = facts_of_dose(page_of(client, session).content.decode())

    assert "Readings are missing. There may have been more." in page
    assert "<strong>at least 83 %</strong> of the time held" in page
    assert "at least 10 s (12 s with what was without a reading)" in page
    assert "at least 9.9 mmHg·min" in page
    assert "at least 83 %" in client.get(url("history", session)).content.decode()


@pytest.mark.parametrize("confirmed", [None, False])
def test_a_dose_of_a_cuff_that_was_not_seen_open_is_the_least_there_was(client, physio, session, confirmed):
    whole = dose.summary([Point(n / 2, 60.0, 60.0, 0) for n in range(21)], PLAN)
    TrainingSession.objects.update(vent_confirmed=confirmed, summary=asdict(whole))
    client.force_login(physio)

    page = facts_of_dose(page_of(client, session).content.decode())

    assert "</span> The cuff was not seen open at the end. There may have been more." in page
    assert "<dd>at least 10 s</dd>" in page


def test_where_nothing_was_inflated_nothing_was_missed(client, physio, session):
    TrainingSession.objects.update(vent_confirmed=None, outcome=Outcome.NOT_STARTED)
    client.force_login(physio)

    assert "at least" not in facts_of_dose(page_of(client, session).content.decode())


def test_sums_from_before_it_was_kept_what_was_seen_claim_no_more_than_they_know(client, physio, session):
    old = {name: value for name, value in session.summary.items() if "seen" not in name}
    TrainingSession.objects.update(summary=old)
    client.force_login(physio)

    assert "12 s or more, not all of it seen" in facts_of_dose(page_of(client, session).content.decode())


def test_of_a_set_that_was_not_reached_no_target_is_claimed(client, physio, session):
    client.force_login(physio)

    page = page_of(client, session).content.decode().split('id="sets"')[1].split("</section>")[0]

    assert page.count("<td>60</td>") == 2, "target and peak of the first set"
    assert "not reached" in page
    assert targets_words((60.0, 80.0)) == "60 to 80"


def test_while_a_session_runs_nothing_is_said_to_be_over(client, physio, session):
    TrainingSession.objects.update(status=TrainingSession.Status.RUNNING, outcome="", summary=None)
    client.force_login(physio)

    page = page_of(client, session).content.decode()

    assert "not yet" in page.split('id="sets"')[1].split("</section>")[0]
    assert "not reached" not in page
    assert "The dose is worked out when the session has ended." in page
    assert "No dose" not in page


def test_that_the_plan_was_done_is_said_once_on_the_page(client, physio, session):
    session.outcome, session.ending_reason = Outcome.COMPLETED, "The plan was done."
    session.save()
    told = {"t_s": 300.0, "words": session.ending_reason}
    SessionEvent.objects.create(session=session, kind="ENDING", detail=told, happened_at=make.NOW)
    client.force_login(physio)

    page = page_of(client, session).content.decode()

    assert "<strong>Completed</strong>" in page
    assert page.count("The plan was done") == 1


def test_a_damaged_trace_is_said_so_and_the_rest_is_shown(client, physio, session):
    PressureTrace.objects.filter(number=1).update(data=b"broken")
    client.force_login(physio)

    page = page_of(client, session).content.decode()

    assert "damaged" in page
    assert "Time in band" in page


def test_what_nobody_could_see_is_told_with_its_time(client, physio, session):
    seen = [Point(n / 2, 60.0 if n < 30 else None, 60.0, 0) for n in range(61)]
    session.trace.all().delete()
    PressureTrace.objects.create(session=session, number=0, samples=len(seen), data=trace.pack(seen))
    client.force_login(physio)

    page = page_of(client, session)

    assert "Without a reading for 15 s: from 0:15 to 0:30." in page.content.decode()
    assert page.context["traces"][0].held[0].unread_s == 15


def test_many_stretches_without_a_reading_are_summed_up():
    assert unread_words([(0, 1), (2, 3), (4, 9), (10, 11)]) == (
        "Without a reading for 8 s in 4 stretches, the longest from 0:04 to 0:09."
    )
    assert "2 stretches, the longest from 0:04 to 0:09" in unread_words([(0, 0.1), (4, 9)])
    assert unread_words([(4, 4.1)]) == "Single readings are missing, for less than a second in all."


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


def test_a_reason_that_someone_else_gave_meanwhile_stays(client, physio, session):
    client.force_login(physio)
    close(client, session)

    page = close(client, session, reason="DEVICE", note="It slipped.")

    assert "Someone else gave a reason meanwhile" in page.content.decode()
    session.refresh_from_db()
    assert session.closing_reason == ClosingReason.PATIENT
    again = page.context["form"]
    assert (again["note"].value(), again["instead_of"].value()) == ("It slipped.", session.reason_kept)


def test_the_same_reason_sent_twice_is_kept_once_and_nobody_else_is_blamed(client, physio, session):
    client.force_login(physio)
    close(client, session)

    page = close(client, session).content.decode()

    assert "The reason is kept." in page
    assert "Someone else" not in page


def test_a_wrong_tap_is_put_right_and_what_stood_there_stays_in_the_record(client, physio, session):
    client.force_login(physio)
    offered = close(client, session).context["form"]
    assert offered["reason"].value() == "PATIENT"
    seen = offered["instead_of"].value()

    close(client, session, detail="PATIENT_UNWELL", instead_of=seen)
    assert "Someone else" in close(client, session, reason="DEVICE", instead_of=seen).content.decode()
    session.refresh_from_db()
    close(client, session, reason="DEVICE", note="The cuff slipped.", instead_of=session.reason_kept)

    session.refresh_from_db()
    assert (session.closing_reason, session.closing_note) == (ClosingReason.DEVICE, "The cuff slipped.")
    changes = [entry.changes_dict.get("closing_reason") for entry in LogEntry.objects.get_for_object(session)]
    assert ["PATIENT", "DEVICE"] in changes


def test_the_reason_stays_once_the_note_is_signed(client, physio, session):
    client.force_login(physio)
    close(client, session)
    session.refresh_from_db()
    record = fingerprint(notes.drafted(session))
    services.sign_note(session=session, text="All well.", revision=0, record=record, by=physio, now=make.NOW)

    page = close(client, session, reason="DEVICE", instead_of=session.reason_kept).content.decode()

    assert "Amend the note instead" in page
    assert "Change the reason" not in page
    session.refresh_from_db()
    assert session.closing_reason == ClosingReason.PATIENT


def test_a_page_opened_before_the_record_is_there_comes_anew_once_it_is(client, physio, session):
    client.force_login(physio)
    asks = {"path": session.address("detail"), "headers": {"HX-Request": "true"}}
    TrainingSession.objects.update(status="RUNNING")
    assert "as soon as it has" in client.get(session.address("detail")).content.decode()
    assert client.get(**asks).status_code == 204

    TrainingSession.objects.update(status="ENDED")

    assert client.get(**asks).headers["HX-Refresh"] == "true"


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
