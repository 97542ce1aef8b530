"""Reads: a person's sessions, what the home page may show, and a clinic's sums."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.domain.units import Scale
from devices.models import Channel
from kaatsu_clinic import VERSION
from kaatsu_clinic.accounts.models import Clinic, Role, User
from patients.models import Measurement, Patient
from patients.selectors import current_clearance, open_flare
from protocols.domain.plan import Plan
from protocols.models import Prescription
from protocols.selectors import current_prescriptions
from sessions import bus
from sessions.domain import outcomes, preflight, trace
from sessions.domain.dose import Dose
from sessions.domain.outcomes import PainChanges, Reading, Week
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, HomeSession, PressureTrace, TrainingSession

WEEKS_SHOWN = 26
APART_AT_HOME = timedelta(hours=preflight.HOURS_APART)
"""Between two sessions at home, as in the clinic."""


# --- one patient -------------------------------------------------------------------------------------------------
def history(patient: Patient) -> QuerySet[TrainingSession]:
    """Supervised sessions, newest first."""
    sessions = patient.training_sessions.select_related("prescription__protocol", "supervisor")
    return sessions.order_by("-opened_at", "-pk")


def home_history(patient: Patient) -> QuerySet[HomeSession]:
    """Sessions at home, newest first."""
    sessions = patient.home_sessions.select_related("prescription__protocol", "logged_by")
    return sessions.order_by("-done_at", "-pk")


def open_adverse_events(patient: Patient) -> QuerySet[AdverseEvent]:
    """What is not resolved yet, the newest first. Without a severity it is a draft that nobody has graded."""
    events = patient.adverse_events.filter(resolved_at=None).select_related("session", "reported_by")
    return events.order_by("-occurred_at", "-pk")


def home_plans(patient: Patient, today: date) -> list[Prescription]:
    """What the patient may do at home, one prescription for each limb."""
    plans = current_prescriptions(patient, today).filter(setting=Prescription.Setting.HOME)
    return list(plans.order_by("limb", "side"))


def plans_to_log(patient: Patient, today: date) -> list[Prescription]:
    """What a session at home may have been: the current plans, else the latest, for nobody loses a session."""
    latest = patient.prescriptions.filter(setting=Prescription.Setting.HOME).select_related("protocol")
    return home_plans(patient, today) or list(latest.order_by("-prescribed_at", "-pk")[:1])


def home_holds(patient: Patient, today: date) -> list[str]:
    """Every reason not to train at home today, in words for the patient. What is not known is a reason."""
    found = [
        (patient.phase == Patient.Phase.CLINICAL, _("Your training takes place in the clinic for now.")),
        (current_clearance(patient, today) is None, _("Your medical clearance has run out or is missing.")),
        (open_flare(patient) is not None, _("You have a flare. Training waits until it has settled.")),
        (open_adverse_events(patient).exists(), _("The clinic still has to look at something you reported.")),
    ]
    return [words for holds, words in found if holds]


def next_home_session_at(patient: Patient, now: datetime) -> datetime | None:
    """From when the next session at home may be, None if that is now."""
    last = home_history(patient).first()
    earliest = last.done_at + APART_AT_HOME if last else now
    return earliest if earliest > now else None


# --- one session -------------------------------------------------------------------------------------------------
def dose_of(session: TrainingSession) -> Dose | None:
    """The sums of an ended session, None while there are none."""
    return Dose(**session.summary) if session.summary else None


def points_of(session: TrainingSession) -> list[trace.Point]:
    """Every sample of a session in order of time. Raises trace.TraceError for a damaged block."""
    blocks = PressureTrace.objects.filter(session=session).order_by("number").values_list("data", flat=True)
    return [point for block in blocks for point in trace.unpack(block)]


def plan_of(session: TrainingSession) -> Plan:
    """The plan that was frozen with the session."""
    return Plan.from_json(session.plan)


# --- one clinic or several: sums, and never a name ---------------------------------------------------------------
def clinics_reviewed_by(user: User) -> QuerySet[Clinic]:
    """The clinics whose outcomes this person may see."""
    return user.clinics_as(Role.ADMIN, Role.MEDICAL_LEAD)


def phase_counts(clinics: QuerySet[Clinic]) -> dict[str, int]:
    """How many people are in each phase, by the phase's words."""
    rows = Patient.objects.filter(clinic__in=clinics).values_list("phase").annotate(Count("pk"))
    counts = dict(rows)
    return {str(phase.label): counts.get(phase.value, 0) for phase in Patient.Phase}


def sessions_by_week(clinics: QuerySet[Clinic], today: date) -> list[Week]:
    """Sessions that took place, week by week. One in which nothing was inflated is none."""
    since = outcomes.monday(today) - timedelta(weeks=WEEKS_SHOWN - 1)
    supervised = TrainingSession.objects.filter(patient__clinic__in=clinics, opened_at__date__gte=since)
    took_place = supervised.exclude(Q(outcome=Outcome.NOT_STARTED) | Q(status=TrainingSession.Status.READY))
    at_home = HomeSession.objects.filter(patient__clinic__in=clinics, done_at__date__gte=since)
    return outcomes.by_week(
        [timezone.localdate(at) for at in took_place.values_list("opened_at", flat=True)],
        [timezone.localdate(at) for at in at_home.values_list("done_at", flat=True)],
        today=today,
        weeks=WEEKS_SHOWN,
    )


def pain_changes(clinics: QuerySet[Clinic]) -> PainChanges:
    """First against latest pain of everybody who was measured on two days."""
    pain = Measurement.objects.filter(patient__clinic__in=clinics, kind=Measurement.Kind.PAIN_NRS)
    readings = [
        Reading(person, timezone.localdate(at), value)
        for person, at, value in pain.order_by("measured_at", "pk").values_list(
            "patient", "measured_at", "value"
        )
    ]
    return outcomes.pain_changes(readings, people=Patient.objects.filter(clinic__in=clinics).count())


# --- live ----------------------------------------------------------------------------------------------------------
def session_to_run(session_id: int) -> TrainingSession:
    """A session with all that a station needs. Raises TrainingSession.DoesNotExist."""
    return TrainingSession.objects.select_related("controller__station", "channel", "patient").get(
        pk=session_id
    )


def unclaimed_since(opened_before: datetime) -> QuerySet[TrainingSession]:
    """Sessions that were opened before an instant and that no station took."""
    return TrainingSession.objects.filter(status=TrainingSession.Status.READY, opened_at__lt=opened_before)


def running_since(claimed_before: datetime) -> QuerySet[TrainingSession]:
    """Running sessions that were taken before an instant, with their stations."""
    running = TrainingSession.objects.filter(
        status=TrainingSession.Status.RUNNING, claimed_at__lt=claimed_before
    )
    return running.select_related("controller__station")


def preflight_facts(prescription: Prescription, channel: Channel, now: datetime) -> preflight.Facts:
    """What the records say before a session; what must be asked and measured today is still unknown."""
    patient, today = prescription.patient, timezone.localdate(now)
    clearance = current_clearance(patient, today)
    return preflight.Facts(
        cleared_until=clearance.valid_until if clearance else None,
        prescribed_until=prescription.valid_until,
        needs_occlusion=prescription.scale == Scale.MMHG,
        occlusion_until=prescription.occlusion.valid_until if prescription.occlusion else None,
        cuff_matches=channel.cuff_model_id == prescription.cuff_model_id,
        station_answers=_station_answers(channel.controller.station.slug),
        in_flare=open_flare(patient) is not None,
        hours_since_last=_hours_since_last(patient, now),
        open_adverse_event=AdverseEvent.objects.filter(patient=patient, resolved_at=None).exists(),
    )


def _station_answers(slug: str) -> bool | None:
    try:
        return bus.station_seen(slug, VERSION)
    except bus.BusDownError:
        return None


def _hours_since_last(patient: Patient, now: datetime) -> float | None:
    """Hours since the cuff was last inflated. A session counts unless it is known that nothing was inflated in it."""
    never_began = Q(outcome=Outcome.NOT_STARTED) | Q(outcome=Outcome.FAULT, summary=None)
    was_never_inflated = Q(summary__inflated_s=0, summary__samples__gt=0)
    ended = TrainingSession.objects.filter(patient=patient).exclude(ended_at=None)
    last = ended.exclude(never_began | was_never_inflated).order_by("-ended_at").first()
    return (now - last.ended_at).total_seconds() / 3600 if last and last.ended_at else None
