"""Writes: a session opened, claimed, commanded, drained from its journal and closed; sessions at home; what went wrong."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from devices.models import Channel
from kaatsu_clinic.accounts.models import Role, User
from patients.models import Measurement, Patient
from patients.services import record_measurements
from protocols.domain.plan import Plan
from protocols.models import Prescription
from sessions import bus
from sessions.domain import dose, home, preflight, record, trace
from sessions.domain.closing import ClosingReason
from sessions.domain.commands import Command
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, HomeSession, PressureTrace, SessionEvent, TrainingSession

GRAVE_FROM_GRADE = 3
"""CTCAE grade from which training has done severe harm."""
BLOCK_SAMPLES = 600
"""Samples in a block of the stored trace: half a minute at 20 Hz."""

Status = TrainingSession.Status


class NotReadyError(Exception):
    """The session may not start. `objections` says why, in words for the clinician."""

    def __init__(self, objections: Sequence[str]) -> None:
        super().__init__(" ".join(objections))
        self.objections = list(objections)


class NotLiveError(Exception):
    """A command for a session that has ended."""


def open_session(
    *, prescription: Prescription, channel: Channel, supervisor: User, facts: preflight.Facts, now: datetime
) -> TrainingSession:
    """Open a session for a live run, or raise NotReadyError with every objection."""
    if objections := preflight.objections(facts, timezone.localdate(now)):
        raise NotReadyError(objections)
    try:
        with transaction.atomic():
            record_measurements(
                patient=prescription.patient, values=_vitals(facts), measured_at=now, by=supervisor
            )
            return _create(prescription, channel, supervisor, facts, now)
    except IntegrityError:
        raise NotReadyError(
            ["A session is already running with this patient or on this controller."]
        ) from None


def _vitals(facts: preflight.Facts) -> dict[str, float]:
    """What was measured before the session, as it stands in the patient's record."""
    measured = {
        Measurement.Kind.SYSTOLIC_MMHG: facts.systolic_mmhg,
        Measurement.Kind.DIASTOLIC_MMHG: facts.diastolic_mmhg,
        Measurement.Kind.HEART_RATE_BPM: facts.heart_rate_bpm,
        Measurement.Kind.PAIN_NRS: facts.pain_nrs,
    }
    return {kind: value for kind, value in measured.items() if value is not None}


def _create(
    prescription: Prescription, channel: Channel, supervisor: User, facts: preflight.Facts, now: datetime
) -> TrainingSession:
    known = {name: None if value is None else str(value) for name, value in asdict(facts).items()}
    return TrainingSession.objects.create(
        patient=prescription.patient,
        prescription=prescription,
        channel=channel,
        controller=channel.controller,
        supervisor=supervisor,
        scale=prescription.scale,
        plan=prescription.plan,
        preflight=known,
        opened_at=now,
    )


def claim_session(session_id: int, now: datetime) -> bool:
    """Take a session for this worker. False if another has it, or it was taken or closed before."""
    ready = TrainingSession.objects.filter(pk=session_id, status=Status.READY)
    return ready.update(status=Status.RUNNING, claimed_at=now) == 1


def issue_command(*, session: TrainingSession, command: Command, by: User, now: datetime) -> None:
    """Record who asked what, then send it. The same key again is recorded and sent once.

    Raises NotLiveError for an ended session, BusDownError when nothing could be sent.
    """
    if session.status == Status.ENDED:
        raise NotLiveError("This session has ended.")
    detail = {"signal": command.signal, "value": command.value} if command.signal else {}
    with transaction.atomic():
        _, is_new = SessionEvent.objects.get_or_create(
            session=session,
            key=uuid.UUID(command.key),
            defaults={"kind": command.verb, "detail": detail, "happened_at": now, "by": by},
        )
        if is_new:
            bus.send(session.pk, command)


def close_unstarted(session_id: int, words: str, now: datetime) -> bool:
    """End a session that no station took: nothing was inflated. False if it was taken after all."""
    ready = TrainingSession.objects.filter(pk=session_id, status=Status.READY)
    ending = {"outcome": Outcome.NOT_STARTED, "ending_reason": words, "vent_confirmed": None, "ended_at": now}
    return bool(ready.update(status=Status.ENDED, **ending))


def close_failed(session_id: int, words: str, now: datetime) -> None:
    """End a claimed session whose loop never began: the port or the controller was not as it must be."""
    running = TrainingSession.objects.filter(pk=session_id, status=Status.RUNNING)
    running.update(status=Status.ENDED, outcome=Outcome.FAULT, ending_reason=words, ended_at=now)


# --- from the station's journal ------------------------------------------------------------------------------------


def store_record(session: TrainingSession, kept: record.Record) -> None:
    """Bring what a journal holds into the database. Doing it twice changes nothing."""
    with transaction.atomic():
        _store_blocks(session, kept.points, whole=kept.end is not None)
        for one in kept.events:
            _store_event(session, one)
        if kept.end:
            _store_end(session, kept.points, kept.end)


def close_interrupted(
    session: TrainingSession, points: Sequence[trace.Point], vented: bool | None, now: datetime
) -> None:
    """End a session whose process died, with the trace up to then. It is never resumed."""
    words = "The station's program was interrupted. The cuff opens by itself within a second."
    with suppress(bus.BusDownError):  # consoles show lost data without it, too
        bus.tell_interrupted(session.pk, words, vented)
    _store_blocks(session, points, whole=True)
    _close(session, Outcome.INTERRUPTED, words, vented, points, session.ended_at or now)


def _store_blocks(session: TrainingSession, points: Sequence[trace.Point], *, whole: bool) -> None:
    """Full blocks once; the last, unfinished one only when no more will come."""
    stored = set(session.trace.values_list("number", flat=True))
    for number, first in enumerate(range(0, len(points), BLOCK_SAMPLES)):
        block = points[first : first + BLOCK_SAMPLES]
        if number not in stored and (whole or len(block) == BLOCK_SAMPLES):
            PressureTrace.objects.create(
                session=session, number=number, samples=len(block), data=trace.pack(block)
            )


def _store_event(session: TrainingSession, one: dict[str, Any]) -> None:
    """A command is there already with who asked it; what became of it is added."""
    outcome = {"t_s": one["t"], "words": one["words"]}
    event, is_new = SessionEvent.objects.get_or_create(
        session=session,
        key=record.event_key(session.pk, one),
        defaults={
            "kind": one["kind"],
            "detail": outcome | {"signal": one["signal"], "value": one["value"]},
            "happened_at": datetime.fromtimestamp(one["at"], UTC),
        },
    )
    if not is_new and "t_s" not in event.detail:
        event.detail |= outcome | {"refused": one["kind"] == "REFUSED"}
        event.save(update_fields=["detail"])


def _store_end(session: TrainingSession, points: Sequence[trace.Point], end: dict[str, Any]) -> None:
    ended_at = datetime.fromtimestamp(end["at"], UTC)
    _close(session, Outcome(end["outcome"]), end["words"], end["vented"], points, ended_at, end["loop"])
    if end["needs_report"]:
        AdverseEvent.objects.get_or_create(
            session=session,
            words=end["words"],
            defaults={"patient": session.patient, "occurred_at": ended_at},
        )


def _close(
    session: TrainingSession,
    outcome: Outcome,
    words: str,
    vented: bool | None,
    points: Sequence[trace.Point],
    ended_at: datetime,
    loop: dict[str, Any] | None = None,
) -> None:
    session.summary = asdict(dose.summary(points, Plan.from_json(session.plan)))
    session.status, session.outcome, session.ending_reason = Status.ENDED, outcome, words
    session.vent_confirmed, session.ended_at, session.loop = vented, ended_at, loop
    session.save(
        update_fields=["status", "outcome", "ending_reason", "vent_confirmed", "ended_at", "summary", "loop"]
    )


# --- after a session, at home, and when something goes wrong (home side) -------------------------------------------


class NotEndedError(Exception):
    """The session is still live: a reason for its end comes after the end."""


class AlreadyClosedError(Exception):
    """Someone has given the reason before. It is not overwritten."""


class NotResolvableError(Exception):
    """The adverse event stays open; says why."""


class ForeignLogError(Exception):
    """The id of this log belongs to another person's log."""


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
