"""Training at home, on the patient's own phone: the plan, the log, what to do after a warning, and what was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import barred_limbs, flags
from patients.services import RefusedError, report_flare
from protocols.domain.plan import Plan
from protocols.models import Prescription
from protocols.selectors import plan_items
from sessions import selectors, services
from sessions.domain import home, rounds
from sessions.forms import HomeFlareForm, HomeLogForm, plan_words, red_words, symptom_words
from sessions.models import HomeSession
from sessions.selectors.aftercare import due_followups, due_weekly, weekly_answers
from sessions.views.history import PER_PAGE, with_words

SHOWN_WEEKS = 26
"""Half a year of weekly answers."""


@require_GET
def plan(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """What to do at home, or why not today."""
    patient = _patient(request, patient_id)
    today, now = timezone.localdate(), timezone.now()
    shown = {
        "patient": patient,
        "plans": [_in_plain_words(one) for one in selectors.home_plans(patient, today)],
        "holds": selectors.home_holds(patient, today),
        "barred": barred_limbs(patient),
        "last": selectors.home_history(patient).first(),
        "not_before": selectors.next_home_session_at(patient, now),
        "questions": due_followups(patient, now).exists() or due_weekly(patient, now),
        "may_log": bool(selectors.plans_to_log(patient, today)),
        "wider_plan": plan_items(patient),
    }
    return render(request, "sessions/home_plan.html", shown)


@require_http_methods(["GET", "POST"])
def log(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Log a session. The same log sent again is shown as kept, and kept once."""
    patient = _patient(request, patient_id)
    now = timezone.now()
    plans = selectors.plans_to_log(patient, timezone.localdate())
    if not plans:
        messages.info(request, _("You have no plan for home yet, so there is nothing to log."))
        return redirect("sessions:home_plan", patient_id)
    form = HomeLogForm(request.POST or None, plans=plans, now=now)
    if form.is_valid():
        try:
            kept = services.log_home_session(
                entry=form.entry(),
                patient=patient,
                prescription=form.cleaned_data["prescription"],
                by=request.user,
                now=now,
            )
        except services.ForeignLogError:
            form.add_error(None, _("This could not be kept. Open the page again and send it once more."))
        else:
            return redirect("sessions:home_logged", patient_id, kept.pk)
    return render(request, "sessions/home_log.html", {"patient": patient, "form": form})


@require_http_methods(["GET", "POST"])
def flare(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The patient says that a flare has begun. Training waits from then on."""
    patient = _patient(request, patient_id)
    form = HomeFlareForm(request.POST or None)
    if form.is_valid():
        terms = form.terms(timezone.localdate())
        try:
            report_flare(patient=patient, **terms, by=request.user, now=timezone.now())
        except RefusedError:
            messages.info(request, _("Your clinic knows of this flare already."))
        else:
            messages.success(request, _("Your clinic has been told. Do not train until they say so."))
        return redirect("sessions:home_plan", patient_id)
    return render(request, "sessions/home_flare.html", {"patient": patient, "form": form})


@require_GET
def logged(request: SignedInRequest, patient_id: int, log_id: UUID) -> HttpResponse:
    """That the log is kept, and what to do now."""
    patient = _patient(request, patient_id)
    session = get_object_or_404(HomeSession, pk=log_id, patient=patient)
    shown = {
        "patient": patient,
        "session": session,
        "advice": home.advice(_said(session)).name,
        "symptoms": symptom_words(session.symptoms),
    }
    return render(request, "sessions/home_logged.html", shown)


@require_GET
def history(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Every session at home, for the patient and the clinic."""
    patient = _patient(request, patient_id)
    page = Paginator(selectors.home_history(patient), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "patient": patient,
        "flags": flags(patient, timezone.localdate()),
        "page": page,
        "rows": with_words(list(page.object_list)),
        "weekly": [(one, red_words(one.answers)) for one in weekly_answers(patient)[:SHOWN_WEEKS]],
    }
    return render(request, "sessions/home_history.html", shown)


def _patient(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.visible_to(request.user), pk=patient_id)


def _in_plain_words(prescription: Prescription) -> dict[str, Any]:
    return {
        "prescription": prescription,
        "name": plan_words(prescription),
        "rounds": rounds.rounds(Plan.from_json(prescription.plan)),
    }


def _said(session: HomeSession) -> home.Log:
    return home.Log(session.pain_before, session.pain_after, session.effort, session.symptoms)
