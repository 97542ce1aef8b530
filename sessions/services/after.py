"""After a session: why it ended, and what went wrong."""

from datetime import datetime

from django.db import transaction

from kaatsu_clinic.accounts.models import Role, User
from patients.models import Patient
from sessions.domain.closing import ClosingReason
from sessions.models import AdverseEvent, TrainingSession

GRAVE_FROM_GRADE = 3
"""CTCAE grade from which training has done severe harm."""


class NotEndedError(Exception):
    """The session is still live: a reason for its end comes after the end."""


class AlreadyClosedError(Exception):
    """Someone has given the reason before. It is not overwritten."""


class NotResolvableError(Exception):
    """The adverse event stays open; says why."""


def close_with_reason(*, session_id: int, reason: ClosingReason, note: str, by: User) -> TrainingSession:
    """Keep why an ended session ended. Raises NotEndedError or AlreadyClosedError."""
    with transaction.atomic():
        session = TrainingSession.objects.select_for_update().get(pk=session_id)
        if session.status != TrainingSession.Status.ENDED:
            raise NotEndedError
        if session.closing_reason:
            raise AlreadyClosedError
        session.closing_reason, session.closing_note, session.closed_by = reason.value, note, by
        session.save(update_fields=["closing_reason", "closing_note", "closed_by"])
    return session


def report_adverse_event(
    *,
    patient: Patient,
    words: str,
    occurred_at: datetime,
    by: User | None,
    session: TrainingSession | None = None,
    severity: int | None = None,
) -> AdverseEvent:
    """Open an adverse event. Without a severity it is a draft that a clinician still has to grade."""
    return AdverseEvent.objects.create(
        patient=patient,
        session=session,
        occurred_at=occurred_at,
        reported_by=by,
        words=words,
        severity=severity,
    )


def grade_adverse_event(
    *, event: AdverseEvent, severity: int, is_serious: bool, is_over: bool, by: User, now: datetime
) -> None:
    """Say how grave an event was, and whether it is over. Raises NotResolvableError.

    A grave or serious one is closed by a medical lead of the patient's clinic and nobody else (programme setting).
    """
    is_grave = is_serious or severity >= GRAVE_FROM_GRADE
    if is_over and is_grave and not _is_lead_of(event.patient, by):
        raise NotResolvableError("The medical lead closes a serious event, or one of grade 3 or more.")
    event.severity, event.is_serious = severity, is_serious
    event.resolved_at = (event.resolved_at or now) if is_over else None
    event.save(update_fields=["severity", "is_serious", "resolved_at"])


def _is_lead_of(patient: Patient, person: User) -> bool:
    return person.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists()
