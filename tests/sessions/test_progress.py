"""The page of the way home: the gate with its facts, a move refused with reasons, an override, a suspension that ends."""

import pytest
from django.urls import reverse

from patients import services
from patients.domain import setbacks
from patients.models import JointCount, Measurement, Patient, PhaseChange
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def patient(physio):
    return make.patient(physio)


def url(name, patient):
    return reverse(name, args=[patient.pk])


def post(client, by, patient, name="sessions:progress", **fields):
    client.force_login(by)
    return client.post(url(name, patient), fields, follow=True).content.decode()


def test_a_move_through_a_shut_gate_is_refused_with_every_reason_and_loses_nothing(client, physio, patient):
    page = post(client, physio, patient, to_phase="TRANSITION", reason="She asks for it.")

    assert "The gate is not open." in page
    assert "At least 3 latest sessions without a pause or vent: 0" in page
    assert "She asks for it." in page
    assert "Override the gate" not in page
    assert not PhaseChange.objects.exists()


def test_a_lead_overrides_and_the_page_keeps_what_was_not_met(client, physio, patient):
    lead = make.lead(patient.clinic)

    page = post(client, lead, patient, to_phase="TRANSITION", reason="Seen by me.", is_override="on")

    assert "gate overridden" in page
    assert "Gate from Transition to Home" in page
    assert Patient.objects.get(pk=patient.pk).phase == "TRANSITION"


def test_from_home_there_is_no_gate_to_override(client, patient):
    patient.phase = Patient.Phase.HOME
    patient.save(update_fields=["phase"])
    lead = make.lead(patient.clinic)
    client.force_login(lead)
    assert "Override the gate" not in client.get(url("sessions:progress", patient)).content.decode()

    post(client, lead, patient, to_phase="CLINICAL", reason="Wants to be watched.")

    assert Patient.objects.get(pk=patient.pk).phase == "CLINICAL"


def test_a_suspension_is_ended_on_the_page_by_a_lead_with_a_reason(client, physio, patient):
    services.set_back(patient=patient, rule=setbacks.RED_FLAG, cause="session 1", now=NOW, detail="Chest.")
    lead = make.lead(patient.clinic)
    client.force_login(physio)
    assert "End the suspension" not in client.get(url("sessions:progress", patient)).content.decode()

    without = post(client, lead, patient, "sessions:end_suspensions", reason="")
    assert "Write why this person may train again." in without
    assert "Chest." in without

    assert "The suspension has ended." in post(
        client, lead, patient, "sessions:end_suspensions", reason="Seen."
    )


def test_going_back_by_rule_is_told_on_the_page(client, physio, patient):
    Patient.objects.filter(pk=patient.pk).update(phase="HOME")
    services.report_flare(
        patient=patient, began_on=NOW.date(), words="Knees hot.", by=physio, now=NOW, control="YES"
    )
    client.force_login(physio)

    page = client.get(url("sessions:progress", patient)).content.decode()

    assert "Sent back by a rule" in page
    assert "A flare." in page


def test_competence_is_kept_and_what_was_not_shown_is_named(client, physio, patient):
    shown = {"cuff_site": "on", "stop_signs": "7", "vent_s": "6.5", "device_has_own_limits": "on"}

    page = post(client, physio, patient, "patients:competence", **shown)

    assert "Missing:" in page
    assert "stop signs, vent by hand" in page


def test_joints_need_a_word_that_all_were_looked_at(client, physio, patient):
    marks = {"tender": ["knee_left", "wrist_right"], "swollen": ["knee_left"]}

    page = post(client, physio, patient, "patients:joints", **marks)
    assert "Tick this once every joint was examined" in page
    assert page.count("checked") == 3
    assert not JointCount.objects.exists()

    post(client, physio, patient, "patients:joints", all_examined="on", **marks)
    kept = dict(Measurement.objects.values_list("kind", "value"))
    assert kept == {"TENDER_28": 2, "SWOLLEN_28": 1}


def test_a_joint_that_is_not_on_the_map_is_refused(client, physio, patient):
    post(client, physio, patient, "patients:joints", all_examined="on", tender=["hip_left"])

    assert not JointCount.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Fill in at least one part."),
        ({"haq_dressing": "1", "haq_grip": "2"}, "at least six of the eight"),
        ({"koos_1": "3"}, "needs all seven items"),
        ({"load_kg": "20"}, "the load and the repetitions"),
        ({"load_kg": "20", "repetitions": "30"}, "no maximum is estimated"),
        ({"distance_m": "10"}, "the distance and the time"),
        ({"distance_m": "100", "seconds": "1"}, "Gait speed is between"),
    ],
)
def test_a_score_with_a_gap_is_not_counted(client, physio, patient, fields, words):
    page = post(client, physio, patient, "patients:scores", exercise="ONE_RM_LEG_PRESS_KG", **fields)

    assert words in page
    assert not Measurement.objects.exists()


def test_scores_are_counted_with_both_estimates_of_the_maximum(client, physio, patient):
    koos = {f"koos_{number}": "2" for number in range(1, 8)}
    maximum = {"exercise": "ONE_RM_LEG_PRESS_KG", "load_kg": "20", "repetitions": "8"}

    post(client, physio, patient, "patients:scores", **koos, **maximum, distance_m="10", seconds="8")

    kept = dict(Measurement.objects.values_list("kind", "value"))
    assert kept == {"KOOS_PS_RAW": 14, "ONE_RM_LEG_PRESS_KG": 25.3, "GAIT_SPEED_M_S": 1.25}
    assert "Epley 25.3, Brzycki 24.8" in Measurement.objects.first().note
