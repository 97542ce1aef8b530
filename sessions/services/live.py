"""A live session: opened after the preflight, claimed by its station, commanded, closed where it never ran."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from devices.models import Channel
from devices.services import latch_fault
from kaatsu_clinic.accounts.models import User
from patients.domain import measures
from patients.domain.events import EventKind
from patients.models import Measurement, Patient, SwollenLeg
from patients.services import record_measurements, report_event, report_swollen_leg
from protocols.domain.plan import Plan, UnlikePlansError, together
from protocols.models import Limb, Prescription
from sessions import bus
from sessions.domain import easing, preflight
from sessions.domain.commands import INFLATING, Command
from sessions.domain.state import Outcome
from sessions.models import SessionEvent, TrainingSession
from sessions.selectors import stop_rules

Status = TrainingSession.Status
BUSY = "A session is already running with this patient or on this controller. It stands under “Live”."
TOLD_BEFORE = "Told before a session."


class NotReadyError(Exception):
    """The session may not start. `objections` says why, in words for the clinician."""

    def __init__(self, objections: Sequence[str]) -> None:
        super().__init__(" ".join(objections))
        self.objections = list(objections)


class EaseFirstError(Exception):
    """The session may start, but reduced, and a clinician has to agree to that first."""

    def __init__(self, cautions: Sequence[str], planned: Plan) -> None:
        super().__init__(" ".join(cautions))
        self.cautions, self.planned, self.eased = list(cautions), planned, easing.ease(planned)

    @property
    def terms(self) -> str:
        """What is agreed to: exactly these reasons."""
        return "|".join(self.cautions)


class NotLiveError(Exception):
    """A command for a session that has ended, or whose controller may not inflate any more."""


@dataclass(frozen=True)
class OtherSide:
    """The opposite limb in the same session: its own prescription, on another channel of the same controller."""

    prescription: Prescription
    channel: Channel
    facts: preflight.Facts


def open_session(
    *,
    prescription: Prescription,
    channel: Channel,
    supervisor: User,
    facts: preflight.Facts,
    now: datetime,
    other: OtherSide | None = None,
    agreed: str = "",
) -> TrainingSession:
    """Open a session for a live run, or raise NotReadyError with every objection.

    Raises EaseFirstError where less is to be done today, until its terms are agreed to.

    What was told before the session and calls for more than waiting is kept, whatever is answered tomorrow.
    """
    today = timezone.localdate(now)
    objections = preflight.objections(facts, today)
    if other:
        found = [*preflight.objections(other.facts, today), *_unlike(prescription, channel, other)]
        objections += [words for words in found if words not in objections]
    if objections:
        remember(prescription.patient, supervisor, facts, now)
        raise NotReadyError(objections)
    cautions = easing.decide(facts, today).cautions
    if cautions and agreed != "|".join(cautions):
        raise EaseFirstError(cautions, Plan.from_json(prescription.plan))
    try:
        with transaction.atomic():
            record_measurements(
                patient=prescription.patient, values=vitals(facts), measured_at=now, by=supervisor
            )
            return _create(prescription, channel, supervisor, facts, now, other, cautions)
    except UnlikePlansError as unlike:
        raise NotReadyError([str(unlike)]) from None
    except IntegrityError:
        raise NotReadyError([BUSY]) from None


def _unlike(prescription: Prescription, channel: Channel, other: OtherSide) -> list[str]:
    """Why two limbs can't be in one session: both arms or both legs, by one protocol, on one box."""
    second = other.prescription
    same = [
        (one.patient_id, one.protocol_id, one.limb, one.setting, one.scale) for one in (prescription, second)
    ]
    found = [
        (
            same[0] != same[1] or prescription.side == second.side,
            "The two prescriptions are not of both sides by one protocol.",
        ),
        (
            channel.controller_id != other.channel.controller_id or channel.number == other.channel.number,
            "Both sides need two channels of one controller.",
        ),
    ]
    return [words for holds, words in found if holds]


def _keep_blood_pressure(patient: Patient, by: User, facts: preflight.Facts, now: datetime) -> None:
    """The very pressure that keeps someone from training counts for the rules that look at two visits."""
    if facts.systolic_mmhg is None or facts.diastolic_mmhg is None:
        return
    taken: dict[str, float] = {
        Measurement.Kind.SYSTOLIC_MMHG: float(facts.systolic_mmhg),
        Measurement.Kind.DIASTOLIC_MMHG: float(facts.diastolic_mmhg),
    }
    if not measures.objections(taken):
        record_measurements(patient=patient, values=taken, measured_at=now, by=by)


def remember(patient: Patient, by: User, facts: preflight.Facts, now: datetime) -> None:
    """A new medicine or an infection makes the screening due; a swelling may be a clot; a pressure is a reading."""
    _keep_blood_pressure(patient, by, facts, now)
    told = [(facts.new_medicine, EventKind.NEW_DRUG), (facts.infection, EventKind.INFECTION)]
    for kind in [kind for holds, kind in told if holds]:
        report_event(
            patient=patient,
            kind=kind,
            happened_on=timezone.localdate(now),
            words=TOLD_BEFORE,
            by=by,
            now=now,
        )
    if facts.swelling:
        report_swollen_leg(patient=patient, leg=SwollenLeg.Leg.NOT_KNOWN, words=TOLD_BEFORE, by=by, now=now)


def vitals(facts: preflight.Facts) -> dict[str, float]:
    """What was measured before the session, as it stands in the patient's record."""
    measured = {
        Measurement.Kind.SYSTOLIC_MMHG: facts.systolic_mmhg,
        Measurement.Kind.DIASTOLIC_MMHG: facts.diastolic_mmhg,
        Measurement.Kind.HEART_RATE_BPM: facts.heart_rate_bpm,
        Measurement.Kind.PAIN_NRS: facts.pain_nrs,
    }
    return {kind: value for kind, value in measured.items() if value is not None}


def _create(
    prescription: Prescription,
    channel: Channel,
    supervisor: User,
    facts: preflight.Facts,
    now: datetime,
    other: OtherSide | None,
    cautions: Sequence[str],
) -> TrainingSession:
    """Raises UnlikePlansError."""
    parts = [(prescription, channel)] + ([(other.prescription, other.channel)] if other else [])
    plan = together(
        [
            (on.number, f"{one.get_side_display()} {one.get_limb_display()}", Plan.from_json(one.plan))
            for one, on in parts
        ]
    )
    plan = replace(plan, arms=tuple(one.side for one, _on in parts if one.limb == Limb.ARM))
    patient = prescription.patient
    known = {name: None if value is None else str(value) for name, value in asdict(facts).items()}
    return TrainingSession.objects.create(
        patient=patient,
        prescription=prescription,
        channel=channel,
        controller=channel.controller,
        supervisor=supervisor,
        scale=prescription.scale,
        other_prescription=other.prescription if other else None,
        plan=(easing.ease(plan) if cautions else plan).to_json(),
        eased=list(cautions),
        preflight=known,
        stop_table=[row.to_json() for row in stop_rules.table_for(patient, facts, timezone.localdate(now))],
        opened_at=now,
    )


def claim_session(session_id: int, now: datetime) -> bool:
    """Take a session for this worker. False if another has it, or it was taken or closed before."""
    ready = TrainingSession.objects.filter(pk=session_id, status=Status.READY)
    return ready.update(status=Status.RUNNING, claimed_at=now) == 1


def issue_command(*, session: TrainingSession, command: Command, by: User, now: datetime) -> None:
    """Record who asked what, then send it. The same key again is recorded and sent once.

    Raises NotLiveError for an ended session and for more pressure from a box that was taken out of use meanwhile,
    BusDownError when nothing could be sent.
    """
    if session.status == Status.ENDED:
        raise NotLiveError("This session has ended.")
    if command.verb in INFLATING and session.controller.quarantined_at:
        raise NotLiveError(f"The controller is out of use: {session.controller.quarantine_reason}")
    command = command.said_by(by.pk, str(by))
    says = command.signal or command.value is not None
    detail = {"signal": command.signal, "value": command.value} if says else {}
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


def close_failed(
    session_id: int, words: str, now: datetime, *, vented: bool | None = None, latches: bool = False
) -> bool:
    """End a claimed session whose loop never began: the port or the controller was not as it must be.

    `vented`: whether every cuff was seen to be empty; None where nobody looked. `latches`: the box holds a fault, and is
    kept from the next session until someone has looked at it.
    """
    if not _close_without_a_loop(session_id, Status.RUNNING, Outcome.FAULT, words, now, vented):
        return False
    if latches:
        latch_fault(controller=TrainingSession.objects.get(pk=session_id).controller, reason=words, now=now)
    return True


def _close_without_a_loop(
    session_id: int, status: str, outcome: Outcome, words: str, now: datetime, vented: bool | None = None
) -> bool:
    """Whether it was there to close. Its consoles are told why, and what is known of the cuff."""
    open_still = TrainingSession.objects.filter(pk=session_id, status=status)
    ending = {"outcome": outcome, "ending_reason": words, "vent_confirmed": vented, "ended_at": now}
    if not open_still.update(status=Status.ENDED, **ending):
        return False
    with suppress(bus.BusDownError):  # the reason stands on the session's page, too
        bus.tell_ended(session_id, outcome, words, vented)
    return True
