"""Sessions at home, as the patient logs them."""

from datetime import datetime

from django.db import transaction

from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from protocols.models import Prescription
from sessions.domain import home
from sessions.models import HomeSession
from sessions.services.after import report_adverse_event
from sessions.services.setbacks import after_home_session


class ForeignLogError(Exception):
    """The id of this log belongs to another person's log."""


def log_home_session(
    *, entry: home.Entry, patient: Patient, prescription: Prescription, by: User, now: datetime
) -> HomeSession:
    """Keep a session done at home; the same id again is the same session. Raises ForeignLogError.

    A warning among what was said opens an adverse-event draft, so that the clinic sees it.
    """
    with transaction.atomic():
        session, is_new = HomeSession.objects.get_or_create(
            id=entry.id,
            defaults={
                "patient": patient,
                "prescription": prescription,
                "logged_at": now,
                "logged_by": by,
                **entry.as_fields(),
            },
        )
        if session.patient_id != patient.pk:
            raise ForeignLogError
        if is_new and home.advice(entry.said).needs_the_clinic:
            report_adverse_event(patient=patient, words=entry.words, occurred_at=entry.done_at, by=by)
            after_home_session(session, home.advice(entry.said), entry.words, now)
    return session
