"""Reads: a person's sessions, what the home page may show, and a clinic's sums."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.domain.units import Scale
from devices.models import Channel, Controller
from devices.selectors import why_not_fit
from kaatsu_clinic import VERSION
from kaatsu_clinic.accounts.models import Clinic, Role, User
from patients.domain.clearance import Standing
from patients.domain.events import untrained
from patients.domain.limbs import on_side
from patients.domain.setbacks import RULES
from patients.models import Measurement, Patient
from patients.selectors import (
    barred_limbs,
    current_clearance,
    current_consent,
    latest_phase_change,
    latest_screening,
    limb_bars,
    open_flare,
    open_suspensions,
    standing,
)
from protocols.domain.plan import Plan, together
from protocols.models import Posture, Prescription
from protocols.selectors import (
    current_prescriptions,
    is_above_newest_occlusion,
    is_overtaken,
    is_tightened_since,
)
from sessions import bus
from sessions.domain import outcomes, preflight, self_test, trace
from sessions.domain.dose import Dose
from sessions.domain.mode import Mode, mode_of
from sessions.domain.outcomes import PainChanges, Reading, Week
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, HomeSession, NoteDraft, PressureTrace, TrainingSession
from sessions.selectors.aftercare import due_followups
from sessions.selectors.lately import lately, permitted_mmhg

WEEKS_SHOWN = 26
APART_AT_HOME = timedelta(hours=preflight.HOURS_APART)
"""Between two sessions at home, as in the clinic."""


# --- one patient -------------------------------------------------------------------------------------------------
def history(patient: Patient) -> QuerySet[TrainingSession]:
    """Supervised sessions, newest first. `notes` counts what was signed of each, `has_draft`: something was saved."""
    sessions = patient.training_sessions.select_related(
        "prescription__protocol", "supervisor", "occlusion_search"
    )
    counted = sessions.annotate(
        notes=Count("note_entries"), has_draft=Exists(NoteDraft.objects.filter(session=OuterRef("pk")))
    )
    return counted.order_by("-opened_at", "-pk")


def home_history(patient: Patient) -> QuerySet[HomeSession]:
    """Sessions at home, newest first."""
    sessions = patient.home_sessions.select_related("prescription__protocol", "logged_by")
    return sessions.order_by("-done_at", "-pk")


def open_adverse_events(patient: Patient) -> QuerySet[AdverseEvent]:
    """What is not resolved yet, the newest first. Without a severity it is a draft that nobody has graded."""
    events = patient.adverse_events.filter(resolved_at=None).select_related("session", "reported_by")
    return events.order_by("-occurred_at", "-pk")


def home_plans(patient: Patient, today: date) -> list[Prescription]:
    """What the patient may do at home: each limb that is not barred, on a plan that no later limit or LOP has overtaken."""
    plans = current_prescriptions(patient, today).filter(setting=Prescription.Setting.HOME)
    barred = barred_limbs(patient)
    return [
        plan
        for plan in plans.select_related("patient").order_by("limb", "side")
        if on_side(plan.limb, plan.side) not in barred and not is_overtaken(plan, today)
    ]


def plans_to_log(patient: Patient, today: date) -> list[Prescription]:
    """What a session at home may have been: the current plans, else the latest, for nobody loses a session."""
    latest = patient.prescriptions.filter(setting=Prescription.Setting.HOME).select_related("protocol")
    return home_plans(patient, today) or list(latest.order_by("-prescribed_at", "-pk")[:1])


def home_holds(patient: Patient, today: date) -> list[str]:
    """Every reason not to train at home today, in words for the patient. What is not known is a reason."""
    found = [
        (patient.phase != Patient.Phase.HOME, _watched_words(patient)),
        (bool(open_suspensions(patient)), _("Training is stopped until a doctor of your clinic has looked.")),
        (current_clearance(patient, today) is None, _clearance_words(standing(patient, today))),
        (current_consent(patient) is None, _("Your consent to the training is missing.")),
        (
            is_out_of_training(patient, today),
            _("You have not trained for 14 days. The clinic asks you some questions first."),
        ),
        (open_flare(patient) is not None, _("You have a flare. Training waits until it has settled.")),
        (open_adverse_events(patient).exists(), _("The clinic still has to look at something you reported.")),
    ]
    return [words for holds, words in found if holds and words]


def _clearance_words(state: Standing) -> str:
    """Why the clearance does not hold. A leg that may have a clot wants a doctor, not a signature. A suspension is told already."""
    return {
        Standing.SUSPECTED_CLOT: _(
            "Your leg may have a clot. A doctor has to look at it today: call the clinic now."
        ),
        Standing.SCREENING_DUE: _("Something has changed. The clinic asks you some questions first."),
        Standing.ENDED: _("Your medical clearance has run out."),
        Standing.NONE: _("Your medical clearance is missing."),
        Standing.SUSPENDED: "",
    }.get(state, _("A doctor of your clinic has to say first that you may train."))


def _watched_words(patient: Patient) -> str:
    """That someone watches for now, and why, if a rule sent the person back."""
    change = latest_phase_change(patient)
    words = _("Your training takes place with the clinic watching for now.")
    return f"{words} {RULES[change.rule].words}" if change and change.is_by_rule else words


def next_home_session_at(patient: Patient, now: datetime) -> datetime | None:
    """From when the next session at home may be, None if that is now."""
    last = home_history(patient).first()
    earliest = last.done_at + APART_AT_HOME if last else now
    return earliest if earliest > now else None


# --- one session -------------------------------------------------------------------------------------------------
def dose_of(session: TrainingSession) -> Dose | None:
    """The sums of an ended session, None while there are none."""
    return Dose(**session.summary) if session.summary else None


def points_of(session: TrainingSession, cuff: int = 0) -> list[trace.Point]:
    """Every sample of one of a session's cuffs in order of time. Raises trace.TraceError for a damaged block."""
    blocks = PressureTrace.objects.filter(session=session, cuff=cuff).order_by("number")
    return [point for block in blocks.values_list("data", flat=True) for point in trace.unpack(block)]


def plan_of(session: TrainingSession) -> Plan:
    """The plan that was frozen with the session. One from before sessions had several cuffs names none."""
    plan = Plan.from_json(session.plan)
    return plan if plan.cuffs else together([(session.channel.number, "", plan)])


def mode_of_session(session: TrainingSession) -> Mode:
    """What kind of session it is, from its plan and the posture that was prescribed."""
    posture = session.prescription.posture if session.prescription else ""
    return mode_of(plan_of(session), is_standing=posture == Posture.STANDING)


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
    supervised = TrainingSession.objects.trainings().filter(
        patient__clinic__in=clinics, opened_at__date__gte=since
    )
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


def controllers_taken_since(opened_after: datetime) -> list[int]:
    """Controllers of live sessions that were opened or taken after an instant: their port is about to be opened."""
    live = TrainingSession.objects.live().filter(
        Q(opened_at__gt=opened_after) | Q(claimed_at__gt=opened_after)
    )
    return list(live.values_list("controller", flat=True))


def live_out_of_use(slug: str) -> QuerySet[TrainingSession]:
    """Sessions of a station that are not over, on a controller that is out of use."""
    live = TrainingSession.objects.live().filter(controller__station__slug=slug)
    return live.exclude(controller__quarantined_at=None).select_related("controller")


def running_since(claimed_before: datetime) -> QuerySet[TrainingSession]:
    """Running sessions that were taken before an instant, with their stations."""
    running = TrainingSession.objects.filter(
        status=TrainingSession.Status.RUNNING, claimed_at__lt=claimed_before
    )
    return running.select_related("controller__station")


def preflight_facts(prescription: Prescription, channel: Channel, now: datetime) -> preflight.Facts:
    """What the records say before a session; what must be asked and measured today is still unknown."""
    patient, today = prescription.patient, timezone.localdate(now)
    return replace(
        _facts_of(patient, channel, now, limb=prescription.limb, side=prescription.side),
        is_out_of_training=is_out_of_training(patient, today),
        prescribed_until=prescription.valid_until,
        is_tightened_since=is_tightened_since(prescription),
        needs_occlusion=prescription.scale == Scale.MMHG,
        occlusion_until=prescription.occlusion.valid_until if prescription.occlusion else None,
        is_above_newest_occlusion=is_above_newest_occlusion(prescription, today),
        cuff_matches=channel.cuff_model_id == prescription.cuff_model_id,
        hours_since_last=_hours_since_last(patient, now),
        **lately(prescription, now),
    )


def measuring_facts(
    patient: Patient, channel: Channel, now: datetime, *, limb: str, side: str
) -> preflight.Facts:
    """What the records say before an occlusion pressure is measured: no plan is needed, nor rest since the last session.

    How the person slept and is after the last session matters to training only.
    """
    today = timezone.localdate(now)
    return replace(
        _facts_of(patient, channel, now, limb=limb, side=side),
        is_out_of_training=False,
        prescribed_until=today,
        is_tightened_since=False,
        needs_occlusion=False,
        cuff_matches=channel.cuff_model.scale == Scale.MMHG,
        stiffness_min=0,
        reaction=preflight.Reaction.NONE,
        slept_badly=False,
        drank_little=False,
        sessions_in_7_days=0,
        minutes_in_7_days=0.0,
        planned_minutes=0.0,
    )


def _facts_of(patient: Patient, channel: Channel, now: datetime, *, limb: str, side: str) -> preflight.Facts:
    """What holds whenever this limb is inflated on this channel."""
    today = timezone.localdate(now)
    clearance = current_clearance(patient, today)
    answers, is_current = _station(channel.controller.station.slug)
    return preflight.Facts(
        cleared_until=clearance.valid_until if clearance else None,
        has_consent=current_consent(patient) is not None,
        limb_bars=tuple(limb_bars(patient, limb=limb, side=side)),
        station_answers=answers,
        station_is_current=is_current,
        controller_objections=tuple(why_not_fit(channel.controller, today)),
        in_flare=open_flare(patient) is not None,
        permitted_mmhg=permitted_mmhg(patient, today),
        open_followups=due_followups(patient, now).count(),
        open_adverse_event=AdverseEvent.objects.filter(patient=patient, resolved_at=None).exists(),
    )


def self_test_facts(controller: Controller, now: datetime) -> self_test.Facts:
    """What the records say before a self-test. That nobody wears the cuff must be said."""
    answers, is_current = _station(controller.station.slug)
    return self_test.Facts(
        station_answers=answers,
        station_is_current=is_current,
        controller_objections=tuple(why_not_fit(controller, timezone.localdate(now))),
    )


def self_tests_of(controller: Controller) -> QuerySet[TrainingSession]:
    """Of one box, the newest first."""
    tests = TrainingSession.objects.self_tests().filter(controller=controller)
    return tests.select_related("controller", "supervisor").order_by("-opened_at", "-pk")


def last_session_at(patient: Patient) -> datetime | None:
    """When this person last trained, in the clinic or at home."""
    supervised, at_home = _last_inflated(patient), home_history(patient).first()
    times = [one for one in (supervised and supervised.ended_at, at_home and at_home.done_at) if one]
    return max(times, default=None)


def is_out_of_training(patient: Patient, today: date) -> bool:
    """Nothing was trained for 14 days, in the clinic or at home, and nobody has screened again since."""
    last, screening = last_session_at(patient), latest_screening(patient)
    return untrained(
        timezone.localdate(last) if last else None,
        timezone.localdate(screening.screened_at) if screening else None,
        today,
    )


def _station(slug: str) -> tuple[bool | None, bool | None]:
    """Whether a station answers, and whether it runs this version. None where nobody knows."""
    try:
        seen = bus.station(slug)
    except bus.BusDownError:
        return None, None
    return seen is not None, seen.version == VERSION if seen else None


def _last_inflated(patient: Patient) -> TrainingSession | None:
    """The last session with an inflated cuff. It counts unless it is known that nothing was inflated in it."""
    never_began = Q(outcome=Outcome.NOT_STARTED) | Q(outcome=Outcome.FAULT, summary=None)
    was_never_inflated = Q(summary__inflated_s=0, summary__samples__gt=0)
    ended = TrainingSession.objects.trainings().filter(patient=patient).exclude(ended_at=None)
    return ended.exclude(never_began | was_never_inflated).order_by("-ended_at").first()


def _hours_since_last(patient: Patient, now: datetime) -> float | None:
    """Hours since a cuff was last inflated, in the clinic or at home. None: it never was."""
    last = last_session_at(patient)
    return (now - last).total_seconds() / 3600 if last else None
