"""From screening to a signed clearance and back, and what the banner says on the way."""

from datetime import date, timedelta
from typing import Any

import pytest

from patients import selectors, services
from patients.domain.clearance import Standing
from patients.domain.questions import QUESTIONS
from patients.models import Clearance, Measurement, Patient
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db
ALL_NO = {question.name: "NO" for question in QUESTIONS}
LATER = NOW + timedelta(days=1)


def screened(patient, *, at=NOW, **answers):
    return services.record_screening(
        patient=patient,
        answers=ALL_NO | answers,
        readings=make.FIT_READINGS,
        by=patient.registered_by,
        now=at,
    )


def signed(screening, *, reasons=None, until=None, at=NOW):
    lead = make.lead(screening.patient.clinic)
    return services.sign_clearance(
        screening=screening,
        reasons=reasons or {},
        valid_until=until or screening.valid_until,
        by=lead,
        now=at,
    )


@pytest.fixture
def patient():
    return make.patient(make.physio(), birth_date=date(1980, 5, 17))


def fresh(patient):
    return Patient.objects.get(pk=patient.pk)


def test_a_screening_keeps_answers_findings_and_its_end(patient):
    screening = screened(patient, smoking="YES", covid="")

    assert screening.answers["covid"] == "NOT_KNOWN"
    assert [finding["name"] for finding in screening.findings] == ["covid", "smoking"]
    assert screening.valid_until == TODAY + timedelta(weeks=12)


def test_a_screening_that_was_sent_twice_is_kept_once(patient):
    first = screened(patient)
    seconds, other = NOW + timedelta(seconds=3), make.physio(patient.clinic)

    assert screened(patient, at=seconds) == first
    assert screened(patient, at=seconds, smoking="YES") != first
    assert (
        services.record_screening(
            patient=patient, answers=ALL_NO, readings=make.FIT_READINGS, by=other, now=seconds
        )
        != first
    )
    assert screened(patient, at=NOW + timedelta(minutes=2)) != first


def test_the_age_is_a_finding_of_its_own():
    older = make.patient(make.physio(), birth_date=date(1966, 3, 2))
    not_yet = make.patient(make.physio(), birth_date=date(1966, 3, 3))

    assert [one["name"] for one in screened(older).findings] == ["age"]
    assert screened(not_yet).findings == []


def test_a_signed_clearance_lets_the_person_train_until_its_last_day(patient):
    clearance = signed(screened(patient))

    assert selectors.current_clearance(patient, clearance.valid_until) == clearance
    assert selectors.current_clearance(patient, clearance.valid_until + timedelta(days=1)) is None


def test_barred_cant_be_signed_and_nothing_is_kept(patient):
    screening = screened(patient, previous_clot="YES")

    with pytest.raises(services.RefusedError) as refusal:
        signed(screening, reasons={"previous_clot": "I insist"})

    assert "can't be signed away" in refusal.value.objections["previous_clot"]
    assert not Clearance.objects.exists()


def test_every_objection_is_told_at_once(patient):
    screening = screened(patient, smoking="YES", covid="NOT_KNOWN")

    with pytest.raises(services.RefusedError) as refusal:
        signed(screening, until=screening.valid_until + timedelta(days=1))

    assert set(refusal.value.objections) == {"smoking", "covid", "valid_until"}


def test_reasons_are_kept_for_what_needed_one_and_for_nothing_else(patient):
    clearance = signed(screened(patient, smoking="YES"), reasons={"smoking": " Stopping. ", "other": "x"})

    assert clearance.reasons == {"smoking": "Stopping."}


def test_only_a_medical_lead_of_this_clinic_signs(patient):
    screening = screened(patient)
    for person in (make.lead(), make.physio(patient.clinic)):
        with pytest.raises(services.RefusedError, match="Only a medical lead"):
            services.sign_clearance(
                screening=screening, reasons={}, valid_until=screening.valid_until, by=person, now=NOW
            )


def test_an_older_screening_cant_be_signed(patient):
    old = screened(patient)
    screened(patient, at=LATER)

    with pytest.raises(services.RefusedError, match="newer screening"):
        signed(old, at=LATER)


def test_withdrawal_ends_it_at_once_and_an_older_clearance_does_not_come_back(patient):
    screening = screened(patient)
    signed(screening)
    second = signed(screening, at=LATER)
    lead = make.lead(patient.clinic)

    services.withdraw_clearance(clearance=second, reason="New drug.", by=lead, now=LATER)

    assert selectors.current_clearance(patient, TODAY) is None
    with pytest.raises(services.RefusedError, match="not in force"):
        services.withdraw_clearance(clearance=second, reason="Again.", by=lead, now=LATER)


def test_the_same_signature_sent_twice_is_one_and_a_later_one_is_not_taken_back_with_an_earlier(patient):
    screening = screened(patient)
    lead = make.lead(patient.clinic)
    terms = {"screening": screening, "reasons": {}, "valid_until": screening.valid_until, "by": lead}
    first, again = (services.sign_clearance(now=NOW, **terms) for _press in range(2))
    assert first == again
    services.sign_clearance(now=LATER, conditions="Legs only.", **terms)

    with pytest.raises(services.RefusedError, match="later decision"):
        services.withdraw_clearance(clearance=first, reason="New drug.", by=lead, now=LATER)
    assert selectors.current_clearance(fresh(patient), TODAY)


@pytest.mark.parametrize(("signed_for", "later"), [((145, 85), (172, 85)), ((95, 60), (145, 85))])
def test_a_blood_pressure_of_another_band_is_a_finding_that_nobody_has_signed_for(patient, signed_for, later):
    def at_pressure(taken, at):
        readings = make.FIT_READINGS | dict(zip(("systolic_mmhg", "diastolic_mmhg"), taken, strict=True))
        return services.record_screening(
            patient=patient, answers=ALL_NO, readings=readings, by=patient.registered_by, now=at
        )

    screening = at_pressure(signed_for, NOW)
    signed(screening, reasons={one["name"]: "Known." for one in screening.findings})
    assert selectors.current_clearance(fresh(patient), TODAY)

    at_pressure(later, LATER)

    assert selectors.standing(fresh(patient), TODAY) is Standing.OUTDATED


def test_a_refusal_takes_the_place_of_a_clearance_and_says_why(patient):
    screening = screened(patient)
    signed(screening)
    lead = make.lead(patient.clinic)
    with pytest.raises(services.RefusedError):
        services.refuse_clearance(screening=screening, reason=" ", by=lead, now=LATER)

    services.refuse_clearance(screening=screening, reason="Wait for the echo.", by=lead, now=LATER)

    assert selectors.current_clearance(patient, TODAY) is None
    assert selectors.flags(patient, TODAY) == ["Clearance refused"]


def test_a_new_screening_with_nothing_new_leaves_the_clearance_standing(patient):
    clearance = signed(screened(patient, smoking="YES"), reasons={"smoking": "Stopping."})
    screened(patient, at=LATER, smoking="YES")

    assert selectors.current_clearance(patient, TODAY) == clearance


def test_a_new_finding_suspends_it_and_an_absolute_one_bars(patient):
    signed(screened(patient))

    screened(patient, at=LATER, smoking="NOT_KNOWN")
    assert selectors.standing(patient, TODAY) is Standing.OUTDATED

    screened(patient, at=LATER + timedelta(hours=1), wound="YES")
    assert selectors.standing(patient, TODAY) is Standing.BARRED
    assert selectors.current_clearance(patient, TODAY) is None


def test_flags_tell_what_stands_in_the_way(patient):
    assert selectors.flags(patient, TODAY) == ["Not screened", "No clearance"]

    clearance = signed(screened(patient))
    assert selectors.flags(patient, TODAY) == []
    assert selectors.flags(patient, clearance.valid_until - timedelta(days=5)) == ["Clearance ends in 5 days"]
    assert selectors.flags(patient, clearance.valid_until) == ["Clearance ends today"]
    assert selectors.flags(patient, clearance.valid_until + timedelta(days=1)) == ["Clearance ended 25 May"]

    services.report_flare(
        patient=patient, began_on=date(2026, 3, 1), words="Knee swollen.", by=patient.registered_by, now=NOW
    )
    assert selectors.flags(patient, TODAY) == ["Flare since 1 Mar"]


def test_a_flare_opens_once_and_ends(patient):
    flare = services.report_flare(
        patient=patient, began_on=TODAY, words="", by=patient.registered_by, now=NOW
    )
    with pytest.raises(services.RefusedError):
        services.report_flare(patient=patient, began_on=TODAY, words="", by=patient.registered_by, now=NOW)
    with pytest.raises(services.RefusedError):
        services.end_flare(flare=flare, ended_on=TODAY - timedelta(days=1), by=make.lead(patient.clinic))

    services.end_flare(flare=flare, ended_on=TODAY, by=make.lead(patient.clinic))

    assert selectors.open_flare(patient) is None


def test_awaiting_lists_undecided_latest_screenings_of_the_leads_clinic_oldest_first(patient):
    lead = make.lead(patient.clinic)
    other = make.patient(patient.registered_by)
    stranger = make.patient(make.physio())
    screened(patient)
    newest = screened(patient, at=LATER)
    oldest = screened(other)
    screened(stranger)

    assert list(selectors.awaiting_clearance(lead)) == [oldest, newest]
    assert not selectors.awaiting_clearance(patient.registered_by)

    signed(newest, at=LATER)
    assert list(selectors.awaiting_clearance(lead)) == [oldest]


def test_measurements_of_one_time_are_kept_together_or_not_at_all(patient):
    keep = {"patient": patient, "measured_at": NOW, "by": patient.registered_by}

    services.record_measurements(values={"SYSTOLIC_MMHG": 128, "DIASTOLIC_MMHG": 82}, **keep)
    with pytest.raises(services.RefusedError):
        services.record_measurements(values={"PAIN_NRS": 3, "SYSTOLIC_MMHG": 12}, **keep)
    with pytest.raises(services.RefusedError, match="at least one"):
        services.record_measurements(values={}, **keep)

    assert Measurement.objects.count() == 2
    assert selectors.latest(patient, "SYSTOLIC_MMHG").value == 128
    assert selectors.latest(patient, "PAIN_NRS") is None
    assert selectors.series(patient, "DIASTOLIC_MMHG") == [(NOW, 82)]


def test_the_same_measurement_sent_twice_is_kept_once(patient):
    for _press in range(2):
        services.record_measurements(
            patient=patient, values={"PAIN_NRS": 4}, measured_at=NOW, by=make.physio(patient.clinic)
        )
    assert Measurement.objects.filter(patient=patient).count() == 1


def test_nothing_is_measured_and_no_flare_begins_before_birth(patient):
    by, unborn = make.physio(patient.clinic), patient.birth_date - timedelta(days=1)
    with pytest.raises(services.RefusedError) as refusal:
        services.record_measurements(
            patient=patient, values={"PAIN_NRS": 4}, measured_at=NOW.replace(year=1), by=by
        )
    assert list(refusal.value.objections) == ["measured_at"]
    with pytest.raises(services.RefusedError) as refusal:
        services.report_flare(patient=patient, began_on=unborn, words="swollen", by=by, now=NOW)
    assert list(refusal.value.objections) == ["began_on"]


def test_a_day_of_another_year_is_told_with_its_year(patient):
    last_year = TODAY.replace(year=TODAY.year - 1, day=1)
    services.report_flare(
        patient=patient, began_on=last_year, words="swollen", by=make.physio(patient.clinic), now=NOW
    )
    assert any(str(last_year.year) in flag for flag in selectors.flags(fresh(patient), TODAY))


def test_a_move_is_recorded_and_home_is_never_one_step_from_the_clinic(patient):
    move = {"patient": patient, "by": patient.registered_by, "now": NOW}
    with pytest.raises(services.RefusedError):
        services.change_phase(to_phase="HOME", reason="Wants to.", **move)

    gate = make.open_gate("TRANSITION")
    change = services.change_phase(to_phase="TRANSITION", reason="Six good sessions.", gate=gate, **move)

    assert (change.from_phase, fresh(patient).phase) == ("CLINICAL", "TRANSITION")


def test_a_record_number_is_given_once_per_clinic():
    physio = make.physio()
    person: dict[str, Any] = {
        "number": "P-1",
        "family_name": "Sato",
        "given_name": "Yuki",
        "birth_date": date(1960, 1, 2),
        "sex": "FEMALE",
        "diagnosis": "RA",
        "by": physio,
        "now": NOW,
    }
    patient = services.register_patient(clinic=make.clinic_of(physio), **person)
    services.register_patient(clinic=make.clinic(), **person)

    with pytest.raises(services.RefusedError, match="record number"):
        services.register_patient(clinic=patient.clinic, **person)
    assert selectors.next_free_number(patient.clinic_id) == "P-0002"


def test_a_page_of_patients_costs_a_fixed_number_of_queries(django_assert_num_queries):
    physio = make.physio()
    for _ in range(3):
        signed(screened(make.patient(physio)), reasons={"age": "Fit."})

    with django_assert_num_queries(8):
        found = selectors.with_facts(Patient.objects.visible_to(physio))
        assert [selectors.flags(patient, TODAY) for patient in found] == [[], [], []]
