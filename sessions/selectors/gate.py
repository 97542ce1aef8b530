"""What the records say before a move between phases, and after training that may send someone back."""

from datetime import date, datetime
from itertools import takewhile
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from devices.domain.units import Scale
from patients.domain import phases
from patients.models import Measurement, Patient
from patients.selectors import (
    current_clearance,
    intake_facts,
    latest_competence,
    latest_phase_change,
    latest_screening,
    missing_skills,
    open_flare,
    resting_mmhg,
)
from protocols.selectors import current_prescriptions
from sessions.domain.state import Outcome
from sessions.domain.stopping import Signal
from sessions.models import SessionEvent, TrainingSession
from sessions.selectors import history, open_adverse_events
from sessions.selectors.aftercare import followup_counts


def phase_facts(patient: Patient, now: datetime) -> phases.Facts:
    """What the records say before a move. What no record tells stays not known."""
    today = timezone.localdate(now)
    ended = history(patient).filter(status=TrainingSession.Status.ENDED).exclude(outcome=Outcome.NOT_STARTED)
    completed = ended.filter(outcome=Outcome.COMPLETED)
    first, change = ended.last(), latest_phase_change(patient)
    screening, check = latest_screening(patient), latest_competence(patient)
    due, answered = followup_counts(patient, now)
    in_transition = patient.phase == Patient.Phase.TRANSITION and change is not None
    return phases.Facts(
        completed_sessions=completed.count(),
        days_since_first=(now - first.opened_at).days if first else None,
        unbroken_sessions=_unbroken(ended),
        resting_mmhg=tuple(resting_mmhg(patient)),
        exertion_systolic_mmhg=_exertion_systolic(patient, ended),
        open_grades=tuple(open_adverse_events(patient).values_list("severity", flat=True)),
        in_flare=open_flare(patient) is not None,
        intake=intake_facts(patient),
        watched_sessions=completed.filter(opened_at__gt=change.decided_at).count()
        if in_transition and change
        else None,
        missing_skills=missing_skills(check),
        screening_days_left=(screening.valid_until - today).days if screening else None,
        followups_due=due,
        followups_answered=answered,
        is_cleared=current_clearance(patient, today) is not None,
        device_has_own_limits=check.device_has_own_limits if check else None,
        **_occlusion_facts(patient, today),
    )


def was_vented(session: TrainingSession) -> bool:
    """Whether a stop rule opened the cuff or a person ended the session before its time."""
    if session.outcome in (Outcome.CRITERION, Outcome.STOPPED):
        return True
    return session.events.filter(kind__in=("CRITERION_PAUSE", "CRITERION_END")).exists()


def _unbroken(ended: QuerySet[TrainingSession]) -> int:
    """How many of the latest sessions in a row went through without a pause or vent."""
    clean = takewhile(lambda one: one.outcome == Outcome.COMPLETED and not was_paused(one), ended[:10])
    return sum(1 for _session in clean)


def was_paused(session: TrainingSession) -> bool:
    """By a rule or by a person. A pause that was refused is none."""
    paused = session.events.filter(kind__in=("PAUSE", "CRITERION_PAUSE", "CRITERION_END"))
    return any(not event.detail.get("refused") for event in paused)


def _exertion_systolic(patient: Patient, ended: QuerySet[TrainingSession]) -> float | None:
    """The highest that was measured while training, in the last sessions or since they began. None if it never was."""
    latest = list(ended[: phases.LEAST_SESSIONS])
    if not latest:
        return None
    entered = SessionEvent.objects.filter(
        session__in=latest, kind="ENTER", detail__signal=Signal.SYSTOLIC
    ).values_list("detail", flat=True)
    measured = patient.measurements.filter(
        kind=Measurement.Kind.EXERTION_SYSTOLIC_MMHG, measured_at__gte=latest[-1].opened_at
    ).values_list("value", flat=True)
    values = [
        float(one["value"]) for one in entered if one.get("value") is not None and not one.get("refused")
    ]
    return max([*values, *measured], default=None)


def _occlusion_facts(patient: Patient, today: date) -> dict[str, Any]:
    """Whether this person's cuffs want a LOP, and the age of the oldest one in use."""
    plans = list(current_prescriptions(patient, today).filter(scale=Scale.MMHG).select_related("occlusion"))
    if not plans:
        has_any = current_prescriptions(patient, today).exists()
        return {"needs_occlusion": False if has_any else None}
    ages = [(today - timezone.localdate(one.occlusion.measured_at)).days for one in plans if one.occlusion]
    return {
        "needs_occlusion": True,
        "occlusion_age_days": max(ages) if len(ages) == len(plans) else None,
    }
