"""What a prescription came to in its sessions, as the rules of progression ask for it."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from patients.models import Measurement, Patient
from patients.selectors import ended_flare, open_flare
from protocols.domain.plan import IntervalKind, Plan
from protocols.domain.progression import Facts
from protocols.models import Prescription, Protocol
from protocols.selectors import most_allowed
from sessions.domain import counting
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, HomeSession, SessionEvent, TrainingSession
from sessions.selectors import gate


def progression_facts(prescription: Prescription, now: datetime) -> Facts:
    """The facts of one prescription. What no record tells stays not known."""
    patient, today = prescription.patient, timezone.localdate(now)
    plan = Plan.from_json(prescription.plan)
    most = most_allowed(prescription, today)
    times = _trained_at(patient)
    last = _sessions_of(prescription).first()
    is_cycle = prescription.protocol.kind == Protocol.Kind.KAATSU_CYCLE
    sets = max(interval.set_number for interval in plan.intervals)
    has_repetitions = any(interval.repetitions for interval in plan.intervals)
    return Facts(
        percent_lop=prescription.percent_lop,
        most_percent_lop=most.percent_lop,
        load_percent_1rm=prescription.load_percent_1rm,
        most_load_percent=most.load_percent,
        sets=sets if has_repetitions else 0,
        last_set_repetitions=_last_set_repetitions(last) if last else None,
        cycles=sets if is_cycle else None,
        cycles_allowed=most.cycles,
        volume_percent=prescription.volume_percent,
        sessions_per_week=prescription.sessions_per_week,
        sessions_at_dose=_sessions_of(prescription).count() + prescription.home_sessions.count(),
        went_through=_went_through(prescription, last),
        pain_rose=_pain_rose(prescription, last),
        in_flare=open_flare(patient) is not None,
        flare_ended_lately=ended_flare(patient, today) is not None,
        has_open_event=AdverseEvent.objects.filter(patient=patient, resolved_at=None).exists(),
        days_at_pressure=(today - _pressure_since(prescription)).days,
        hours_between_last_two=(times[0] - times[1]).total_seconds() / 3600 if len(times) > 1 else None,
        sessions_in_7_days=sum(at > now - timedelta(days=7) for at in times),
    )


def last_done_at(prescription: Prescription) -> datetime | None:
    """When something was last trained by this prescription."""
    last, home = _sessions_of(prescription).first(), _last_at_home(prescription)
    return max((one for one in (last and last.ended_at, home and home.done_at) if one), default=None)


def _sessions_of(prescription: Prescription) -> QuerySet[TrainingSession]:
    """Ended sessions by a prescription in which something was inflated, the newest first."""
    ended = TrainingSession.objects.filter(status=TrainingSession.Status.ENDED)
    ours = ended.filter(Q(prescription=prescription) | Q(other_prescription=prescription))
    return ours.exclude(outcome=Outcome.NOT_STARTED).order_by("-ended_at", "-pk")


def _last_at_home(prescription: Prescription) -> HomeSession | None:
    return prescription.home_sessions.order_by("-done_at").first()


def _trained_at(patient: Patient) -> list[datetime]:
    """When the latest sessions were, in the clinic and at home, the newest first."""
    clinic = patient.training_sessions.exclude(ended_at=None).exclude(outcome=Outcome.NOT_STARTED)
    ended = [one for one in clinic.order_by("-ended_at").values_list("ended_at", flat=True)[:10] if one]
    home = patient.home_sessions.order_by("-done_at").values_list("done_at", flat=True)[:10]
    return sorted([*ended, *home], reverse=True)


def _last_set_repetitions(session: TrainingSession) -> int | None:
    """Repetitions counted in the last set. None where none was counted: that is not known, not zero."""
    plan = Plan.from_json(session.plan)
    last = max(n for n, interval in enumerate(plan.intervals) if interval.kind is IntervalKind.WORK)
    began = session.events.filter(kind="INTERVAL", detail__value=last).order_by("happened_at").first()
    if began is None:
        return None
    since = session.events.filter(happened_at__gte=began.happened_at).order_by("happened_at", "pk")
    told = [(one.kind, one.detail.get("value")) for one in since if not one.detail.get("refused")]
    return counting.counted(told) or None


def _went_through(prescription: Prescription, last: TrainingSession | None) -> bool | None:
    home = _last_at_home(prescription)
    if last and last.ended_at and not (home and home.done_at > last.ended_at):
        return last.outcome == Outcome.COMPLETED and not gate.was_paused(last)
    return home.completed if home else None


def _pain_rose(prescription: Prescription, last: TrainingSession | None) -> bool | None:
    """Pain in or after the last session above the pain before it. None where nobody asked."""
    home = _last_at_home(prescription)
    if home and not (last and last.ended_at and last.ended_at > home.done_at):
        return home.pain_after > home.pain_before
    before = _number(last.preflight.get("pain_nrs")) if last else None
    if last is None or before is None:
        return None
    entered = SessionEvent.objects.filter(session=last, kind="ENTER", detail__signal="PAIN")
    told = [_number(event.detail.get("value")) for event in entered if not event.detail.get("refused")]
    measured = last.wearer.measurements.filter(
        kind=Measurement.Kind.PAIN_NRS, measured_at__gt=last.opened_at + timedelta(minutes=1)
    )
    after = [value for value in told if value is not None] + list(measured.values_list("value", flat=True))
    return max(after) > before if after else None


def _number(said: object) -> float | None:
    try:
        return float(str(said))
    except ValueError:
        return None


def _pressure_since(prescription: Prescription) -> date:
    """Since when this limb has had this very target."""
    same = prescription.patient.prescriptions.filter(
        limb=prescription.limb, side=prescription.side, setting=prescription.setting
    )
    since = prescription.prescribed_at
    for row in same.filter(prescribed_at__lte=since).order_by("-prescribed_at", "-pk"):
        if row.target != prescription.target:
            break
        since = row.prescribed_at
    return timezone.localdate(since)
