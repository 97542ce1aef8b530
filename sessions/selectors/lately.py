"""How much a person trained in the last days, in the clinic and at home, and what a physician allows."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from patients.models import Patient
from protocols.domain.plan import Plan
from protocols.models import Limb, Prescription
from sessions.domain import preflight
from sessions.domain.state import Outcome
from sessions.domain.weekly import planned_minutes
from sessions.models import PressurePermission, TrainingSession

WINDOW = timedelta(days=preflight.SESSIONS_DAYS)


def lately(prescription: Prescription, now: datetime) -> dict[str, Any]:
    """By the names of `preflight.Facts`: sessions and minutes of the last 7 days, and those planned for today."""
    patient, since = prescription.patient, now - WINDOW
    supervised = [_minutes(one) for one in _supervised(patient, since)]
    at_home = patient.home_sessions.filter(done_at__gt=since).select_related("prescription")
    logged = [planned_minutes(Plan.from_json(one.prescription.plan)) for one in at_home]
    return {
        "sessions_in_7_days": len(supervised) + len(logged),
        "minutes_in_7_days": sum(supervised) + sum(logged),
        "planned_minutes": planned_minutes(Plan.from_json(prescription.plan)),
        "weekly_minutes": preflight.WEEKLY_MINUTES_LEG
        if prescription.limb == Limb.LEG
        else preflight.WEEKLY_MINUTES_ARM,
    }


def _supervised(patient: Patient, since: datetime) -> list[TrainingSession]:
    """Those in which a cuff was closed, or may have been."""
    never_began = Q(outcome=Outcome.NOT_STARTED) | Q(outcome=Outcome.FAULT, summary=None)
    ended = patient.training_sessions.trainings().filter(ended_at__gt=since)
    return list(ended.exclude(never_began | Q(summary__inflated_s=0, summary__samples__gt=0)))


def _minutes(session: TrainingSession) -> float:
    """As measured; where nothing was, as long as it may have been."""
    if session.summary:
        return float(session.summary["inflated_s"]) / 60
    return Plan.from_json(session.plan).max_total_s / 60


def permission(patient: Patient, today: date) -> PressurePermission | None:
    """The newest word of a physician on training with high blood pressure, if it still holds."""
    newest = PressurePermission.objects.filter(patient=patient).order_by("signed_at", "pk").last()
    return newest if newest and newest.valid_until >= today else None


def permitted_mmhg(patient: Patient, today: date) -> tuple[int, int] | None:
    """The highest blood pressure at which the person may train with less. None: nobody has signed that."""
    found = permission(patient, today)
    return (found.systolic_mmhg, found.diastolic_mmhg) if found else None
