"""After a session: why it ended, and what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Role, User
from patients.models import Patient
from sessions.domain.closing import ClosingDetail, ClosingReason
from sessions.models import AdverseEvent, AdverseEventEntry, TrainingSession
from sessions.services.notices import tell_leads
from sessions.services.setbacks import after_grading

GRAVE_FROM_GRADE = 3
"""CTCAE grade from which training has done severe harm."""


class NotEndedError(Exception):
    """The session is still live: a reason for its end comes after the end."""


class AlreadyClosedError(Exception):
    """The reason that was given before stays; says why."""


class NotResolvableError(Exception):
    """The adverse event stays open; says why."""


def close_with_reason(
    *,
    session_id: int,
    reason: ClosingReason,
    note: str,
    by: User,
    detail: ClosingDetail | None = None,
    instead_of: str = "",
) -> TrainingSession:
    """Keep why an ended session ended. A wrong tap can be put right until the note is signed; the same again changes nothing.

    `instead_of` is the `reason_kept` that was seen.
    Raises NotEndedError or AlreadyClosedError.
    """
    with transaction.atomic():
        session = TrainingSession.objects.select_for_update().get(pk=session_id)
        if session.status != TrainingSession.Status.ENDED:
            raise NotEndedError
        before = session.reason_kept
        session.closing_reason, session.closing_detail = reason.value, detail.value if detail else ""
        session.closing_note = note
        if session.reason_kept == before:
            return session
        if before != instead_of:
            raise AlreadyClosedError(
                _("Someone else gave a reason meanwhile, which stays. Look at it below.")
            )
        if session.note_entries.exists():
            raise AlreadyClosedError(_("The note is signed: the reason stays. Amend the note instead."))
        session.closed_by = by
        session.save(update_fields=["closing_reason", "closing_detail", "closing_note", "closed_by"])
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


@dataclass(frozen=True)
class Judgement:
    """What a clinician makes of an event, by the names of `domain.harm`. `words`: what is known now."""

    severity: int
    serious_for: Sequence[str] = ()
    causality: str = ""
    special_interest: Sequence[str] = ()
    is_device_deficiency: bool | None = None
    words: str = ""
    is_over: bool = False

    @property
    def is_serious(self) -> bool:
        """Any one reason is enough."""
        return bool(self.serious_for)

    @property
    def is_grave(self) -> bool:
        """The medical lead hears of it, and nobody else closes it (programme setting)."""
        return self.is_serious or self.severity >= GRAVE_FROM_GRADE


def grade_adverse_event(
    *, event: AdverseEvent, found: Judgement, by: User, now: datetime, link: str = ""
) -> None:
    """Keep what a clinician makes of an event, and tell the leads of a grave one. Raises NotResolvableError."""
    if found.is_over and found.is_grave and not _is_lead_of(event.patient, by):
        raise NotResolvableError("The medical lead closes a serious event, or one of grade 3 or more.")
    event.severity, event.is_serious, event.causality = found.severity, found.is_serious, found.causality
    event.serious_for, event.special_interest = list(found.serious_for), list(found.special_interest)
    event.is_device_deficiency = found.is_device_deficiency
    event.resolved_at = (event.resolved_at or now) if found.is_over else None
    with transaction.atomic():
        event.save()
        if found.words.strip():
            AdverseEventEntry.objects.create(event=event, words=found.words.strip(), at=now, by=by)
        if found.is_grave:
            tell_leads(event, link, now)
        after_grading(event, now)


def _is_lead_of(patient: Patient, person: User) -> bool:
    return person.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists()
