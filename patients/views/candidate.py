"""Why a person is in the programme and what they agreed to: one page, four forms. Only for clinicians."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaatsu_clinic.accounts.models import User
from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.domain.consent import CONSENT_VERSION, SENTENCES, SURVEYS
from patients.domain.intake import Intake, IntakeItem
from patients.forms import ConsentForm, GoalForm, IntakeForm, StatusForm, refuse
from patients.models import Patient
from patients.views.page import PAGE, patient_of, patient_page

KEEP: dict[str, Callable[..., object]] = {
    "goal": services.set_goal,
    "status": services.judge_disease,
    "consent": services.record_consent,
    "intake": services.record_intake,
}


@PAGE
def candidate(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Goal, disease, consent and intake; what is sent is the part that the button names."""
    patient = patient_of(request, patient_id)
    part = request.POST.get("part", "")
    blank = _forms(patient, request.user, None, "")
    form = _forms(patient, request.user, request.POST, part).get(part) if part else None
    if form is not None and form.is_valid() and _keep(request, patient, part, form):
        messages.success(request, _("Saved."))
        return redirect("patients:candidate", patient.pk)
    intake = selectors.intake_facts(patient)
    return patient_page(
        request,
        "patients/candidate.html",
        patient,
        forms={**blank, **({part: form} if form is not None else {})},
        open_part=part,
        goal=selectors.current_goal(patient),
        goal_measure=_measure_words(patient),
        status=selectors.current_status(patient),
        consent=selectors.latest_consent(patient),
        holds=intake.has_consent,
        version=CONSENT_VERSION,
        sentences=SENTENCES,
        surveys=SURVEYS,
        intake=_rows(intake),
        is_complete=intake.is_complete,
    )


@require_POST
def withdraw_consent(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The person takes the consent back."""
    patient = patient_of(request, patient_id)
    try:
        services.withdraw_consent(patient=patient, by=request.user, now=timezone.now())
    except services.RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The consent is taken back. No session can start."))
    return redirect("patients:candidate", patient.pk)


def _forms(patient: Patient, me: User, data: Any, part: str) -> dict[str, forms.Form]:
    """The four forms, that of `part` with what was sent. Prefixes keep their fields apart on one page."""
    today = timezone.localdate()
    clinicians = selectors.clinicians_of(patient)
    sent = {name: data if name == part else None for name in KEEP}
    return {
        "goal": GoalForm(sent["goal"], prefix="goal"),
        "status": StatusForm(sent["status"], prefix="status"),
        "consent": ConsentForm(sent["consent"], prefix="consent", clinicians=clinicians, me=me, today=today),
        "intake": IntakeForm(sent["intake"], prefix="intake", today=today),
    }


def _keep(request: SignedInRequest, patient: Patient, part: str, form: forms.Form) -> bool:
    """True if it is kept. Else the form says why not, next to each field."""
    terms = form.terms() if isinstance(form, ConsentForm) else form.cleaned_data
    try:
        KEEP[part](patient=patient, **terms, by=request.user, now=timezone.now())
    except services.RefusedError as refusal:
        refuse(form, refusal.objections)
        return False
    return True


def _rows(intake: Intake) -> list[dict[str, Any]]:
    """The items in their order, each with what was seen of it."""
    return [{"words": item.words, "seen": intake.observations.get(item)} for item in IntakeItem]


def _measure_words(patient: Patient) -> str:
    """The measure of the goal with its latest value, in words."""
    goal = selectors.current_goal(patient)
    if goal is None or not goal.measure:
        return ""
    latest = selectors.latest(patient, goal.measure)
    now = _("now {value:g}").format(value=latest.value) if latest else _("not measured yet")
    return f"{selectors.measure_label(goal.measure)}: {now}"
