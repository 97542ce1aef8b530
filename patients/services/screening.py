"""Screening answers kept, clearances signed, refused and withdrawn. Each in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import User
from patients import selectors
from patients.domain import clearance, screening
from patients.domain.limbs import Limb
from patients.domain.questions import QUESTIONS, QUESTIONS_VERSION
from patients.domain.readings import objections as plausible
from patients.domain.screening import Answer, barred_limbs
from patients.models import Clearance, Patient, Screening, SwollenLeg
from patients.services import course
from patients.services.refusal import RefusedError, must_be_medical_lead
from patients.services.swelling import report_swollen_leg

YES = Answer.YES.value
SAME_WITHIN = timedelta(minutes=1)
"""Longer than a hurried hand needs to press twice, shorter than anybody needs to ask all questions anew."""


@transaction.atomic
def record_screening(
    *,
    patient: Patient,
    answers: Mapping[str, str],
    limbs: Mapping[str, Sequence[str]] | None = None,
    readings: Mapping[str, float] | None = None,
    by: User,
    now: datetime,
) -> Screening:
    """Keep a round of answers with the findings that follow. Raises RefusedError for numbers that can't be.

    What was not answered is NOT_KNOWN, unless it was answered before and can't have changed: then that answer stands,
    with its own day. A swollen leg opens a report of its own. The same round again from the same person at once is the same
    screening: a button was pressed twice.
    """
    if objections := plausible(readings or {}):
        raise RefusedError(objections)
    today, patient = timezone.localdate(now), Patient.objects.select_for_update().get(pk=patient.pk)
    kept = selectors.answers_kept(patient)
    dates = {question.name: today.isoformat() for question in QUESTIONS}
    dates |= {name: day for name, (_, day) in kept.items() if name not in answers}
    given = {name: answer for name, (answer, _) in kept.items()} | dict(answers)
    full = {question.name: screening.answer_to(question, given).value for question in QUESTIONS}
    sheet = screening.Sheet(
        age_years=selectors.age_on(patient, today),
        is_female=selectors.is_female(patient),
        answers=full,
        limbs={name: list(named) for name, named in (limbs or {}).items() if full.get(name) == YES},
        readings=dict(readings or {}),
    )
    before = selectors.latest_screening(patient)
    if before and _is_same_round(before, sheet, by, now):
        return before
    record = _keep(patient, sheet, dates, by, now)
    if before:
        cause = f"screening {record.pk}"
        course.notice_screening(patient=patient, before=before.answers, answers=full, cause=cause, now=now)
    if full["swollen_leg"] == YES:
        report_swollen_leg(patient=patient, leg=SwollenLeg.Leg.NOT_KNOWN, by=by, now=now)
    return record


def _is_same_round(before: Screening, sheet: screening.Sheet, by: User, now: datetime) -> bool:
    """Not if something has happened in between: then it is asked anew with reason."""
    is_at_once = before.screened_by == by and now - before.screened_at <= SAME_WITHIN
    return (
        is_at_once
        and not selectors.due_reasons(before.patient)
        and (before.answers, before.limbs, before.readings)
        == (
            sheet.answers,
            sheet.limbs,
            sheet.readings,
        )
    )


def _keep(
    patient: Patient, sheet: screening.Sheet, dates: Mapping[str, str], by: User, now: datetime
) -> Screening:
    return Screening.objects.create(
        patient=patient,
        answers=sheet.answers,
        limbs=sheet.limbs,
        readings=sheet.readings,
        answered_on=dates,
        findings=[finding.to_json() for finding in screening.weigh(sheet)],
        questions_version=QUESTIONS_VERSION,
        screened_at=now,
        screened_by=by,
        valid_until=timezone.localdate(now) + screening.VALID_FOR,
    )


@transaction.atomic
def sign_clearance(
    *,
    screening: Screening,
    reasons: Mapping[str, str],
    conditions: str = "",
    limbs_left_out: Sequence[str] = (),
    valid_until: date,
    by: User,
    now: datetime,
) -> Clearance:
    """Clear a person to train. Raises RefusedError with every objection, by finding or field.

    The same decision sent again while it is in force is the same signature.
    """
    _must_be_theirs_to_sign(screening, by)
    found = selectors.findings_of(screening)
    objections = clearance.may_sign(found, reasons)
    objections |= clearance.end_objections(valid_until, screening.valid_until, timezone.localdate(now))
    if set(limbs_left_out) >= set(Limb) - set(barred_limbs(found)):
        objections["limbs_left_out"] = _("No limb is left to train. Do not clear this person instead.")
    if objections:
        raise RefusedError(objections)
    terms = {
        "screening": screening,
        "decision": Clearance.Decision.CLEARED,
        "reasons": {finding.name: reasons[finding.name].strip() for finding in found if finding.needs_reason},
        "conditions": conditions,
        "limbs_left_out": [limb.value for limb in Limb if limb in limbs_left_out],
        "signed_by": by,
        "valid_until": valid_until,
    }
    patient = Patient.objects.select_for_update().get(pk=screening.patient_id)
    last = selectors.latest_decision(patient)
    if last and not last.withdrawn_at and all(getattr(last, name) == value for name, value in terms.items()):
        return last
    return Clearance.objects.create(patient=patient, signed_at=now, **terms)


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
    must_be_medical_lead(clearance.patient, by)
    if not reason.strip():
        raise RefusedError({"reason": _("Write why the clearance is withdrawn.")})
    standing = Clearance.objects.filter(
        pk=clearance.pk, withdrawn_at=None, decision=Clearance.Decision.CLEARED
    )
    with transaction.atomic():
        record = standing.select_for_update().first()
        if record is None:
            raise RefusedError({"": _("This clearance is not in force any more.")})
        if record != selectors.latest_decision(Patient.objects.get(pk=record.patient_id)):
            raise RefusedError(
                {"": _("A later decision has taken its place. Open the patient's page again.")}
            )
        record.withdrawn_at, record.withdrawn_by, record.withdrawal_reason = now, by, reason.strip()
        record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])


def _must_be_theirs_to_sign(screening: Screening, by: User) -> None:
    """The newest screening counts, and one decision on it stands until it is withdrawn."""
    must_be_medical_lead(screening.patient, by)
    latest = selectors.latest_screening(screening.patient)
    if latest is None or latest.pk != screening.pk:
        raise RefusedError({"": _("There is a newer screening. Read that one first.")})
