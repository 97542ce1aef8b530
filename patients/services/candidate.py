"""A goal set, the disease judged, consent given and taken back, intake observed. Each is a new row."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import CLINICIANS, User
from patients import selectors
from patients.domain import measures
from patients.domain.consent import CONSENT_VERSION
from patients.domain.intake import IntakeItem
from patients.models import Consent, DiseaseStatus, Goal, IntakeObservation, Patient
from patients.services.refusal import RefusedError


def set_goal(
    *,
    patient: Patient,
    kind: str,
    own_words: str = "",
    measure: str = "",
    target_value: float | None = None,
    target_words: str = "",
    by: User,
    now: datetime,
) -> Goal:
    """Keep a goal. Raises RefusedError for one that nobody could tell reached."""
    objections = {}
    if kind == Goal.Kind.DAILY_FUNCTION and not own_words.strip():
        objections["own_words"] = _("Write the goal in the person's own words.")
    if measure and target_value is None:
        objections["target_value"] = _("Enter the value to reach.")
    elif measure and (slips := measures.objections({measure: target_value or 0})):
        objections["target_value"] = slips[measure]
    if not measure and not target_words.strip():
        objections["target_words"] = _("Choose a measure and its target, or say in words when it is reached.")
    if objections:
        raise RefusedError(objections)
    return Goal.objects.create(
        patient=patient,
        kind=kind,
        own_words=own_words.strip(),
        measure=measure,
        target_value=target_value if measure else None,
        target_words=target_words.strip(),
        set_at=now,
        set_by=by,
    )


def judge_disease(
    *,
    patient: Patient,
    is_stable: str,
    is_medication_stable: str,
    medication: str = "",
    by: User,
    now: datetime,
) -> DiseaseStatus:
    """Keep how stable the disease and its medication are."""
    return DiseaseStatus.objects.create(
        patient=patient,
        is_stable=is_stable,
        is_medication_stable=is_medication_stable,
        medication=medication.strip(),
        judged_at=now,
        judged_by=by,
    )


def record_consent(
    *, patient: Patient, version: int, given_on: date, explained_by: User, by: User, now: datetime
) -> Consent:
    """Keep that a person agreed. Raises RefusedError for another text than the present one, or a wrong day or person."""
    objections = {}
    if version != CONSENT_VERSION:
        objections[""] = _("The text has changed since this page was opened. Explain the new one.")
    if not patient.birth_date <= given_on <= timezone.localdate(now):
        objections["given_on"] = _("Check the day.")
    if not explained_by.clinics_as(*CLINICIANS).filter(pk=patient.clinic_id).exists():
        objections["explained_by"] = _("Someone who treats people in this clinic explains it.")
    if objections:
        raise RefusedError(objections)
    return Consent.objects.create(
        patient=patient,
        version=version,
        given_on=given_on,
        explained_by=explained_by,
        recorded_at=now,
        recorded_by=by,
    )


def withdraw_consent(*, patient: Patient, by: User, now: datetime) -> None:
    """Take the consent back, at once and without a reason. Raises RefusedError where none holds."""
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        consent = selectors.current_consent(patient)
        if consent is None:
            raise RefusedError({"": _("There is no consent to take back.")})
        consent.withdrawn_at, consent.withdrawn_by = now, by
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])


def record_intake(
    *,
    patient: Patient,
    item: str,
    is_met: bool,
    observed_on: date,
    words: str = "",
    by: User,
    now: datetime,
) -> IntakeObservation:
    """Keep what was seen of one item. Raises RefusedError for an unmet one without words, or a wrong day."""
    objections = {}
    if not is_met and not words.strip():
        objections["words"] = _("Write what was seen instead.")
    if not patient.birth_date <= observed_on <= timezone.localdate(now):
        objections["observed_on"] = _("Check the day.")
    if objections:
        raise RefusedError(objections)
    return IntakeObservation.objects.create(
        patient=patient,
        item=IntakeItem(item).value,
        is_met=is_met,
        observed_on=observed_on,
        words=words.strip(),
        recorded_at=now,
        recorded_by=by,
    )
