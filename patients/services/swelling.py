"""A leg that may have a clot: reported, scored by a clinician, closed by a medical lead."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import User
from patients.domain import wells
from patients.models import Patient, SwollenLeg, WellsScore
from patients.services.refusal import RefusedError, must_be_medical_lead


def report_swollen_leg(*, patient: Patient, leg: str, words: str = "", by: User, now: datetime) -> SwollenLeg:
    """Nobody trains from now on. A second report while one is open adds nothing."""
    try:
        with transaction.atomic():
            return SwollenLeg.objects.create(
                patient=patient, leg=leg, words=words.strip(), reported_at=now, reported_by=by
            )
    except IntegrityError:
        return SwollenLeg.objects.get(patient=patient, closed_at=None)


def score_swollen_leg(*, report: SwollenLeg, present: Collection[str], by: User, now: datetime) -> WellsScore:
    """Keep what a clinician found by Wells, beside what was found before. Raises RefusedError if the report is closed."""
    with transaction.atomic():
        return WellsScore.objects.create(
            report=_open(report),
            items=[item.name for item in wells.ITEMS if item.name in present],
            points=wells.score(present),
            scored_at=now,
            scored_by=by,
        )


def close_swollen_leg(*, report: SwollenLeg, words: str, by: User, now: datetime) -> SwollenLeg:
    """A medical lead says how a clot was ruled out. Raises RefusedError without that, or if it is closed."""
    must_be_medical_lead(report.patient, by)
    if not words.strip():
        raise RefusedError({"words": _("Write how a clot was ruled out.")})
    with transaction.atomic():
        row = _open(report)
        row.closed_at, row.closed_by, row.closing_words = now, by, words.strip()
        row.save(update_fields=["closed_at", "closed_by", "closing_words"])
    return row


def _open(report: SwollenLeg) -> SwollenLeg:
    row = SwollenLeg.objects.select_for_update().filter(pk=report.pk, closed_at=None).first()
    if row is None:
        raise RefusedError({"": _("This report is closed already.")})
    return row
