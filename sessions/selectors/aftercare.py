"""What is still to be asked, told and closed after sessions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q, QuerySet

from kaatsu_clinic.accounts.models import CLINICIANS, Clinic, User
from patients.models import Patient, SwollenLeg
from sessions.domain import followups
from sessions.domain.harm import CausalitySet
from sessions.models import AdverseEvent, ClinicTerms, FollowUp, Notice, TrainingSession, WeeklyAnswer


def due_followups(patient: Patient, now: datetime) -> QuerySet[FollowUp]:
    """Questions that are due and that nobody has answered, the oldest first."""
    rows = FollowUp.objects.filter(session__patient=patient, due_at__lte=now, answered_at=None)
    return rows.select_related("session").order_by("due_at", "pk")


@dataclass(frozen=True)
class Weekly:
    """When the questions of a week at home are due for one person."""

    patient: Patient
    due_at: datetime
    late_at: datetime


def weekly_of(patient: Patient, now: datetime) -> Weekly | None:
    """When this person is to be asked next. None while they do not train at home."""
    return _weekly(patient, _followed_at([patient]), now) if patient.phase == Patient.Phase.HOME else None


def _followed_at(patients: Iterable[Patient]) -> dict[int, datetime]:
    """When each answered the questions after a session last: they are the same questions, so they count for the week."""
    answered = FollowUp.objects.filter(session__patient__in=patients).exclude(answered_at=None)
    return dict(answered.values_list("session__patient").annotate(Max("answered_at")))


def _weekly(patient: Patient, followed_at: Mapping[int, datetime], now: datetime) -> Weekly:
    answered = [one.answered_at for one in patient.weekly_answers.all()]
    answered += [followed_at[patient.pk]] if patient.pk in followed_at else []
    moved = [one.decided_at for one in patient.phase_changes.all() if one.to_phase == Patient.Phase.HOME]
    return Weekly(patient, *followups.weekly(max(answered + moved, default=None), now))


def due_weekly(patient: Patient, now: datetime) -> Weekly | None:
    """The questions of a week at home, if they are due."""
    weekly = weekly_of(patient, now)
    return weekly if weekly and weekly.due_at <= now else None


def clinic_weekly(user: User, now: datetime) -> list[Weekly]:
    """Who at home is due to be asked, of all patients of a clinician's clinics, the late ones first."""
    patients = Patient.objects.treated_by(user).filter(phase=Patient.Phase.HOME)
    known = list(patients.prefetch_related("weekly_answers", "phase_changes"))
    followed_at = _followed_at(known)
    found = [weekly for patient in known if (weekly := _weekly(patient, followed_at, now)).due_at <= now]
    return sorted(found, key=lambda one: one.late_at)


def weekly_answers(patient: Patient) -> QuerySet[WeeklyAnswer]:
    """What was answered at home, the newest first."""
    return patient.weekly_answers.select_related("answered_by").order_by("-answered_at", "-pk")


def followups_of(session: TrainingSession) -> QuerySet[FollowUp]:
    """The questions after one session, in order of time."""
    return session.followups.select_related("answered_by").order_by("due_at", "pk")


def followup_counts(patient: Patient, now: datetime) -> tuple[int | None, int | None]:
    """Sessions with due questions, and those of them with every due one answered. None where nothing was ever due."""
    asked = TrainingSession.objects.filter(patient=patient, followups__due_at__lte=now)
    counted = asked.annotate(
        due=Count("followups", filter=Q(followups__due_at__lte=now), distinct=True),
        answered=Count(
            "followups",
            filter=Q(followups__due_at__lte=now, followups__answered_at__isnull=False),
            distinct=True,
        ),
    ).distinct()
    due = counted.count()
    return (due, counted.filter(due=F("answered")).count()) if due else (None, None)


def clinic_followups(user: User, now: datetime) -> QuerySet[FollowUp]:
    """Questions that are due, of all patients of a clinician's clinics. The late ones stand first."""
    rows = FollowUp.objects.filter(
        session__patient__clinic__in=user.clinics_as(*CLINICIANS), due_at__lte=now, answered_at=None
    )
    return rows.select_related("session__patient").order_by("late_at", "pk")


def clinic_events(user: User) -> QuerySet[AdverseEvent]:
    """Events that are not over: those that nobody has graded first, then the gravest."""
    rows = AdverseEvent.objects.visible_to(user).filter(resolved_at=None).select_related("patient")
    return rows.order_by(F("severity").desc(nulls_first=True), "-occurred_at")


def clinic_swollen_legs(user: User) -> QuerySet[SwollenLeg]:
    """Legs that may have a clot."""
    rows = SwollenLeg.objects.filter(patient__clinic__in=user.clinics_as(*CLINICIANS), closed_at=None)
    return rows.select_related("patient").prefetch_related("scores").order_by("reported_at")


def clinic_not_seen_open(user: User) -> QuerySet[TrainingSession]:
    """Sessions that ended with a cuff that may still be tight, until somebody has looked at the box."""
    rows = TrainingSession.objects.visible_to(user).not_seen_open().order_by("ended_at")
    return rows.select_related(
        "patient", "controller", "prescription", "other_prescription", "occlusion_search"
    )


def notices_of(user: User) -> QuerySet[Notice]:
    """What this person was told: unread first, the newest first."""
    rows = user.notices.select_related("event__patient")
    return rows.order_by(F("read_at").desc(nulls_first=True), "-made_at")


def causality_set(clinic: Clinic) -> CausalitySet:
    """By which words the clinic judges cause."""
    terms = ClinicTerms.objects.filter(clinic=clinic).first()
    return CausalitySet(terms.causality_set) if terms else CausalitySet.WHO_UMC
