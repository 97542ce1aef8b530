"""Measuring the occlusion pressure with the cuff: who may, what speaks against it, and what becomes of what was found."""

import pytest
from django.urls import reverse
from django.utils import timezone

from devices.domain.units import Scale
from patients.models import Measurement
from protocols.domain.plan import Search
from protocols.models import OcclusionMeasurement
from sessions import selectors, services
from sessions.domain import searching
from sessions.domain.commands import Verb
from sessions.models import OcclusionSearch, TrainingSession
from tests import make
from tests.at_a_console import at_the_console, ended
from tests.make import FIT

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = {
    "systolic_mmhg": 125,
    "diastolic_mmhg": 80,
    "heart_rate_bpm": 70,
    "pain_nrs": 2,
    "infection": "no",
    "new_medicine": "no",
    "swelling": "no",
    "limb": "ARM",
    "side": "LEFT",
    "posture": "SEATED",
    "method": "DOPPLER",
}


@pytest.fixture
def box(bench):
    physio = make.physio()
    return make.controller(make.clinic_of(physio), physio, port=bench.port, serial_number=bench.serial_number)


@pytest.fixture
def patient(box):
    return make.patient(box.registered_by)


@pytest.fixture
def search(box, patient) -> TrainingSession:
    """A guided measurement, opened and not taken yet."""
    session = TrainingSession.objects.create(
        patient=patient,
        channel=box.channels.get(),
        controller=box,
        supervisor=box.registered_by,
        scale=Scale.MMHG,
        plan=searching.plan(Search(is_automatic=False, systolic_mmhg=120), 300).to_json(),
        preflight={},
        opened_at=timezone.now(),
    )
    OcclusionSearch.objects.create(
        session=session, limb="ARM", side="LEFT", posture="SEATED", method="DOPPLER"
    )
    return session


def test_every_objection_is_told_and_nothing_is_opened(client, box, patient):
    client.force_login(box.registered_by)
    page = reverse("sessions:measure_occlusion", args=[patient.pk])

    said = client.post(page, ANSWERS | {"channel": box.channels.get().pk}).content.decode()

    assert "No clearance is in force." in said
    assert "does not answer" in said
    assert "No prescription" not in said
    assert not TrainingSession.objects.exists()


def test_a_box_that_shows_no_pulse_does_not_look_by_itself(box, patient):
    box.driver = "alicat"
    box.save()
    site = services.Site(patient, "ARM", "LEFT", "SEATED", "AUTOMATED", box.channels.get())
    facts = selectors.measuring_facts(patient, site.channel, timezone.now(), limb="ARM", side="LEFT")

    with pytest.raises(services.NotReadyError, match="can't find the pulse by itself"):
        services.open_search(site=site, supervisor=box.registered_by, facts=facts, now=timezone.now())


def test_somebody_feels_the_pulse_and_the_answer_is_kept_once(client, bench, search):
    with at_the_console(search) as console:
        console.see(state="READY", controller="ARMED")
        console.press(Verb.INFLATE)
        console.see(state="RUNNING", search={"asks": True, "marks": [], "next_mmhg": None})
        assert bench.true_pressure > 40
        console.press(Verb.PULSE, value=0.0)
        console.see(state="ENDED", vented=True)
    stored = ended(search)
    client.force_login(search.supervisor)
    page = client.get(reverse("sessions:detail", args=[search.patient_id, search.pk])).content.decode()
    assert "Not determinable." in page
    assert "did not come back" in page

    keep = reverse("sessions:keep_occlusion", args=[search.patient_id, search.pk])
    client.post(keep)
    again = client.post(keep, follow=True).content.decode()

    kept = OcclusionMeasurement.objects.get()
    assert (kept.value_mmhg, kept.limb, kept.method) == (None, "ARM", "DOPPLER")
    assert "kept already" in again
    assert stored.outcome == "COMPLETED"


def test_a_measurement_that_was_stopped_says_nothing_about_the_limb(client, search):
    with at_the_console(search) as console:
        console.see(state="READY", controller="ARMED")
        console.press(Verb.INFLATE)
        console.see(state="RUNNING", search={"asks": True, "marks": [], "next_mmhg": None})
        console.press(Verb.ENTER, signal="PAIN", value=7.0)
        console.see(state="ENDED", vented=True)
    stored = ended(search)

    assert stored.outcome == "CRITERION"
    with pytest.raises(services.NotKeepableError, match="did not come to its end"):
        services.keep_found(session=stored, by=search.supervisor, now=timezone.now())


def test_it_counts_as_no_training(search):
    TrainingSession.objects.filter(pk=search.pk).update(
        status="ENDED", outcome="COMPLETED", ended_at=timezone.now()
    )

    assert not TrainingSession.objects.trainings().exists()
    assert selectors.last_session_at(search.patient) is None


def test_blood_pressure_of_the_day_is_kept_with_a_measurement_that_was_opened(box, patient):
    make.clearance(patient)
    site = services.Site(patient, "ARM", "LEFT", "SEATED", "BY_HAND", box.channels.get())
    opened = services.open_search(site=site, supervisor=box.registered_by, facts=FIT, now=make.NOW)

    assert opened.occlusion_search.method == "BY_HAND"
    assert Measurement.objects.filter(patient=patient, kind="SYSTOLIC_MMHG").exists()
    assert opened.plan["search"] == {"is_automatic": False, "systolic_mmhg": 128.0}
