"""A self-test from the controller's page to its result: who may, what speaks against it, and that it is nobody's session."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from kaatsu_clinic.accounts.models import Role
from sessions import services
from sessions.domain import record
from sessions.domain.commands import Verb
from sessions.domain.self_test import Facts
from sessions.domain.self_test_verdict import Verdict
from sessions.models import AdverseEvent, FollowUp, TrainingSession
from sessions.models.training import NobodyWearsItError
from sessions.selectors import note as notes
from tests import make
from tests.at_a_console import at_the_console, ended

pytestmark = pytest.mark.django_db(transaction=True)
READY = Facts(nobody_wears_it=True, station_answers=True, station_is_current=True, controller_objections=())


@pytest.fixture
def box(bench):
    physio = make.physio()
    return make.controller(make.clinic_of(physio), physio, port=bench.port, serial_number=bench.serial_number)


@pytest.fixture
def tested(box):
    """A self-test, opened and not taken yet."""
    return services.open_self_test(
        controller=box, supervisor=box.registered_by, facts=READY, now=timezone.now()
    )


def page_of(client, session, name="detail"):
    client.force_login(session.supervisor)
    return client.get(session.address(name)).content.decode()


# Opening


def test_every_objection_is_told_and_nothing_is_opened(client, box):
    client.force_login(box.registered_by)
    page = reverse("sessions:self_test", args=[box.pk])
    box.acceptance_tests.all().delete()

    unsaid = client.post(page, {}).content.decode()
    said = client.post(page, {"nobody_wears_it": "on"}).content.decode()

    assert "Look at each cuff, then tick this." in unsaid
    assert "does not answer" in said
    assert "no valid acceptance test" in said
    assert not TrainingSession.objects.exists()


def test_nobody_opens_one_unless_it_was_said_that_nobody_wears_the_cuff(box):
    with pytest.raises(services.NotReadyError, match="nobody wears the cuff"):
        services.open_self_test(
            controller=box, supervisor=box.registered_by, facts=Facts(), now=timezone.now()
        )


def test_not_beside_a_session_on_the_same_box(box):
    make.training_session(make.prescription(make.patient(box.registered_by)), box)

    with pytest.raises(services.NotReadyError, match="already running on this controller"):
        services.open_self_test(controller=box, supervisor=box.registered_by, facts=READY, now=timezone.now())


def test_all_cuffs_of_the_box_are_in_the_plan_each_as_high_as_it_may(box):
    box.channels.create(number=1, cuff_model=make.cuff_model(rated_maximum=100))

    session = services.open_self_test(
        controller=box, supervisor=box.registered_by, facts=READY, now=timezone.now()
    )

    assert [(cuff["channel"], cuff["targets"][0]) for cuff in session.plan["cuffs"]] == [(0, 100), (1, 80)]


# Who


def test_only_clinicians_of_the_clinic_see_it(client, tested):
    pages = [tested.address(name) for name in ("detail", "console", "alarm_log", "printed")]
    lead, stranger = make.lead(tested.controller.station.clinic), make.physio()

    for person, status in ((lead, 200), (stranger, 404)):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [status] * 4


def test_who_keeps_the_fleet_sees_the_verdict_and_no_way_to_run_one(client, tested):
    client.force_login(make.admin(tested.controller.station.clinic))

    part = client.get(reverse("sessions:self_test_part", args=[tested.controller_id])).content.decode()

    assert "Not ended" in part
    assert "Self-test at the console" not in part
    assert client.get(reverse("sessions:self_test", args=[tested.controller_id])).status_code == 403


def test_an_administrator_here_who_is_a_clinician_elsewhere_runs_none(client, box):
    person = make.physio()
    person.memberships.create(clinic=box.station.clinic, role=Role.ADMIN)
    client.force_login(person)

    assert client.get(reverse("sessions:self_test", args=[box.pk])).status_code == 404


def test_each_kind_of_session_is_found_at_its_own_address_only(client, box, tested):
    own = make.controller(box.station.clinic, box.registered_by)
    patient = make.patient(box.registered_by)
    training = make.training_session(make.prescription(patient), own)
    client.force_login(box.registered_by)

    wrong = [
        reverse("sessions:self_test_console", args=[own.pk, training.pk]),
        reverse("sessions:self_test_console", args=[own.pk, tested.pk]),
        reverse("sessions:console", args=[patient.pk, tested.pk]),
        reverse("sessions:note", args=[patient.pk, tested.pk]),
    ]

    assert [client.get(page).status_code for page in wrong] == [404] * 4


# Nobody's


def test_nothing_is_prescribed_for_nobody(box, tested):
    tested.prescription = make.prescription(make.patient(box.registered_by))

    with pytest.raises((IntegrityError, ValidationError)):
        tested.save()


def test_who_asks_for_its_patient_is_told_that_there_is_none(tested):
    with pytest.raises(NobodyWearsItError):
        _ = tested.wearer


def test_its_end_makes_no_follow_up_no_adverse_event_no_dose_and_no_note(tested):
    end = {"outcome": "CRITERION", "words": "Left alone.", "needs_report": True, "latches": False}
    end |= {"k": record.END, "at": time.time(), "vented": True, "found": None, "loop": {}}

    services.store_record(tested, record.of([end]))

    stored = ended(tested)
    assert not AdverseEvent.objects.exists()
    assert not FollowUp.objects.exists()
    assert stored.summary is None
    assert not notes.unsigned(tested.supervisor).exists()
    assert not TrainingSession.objects.trainings().exists()
    assert stored.verdict is Verdict.UNFINISHED


def test_interrupted_it_asks_nobody_either(tested):
    services.close_interrupted(tested, [], None, timezone.now())

    assert not FollowUp.objects.exists()
    assert ended(tested).verdict is Verdict.UNFINISHED


# On a box


def test_stop_in_the_middle_is_not_passed_and_its_pages_say_so(client, bench, tested):
    with at_the_console(tested) as console:
        console.see(state="READY", controller="ARMED")
        shown = page_of(client, tested, "console")
        console.press(Verb.ENTER, signal="PAIN", value=8.0)
        console.press(Verb.INFLATE)
        console.see(state="RUNNING")
        card = client.get(reverse("sessions:room_cards")).content.decode()
        console.press(Verb.STOP)
        console.see(state="ENDED", vented=True)
    stored = ended(tested)
    result = page_of(client, tested)
    part = client.get(reverse("sessions:self_test_part", args=[tested.controller_id])).content.decode()

    assert "Nobody wears this cuff" in shown
    assert "data-symptom" not in shown
    assert f"Self-test: {tested.controller}" in card
    assert stored.outcome == "STOPPED"
    assert stored.verdict is Verdict.UNFINISHED
    assert [step["name"] for step in stored.steps] == ["open before", "fills", "overshoot", "holds", "vents"]
    assert "Not passed: it did not come to its end" in result
    assert "not measured" in result
    assert "The last self-test was not passed" in part
    assert not AdverseEvent.objects.exists()


def test_a_box_that_was_taken_out_of_use_meanwhile_is_not_filled(tested):
    tested.controller.quarantined_at = timezone.now()
    tested.controller.save()

    with at_the_console(tested):
        pass

    assert ended(tested).verdict is Verdict.FAILED
