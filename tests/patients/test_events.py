"""What makes a screening due, what stops one limb, and what stops everybody: from the record to the preflight."""

from datetime import date, timedelta

import pytest

from patients import selectors, services
from patients.domain.clearance import Standing
from patients.domain.limbs import Limb
from patients.domain.questions import QUESTIONS
from patients.models import Patient, SwollenLeg
from protocols.services import NotPrescribableError, Wish, prescribe
from sessions.domain.preflight import Facts
from sessions.selectors import is_out_of_training, preflight_facts
from sessions.services import NotReadyError, open_session
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db
ALL_NO = {question.name: "NO" for question in QUESTIONS}
LATER, LATER_STILL = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture
def patient():
    return make.patient(make.physio(), birth_date=date(1980, 5, 17))


@pytest.fixture
def lead(patient):
    return make.lead(patient.clinic)


def screened(patient, *, at=NOW, limbs=None, without=(), **answers):
    given = {name: said for name, said in (ALL_NO | answers).items() if name not in without}
    return services.record_screening(
        patient=patient,
        answers=given,
        limbs=limbs,
        readings=make.FIT_READINGS,
        by=patient.registered_by,
        now=at,
    )


def cleared(patient, lead, record, **terms):
    return services.sign_clearance(
        screening=record, reasons={}, valid_until=record.valid_until, by=lead, now=NOW, **terms
    )


def fresh(patient):
    return Patient.objects.get(pk=patient.pk)


def happened(patient, kind, at=LATER):
    return services.report_event(
        patient=patient, kind=kind, happened_on=TODAY, by=patient.registered_by, now=at
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("NEW_DRUG", "New or changed medicine"),
        ("SURGERY", "Surgery"),
        ("HOSPITAL_STAY", "Hospital stay"),
        ("IMMOBILISATION", "Immobilised"),
        ("INFECTION", "Infection"),
    ],
)
def test_an_event_makes_the_screening_due_at_once_and_says_why(patient, lead, kind, words):
    cleared(patient, lead, screened(patient))
    happened(patient, kind)

    assert selectors.standing(fresh(patient), TODAY) is Standing.SCREENING_DUE
    assert selectors.current_clearance(fresh(patient), TODAY) is None
    assert selectors.flags(fresh(patient), TODAY)[0].startswith(f"Screen again: {words}")

    screened(patient, at=LATER_STILL)
    assert selectors.standing(fresh(patient), TODAY) is Standing.IN_FORCE


def test_a_flare_that_is_over_makes_it_due(patient, lead):
    cleared(patient, lead, screened(patient))
    flare = services.report_flare(
        patient=patient, began_on=TODAY, words="Knees.", by=patient.registered_by, now=NOW
    )
    services.end_flare(flare=flare, ended_on=TODAY + timedelta(days=3), by=lead)

    assert selectors.standing(fresh(patient), TODAY + timedelta(days=3)) is Standing.SCREENING_DUE


def test_an_event_on_a_day_to_come_is_refused(patient):
    with pytest.raises(services.RefusedError):
        services.report_event(
            patient=patient,
            kind="SURGERY",
            happened_on=TODAY + timedelta(days=1),
            by=patient.registered_by,
            now=NOW,
        )


def test_an_answer_that_cant_have_changed_keeps_its_own_day(patient):
    screened(patient, sickle_cell_trait="YES")
    month_later = NOW + timedelta(days=30)

    again = screened(patient, at=month_later, without=("sickle_cell_trait", "sickle_cell_disease", "smoking"))

    assert (again.answers["sickle_cell_trait"], again.answered_on["sickle_cell_trait"]) == (
        "YES",
        TODAY.isoformat(),
    )
    assert (again.answers["smoking"], again.answered_on["smoking"]) == (
        "NOT_KNOWN",
        month_later.date().isoformat(),
    )


def test_an_answer_to_older_questions_is_not_taken_over(patient):
    record = screened(patient, sickle_cell_trait="YES")
    record.questions_version = 1
    record.save()

    assert selectors.answers_kept(fresh(patient)) == {}


def test_a_barred_limb_is_neither_prescribed_nor_trained_and_the_others_are(patient, lead):
    left = make.prescription(patient)
    right = make.prescription(patient, side="RIGHT", cuff_model=left.cuff_model, protocol=left.protocol)
    box = make.controller(patient.clinic, patient.registered_by, cuff_model=left.cuff_model)

    cleared(patient, lead, screened(patient, wound="YES", limbs={"wound": ["LEFT_LEG"]}))

    patient = fresh(patient)
    assert selectors.standing(patient, TODAY).lets_train
    assert list(selectors.barred_limbs(patient)) == [Limb.LEFT_LEG]
    left.patient = right.patient = patient
    channel = box.channels.get()
    assert "Left leg: Wound" in preflight_facts(left, channel, NOW).limb_bars[0]
    assert preflight_facts(right, channel, NOW).limb_bars == ()
    with pytest.raises(NotPrescribableError, match="This limb is barred"):
        prescribe_again(left)
    prescribe_again(right)


def prescribe_again(prescription):
    """Prescribe the same again."""
    wish = Wish(
        patient=prescription.patient,
        protocol=prescription.protocol,
        setting=prescription.setting,
        side=prescription.side,
        posture=prescription.posture,
        cuff_model=prescription.cuff_model,
        occlusion=prescription.occlusion
        if prescription.side == "LEFT"
        else make.occlusion(prescription.patient, side="RIGHT", cuff_model=prescription.cuff_model),
        wished=40,
        load_percent_1rm=30,
        sessions_per_week=2,
        cycles=1,
    )
    return prescribe(wish, by=prescription.prescribed_by, now=NOW)


def test_a_limb_that_the_physician_leaves_out_is_barred_until_another_decision(patient, lead):
    record = screened(patient)
    cleared(patient, lead, record, limbs_left_out=["RIGHT_ARM"])
    assert list(selectors.barred_limbs(fresh(patient))) == [Limb.RIGHT_ARM]

    with pytest.raises(services.RefusedError, match="No limb is left"):
        cleared(patient, lead, record, limbs_left_out=list(Limb))


def test_a_swollen_leg_stops_everybody_until_a_medical_lead_says_how_a_clot_was_ruled_out(patient, lead):
    cleared(patient, lead, screened(patient))
    who = {"by": patient.registered_by, "now": LATER}
    report = services.report_swollen_leg(patient=patient, leg="LEFT", **who)
    assert services.report_swollen_leg(patient=patient, leg="LEFT", **who) == report
    assert selectors.standing(fresh(patient), TODAY) is Standing.SUSPECTED_CLOT

    scored = services.score_swollen_leg(report=report, present=["calf", "pitting", "nonsense"], **who)
    assert (scored.points, scored.items) == (2, ["calf", "pitting"])
    services.score_swollen_leg(report=report, present=["calf"], **who | {"by": lead})
    assert [(one.points, one.scored_by) for one in report.scores.order_by("pk")] == [
        (2, who["by"]),
        (1, lead),
    ]
    assert report.score.points == 2
    assert selectors.standing(fresh(patient), TODAY) is Standing.SUSPECTED_CLOT
    with pytest.raises(services.RefusedError):
        services.close_swollen_leg(report=report, words="Looks fine.", **who)
    with pytest.raises(services.RefusedError):
        services.close_swollen_leg(report=report, words=" ", by=lead, now=LATER)

    services.close_swollen_leg(report=report, words="Ultrasound: no clot.", by=lead, now=LATER)

    assert selectors.standing(fresh(patient), TODAY) is Standing.IN_FORCE
    with pytest.raises(services.RefusedError, match="closed already"):
        services.score_swollen_leg(report=report, present=[], **who)


def test_a_swollen_leg_told_at_the_screening_opens_the_report(patient):
    screened(patient, swollen_leg="YES")

    assert SwollenLeg.objects.get(patient=patient).leg == "NOT_KNOWN"
    assert selectors.standing(fresh(patient), TODAY) is Standing.SUSPECTED_CLOT


def test_two_weeks_without_training_stop_the_next_session_until_asked_again(patient):
    plan = make.prescription(patient)
    box = make.controller(patient.clinic, patient.registered_by, cuff_model=plan.cuff_model)
    screened(patient)
    make.training_session(
        plan,
        box,
        status="ENDED",
        outcome="COMPLETED",
        ended_at=NOW,
        summary={"inflated_s": 300, "samples": 90},
    )
    in_two_weeks = TODAY + timedelta(days=14)

    assert not is_out_of_training(fresh(patient), in_two_weeks - timedelta(days=1))
    assert is_out_of_training(fresh(patient), in_two_weeks)

    screened(patient, at=NOW + timedelta(days=14))
    assert not is_out_of_training(fresh(patient), in_two_weeks)


def test_what_was_signed_in_spite_of_a_finding_is_listed_for_the_lead_with_its_reason(patient, lead):
    record = screened(patient, smoking="YES")
    services.sign_clearance(
        screening=record,
        reasons={"smoking": "Stopping this week."},
        valid_until=record.valid_until,
        by=lead,
        now=NOW,
    )
    make.clearance(make.patient(make.physio()), reasons={"smoking": "Elsewhere."})

    [(decision, reasons)] = selectors.signed_in_spite(lead)

    assert decision.patient == patient
    assert reasons == [("Smoking.", "Stopping this week.")]


def test_what_is_told_before_a_session_is_not_forgotten_by_answering_no_tomorrow(patient, lead):
    plan = make.prescription(patient)
    box = make.controller(patient.clinic, patient.registered_by, cuff_model=plan.cuff_model)
    cleared(patient, lead, screened(patient))
    told = Facts(new_medicine=True, infection=True, swelling=True)

    for _press in range(2):
        with pytest.raises(NotReadyError):
            open_session(
                prescription=plan,
                channel=box.channels.get(),
                supervisor=patient.registered_by,
                facts=told,
                now=LATER,
            )

    assert sorted(patient.health_events.values_list("kind", flat=True)) == ["INFECTION", "NEW_DRUG"]
    assert patient.swollen_legs.count() == 1
    assert not selectors.standing(fresh(patient), TODAY).lets_train
