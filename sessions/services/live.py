"""A live session: opened after the preflight, claimed by its station, commanded, closed where it never ran."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from devices.models import Channel
from kaatsu_clinic.accounts.models import User
from patients.models import Measurement
from patients.services import record_measurements
from protocols.models import Prescription
from sessions import bus
from sessions.domain import preflight
from sessions.domain.commands import Command
from sessions.domain.state import Outcome
from sessions.models import SessionEvent, TrainingSession

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
    return _close_without_a_loop(session_id, Status.READY, Outcome.NOT_STARTED, words, now)


def close_failed(session_id: int, words: str, now: datetime) -> bool:
    """End a claimed session whose loop never began: the port or the controller was not as it must be."""
    return _close_without_a_loop(session_id, Status.RUNNING, Outcome.FAULT, words, now)


def _close_without_a_loop(session_id: int, status: str, outcome: Outcome, words: str, now: datetime) -> bool:
    """Whether it was there to close. Its consoles are told why; what the cuff does is not known."""
    open_still = TrainingSession.objects.filter(pk=session_id, status=status)
    ending = {"outcome": outcome, "ending_reason": words, "vent_confirmed": None, "ended_at": now}
    if not open_still.update(status=Status.ENDED, **ending):
        return False
    with suppress(bus.BusDownError):  # the reason stands on the session's page, too
        bus.tell_ended(session_id, outcome, words, None)
    return True
