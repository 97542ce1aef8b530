"""The demo: made once, the same everywhere, refused outside of demo mode, and true to the rules."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from devices.models import Controller
from kaatsu_clinic.accounts.models import Clinic, User
from patients.models import Patient
from patients.selectors import flags, standing
from protocols.domain.plan import Plan
from protocols.models import Prescription
from protocols.selectors import current_prescription
from sessions import selectors
from sessions.demo.seed import seed
from sessions.domain import dose, trace
from sessions.models import AdverseEvent, HomeSession, TrainingSession

pytestmark = pytest.mark.django_db
DEVICES = Path("/dev/demo")
MODELS = [
    model
    for label in ("accounts", "patients", "devices", "protocols", "training")
    for model in apps.get_app_config(label).get_models()
]


@pytest.fixture(scope="module")
def now() -> datetime:
    return timezone.now()


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker, now):
    """Made once for the tests of this file, and undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed(devices_dir=DEVICES, now=now)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_demo, db):
    return Clinic.objects.get(slug="demo")


def counts():
    return {model.__name__: model._default_manager.count() for model in MODELS}


def facts():
    """What was made, without the numbers that the database gave."""
    return [
        list(Patient.objects.order_by("number").values_list("number", "family_name", "birth_date", "phase")),
        list(HomeSession.objects.order_by("pk").values_list("pk", "done_at", "pain_after", "symptoms")),
        list(
            TrainingSession.objects.order_by("opened_at").values_list(
                "opened_at", "outcome", "summary", "plan"
            )
        ),
        list(AdverseEvent.objects.order_by("occurred_at").values_list("words", "severity")),
    ]


def test_a_second_run_changes_nothing_but_the_ports(demo, now):
    before = counts()

    assert seed(devices_dir=Path("/elsewhere"), now=now) is False
    assert counts() == before
    assert Controller.objects.get(serial_number="KC-DEMO-01").port == "/elsewhere/kaatsu-demo-mmhg"


def test_the_demo_is_the_same_wherever_it_is_made(demo, now):
    first = facts()
    with transaction.atomic():
        empty()
        seed(devices_dir=DEVICES, now=now)
        again = facts()
        transaction.set_rollback(True)

    assert again == first


def empty():
    """Everything away, the youngest tables first."""
    for model in reversed(MODELS):
        model._default_manager.all()._raw_delete("default")


def test_outside_of_demo_mode_it_refuses_in_words(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="KAATSU_DEMO=1"):
        call_command("seed_demo")


def test_every_account_is_marked_as_a_demo_account(demo):
    assert User.objects.filter(is_demo=True).count() == User.objects.count() == 5
    assert User.objects.get(email="physio@demo.clinic").check_password("kaatsu-demo")
    assert User.objects.get(email="patient@demo.clinic").patient.phase == Patient.Phase.HOME


@pytest.mark.parametrize(("name", "serial"), [("Tanaka", "KC-DEMO-01"), ("Demo", "KC-DEMO-02")])
def test_some_are_ready_for_a_session_today(demo, now, name, serial):
    patient = Patient.objects.filter(family_name=name).order_by("number")[0]
    today = timezone.localdate(now)
    prescription = current_prescription(patient, Prescription.Setting.CLINIC, today)
    channel = Controller.objects.get(serial_number=serial).channels.get()

    assert prescription
    known = selectors.preflight_facts(prescription, channel, now)

    assert flags(patient, today) == []
    assert known.cuff_matches
    assert not known.in_flare
    assert not known.open_adverse_event
    assert (known.hours_since_last or 0) > 36
    assert not known.needs_occlusion or (known.occlusion_until and known.occlusion_until >= today)


def test_the_patient_who_signs_in_may_train_at_home_today(demo, now):
    patient = User.objects.get(email="patient@demo.clinic").patient
    today = timezone.localdate(now)

    assert selectors.home_plans(patient, today)
    assert selectors.home_holds(patient, today) == []
    assert selectors.next_home_session_at(patient, now) is None


def test_every_kind_of_trouble_is_there(demo, now):
    today = timezone.localdate(now)
    found = {standing(patient, today).name for patient in Patient.objects.all()}

    assert {"BARRED", "NONE", "ENDED", "IN_FORCE"} <= found
    assert any("Flare" in flag for patient in Patient.objects.all() for flag in flags(patient, today))
    assert AdverseEvent.objects.filter(severity=None, resolved_at=None).count() == 1
    assert {one.phase for one in Patient.objects.all()} == {"CLINICAL", "TRANSITION", "HOME"}


def test_history_hangs_together(demo, now):
    sessions = TrainingSession.objects.select_related("prescription", "patient").prefetch_related("trace")

    for session in sessions.order_by("pk")[:40]:
        points = selectors.points_of(session)
        plan = Plan.from_json(session.plan)
        assert dose.summary(points, plan).peak == session.summary["peak"] < plan.ceiling
        assert session.prescription.prescribed_at < session.opened_at < now
        assert timezone.localdate(session.opened_at) <= session.prescription.valid_until
        assert session.opened_at >= session.patient.registered_at
        assert session.trace.get().data
        assert len(trace.unread(points)) <= 1


def test_no_two_sessions_of_a_controller_overlap(demo):
    for box in Controller.objects.all():
        times = list(box.training_sessions.order_by("opened_at").values_list("opened_at", "ended_at"))

        assert all(ended and ended < begun for (_o, ended), (begun, _e) in itertools.pairwise(times))


def test_nobody_trains_twice_within_a_day_and_a_half(demo):
    for patient in Patient.objects.all():
        days = sorted(
            [
                *patient.training_sessions.values_list("opened_at", flat=True),
                *patient.home_sessions.values_list("done_at", flat=True),
            ]
        )

        assert all(later - earlier >= timedelta(hours=36) for earlier, later in itertools.pairwise(days))
