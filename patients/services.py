"""What happens to a patient's record: register, screen, sign, withdraw, measure, flare, move. Each in one transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Clinic, Role, User
from patients import selectors
from patients.domain import clearance, measures, screening
from patients.domain.phases import Phase, may_follow
from patients.domain.questions import QUESTIONS, QUESTIONS_VERSION
from patients.models import Clearance, Flare, Measurement, Patient, PhaseChange, Screening


class RefusedError(Exception):
    """The record can't be changed so. `objections` says why: name of the field or finding ("" for all) -> words."""

    def __init__(self, objections: Mapping[str, str]) -> None:
        super().__init__(" ".join(objections.values()))
        self.objections = dict(objections)


def register_patient(
    *,
    clinic: Clinic,
    number: str,
    family_name: str,
    given_name: str,
    birth_date: date,
    sex: str,
    diagnosis: str,
    diagnosis_detail: str = "",
    by: User,
    now: datetime,
) -> Patient:
    """A new patient of a clinic, in the clinical phase. Raises RefusedError if the record number is taken."""
    try:
        with transaction.atomic():
            return Patient.objects.create(
                clinic=clinic,
                number=number,
                family_name=family_name,
                given_name=given_name,
                birth_date=birth_date,
                sex=sex,
                diagnosis=diagnosis,
                diagnosis_detail=diagnosis_detail,
                registered_by=by,
                registered_at=now,
            )
    except IntegrityError:
        raise RefusedError({"number": _("Another patient of this clinic has this record number.")}) from None


def record_screening(*, patient: Patient, answers: Mapping[str, str], by: User, now: datetime) -> Screening:
    """Keep a round of answers with the findings that follow. What was not answered is kept as NOT_KNOWN."""
    today = timezone.localdate(now)
    full = {question.name: screening.answer_to(question, answers).value for question in QUESTIONS}
    found = screening.in_order([*screening.findings(full), *screening.age_findings(_age(patient, today))])
    return Screening.objects.create(
        patient=patient,
        answers=full,
        findings=[finding.to_json() for finding in found],
        questions_version=QUESTIONS_VERSION,
        screened_at=now,
        screened_by=by,
        valid_until=today + screening.VALID_FOR,
    )


@transaction.atomic
def sign_clearance(
    *,
    screening: Screening,
    reasons: Mapping[str, str],
    conditions: str = "",
    valid_until: date,
    by: User,
    now: datetime,
) -> Clearance:
    """Clear a person to train. Raises RefusedError with every objection, by finding or field."""
    _must_be_theirs_to_sign(screening, by)
    found = selectors.findings_of(screening)
    objections = clearance.may_sign(found, reasons)
    objections |= clearance.end_objections(valid_until, screening.valid_until, timezone.localdate(now))
    if objections:
        raise RefusedError(objections)
    return Clearance.objects.create(
        patient=screening.patient,
        screening=screening,
        decision=Clearance.Decision.CLEARED,
        reasons={finding.name: reasons[finding.name].strip() for finding in found if finding.needs_reason},
        conditions=conditions,
        signed_at=now,
        signed_by=by,
        valid_until=valid_until,
    )


@transaction.atomic
def refuse_clearance(*, screening: Screening, reason: str, by: User, now: datetime) -> Clearance:
    """Decide that a person may not train, and why. It takes the place of any clearance before it."""
    _must_be_theirs_to_sign(screening, by)
    if not reason.strip():
        raise RefusedError({"conditions": _("Write why this person is not cleared.")})
    return Clearance.objects.create(
        patient=screening.patient,
        screening=screening,
        decision=Clearance.Decision.REFUSED,
        conditions=reason,
        signed_at=now,
        signed_by=by,
        valid_until=screening.valid_until,
    )


def withdraw_clearance(*, clearance: Clearance, reason: str, by: User, now: datetime) -> None:
    """Take a clearance back at once. Raises RefusedError if there is no reason, or it was withdrawn before."""
    _must_be_medical_lead(clearance.patient, by)
    if not reason.strip():
        raise RefusedError({"reason": _("Write why the clearance is withdrawn.")})
    standing = Clearance.objects.filter(
        pk=clearance.pk, withdrawn_at=None, decision=Clearance.Decision.CLEARED
    )
    with transaction.atomic():
        record = standing.select_for_update().first()
        if record is None:
            raise RefusedError({"": _("This clearance is not in force any more.")})
        record.withdrawn_at, record.withdrawn_by, record.withdrawal_reason = now, by, reason.strip()
        record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])


@transaction.atomic
def record_measurements(
    *, patient: Patient, values: Mapping[str, float], measured_at: datetime, by: User, note: str = ""
) -> list[Measurement]:
    """Keep numbers taken at one time, in the unit of each kind. Raises RefusedError for what can't be, or for none.

    The same number of the same time is the same measurement: a second press of the button adds nothing.
    """
    if not values:
        raise RefusedError({"": _("Enter at least one value.")})
    if objections := measures.objections(values):
        raise RefusedError(objections)
    if measured_at.date() < patient.birth_date:
        raise RefusedError({"measured_at": _("Check the year: this person was not born yet.")})
    return [
        Measurement.objects.get_or_create(
            patient=patient,
            kind=kind,
            value=value,
            measured_at=measured_at,
            defaults={"recorded_by": by, "note": note},
        )[0]
        for kind, value in values.items()
    ]


def report_flare(*, patient: Patient, began_on: date, words: str, by: User) -> Flare:
    """Open a flare. Raises RefusedError if one is open already, or for a day that can't be."""
    if began_on < patient.birth_date:
        raise RefusedError({"began_on": _("Check the year: this person was not born yet.")})
    if selectors.open_flare(patient):
        raise RefusedError({"": _("A flare is open already.")})
    return Flare.objects.create(patient=patient, began_on=began_on, words=words, reported_by=by)


def end_flare(*, flare: Flare, ended_on: date) -> None:
    """Close a flare. Raises RefusedError for a day before it began."""
    if ended_on < flare.began_on:
        raise RefusedError({"ended_on": _("It can't end before it began.")})
    flare.ended_on = ended_on
    flare.save(update_fields=["ended_on"])


@transaction.atomic
def change_phase(*, patient: Patient, to_phase: str, reason: str, by: User, now: datetime) -> PhaseChange:
    """Move a person between phases. Raises RefusedError for two steps forward at once, or without a reason."""
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if not reason.strip():
        raise RefusedError({"reason": _("Write why this person moves.")})
    if not may_follow(Phase(patient.phase), Phase(to_phase)):
        raise RefusedError({"to_phase": _("One step forward at a time: clinical, transition, home.")})
    change = PhaseChange.objects.create(
        patient=patient,
        from_phase=patient.phase,
        to_phase=to_phase,
        reason=reason,
        decided_by=by,
        decided_at=now,
    )
    patient.phase = to_phase
    patient.save(update_fields=["phase"])
    return change


def _age(patient: Patient, today: date) -> int:
    born = patient.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _must_be_medical_lead(patient: Patient, by: User) -> None:
    """A medical lead of another clinic does not sign here, even if they are a therapist here."""
    if not by.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists():
        raise RefusedError({"": _("Only a medical lead of this patient's clinic may sign.")})


def _must_be_theirs_to_sign(screening: Screening, by: User) -> None:
    """The newest screening counts, and one decision on it stands until it is withdrawn."""
    _must_be_medical_lead(screening.patient, by)
    latest = selectors.latest_screening(screening.patient)
    if latest is None or latest.pk != screening.pk:
        raise RefusedError({"": _("There is a newer screening. Read that one first.")})
