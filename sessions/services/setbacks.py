"""What happens in training that sends a person back a phase, or suspends them, by rule."""

from datetime import datetime

from patients.domain import setbacks
from patients.models import Patient
from patients.selectors import latest_phase_change
from patients.services import set_back
from protocols.services import keep_tolerated
from sessions.domain import home
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, HomeSession, TrainingSession
from sessions.selectors import gate, last_session_at

RED_FLAGS = frozenset({"CHEST", "FAINT", "CALF"})
"""Entries of a live session that a physician has to look at (programme setting)."""


def after_session(session: TrainingSession, now: datetime) -> None:
    """A session has ended: it may have been stopped early, or shown a warning sign."""
    cause, patient = f"session {session.pk}", session.wearer
    if session.events.filter(kind="CRITERION_END", detail__signal__in=RED_FLAGS).exists():
        set_back(patient=patient, rule=setbacks.RED_FLAG, cause=cause, now=now, detail=session.ending_reason)
    if gate.was_vented(session):
        set_back(patient=patient, rule=setbacks.VENTED, cause=cause, now=now, detail=session.ending_reason)
    if session.outcome == Outcome.COMPLETED and not gate.was_paused(session):
        for prescription in (session.prescription, session.other_prescription):
            if prescription:
                keep_tolerated(prescription, now)


def after_home_session(session: HomeSession, advice: home.Advice, words: str, now: datetime) -> None:
    """What a patient logged asks for an emergency: nobody trains before a physician has looked."""
    if advice is home.Advice.EMERGENCY:
        cause = f"home session {session.pk}"
        set_back(patient=session.patient, rule=setbacks.RED_FLAG, cause=cause, now=now, detail=words)


def after_grading(event: AdverseEvent, now: datetime) -> None:
    """An adverse event has its grade."""
    for rule in setbacks.of_event(event.severity, is_serious=event.is_serious):
        cause = f"adverse event {event.pk}"
        set_back(patient=event.patient, rule=rule, cause=cause, now=now, detail=event.words)


def after_missed_weeks(patient: Patient, now: datetime) -> bool:
    """Two weeks without a session since the last one or the last move. True if that sent someone back."""
    change = latest_phase_change(patient)
    trained_at = last_session_at(patient)
    since = max((one for one in (trained_at, change and change.decided_at) if one), default=None)
    if since is None or now - since <= setbacks.MISSED:
        return False
    cause = f"nothing since {since:%Y-%m-%d %H:%M}"
    return set_back(patient=patient, rule=setbacks.MISSED_WEEKS, cause=cause, now=now)
