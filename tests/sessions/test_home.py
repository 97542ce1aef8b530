"""Training at home: the plan, a log that is kept once, and what a warning leads to."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kaatsu_clinic.accounts.models import Role
from kaatsu_clinic.thresholds import Origin
from patients.domain.findings import Finding, Severity
from patients.domain.limbs import Limb
from patients.models import Care, Flare, Patient
from protocols.models import Prescription
from sessions.domain import home
from sessions.domain.home import Advice, Log, Symptom
from sessions.forms import plan_words
from sessions.models import AdverseEvent, HomeSession
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    today = timezone.localdate()
    patient = make.patient(make.physio(), phase=Patient.Phase.HOME, given_name="Ruth")
    make.clearance(
        patient,
        screening=make.screening(patient, valid_until=today + timedelta(weeks=8)),
        valid_until=today + timedelta(weeks=8),
    )
    make.consent(patient)
    return patient


@pytest.fixture
def plan(patient):
    return make.prescription(
        patient,
        setting=Prescription.Setting.HOME,
        prescribed_at=timezone.now(),
        valid_until=timezone.localdate() + timedelta(weeks=4),
    )


@pytest.fixture
def trainee(client, patient):
    user = make.trainee(patient)
    client.force_login(user)
    return user


def url(name, patient, *more):
    return reverse(f"sessions:{name}", args=[patient.pk, *more])


def answers(plan, **changed):
    return {
        "log_id": str(uuid.uuid4()),
        "prescription": plan.pk,
        "done_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "completed": "yes",
        "pain_before": "4",
        "pain_after": "3",
        "effort": "5",
        "note": "",
    } | changed


def shown(client, patient):
    return client.get(url("home_plan", patient)).content.decode()


# The plan


def test_the_plan_says_what_to_do_in_plain_words(client, patient, plan, trainee):
    page = shown(client, patient)

    assert "You may train today." in page
    assert "60 mmHg" in page
    assert "5 times, cuff at 60 mmHg" in page
    assert 'id="stop-signs"' in page


def test_without_a_plan_the_page_says_what_to_do(client, patient, trainee):
    page = shown(client, patient)

    assert "You have no plan for home at the moment." in page
    assert "call your clinic" in page


def test_a_plan_past_its_end_is_no_plan(client, patient, plan, trainee):
    Prescription.objects.update(valid_until=timezone.localdate() - timedelta(days=1))

    assert "You have no plan for home at the moment." in shown(client, patient)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda patient: patient.clearances.all().delete(),
        lambda patient: Flare.objects.create(
            patient=patient, began_on=timezone.localdate(), reported_by=patient.registered_by
        ),
        lambda patient: make.adverse_event(patient),
        lambda patient: Patient.objects.update(phase=Patient.Phase.CLINICAL),
    ],
)
def test_whatever_is_open_or_missing_means_no_training_today(client, patient, plan, trainee, spoil):
    spoil(patient)

    page = shown(client, patient)

    assert "Do not train today." in page
    assert "cuff at 60 mmHg" not in page


def test_a_day_and_a_half_lies_between_two_sessions(client, patient, plan, trainee):
    make.home_session(plan, done_at=timezone.now() - timedelta(hours=20))

    assert "Rest today." in shown(client, patient)


# The log


def test_a_log_is_kept_and_answered(client, patient, plan, trainee):
    response = client.post(url("home_log", patient), answers(plan), follow=True)

    assert "Well done." in response.content.decode()
    kept = HomeSession.objects.get()
    assert (kept.patient, kept.pain_before, kept.logged_by) == (patient, 4, trainee)
    assert not AdverseEvent.objects.exists()


def test_the_same_log_twice_is_kept_once_and_both_times_a_success(client, patient, plan, trainee):
    said = answers(plan, symptoms=[Symptom.DIZZY.value])

    first = client.post(url("home_log", patient), said)
    second = client.post(url("home_log", patient), said)

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert (HomeSession.objects.count(), AdverseEvent.objects.count()) == (1, 1)


def test_the_id_of_someone_elses_log_is_refused_in_words(client, patient, plan, trainee):
    other = make.prescription(make.patient(patient.registered_by))
    theirs = make.home_session(other)

    page = client.post(url("home_log", patient), answers(plan, log_id=str(theirs.pk))).content.decode()

    assert "could not be kept" in page
    assert HomeSession.objects.count() == 1


def test_every_fresh_form_has_an_id_of_its_own(client, patient, plan, trainee):
    ids = {client.get(url("home_log", patient)).context["form"]["log_id"].value() for _ in range(2)}

    assert len(ids) == 2


def test_what_is_missing_is_said_beside_it_and_the_rest_stays(client, patient, plan, trainee):
    said = answers(plan, pain_after="", symptoms=[Symptom.BRUISE.value])

    page = client.post(url("home_log", patient), said)

    assert page.context["form"].errors == {"pain_after": ["Tap a number from 0 to 10."]}
    assert f'value="{said["log_id"]}"' in page.content.decode()
    assert 'value="BRUISE" checked' in page.content.decode()
    assert not HomeSession.objects.exists()


@pytest.mark.parametrize(("days", "words"), [(2, "in the future"), (-20, "two weeks ago")])
def test_a_day_that_can_not_be_is_said_so(client, patient, plan, trainee, days, words):
    day = timezone.localtime() + timedelta(days=days)

    page = client.post(url("home_log", patient), answers(plan, done_at=day.strftime("%Y-%m-%dT%H:%M")))

    assert words in page.context["form"].errors["done_at"][0]


def test_a_warning_tells_the_patient_what_to_do_and_the_clinic_that_it_was_said(
    client, patient, plan, trainee
):
    said = answers(plan, symptoms=[Symptom.DARK_URINE.value], note="Since yesterday.")

    page = client.post(url("home_log", patient), said, follow=True).content.decode()

    assert "Stop training and call your clinic today." in page
    event = AdverseEvent.objects.get()
    assert event.severity is None
    assert "Dark, brown or red urine" in event.words
    assert "Since yesterday." in event.words
    assert "Do not train today." in shown(client, patient)


def test_an_emergency_is_called_one(client, patient, plan, trainee):
    said = answers(plan, symptoms=[Symptom.CHEST_PAIN.value])

    assert (
        "Call an ambulance now." in client.post(url("home_log", patient), said, follow=True).content.decode()
    )


def test_a_session_after_the_plan_ran_out_can_still_be_told(client, patient, plan, trainee):
    Prescription.objects.update(valid_until=timezone.localdate() - timedelta(days=1))

    client.post(url("home_log", patient), answers(plan))

    assert HomeSession.objects.count() == 1


def test_without_any_plan_there_is_nothing_to_log(client, patient, trainee):
    response = client.get(url("home_log", patient), follow=True)

    assert "nothing to log" in response.content.decode()


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (Log(4, 3, 5, []), Advice.CARRY_ON),
        (Log(4, 3, None, [Symptom.BRUISE]), Advice.CARRY_ON),
        (Log(4, 3, 8, []), Advice.EASE_OFF),
        (Log(2, 5, 5, []), Advice.CALL_CLINIC),
        (Log(8, 8, 5, []), Advice.CALL_CLINIC),
        (Log(4, 3, 5, ["A_CODE_OF_TOMORROW"]), Advice.CALL_CLINIC),
        (Log(4, 3, 5, [Symptom.DIZZY, Symptom.FAINTED]), Advice.EMERGENCY),
    ],
)
def test_advice_follows_the_gravest_of_what_was_said(log, expected):
    assert home.advice(log) is expected


# Who may


def test_a_carer_logs_as_themself(client, patient, plan):
    carer = make.person(Role.CARER, patient.clinic)
    Care.objects.create(patient=patient, carer=carer, since=timezone.localdate())
    client.force_login(carer)

    client.post(url("home_log", patient), answers(plan))

    assert HomeSession.objects.get().logged_by == carer


@pytest.mark.parametrize("name", ["home_plan", "home_log", "home_history"])
def test_another_patient_finds_nothing(client, patient, plan, name):
    client.force_login(make.trainee(make.patient(patient.registered_by)))

    assert client.get(url(name, patient)).status_code == 404


def test_another_patients_log_is_not_shown(client, patient, plan, trainee):
    theirs = make.home_session(make.prescription(make.patient(patient.registered_by)))

    assert client.get(url("home_logged", patient, theirs.pk)).status_code == 404


def test_the_clinic_reads_the_history_but_does_not_log(client, patient, plan):
    make.home_session(plan, symptoms=[Symptom.SORE_MUSCLES.value])
    client.force_login(patient.registered_by)

    assert "Sore muscles" in client.get(url("home_history", patient)).content.decode()
    assert client.get(url("home_log", patient)).status_code == 403


def test_an_admin_reads_no_home_sessions(client, patient, plan):
    client.force_login(make.admin(patient.clinic))

    assert client.get(url("home_history", patient)).status_code == 403


def test_a_barred_limb_is_named_and_its_plan_is_gone_while_the_other_stays(client, patient, plan, trainee):
    other = make.prescription(
        patient,
        setting=Prescription.Setting.HOME,
        side="RIGHT",
        valid_until=timezone.localdate() + timedelta(weeks=4),
    )
    bar = Finding("wound", Severity.ABSOLUTE, "Wound.", "s", Origin.PROGRAMME, (Limb.LEFT_LEG,))
    make.screening(patient, screened_at=timezone.now(), findings=[bar.to_json()])

    page = shown(client, patient)

    assert "No cuff on your left leg" in page
    assert plan_words(other) in page
    assert plan_words(plan) not in page
    assert "You may train today." in page


def test_the_patient_reports_a_flare_by_taps_and_training_waits(client, trainee, patient, plan):
    told = {"lasted_h": "48", "usual_pain_nrs": "3", "pain_nrs": "6", "signs": ["STIFFNESS"], "control": "NO"}
    Patient.objects.filter(pk=patient.pk).update(diagnosis=Patient.Diagnosis.OA)

    page = client.post(url("home_flare", patient), told, follow=True).content.decode()
    again = client.post(url("home_flare", patient), told, follow=True).content.decode()

    flare = Flare.objects.get()
    assert "Your clinic has been told." in page
    assert "Do not train today." in page
    assert "knows of this flare already" in again
    assert "2 points or more above usual" in flare.rule_words
    assert (flare.is_controlled, flare.began_on) == (False, timezone.localdate() - timedelta(days=2))
    assert Patient.objects.get(pk=patient.pk).phase == Patient.Phase.TRANSITION


def test_a_flare_with_a_gap_is_asked_again(client, trainee, patient):
    page = client.post(url("home_flare", patient), {"lasted_h": "48", "pain_nrs": "7"}).content.decode()

    assert "Something is missing." in page
    assert not Flare.objects.exists()


def test_without_consent_nobody_trains_at_home(client, patient, plan, trainee):
    patient.consents.update(withdrawn_at=timezone.now())

    assert "Your consent to the training is missing." in shown(client, patient)


def test_after_two_weeks_without_training_the_clinic_asks_first(client, patient, plan, trainee):
    patient.screenings.update(screened_at=timezone.now() - timedelta(days=20))
    make.home_session(plan, done_at=timezone.now() - timedelta(days=15))

    assert "You have not trained for 14 days." in shown(client, patient)
    client.force_login(patient.registered_by)
    part = client.get(reverse("sessions:patient_part", args=[patient.pk])).content.decode()
    assert "No training for 14 days or more: screen again" in part
