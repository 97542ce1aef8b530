"""A person's way: forward through a gate or by an override that is kept, back by rule, suspended until a physician ends it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from kaatsu_clinic.thresholds import Origin
from patients import selectors, services
from patients.domain import phases, setbacks
from patients.domain.clearance import Standing
from patients.domain.findings import Finding, Severity
from patients.domain.flare import Control
from patients.models import Flare, Patient, PhaseChange
from tests import make
from tests.make import NOW, TODAY

pytestmark = pytest.mark.django_db
SHUT = phases.gate(phases.Phase.TRANSITION, phases.Facts())


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def lead(physio):
    return make.lead(make.clinic_of(physio))


@pytest.fixture
def patient(physio):
    return make.patient(physio)


def at(patient, phase):
    patient.phase = phase
    patient.save(update_fields=["phase"])
    return patient


def phase_of(patient):
    return Patient.objects.get(pk=patient.pk).phase


def move(patient, by, to_phase="TRANSITION", **terms):
    return services.change_phase(
        patient=patient, to_phase=to_phase, by=by, now=NOW, **{"reason": "Ready.", "gate": SHUT} | terms
    )


def test_a_shut_gate_keeps_the_person_and_says_why(patient, physio):
    with pytest.raises(services.RefusedError, match="At least 6 completed supervised sessions: not known"):
        move(patient, physio)
    with pytest.raises(services.RefusedError, match="nothing is known"):
        move(patient, physio, gate=())

    assert phase_of(patient) == "CLINICAL"


def test_an_open_gate_lets_a_person_decide_and_home_wants_a_name(patient, physio):
    assert not move(patient, physio, gate=make.open_gate("TRANSITION")).is_override
    home = {"to_phase": "HOME", "gate": make.open_gate("HOME")}

    for nobody in (None, make.physio()):
        with pytest.raises(services.RefusedError) as refusal:
            move(patient, physio, responsible=nobody, **home)
        assert list(refusal.value.objections) == ["responsible"]
    move(patient, physio, responsible=physio, **home)

    assert phase_of(patient) == "HOME"


def test_only_a_medical_lead_of_this_clinic_overrides_with_a_reason_that_is_kept(patient, physio, lead):
    for other in (physio, make.lead()):
        with pytest.raises(services.RefusedError) as refusal:
            move(patient, other, is_override=True)
        assert list(refusal.value.objections) == ["is_override"]
    with pytest.raises(services.RefusedError):
        move(patient, lead, is_override=True, reason=" ")

    change = move(patient, lead, is_override=True, reason="Watched by me for eight weeks.")

    assert change.is_override
    assert {fact["holds"] for fact in change.gate} == {"NOT_KNOWN"}
    assert LogEntry.objects.get_for_object(change).get().changes_dict["is_override"][1] == "True"


def test_going_back_is_always_open(patient, physio):
    assert move(at(patient, "HOME"), physio, to_phase="CLINICAL", gate=()).to_phase == "CLINICAL"


def test_a_rule_sends_back_one_phase_once_for_each_cause(patient):
    at(patient, "HOME")
    for _again in range(2):
        services.set_back(patient=patient, rule=setbacks.VENTED, cause="session 1", now=NOW)

    change = PhaseChange.objects.get()
    assert (change.to_phase, change.is_by_rule, change.reason) == (
        "TRANSITION",
        True,
        setbacks.VENTED.words,
    )
    services.set_back(patient=patient, rule=setbacks.VENTED, cause="session 2", now=NOW)
    assert not services.set_back(patient=patient, rule=setbacks.VENTED, cause="session 3", now=NOW)
    assert phase_of(patient) == "CLINICAL"


def test_a_suspension_takes_the_clearance_and_shuts_the_gate_until_a_lead_ends_it(patient, physio, lead):
    make.clearance(patient)
    services.set_back(patient=patient, rule=setbacks.RED_FLAG, cause="home session 1", now=NOW)
    suspended = Patient.objects.get(pk=patient.pk)

    assert selectors.standing(suspended, TODAY) is Standing.SUSPENDED
    assert selectors.current_clearance(suspended, TODAY) is None
    assert "Training suspended" in selectors.flags(suspended, TODAY)
    with pytest.raises(services.RefusedError, match="suspended"):
        move(suspended, lead, gate=make.open_gate("TRANSITION"), is_override=True)
    for by, reason in ((physio, "Looks fine."), (lead, " ")):
        with pytest.raises(services.RefusedError):
            services.end_suspensions(patient=suspended, reason=reason, by=by, now=NOW)

    services.end_suspensions(patient=suspended, reason="Seen today, no clot.", by=lead, now=NOW)

    assert selectors.current_clearance(Patient.objects.get(pk=patient.pk), TODAY)


def barred(patient):
    found = Finding("clot", Severity.ABSOLUTE, "A clot before.", "Ours", Origin.PROGRAMME)
    make.screening(patient, findings=[found.to_json()])


def swollen(patient):
    services.report_swollen_leg(patient=patient, leg="LEFT", by=patient.registered_by, now=NOW)


def flaring(patient):
    Flare.objects.create(patient=patient, began_on=TODAY, reported_by=patient.registered_by)


def refused(patient):
    make.clearance(patient, decision="REFUSED")


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (barred, "screening bars training: A clot before"),
        (swollen, "a clot is not ruled out"),
        (flaring, "flare is open"),
        (refused, "did not clear"),
    ],
)
def test_no_override_reaches_past_what_holds_training(patient, lead, happens, words):
    happens(patient)
    held = Patient.objects.get(pk=patient.pk)

    for gate in (SHUT, make.open_gate("TRANSITION")):
        with pytest.raises(services.RefusedError, match=words):
            move(held, lead, gate=gate, is_override=True, reason="Seen by me.")

    assert phase_of(patient) == "CLINICAL"


def test_what_holds_training_never_keeps_anyone_from_going_back(patient, lead):
    swollen(at(patient, "TRANSITION"))

    move(Patient.objects.get(pk=patient.pk), lead, "CLINICAL", reason="Until it is clear.")

    assert phase_of(patient) == "CLINICAL"


def measure(patient, days=0, **values):
    services.record_measurements(
        patient=patient, values=values, measured_at=NOW + timedelta(days=days), by=patient.registered_by
    )


def test_a_high_blood_pressure_at_two_visits_sends_back_and_twice_in_one_visit_does_not(patient):
    at(patient, "HOME")
    measure(patient, SYSTOLIC_MMHG=170, DIASTOLIC_MMHG=80)
    services.record_measurements(
        patient=patient,
        values={"SYSTOLIC_MMHG": 165, "DIASTOLIC_MMHG": 80},
        measured_at=NOW + timedelta(minutes=10),
        by=patient.registered_by,
    )
    assert phase_of(patient) == "HOME"

    measure(patient, days=2, SYSTOLIC_MMHG=130, DIASTOLIC_MMHG=100)

    assert phase_of(patient) == "TRANSITION"
    assert "165/80, 130/100" in PhaseChange.objects.get().reason


def test_a_drug_that_is_new_in_the_screening_sends_back(patient, physio):
    at(patient, "HOME")
    for days, answer in ((0, "NO"), (1, "NO"), (2, "YES")):
        assert phase_of(patient) == "HOME"
        services.record_screening(
            patient=patient, answers={"jak_inhibitor": answer}, by=physio, now=NOW + timedelta(days=days)
        )

    assert phase_of(patient) == "TRANSITION"


def test_numbers_that_meet_a_flare_rule_open_a_flare_and_send_back(patient, lead):
    at(patient, "HOME")
    calm = {"TENDER_28": 1, "SWOLLEN_28": 1, "PATIENT_GLOBAL_0_100": 10, "PHYSICIAN_GLOBAL_0_10": 1}
    measure(patient, **calm)
    measure(patient, days=30, **calm | {"TENDER_28": 4, "PATIENT_GLOBAL_0_100": 24})
    assert not Flare.objects.exists()

    measure(patient, days=60, **calm | {"TENDER_28": 8, "PATIENT_GLOBAL_0_100": 29})

    flare = Flare.objects.get()
    assert "CDAI rose by 4.5" in flare.rule_words
    assert "Konzett 2024" in flare.rule_words
    assert phase_of(patient) == "TRANSITION"
    services.end_flare(flare=flare, ended_on=flare.began_on, by=lead)
    measure(patient, days=60, CRP_MG_L=4)
    assert Flare.objects.count() == 1


def test_numbers_that_opened_a_flare_do_not_open_it_again_once_it_has_ended(patient, lead):
    calm = {"TENDER_28": 1, "SWOLLEN_28": 1, "PATIENT_GLOBAL_0_100": 10, "PHYSICIAN_GLOBAL_0_10": 1}
    measure(patient, **calm)
    measure(patient, days=30, **calm | {"TENDER_28": 9})
    flare = Flare.objects.get()
    services.end_flare(flare=flare, ended_on=flare.began_on + timedelta(days=5), by=lead)

    measure(patient, days=36, GRIP_LEFT_KG=20)
    assert Flare.objects.count() == 1

    measure(patient, days=60, **calm)
    measure(patient, days=90, **calm | {"TENDER_28": 9})
    assert Flare.objects.count() == 2


def test_a_laboratory_value_entered_late_is_weighed_with_the_joints_counted_after_the_blood_was_drawn(
    patient,
):
    at(patient, "HOME")
    joints = {"TENDER_28": 2, "SWOLLEN_28": 1, "PATIENT_GLOBAL_0_100": 20}
    measure(patient, CRP_MG_L=2, **joints)
    measure(patient, days=30, **joints)
    moved = move(patient, patient.registered_by, to_phase="TRANSITION", reason="Wants to be watched.")

    services.record_measurements(
        patient=patient,
        values={"CRP_MG_L": 180},
        measured_at=NOW + timedelta(days=29),
        by=patient.registered_by,
        now=NOW + timedelta(days=32),
    )

    assert "DAS28-CRP rose" in Flare.objects.get().rule_words
    assert phase_of(patient) == "CLINICAL"
    assert selectors.latest_phase_change(patient).decided_at > moved.decided_at + timedelta(days=31)


def test_two_visits_on_two_mornings_of_the_clinic_are_two_visits(patient):
    afternoon, next_morning = timedelta(hours=15), timedelta(days=1, hours=8)
    midnight = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Tokyo"))
    with timezone.override("Asia/Tokyo"):
        for when in (afternoon, next_morning):
            services.record_measurements(
                patient=patient,
                values={"SYSTOLIC_MMHG": 165, "DIASTOLIC_MMHG": 80},
                measured_at=midnight + when,
                by=patient.registered_by,
            )
        assert len(selectors.resting_mmhg(patient)) == 2


def test_whoever_reports_a_flare_has_one_and_only_a_lead_ends_what_is_not_under_control(
    patient, physio, lead
):
    flare = services.report_flare(patient=patient, began_on=TODAY, words="Knees.", by=physio, now=NOW)
    assert (flare.control, flare.rule_words) == (Control.NOT_KNOWN, "")
    with pytest.raises(services.RefusedError, match="medical lead"):
        services.end_flare(flare=flare, ended_on=TODAY, by=physio)
    services.end_flare(flare=flare, ended_on=TODAY, by=lead)

    mild = services.report_flare(
        patient=Patient.objects.get(pk=patient.pk),
        began_on=TODAY,
        words="Wrist.",
        by=physio,
        now=NOW,
        control=Control.YES,
    )
    services.end_flare(flare=mild, ended_on=TODAY, by=physio)

    assert selectors.open_flare(Patient.objects.get(pk=patient.pk)) is None


def test_the_joints_are_kept_by_name_and_counted_as_measures(patient, physio):
    record = services.record_joints(
        patient=patient, is_full=True, tender=["knee_left", "toe1_left"], swollen=[], by=physio, now=NOW
    )

    assert record.tender == ["knee_left", "toe1_left"]
    assert selectors.latest(patient, "TENDER_28").value == 1
    assert selectors.latest(patient, "TENDER_68").value == 2
    assert selectors.latest(patient, "SWOLLEN_66").value == 0


def test_the_three_variable_score_stands_in_only_where_the_global_score_is_missing(patient):
    measure(patient, TENDER_28=2, SWOLLEN_28=1, CRP_MG_L=8)
    assert selectors.trends(patient)[0].name == "DAS28-CRP, 3 variables"
    assert dict(selectors.uncounted(patient))["DAS28-CRP"] == ["Patient's global score (0-100)"]

    measure(patient, PATIENT_GLOBAL_0_100=30)

    names = [trend.name for trend in selectors.trends(patient)]
    assert names[0] == "DAS28-CRP"
    assert "DAS28-CRP, 3 variables" not in names
