"""The pages on which something is measured: numbers typed, joints on the map, questionnaires counted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.domain import joints as joint_map
from patients.forms import JointsForm, MeasureForm, ScoresForm, refuse
from patients.models import Patient
from patients.views.page import PAGE, patient_of, patient_page


@PAGE
def measure(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Numbers taken now or earlier; at least one."""
    patient = patient_of(request, patient_id)
    form = MeasureForm(request.POST or None, now=timezone.now())
    if form.is_valid():
        try:
            services.record_measurements(
                patient=patient,
                values=form.values(),
                measured_at=form.cleaned_data["measured_at"],
                note=form.cleaned_data["note"],
                by=request.user,
                now=timezone.now(),
            )
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            return _saved(request, patient, _("The measurements are saved."), "patients:detail")
    return patient_page(
        request, "patients/measure.html", patient, form=form, trends=selectors.trends(patient)
    )


@PAGE
def joints(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Tender and swollen joints on the map of 28, or of 68 and 66. Psoriatic arthritis begins with the large one."""
    patient = patient_of(request, patient_id)
    default = "68" if patient.diagnosis == Patient.Diagnosis.PSA else "28"
    is_full = request.GET.get("map", default) == "68"
    form = JointsForm(request.POST or None, is_full=is_full)
    if form.is_valid():
        services.record_joints(
            patient=patient, is_full=is_full, **form.terms(), by=request.user, now=timezone.now()
        )
        return _saved(request, patient, _("The joints are saved."), "sessions:progress")
    maps = [
        _map(form, name, words, is_full=is_full)
        for name, words in (("tender", _("Tender")), ("swollen", _("Swollen")))
    ]
    return patient_page(
        request,
        "patients/joints.html",
        patient,
        form=form,
        is_full=is_full,
        maps=maps,
    )


@PAGE
def scores(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Questionnaires and tests that are counted up: each whole or not at all."""
    patient = patient_of(request, patient_id)
    form = ScoresForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_measurements(
                patient=patient,
                values=form.values,
                measured_at=timezone.now(),
                note=form.note,
                by=request.user,
            )
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            return _saved(request, patient, _("The scores are saved."), "sessions:progress")
    return patient_page(request, "patients/scores.html", patient, form=form)


def _map(form: forms.Form, name: str, words: str, *, is_full: bool) -> dict[str, Any]:
    """One map: its joints, each with whether it was marked in what was sent."""
    sent = form[name].value() or []
    shown = [one for one in joint_map.shown(is_full=is_full) if one.swells or name == "tender"]
    return {
        "name": name,
        "words": words,
        "joints": [(one, one.name in sent) for one in shown],
        "marked": sum(one.name in sent for one in shown),
        "rows": joint_map.row_words(shown),
    }


def _saved(request: SignedInRequest, patient: Patient, words: str, then: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(then, patient.pk)
