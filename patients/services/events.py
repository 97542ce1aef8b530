"""What happened to a person since the screening."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import User
from patients import selectors
from patients.domain.events import EventKind
from patients.models import HealthEvent, Patient
from patients.services.refusal import RefusedError


def report_event(
    *, patient: Patient, kind: str, happened_on: date, words: str = "", by: User, now: datetime
) -> HealthEvent:
    """Keep that something happened: from now on the screening is due. Raises RefusedError for a day that can't be.

    The same told again before anybody has screened adds nothing.
    """
    if not patient.birth_date <= happened_on <= timezone.localdate(now):
        raise RefusedError({"happened_on": _("Check the day.")})
    since = selectors.events_since_screening(patient).filter(kind=kind, happened_on=happened_on)
    return since.first() or HealthEvent.objects.create(
        patient=patient,
        kind=EventKind(kind).value,
        happened_on=happened_on,
        words=words.strip(),
        reported_at=now,
        reported_by=by,
    )
