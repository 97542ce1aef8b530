"""What happens in training sends a person back, or suspends them, by itself, and both sides see why."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kaatsu_clinic.accounts.models import Role
from patients.models import Patient, PhaseChange, Suspension
from patients.selectors import clinicians_of
from patients.services import report_swollen_leg
from protocols.models import Prescription
from sessions import selectors, services, tasks
from sessions.domain import home, preflight
from sessions.domain.home import Log, Symptom
from sessions.domain.state import Outcome
from sessions.models import SessionEvent, TrainingSession
from sessions.selectors.gate import phase_facts
from sessions.services.setbacks import after_session
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def patient(physio):
    return make.patient(physio, phase=Patient.Phase.HOME)


def ended(patient, outcome, *kinds, days_ago=0, **detail):
    """A session that has ended so, with events of these kinds."""
    prescription = patient.prescriptions.first() or make.prescription(patient)
    session = make.training_session(
        prescription,
        make.controller(patient.clinic, patient.registered_by, cuff_model=prescription.cuff_model),
        status=TrainingSession.Status.ENDED,
        outcome=outcome,
        opened_at=NOW - timedelta(days=days_ago),
        ended_at=NOW - timedelta(days=days_ago),
    )
    for kind in kinds:
        SessionEvent.objects.create(session=session, kind=kind, detail=detail, happened_at=NOW)
    return session


def phase_of(patient):
    return Patient.objects.get(pk=patient.pk).phase


@pytest.mark.parametrize(
    ("outcome", "kinds", "phase"),
    [
        (Outcome.COMPLETED, (), "HOME"),
        (Outcome.COMPLETED, ("CRITERION_WARN", "PAUSE"), "HOME"),
        (Outcome.FAULT, (), "HOME"),
        (Outcome.COMPLETED, ("CRITERION_PAUSE",), "TRANSITION"),
        (Outcome.CRITERION, ("CRITERION_END",), "TRANSITION"),
        (Outcome.STOPPED, (), "TRANSITION"),
    ],
)
def test_a_session_that_was_vented_sends_back(patient, outcome, kinds, phase):
    session = ended(patient, outcome, *kinds)
    for _drained in range(2):
        after_session(session, NOW)

    assert phase_of(patient) == phase


def test_a_warning_sign_in_a_session_suspends(patient):
    after_session(ended(patient, Outcome.CRITERION, "CRITERION_END", signal="CHEST"), NOW)

    assert Suspension.objects.get().rule == "red_flag"
    assert phase_of(patient) == "TRANSITION"


@pytest.mark.parametrize(
    ("severity", "is_serious", "phase", "suspensions"),
    [
        (1, False, "HOME", 0),
        (2, False, "TRANSITION", 0),
        (3, False, "TRANSITION", 1),
        (1, True, "TRANSITION", 1),
    ],
)
def test_a_grade_sends_back_or_suspends(patient, physio, severity, is_serious, phase, suspensions):
    event = make.adverse_event(patient)
    for _pressed in range(2):
        services.grade_adverse_event(
            event=event,
            found=services.Judgement(severity, serious_for=["IMPORTANT"] if is_serious else []),
            by=physio,
            now=NOW,
        )

    assert phase_of(patient) == phase
    assert Suspension.objects.count() == suspensions


def test_an_emergency_at_home_suspends_and_the_patient_is_told(patient, client):
    plan = make.prescription(patient, setting=Prescription.Setting.HOME)
    said = Log(pain_before=2, pain_after=3, effort=4, symptoms=(Symptom.CHEST_PAIN,))
    services.log_home_session(
        entry=home.Entry(uuid.uuid4(), NOW, completed=True, said=said, words="Chest pain."),
        patient=patient,
        prescription=plan,
        by=patient.registered_by,
        now=NOW,
    )
    client.force_login(make.trainee(patient))

    page = client.get(reverse("sessions:home_plan", args=[patient.pk])).content.decode()

    assert "Do not train today." in page
    assert "until a doctor of your clinic has looked" in page
    assert "Chest pain." in Suspension.objects.get().reason


def test_a_patient_whose_leg_may_have_a_clot_reads_that_and_not_that_a_paper_has_run_out(patient, physio):
    make.clearance(patient)
    report_swollen_leg(patient=patient, leg="LEFT", by=physio, now=timezone.now())

    told = selectors.home_holds(Patient.objects.get(pk=patient.pk), timezone.localdate())

    assert any("may have a clot" in words for words in told)
    assert not any("run out" in words for words in told)


def test_two_weeks_without_a_session_send_back_and_the_patient_reads_why(patient, physio):
    make.home_session(make.prescription(patient), done_at=timezone.now() - timedelta(days=13))
    tasks.notice_missed_weeks()
    assert phase_of(patient) == "HOME"

    patient.home_sessions.update(done_at=timezone.now() - timedelta(days=15))
    tasks.notice_missed_weeks()
    tasks.notice_missed_weeks()

    change = PhaseChange.objects.get()
    assert (change.to_phase, change.decided_by) == ("TRANSITION", None)
    told = selectors.home_holds(Patient.objects.get(pk=patient.pk), timezone.localdate())
    assert any("Two weeks without a session." in words for words in told)


def test_somebody_who_has_just_moved_has_missed_nothing(patient):
    make.home_session(make.prescription(patient), done_at=timezone.now() - timedelta(days=30))
    PhaseChange.objects.create(
        patient=patient, from_phase="TRANSITION", to_phase="HOME", decided_at=timezone.now(), reason="Ready."
    )

    tasks.notice_missed_weeks()

    assert phase_of(patient) == "HOME"


def test_the_facts_of_a_gate_come_from_the_records_and_the_rest_is_not_known(physio):
    patient = make.patient(physio)
    empty = phase_facts(patient, NOW)
    assert (empty.days_since_first, empty.exertion_systolic_mmhg, empty.needs_occlusion) == (None, None, None)
    assert (empty.followups_due, empty.watched_sessions, empty.missing_skills) == (None, None, None)

    ended(patient, Outcome.COMPLETED, "CRITERION_PAUSE", days_ago=9)
    ended(patient, Outcome.COMPLETED, "ENTER", days_ago=6, signal="SYSTOLIC", value=171)
    ended(patient, Outcome.NOT_STARTED, days_ago=5)
    ended(patient, Outcome.COMPLETED, "PAUSE", days_ago=3, refused=True)

    facts = phase_facts(patient, NOW)

    assert (facts.completed_sessions, facts.days_since_first, facts.unbroken_sessions) == (3, 9, 2)
    assert facts.exertion_systolic_mmhg == 171


def test_a_missing_role_never_answers_for_home(patient, physio):
    make.person(Role.ADMIN, patient.clinic)

    assert list(clinicians_of(patient)) == [physio]


def test_a_pressure_that_kept_someone_from_training_at_two_visits_sends_back(patient, physio):
    prescription = make.prescription(patient)
    box = make.controller(patient.clinic, physio, cuff_model=prescription.cuff_model)
    for days in (0, 2):
        assert phase_of(patient) == "HOME"
        with pytest.raises(services.NotReadyError):
            services.open_session(
                prescription=prescription,
                channel=box.channels.get(),
                supervisor=physio,
                facts=preflight.Facts(systolic_mmhg=172, diastolic_mmhg=90),
                now=NOW + timedelta(days=days),
            )

    assert phase_of(patient) == "TRANSITION"


def test_a_pressure_that_cant_be_is_no_reading(patient, physio):
    prescription = make.prescription(patient)
    box = make.controller(patient.clinic, physio, cuff_model=prescription.cuff_model)
    with pytest.raises(services.NotReadyError):
        services.open_session(
            prescription=prescription,
            channel=box.channels.get(),
            supervisor=physio,
            facts=preflight.Facts(systolic_mmhg=120, diastolic_mmhg=125),
            now=NOW,
        )

    assert not patient.measurements.exists()
