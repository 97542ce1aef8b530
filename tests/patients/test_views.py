"""The pages about a patient: what they show, what they keep, and who may not see them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from patients import services
from patients.domain.consent import CONSENT_VERSION
from patients.domain.questions import QUESTIONS
from patients.models import Clearance, Flare, Measurement, Patient, Screening
from patients.views import record as pages
from tests import make

pytestmark = pytest.mark.django_db
ALL_NO = {question.name: "NO" for question in QUESTIONS}
SENT = ALL_NO | {name: str(value) for name, value in make.FIT_READINGS.items()}


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def patient(physio):
    return make.patient(physio, birth_date=date(1980, 5, 17), family_name="Sato", given_name="Yuki")


@pytest.fixture
def lead(patient):
    return make.lead(patient.clinic)


def signed_in(client, user):
    client.force_login(user)
    return client


def screened(patient, **answers):
    return services.record_screening(
        patient=patient,
        answers=ALL_NO | answers,
        readings=make.FIT_READINGS,
        by=patient.registered_by,
        now=timezone.now(),
    )


def cleared(patient, lead):
    screening = screened(patient)
    return services.sign_clearance(
        screening=screening, reasons={}, valid_until=screening.valid_until, by=lead, now=timezone.now()
    )


def url(name, patient, *more):
    return reverse(f"patients:{name}", args=[patient.pk, *more])


# The list and the register


def test_the_list_shows_phase_diagnosis_and_flags(client, physio, patient):
    page = signed_in(client, physio).get(reverse("patients:list")).content.decode()

    assert "Sato, Yuki" in page
    assert "Rheumatoid arthritis" in page
    assert "Clinical" in page
    assert "Not screened" in page


def test_search_finds_by_name_or_number_and_says_so_when_nobody_matches(client, physio, patient):
    signed_in(client, physio)
    other = make.patient(physio, family_name="Berg")

    by_name = client.get(reverse("patients:list"), {"q": "yuki sat"}).content.decode()
    by_number = client.get(reverse("patients:list"), {"q": other.number}).content.decode()
    nobody = client.get(reverse("patients:list"), {"q": "<b>nobody"}).content.decode()

    assert "Sato" in by_name
    assert "Berg" not in by_name
    assert "Berg" in by_number
    assert "Nobody matches “&lt;b&gt;nobody”" in nobody


def test_a_long_list_goes_on_with_the_same_search(client, physio, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    for name in ("Abel", "Baker", "Clark"):
        make.patient(physio, family_name=f"{name} & Sons")
    signed_in(client, physio)

    first = client.get(reverse("patients:list"), {"q": "& sons"}).content.decode()
    second = client.get(reverse("patients:list"), {"q": "& sons", "page": 2}).content.decode()

    assert 'rel="next" href="?q=%26+sons&amp;page=2"' in first
    assert "Page 1 of 2" in first
    assert 'rel="prev" href="?q=%26+sons&amp;page=1"' in second
    assert "Clark" in second


def test_an_empty_clinic_says_what_to_do(client):
    page = signed_in(client, make.physio()).get(reverse("patients:list")).content.decode()

    assert "Register the first one" in page


def test_a_long_list_has_pages_and_a_fixed_number_of_queries(client, physio, django_assert_max_num_queries):
    for _ in range(27):
        make.patient(physio)
    signed_in(client, physio)

    with django_assert_max_num_queries(16):
        page = client.get(reverse("patients:list")).content.decode()

    assert "Page 1 of 2" in page
    assert "Page 2 of 2" in client.get(reverse("patients:list"), {"page": 99}).content.decode()


def test_another_clinics_patients_are_not_listed(client, patient):
    page = signed_in(client, make.physio()).get(reverse("patients:list")).content.decode()

    assert "Sato" not in page


def person(clinic, **fields):
    return {
        "clinic": clinic.pk,
        "number": "P-77",
        "family_name": "Öz",
        "given_name": "Ada",
        "birth_date": "1958-04-02",
        "sex": "FEMALE",
        "diagnosis": "PSA",
        "diagnosis_detail": "left knee",
    } | fields


def test_registering_opens_the_new_patients_page(client, physio):
    answer = signed_in(client, physio).post(reverse("patients:register"), person(make.clinic_of(physio)))

    patient = Patient.objects.get(number="P-77")
    assert answer.url == url("detail", patient)
    assert (patient.phase, patient.registered_by) == ("CLINICAL", physio)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"number": "P-1"}, "has this record number"),
        ({"birth_date": "2090-01-01"}, "Check the year"),
        ({"birth_date": "1066-01-01"}, "Check the year"),
        ({"family_name": ""}, "This field is required"),
    ],
)
def test_a_slip_in_the_register_is_told_next_to_the_field_and_nothing_is_lost(client, physio, wrong, words):
    make.patient(physio, number="P-1")

    page = signed_in(client, physio).post(
        reverse("patients:register"), person(make.clinic_of(physio), **wrong)
    )

    assert words in page.content.decode()
    assert 'value="left knee"' in page.content.decode()
    assert Patient.objects.count() == 1


def test_nobody_registers_into_a_clinic_that_is_not_theirs(client, physio):
    signed_in(client, physio).post(reverse("patients:register"), person(make.clinic()))

    assert not Patient.objects.exists()


# The patient's page


def test_the_patients_page_tells_where_they_stand(client, physio, patient, lead):
    cleared(patient, lead)
    services.record_measurements(
        patient=patient, values={"PAIN_NRS": 6}, measured_at=timezone.now() - timedelta(days=9), by=physio
    )
    services.record_measurements(
        patient=patient, values={"PAIN_NRS": 4}, measured_at=timezone.now(), by=physio
    )

    page = signed_in(client, physio).get(url("detail", patient)).content.decode()

    assert "Cleared to train until" in page
    assert "No finding that speaks against training." in page
    assert "-2" in page
    assert reverse("protocols:patient_part", args=[patient.pk]) in page
    assert reverse("sessions:patient_part", args=[patient.pk]) in page


def test_only_a_medical_lead_is_offered_to_clear_and_to_withdraw(client, physio, patient, lead):
    clearance = cleared(patient, lead)
    for_physio = signed_in(client, physio).get(url("detail", patient)).content.decode()
    for_lead = signed_in(client, lead).get(url("detail", patient)).content.decode()

    for offered in (url("clear", patient), url("withdraw_clearance", patient, clearance.pk)):
        assert offered not in for_physio
        assert offered in for_lead


def test_a_therapist_who_cares_for_someone_elsewhere_does_not_open_their_record(client, physio, patient):
    stranger = make.physio()
    patient.carers.create(carer=stranger, since=date(2026, 1, 1))

    assert signed_in(client, stranger).get(url("detail", patient)).status_code == 404


# Screening


def test_nothing_is_chosen_beforehand(client, physio, patient):
    page = signed_in(client, physio).get(url("screen", patient)).content.decode()

    assert page.count('type="radio"') == 3 * len(QUESTIONS)
    assert "checked" not in page


def test_an_uncomplicated_screening_takes_few_touches(client, physio, patient):
    page = signed_in(client, physio).get(url("screen", patient)).content.decode()

    to_open, to_save = 1, 1
    assert to_open + page.count("data-no-to-the-rest") + to_save <= 25


def test_a_screening_is_kept_and_its_result_tells_findings_and_sources(client, physio, patient):
    answers = ALL_NO | {"jak_inhibitor": "YES", "covid": "NOT_KNOWN"}

    page = signed_in(client, physio).post(url("screen", patient), answers, follow=True).content.decode()

    assert "The screening is saved." in page
    assert "A physician must weigh each finding." in page
    assert "FDA boxed warning" in page
    assert "Not known: COVID-19" in page
    assert "A medical lead reads this and signs" in page


def test_a_screening_sent_twice_says_that_it_is_saved_once(client, physio, patient):
    signed_in(client, physio).post(url("screen", patient), ALL_NO)

    page = client.post(url("screen", patient), ALL_NO, follow=True).content.decode()

    assert "It was sent twice. The screening is saved once." in page
    assert Screening.objects.count() == 1


def test_a_question_without_an_answer_is_pointed_at_and_the_others_are_kept(client, physio, patient):
    answers = {**ALL_NO, "smoking": "YES"}
    del answers["previous_clot"]

    page = signed_in(client, physio).post(url("screen", patient), answers).content.decode()

    assert not Screening.objects.exists()
    assert 'href="#div_id_previous_clot"' in page
    assert page.count("checked") == len(QUESTIONS) - 1


def test_a_barred_person_is_told_so_and_what_comes_next(client, physio, patient):
    page = (
        signed_in(client, physio)
        .post(url("screen", patient), ALL_NO | {"gca": "YES"}, follow=True)
        .content.decode()
    )

    assert "Bars training" in page
    assert "medical review on the same day" in page
    assert "No training. Tell the patient" in page


def test_another_patients_screening_is_not_found(client, physio, patient):
    record = screened(make.patient(physio))

    assert signed_in(client, physio).get(url("screening", patient, record.pk)).status_code == 404


def test_a_limb_is_named_or_the_question_is_open(client, physio, patient):
    signed_in(client, physio)

    unnamed = client.post(url("screen", patient), SENT | {"wound": "YES"}).content.decode()
    named = client.post(
        url("screen", patient), SENT | {"wound": "YES", "limbs_wound": ["LEFT_LEG"]}, follow=True
    ).content.decode()

    assert "Tick each limb that it is about." in unnamed
    assert "A limb is barred." in named
    assert "Left leg</strong>: Wound" in named
    assert Screening.objects.count() == 1


def test_a_slip_in_the_blood_pressure_is_told_and_nothing_is_lost(client, physio, patient):
    swapped = SENT | {"systolic_mmhg": "80", "diastolic_mmhg": "120", "smoking": "YES"}

    page = signed_in(client, physio).post(url("screen", patient), swapped).content.decode()

    assert "The diastolic value is below the systolic one." in page
    assert page.count("checked") == len(QUESTIONS)
    assert not Screening.objects.exists()


def test_asking_again_shows_the_last_answers_and_asks_only_what_may_have_changed(client, physio, patient):
    screened(patient, smoking="YES")
    signed_in(client, physio)

    page = client.get(url("screen", patient)).content.decode()
    everything = client.get(url("screen", patient), {"all": ""}).content.decode()

    assert "Last time: Yes" in page
    assert 'name="sickle_cell_trait"' not in page
    assert "Taken over from the last screening" in page
    assert 'name="sickle_cell_trait"' in everything
    assert " checked" not in page


def test_the_result_prints_every_answer_with_its_day_the_points_and_who_asked(client, physio, patient):
    record = screened(patient, steroids="YES", covid="NOT_KNOWN")

    page = signed_in(client, physio).get(url("screening", patient, record.pk)).content.decode()

    assert all(escape(question.text) in page for question in QUESTIONS)
    assert "124/78 mmHg" in page
    assert "as remembered, not checked in the paper" in page
    assert f"by {physio}" in page
    assert patient.number in page


# What happened since, and a swollen leg


def test_an_event_is_recorded_and_the_screening_is_due(client, physio, patient, lead):
    cleared(patient, lead)
    event = {"kind": "NEW_DRUG", "happened_on": timezone.localdate().isoformat(), "words": "Apixaban"}

    page = signed_in(client, physio).post(url("report_event", patient), event, follow=True).content.decode()

    assert "Screen again before the next session." in page
    assert "Screen again before training: New or changed medicine" in page
    assert "Screen again: New or changed medicine" in page


def test_the_wells_score_opens_only_from_a_reported_leg_and_closes_only_by_a_lead(
    client, physio, patient, lead
):
    screened(patient)
    signed_in(client, physio)
    before = client.get(url("swollen_leg", patient)).content.decode()

    reported = client.post(url("swollen_leg", patient), {"leg": "LEFT"}, follow=True).content.decode()
    unexamined = client.post(url("swollen_leg", patient), {"present": ["calf"]}).content.decode()
    scored = client.post(
        url("swollen_leg", patient), {"present": ["calf", "pitting"], "examined": "on"}, follow=True
    ).content.decode()

    assert "Calf more than 3 cm" not in before
    assert "Not examined yet. No training." in reported
    assert "Tick this when every item was looked at." in unexamined
    assert "Wells 2: a clot is likely. Imaging on the same day." in scored
    assert client.post(url("close_swollen_leg", patient), {"words": "Fine."}).status_code == 403

    signed_in(client, lead)
    assert "This field is required" in client.post(url("close_swollen_leg", patient), {}).content.decode()
    closed = client.post(
        url("close_swollen_leg", patient), {"words": "Ultrasound: no clot."}, follow=True
    ).content.decode()
    assert "What was screened and signed counts again." in closed


# Goal, consent, first sessions


def sent(part, **fields):
    return {"part": part, **{f"{part}-{name}": value for name, value in fields.items()}}


def test_goal_disease_and_intake_are_kept_from_one_page(client, physio, patient):
    signed_in(client, physio)
    today = timezone.localdate().isoformat()
    for form in (
        sent("goal", kind="DAILY_FUNCTION", own_words="Climb to my flat", target_words="Two floors, no rest"),
        sent("status", is_stable="YES", is_medication_stable="NOT_KNOWN", medication="MTX 15 mg"),
        sent("intake", item="CUFF_TOLERANCE", is_met="yes", observed_on=today),
    ):
        page = client.post(url("candidate", patient), form, follow=True).content.decode()
        assert "Saved." in page

    assert "Climb to my flat" in page
    assert "MTX 15 mg" in page
    assert page.count("not seen yet") == 4


def test_what_cant_be_kept_is_told_in_its_own_form(client, physio, patient):
    page = (
        signed_in(client, physio)
        .post(url("candidate", patient), sent("goal", kind="WALKING_TOLERANCE", own_words="Walk the dog"))
        .content.decode()
    )

    assert "Choose a measure and its target" in page
    assert "Walk the dog" in page
    assert page.count('<details class="part no-print" open>') == 1


def test_consent_shows_the_rates_and_is_given_explained_and_taken_back(client, physio, patient):
    signed_in(client, physio)
    page = client.get(url("candidate", patient)).content.decode()
    assert "0.055 %" in page
    assert "seen in a secondary source only" in page
    assert "Not given yet. No session can start." in page

    terms = sent(
        "consent",
        version=CONSENT_VERSION,
        given_on=timezone.localdate().isoformat(),
        explained_by=physio.pk,
    )
    refused = client.post(url("candidate", patient), terms).content.decode()
    given = client.post(
        url("candidate", patient), terms | {"consent-agrees": "on"}, follow=True
    ).content.decode()
    taken_back = client.post(url("withdraw_consent", patient), follow=True).content.decode()

    assert "Without agreement there is no consent." in refused
    assert f"explained by {physio}" in given
    assert "The consent is taken back. No session can start." in taken_back


def test_a_part_that_there_is_not_changes_nothing(client, physio, patient):
    assert signed_in(client, physio).post(url("candidate", patient), {"part": "x"}).status_code == 200


# Clearance


def test_the_lead_sees_the_barred_limb_and_signs_for_the_others(client, patient, lead):
    screening = services.record_screening(
        patient=patient,
        answers=ALL_NO | {"wound": "YES"},
        limbs={"wound": ["LEFT_LEG"]},
        readings=make.FIT_READINGS,
        by=patient.registered_by,
        now=timezone.now(),
    )
    signed_in(client, lead)

    page = client.get(url("clear", patient)).content.decode()
    signed = client.post(
        url("clear", patient), decision(screening, limbs_left_out=["LEFT_ARM"]), follow=True
    ).content.decode()

    assert "Barred, whatever is signed" in page
    assert "Signed: cleared to train." in signed
    assert "Left leg: Wound" in signed
    assert "Left arm: The physician left this limb out" in signed


def test_overrides_are_listed_for_the_lead(client, patient, lead):
    screening = screened(patient, smoking="YES")
    signed_in(client, lead)
    client.post(url("clear", patient), decision(screening, reason_smoking="Stopping this week."))

    page = client.get(reverse("patients:overrides")).content.decode()

    assert "Sato" in page
    assert "Stopping this week." in page


def decision(screening, **fields):
    return {
        "screening": screening.pk,
        "valid_until": screening.valid_until.isoformat(),
        "conditions": "Legs only.",
        "decision": "sign",
    } | fields


def test_the_lead_signs_with_a_reason_per_finding(client, patient, lead):
    screening = screened(patient, smoking="YES")
    terms = decision(screening, reason_smoking="Stopping this week.")

    page = signed_in(client, lead).post(url("clear", patient), terms, follow=True).content.decode()

    assert "Signed: cleared to train." in page
    assert "Stopping this week." in page
    printed = client.get(url("screening", patient, screening.pk)).content.decode()
    assert "Stopping this week." in printed
    assert "Legs only." in printed
    assert Clearance.objects.get().signed_by == lead


def test_without_a_reason_nothing_is_signed_and_nothing_is_lost(client, patient, lead):
    screening = screened(patient, smoking="YES", raynaud="NOT_KNOWN")
    terms = decision(screening, reason_smoking="Stopping this week.")

    page = signed_in(client, lead).post(url("clear", patient), terms).content.decode()

    assert not Clearance.objects.exists()
    assert "Write why training is right in spite of this: Not known: Raynaud" in page
    assert "Stopping this week." in page
    assert "Legs only." in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"valid_until": "2099-01-01"}, "Not later than the screening"),
        ({"valid_until": "soon"}, "Enter a valid date"),
        ({"decision": ""}, "Choose one of the two buttons"),
        ({"decision": "refuse", "conditions": ""}, "Write why this person is not cleared"),
    ],
)
def test_a_decision_that_cant_stand_is_refused_in_words(client, patient, lead, wrong, words):
    page = signed_in(client, lead).post(url("clear", patient), decision(screened(patient), **wrong))

    assert words in page.content.decode()
    assert not Clearance.objects.exists()


def test_a_barred_person_cant_be_signed_for_but_refused(client, patient, lead):
    screening = screened(patient, wound="YES")
    signed_in(client, lead)

    page = client.get(url("clear", patient)).content.decode()
    client.post(url("clear", patient), decision(screening, reason_wound="It is small."))
    assert not Clearance.objects.exists()
    client.post(url("clear", patient), decision(screening, decision="refuse"))

    assert "This can't be signed" in page.replace("&#x27;", "'")
    assert 'value="sign"' not in page
    assert "reason_" not in page
    assert Clearance.objects.get().decision == "REFUSED"


def test_findings_that_were_not_on_the_screen_are_not_signed_for(client, patient, lead):
    shown = screened(patient)
    screened(patient, smoking="YES")

    page = signed_in(client, lead).post(url("clear", patient), decision(shown)).content.decode()

    assert "There is a newer screening" in page
    assert not Clearance.objects.exists()


def test_without_a_screening_there_is_nothing_to_sign(client, patient, lead):
    page = signed_in(client, lead).get(url("clear", patient), follow=True).content.decode()

    assert "Screen first." in page


def test_a_lead_elsewhere_who_treats_here_does_not_sign_here(client, patient):
    both = make.lead()
    both.memberships.create(clinic=patient.clinic, role="PHYSIOTHERAPIST")
    screening = screened(patient)

    answer = signed_in(client, both).post(url("clear", patient), decision(screening))

    assert answer.status_code == 403
    assert "this patient&#x27;s clinic" in answer.content.decode()


def test_a_clearance_is_withdrawn_with_a_reason_only(client, patient, lead):
    clearance = cleared(patient, lead)
    page = url("withdraw_clearance", patient, clearance.pk)
    signed_in(client, lead)

    assert "This field is required" in client.post(page, {"reason": " "}).content.decode()
    after = client.post(page, {"reason": "New anticoagulant."}, follow=True).content.decode()

    assert "No session can start." in after
    assert "New anticoagulant." in after
    assert "not in force any more" in client.post(page, {"reason": "Again."}).content.decode()


def test_the_waiting_list_is_the_leads_oldest_first(client, patient, lead):
    other = make.patient(patient.registered_by, family_name="Adler")
    screened(patient, smoking="YES")
    screened(other)

    page = signed_in(client, lead).get(reverse("patients:awaiting")).content.decode()

    assert page.index("Sato") < page.index("Adler")
    assert "Smoking." in page


def test_nobody_waiting_is_said(client):
    page = signed_in(client, make.lead()).get(reverse("patients:awaiting")).content.decode()

    assert "Nobody is waiting" in page


# Measuring


def test_what_was_measured_is_kept_and_the_rest_left_out(client, physio, patient):
    numbers = {
        "measured_at": "2026-03-02T10:00",
        "SYSTOLIC_MMHG": "128",
        "DIASTOLIC_MMHG": "82",
        "CRP_MG_L": "4.5",
    }

    page = signed_in(client, physio).post(url("measure", patient), numbers, follow=True).content.decode()

    assert "The measurements are saved." in page
    assert dict(Measurement.objects.values_list("kind", "value")) == {
        "SYSTOLIC_MMHG": 128,
        "DIASTOLIC_MMHG": 82,
        "CRP_MG_L": 4.5,
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"SYSTOLIC_MMHG": "1280"}, "between 60 and 260 mmHg"),
        ({"SYSTOLIC_MMHG": "82", "DIASTOLIC_MMHG": "128"}, "The diastolic value is below the systolic one."),
        ({"PAIN_NRS": "eleven"}, "Enter a number."),
        ({"PAIN_NRS": "nan"}, "Enter a number."),
        ({"measured_at": "2090-01-01T10:00"}, "has not come yet"),
        ({}, "Enter at least one value."),
    ],
)
def test_what_cant_be_is_told_and_nothing_is_lost(client, physio, patient, wrong, words):
    numbers = {"measured_at": "2026-03-02T10:00", "note": "after rest"} | wrong

    page = signed_in(client, physio).post(url("measure", patient), numbers).content.decode()

    assert words in page
    assert 'value="after rest"' in page
    assert not Measurement.objects.exists()


# Flares


def test_a_flare_is_reported_shown_on_the_banner_and_ended(client, physio, patient):
    signed_in(client, physio)
    flare = {"began_on": "2026-03-01", "words": "Both wrists.", "control": "YES"}

    reported = client.post(url("report_flare", patient), flare, follow=True).content.decode()
    again = client.post(url("report_flare", patient), flare).content.decode()
    ended = client.post(url("end_flare", patient), follow=True).content.decode()

    assert "Flare since 1 Mar" in reported
    assert "A flare is open already." in again
    assert "Flare since" not in ended
    assert Flare.objects.get().ended_on == timezone.localdate()


def test_a_flare_of_tomorrow_is_refused(client, physio, patient):
    page = signed_in(client, physio).post(
        url("report_flare", patient), {"began_on": "2090-01-01", "words": "?", "control": "YES"}
    )

    assert "has not come yet" in page.content.decode()


# Who may not


@pytest.mark.parametrize("page", ["detail", "screen", "measure", "report_flare", "clear"])
def test_a_stranger_gets_404_and_a_wrong_role_403(client, patient, page):
    assert signed_in(client, make.lead()).get(url(page, patient)).status_code == 404
    assert signed_in(client, make.admin(patient.clinic)).get(url(page, patient)).status_code == 403
    assert signed_in(client, make.trainee(patient)).get(url(page, patient)).status_code == 403


def test_a_physiotherapist_does_not_sign(client, physio, patient):
    signed_in(client, physio)
    screening = screened(patient)

    assert client.post(url("clear", patient), decision(screening)).status_code == 403
    assert client.get(reverse("patients:awaiting")).status_code == 403
    assert not Clearance.objects.exists()


def test_a_flare_is_not_ended_by_a_link(client, physio, patient):
    assert signed_in(client, physio).get(url("end_flare", patient)).status_code == 405


def test_a_joint_count_that_is_not_whole_keeps_its_marks_and_counts_them_without_a_script(
    client, physio, patient
):
    client.force_login(physio)

    page = client.post(reverse("patients:joints", args=[patient.pk]), {"tender": ["knee_left", "wrist_left"]})

    assert "<output data-count>2</output>" in page.content.decode()
    assert not patient.joint_counts.exists()
