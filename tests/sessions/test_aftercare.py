"""After a session: questions that come due, red answers that open what they must, and grave events that reach the lead."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Patient, SwollenLeg
from sessions import selectors, tasks
from sessions.domain import followups
from sessions.domain.followups import Question, Window
from sessions.domain.harm import CausalitySet
from sessions.forms.adverse_events import CAUSALITY_WORDS
from sessions.models import AdverseEvent, FollowUp, Notice
from sessions.selectors import aftercare
from sessions.selectors.gate import phase_facts
from sessions.services.aftercare import schedule_followups
from tests import make

ALL_WELL = {one.value: "no" for one in Question}
GRADED = {"severity": "2", "causality": "POSSIBLE", "is_device_deficiency": "no"}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def physio(db):
    return make.physio()


@pytest.fixture
def session(physio, now):
    prescription = make.prescription(make.patient(physio))
    box = make.controller(prescription.patient.clinic, physio, cuff_model=prescription.cuff_model)
    ended_at = now - timedelta(hours=25)
    session = make.training_session(
        prescription, box, status="ENDED", outcome="COMPLETED", ended_at=ended_at, opened_at=ended_at
    )
    schedule_followups(session, ended_at)
    return session


def answer(client, session, name="home_followup", **given):
    page = reverse(f"sessions:{name}", args=[session.patient_id])
    number = FollowUp.objects.get(window="DAY").pk
    return client.post(page, {"followup": number} | ALL_WELL | given, follow=True)


@given(st.dictionaries(st.sampled_from(list(Question)), st.sampled_from([True, False, None])))
def test_an_answer_that_is_not_a_no_is_red(answers):
    fine = [one for one in Question if answers.get(one) is False]
    assert set(followups.red(answers)) == set(Question) - set(fine)


def test_questions_are_due_after_a_day_and_after_two_and_scheduled_once(session, now):
    schedule_followups(session, session.ended_at)

    assert FollowUp.objects.count() == len(Window)
    due = aftercare.due_followups(session.patient, now)
    assert [one.window for one in due] == ["DAY"]
    assert aftercare.due_followups(session.patient, now + timedelta(days=1)).count() == 2


@pytest.mark.django_db
def test_a_session_in_which_nothing_was_inflated_asks_nothing(physio, now):
    prescription = make.prescription(make.patient(physio))
    box = make.controller(prescription.patient.clinic, physio)
    schedule_followups(make.training_session(prescription, box, outcome="NOT_STARTED"), now)

    assert not FollowUp.objects.exists()


def test_unanswered_questions_stand_in_the_way_until_somebody_asked(client, session, physio, now):
    channel = session.channel
    known = selectors.preflight_facts(session.prescription, channel, now)
    client.force_login(physio)
    answer(client, session, "followup")

    assert known.open_followups == 1
    assert selectors.preflight_facts(session.prescription, channel, now).open_followups == 0
    assert FollowUp.objects.get(window="DAY").by_phone


def test_the_patient_answers_on_the_phone_and_the_gate_counts_it(client, session, now):
    patient = session.patient
    assert (phase_facts(patient, now).followups_due, phase_facts(patient, now).followups_answered) == (1, 0)
    client.force_login(make.trainee(patient))

    plan = client.get(reverse("sessions:home_plan", args=[patient.pk])).content.decode()
    page = answer(client, session).content.decode()

    assert "Your clinic asks how you are." in plan
    assert "The answers are kept." in page
    assert phase_facts(patient, now).followups_answered == 1
    assert not AdverseEvent.objects.exists()


@pytest.mark.django_db
def test_a_gate_knows_nothing_where_nothing_was_ever_due(physio, now):
    facts = phase_facts(make.patient(physio), now)
    assert (facts.followups_due, facts.followups_answered) == (None, None)


@pytest.mark.parametrize(("question", "legs"), [("URINE", 0), ("PAIN", 0), ("NUMBNESS", 0), ("SWELLING", 1)])
def test_a_red_answer_opens_an_event_and_a_swelling_the_path_for_a_clot(client, session, question, legs):
    client.force_login(make.trainee(session.patient))

    page = answer(client, session, **{question: "yes"}).content.decode()

    assert "Call your clinic today" in page
    assert AdverseEvent.objects.get().session == session
    assert SwollenLeg.objects.count() == legs


def test_an_answer_left_out_loses_nothing_and_opens_nothing(client, session):
    client.force_login(make.trainee(session.patient))

    page = answer(client, session, URINE="", note="Slept well.").content.decode()

    assert "Tap yes or no." in page
    assert "Slept well." in page
    assert FollowUp.objects.get(window="DAY").answers is None


def test_the_same_questions_are_answered_once(client, session):
    client.force_login(make.trainee(session.patient))
    for _pressed in range(2):
        answer(client, session, URINE="yes")

    assert AdverseEvent.objects.count() == 1


def test_overdue_questions_are_listed_for_the_clinic_alone(client, session, physio, now):
    FollowUp.objects.filter(window="DAY").update(late_at=now - timedelta(hours=1))
    client.force_login(physio)
    assert "overdue since" in client.get(reverse("sessions:attention")).content.decode()

    client.force_login(make.physio())
    assert str(session.patient) not in client.get(reverse("sessions:attention")).content.decode()


@pytest.fixture
def at_home(physio, now):
    """Moved home eight days ago, and not asked since."""
    patient = make.patient(physio, phase="HOME")
    patient.phase_changes.create(
        from_phase="TRANSITION", to_phase="HOME", decided_at=now - timedelta(days=8), reason="", gate=[]
    )
    return patient


def answer_week(client, patient, name="home_followup", **given):
    page = reverse(f"sessions:{name}", args=[patient.pk])
    return client.post(page, {"followup": 0} | ALL_WELL | given, follow=True)


def test_at_home_the_same_questions_are_asked_every_week(client, at_home, now):
    client.force_login(make.trainee(at_home))
    plan = reverse("sessions:home_plan", args=[at_home.pk])
    assert "Your clinic asks how you are." in client.get(plan).content.decode()

    page = answer_week(client, at_home).content.decode()

    assert "The answers are kept." in page
    assert "Your clinic asks how you are." not in page
    fresh = Patient.objects.get(pk=at_home.pk)
    assert aftercare.due_weekly(fresh, now + timedelta(days=6)) is None
    assert aftercare.due_weekly(fresh, now + timedelta(days=7, minutes=1))
    assert not AdverseEvent.objects.exists()


def test_a_red_answer_of_the_week_goes_the_way_of_one_after_a_session_once(client, at_home):
    client.force_login(make.trainee(at_home))

    page = answer_week(client, at_home, SWELLING="yes").content.decode()
    answer_week(client, at_home, SWELLING="yes")

    assert "Call your clinic today" in page
    assert "asked weekly: one limb swollen" in AdverseEvent.objects.get().words
    assert SwollenLeg.objects.count() == 1


def test_the_same_questions_after_a_session_count_for_the_week(client, session, now):
    patient = session.patient
    patient.phase = "HOME"
    patient.save(update_fields=["phase"])
    client.force_login(make.trainee(patient))
    assert aftercare.due_weekly(patient, now)

    answer(client, session)

    assert aftercare.due_weekly(patient, now) is None
    assert aftercare.due_weekly(patient, now + timedelta(days=7, minutes=1))


def test_the_clinic_sees_who_at_home_was_not_asked_and_what_was_answered(client, at_home, physio, now):
    client.force_login(physio)
    attention = reverse("sessions:attention")
    assert str(at_home) in client.get(attention).content.decode()

    answer_week(client, at_home, "followup", URINE="yes")

    assert aftercare.clinic_weekly(physio, now) == []
    assert aftercare.clinic_weekly(make.physio(), now + timedelta(days=30)) == []
    history = client.get(reverse("sessions:home_history", args=[at_home.pk])).content.decode()
    assert "dark urine" in history


def test_nobody_in_the_clinic_is_asked_weekly_and_who_moved_home_unrecorded_is_asked_now(physio, now):
    assert aftercare.due_weekly(make.patient(physio), now) is None
    assert aftercare.due_weekly(make.patient(physio, phase="HOME"), now)


def grade(client, event, **data):
    page = reverse("sessions:adverse_event", args=[event.patient_id, event.pk])
    return client.post(page, GRADED | data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [({}, 0), ({"severity": "3"}, 1), ({"severity": "1", "serious_for": ["HOSPITAL"]}, 1)],
)
def test_a_grave_event_reaches_every_lead_of_the_clinic_once(client, session, physio, data, told):
    lead, _elsewhere = make.lead(session.patient.clinic), make.lead()
    event = make.adverse_event(session.patient)
    client.force_login(physio)
    for _pressed in range(2):
        grade(client, event, **data)

    assert [one.to for one in Notice.objects.all()] == [lead] * told


def test_the_mail_names_nobody_and_is_sent_once(client, session, physio):
    lead, event = make.lead(session.patient.clinic), make.adverse_event(session.patient, words="Fainted.")
    client.force_login(physio)
    grade(client, event, serious_for=["DANGER"])
    for _beat in range(2):
        tasks.mail_notices()

    sent = mail.outbox[-1]
    assert [one.to for one in mail.outbox] == [[lead.email]]
    assert "/attention/" in sent.body
    text = f"{sent.subject} {sent.body}"
    assert session.patient.family_name not in text
    assert "Fainted" not in text


def test_a_mail_that_cant_be_sent_is_shown_and_tried_again(client, session, physio, settings):
    lead, event = make.lead(session.patient.clinic), make.adverse_event(session.patient)
    client.force_login(physio)
    grade(client, event, severity="4")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    tasks.mail_notices()
    client.force_login(lead)
    shown = client.get(reverse("sessions:attention")).content.decode()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tasks.mail_notices()

    assert "The mail could not be sent:" in shown
    assert "Connection refused" in shown
    assert (Notice.objects.get().mail_tries, Notice.objects.get().mail_error) == (2, "")


def test_a_lead_sees_the_unread_mark_until_it_is_read(client, session, physio):
    lead, event = make.lead(session.patient.clinic), make.adverse_event(session.patient)
    client.force_login(physio)
    grade(client, event, severity="3")
    client.force_login(lead)
    page = reverse("sessions:attention")
    before = client.get(page).content.decode()

    after = client.post(
        reverse("sessions:read_notice"), {"notice": Notice.objects.get().pk}, follow=True
    ).content.decode()

    assert 'class="unread"' in before
    assert 'class="unread"' not in after


def test_an_event_is_told_on_until_it_is_over(client, session, physio):
    event = make.adverse_event(session.patient)
    client.force_login(physio)
    grade(client, event, words="CK 900, drinks enough.", special_interest=["MUSCLE"])
    page = grade(client, event, words="CK normal.", is_over="on", special_interest=["MUSCLE"])

    event.refresh_from_db()
    assert (event.special_interest, event.causality, event.is_device_deficiency) == (
        ["MUSCLE"],
        "POSSIBLE",
        False,
    )
    assert [one.words for one in event.entries.order_by("pk")] == ["CK 900, drinks enough.", "CK normal."]
    assert "The grade is kept." in page
    assert event.resolved_at


def test_one_clinic_judges_cause_by_one_set_of_words(client, session, physio):
    lead, event = make.lead(session.patient.clinic), make.adverse_event(session.patient)
    client.force_login(lead)
    client.post(reverse("sessions:choose_causality"), {"causality_set": "ISO_14155"})

    page = grade(client, event, causality="UNLIKELY")

    assert "Causal relationship" in page
    assert "Select a valid choice" in page
    assert aftercare.causality_set(make.clinic()) is CausalitySet.WHO_UMC


def test_every_cause_has_words():
    assert {one for group in CausalitySet for one in group.choices} == set(CAUSALITY_WORDS)
