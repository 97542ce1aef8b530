"""After sessions: what needs attention in a clinic, and the questions that a patient or a clinician answers."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kaatsu_clinic.accounts.models import Clinic, Role, User
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from sessions import services
from sessions.domain.followups import Question
from sessions.forms import WEEKLY, CausalitySetForm, FollowUpForm
from sessions.models import ClinicTerms, FollowUp, TrainingSession
from sessions.selectors import aftercare
from sessions.selectors import note as notes

SHOWN = 50


def unread(request: HttpRequest) -> dict[str, Any]:
    """For every page: how much this person was told and has not read."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_notices": 0}
    return {"unread_notices": user.notices.filter(read_at=None).count()}


@require_GET
def attention(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for a person: grave events, open ones, legs, questions that nobody has answered."""
    now, clinic = timezone.now(), _led(request)
    shown = {
        "tight": aftercare.clinic_not_seen_open(request.user),
        "notices": aftercare.notices_of(request.user)[:SHOWN],
        "events": aftercare.clinic_events(request.user),
        "legs": aftercare.clinic_swollen_legs(request.user),
        "followups": aftercare.clinic_followups(request.user, now),
        "weekly": aftercare.clinic_weekly(request.user, now),
        "unsigned": _own_first(notes.unsigned(request.user), request.user)[:SHOWN],
        "unsigned_count": notes.unsigned(request.user).count(),
        "now": now,
        "form": CausalitySetForm(initial={"causality_set": aftercare.causality_set(clinic)})
        if clinic
        else None,
    }
    return render(request, "sessions/attention.html", shown)


def _own_first(sessions: QuerySet[TrainingSession], user: User) -> list[TrainingSession]:
    """What this person has supervised, then what the others have, each with the oldest first."""
    return sorted(sessions, key=lambda one: one.supervisor_id != user.pk)


@require_POST
def read_notice(request: SignedInRequest) -> HttpResponse:
    """A person has seen what they were told."""
    number = request.POST.get("notice", "")
    if number.isdecimal():
        services.mark_read(user=request.user, notice_id=int(number), now=timezone.now())
    return redirect("sessions:attention")


@require_POST
def choose_causality(request: SignedInRequest) -> HttpResponse:
    """The medical lead chooses once by which words the clinic judges cause."""
    clinic, form = _led(request), CausalitySetForm(request.POST)
    if clinic and form.is_valid():
        ClinicTerms.objects.update_or_create(clinic=clinic, defaults=form.cleaned_data)
        messages.success(request, _("Kept. It counts for every event that is graded from now on."))
    return redirect("sessions:attention")


@require_http_methods(["GET", "POST"])
def home_followup(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The patient answers on the phone."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=patient_id)
    return _ask(request, patient, "sessions/home_followup.html", "sessions:home_plan", by_phone=False)


@require_http_methods(["GET", "POST"])
def followup(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """A clinician asks, on the telephone or beside the couch."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    return _ask(request, patient, "sessions/followup.html", "patients:detail", by_phone=True)


def _ask(
    request: SignedInRequest, patient: Patient, template: str, then: str, *, by_phone: bool
) -> HttpResponse:
    """The oldest questions that are due, answered once; then those of the week at home."""
    now = timezone.now()
    row = _due_row(request, patient, now)
    if row is None and aftercare.due_weekly(patient, now) is None:
        messages.info(request, _("There is nothing to answer now."))
        return redirect(then, patient.pk)
    form = FollowUpForm(request.POST or None, followup_id=row.pk if row else WEEKLY)
    if form.is_valid():
        answer = services.Answer(form.given, form.cleaned_data["note"], form.words, by_phone)
        try:
            red = _keep(patient, row, answer, request.user, now)
        except services.AnsweredBeforeError:
            red = ()
        _say(request, red, by_phone=by_phone)
        return redirect(then, patient.pk)
    today = timezone.localdate()
    shown = {
        "patient": patient,
        "flags": flags(patient, today),
        "form": form,
        "session": row.session if row else None,
    }
    return render(request, template, shown)


def _due_row(request: SignedInRequest, patient: Patient, now: datetime) -> FollowUp | None:
    """The questions after a session that are meant, else the oldest that are due. None: those of the week at home."""
    due = aftercare.due_followups(patient, now)
    wanted = request.POST.get("followup", "")
    return due.filter(pk=wanted).first() if wanted.isdecimal() else due.first()


def _keep(
    patient: Patient, row: FollowUp | None, answer: services.Answer, by: User, now: datetime
) -> tuple[Question, ...]:
    if row:
        return services.answer_followup(followup=row, answer=answer, by=by, now=now)
    return services.answer_weekly(patient=patient, answer=answer, by=by, now=now)


def _say(request: SignedInRequest, red: tuple[Question, ...], *, by_phone: bool) -> None:
    if not red:
        messages.success(request, _("Thank you. The answers are kept."))
    elif by_phone:
        messages.error(request, _("Kept. An adverse event was opened: see to the person today."))
    else:
        messages.error(
            request, _("Do not train. Call your clinic today. If it gets worse, call an ambulance.")
        )


def _led(request: SignedInRequest) -> Clinic | None:
    return request.user.clinics_as(Role.MEDICAL_LEAD).order_by("pk").first()
