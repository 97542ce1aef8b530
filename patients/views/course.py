"""The pages about a person's way: a flare begins and ends, and what was demonstrated before home."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.domain.flare import RESUME
from patients.forms import CompetenceForm, FlareForm, refuse
from patients.views.page import PAGE, patient_of, patient_page


@PAGE
def report_flare(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """A flare has begun: it is on the banner of every page until it has ended."""
    patient = patient_of(request, patient_id)
    form = FlareForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        try:
            services.report_flare(patient=patient, **form.terms(), by=request.user, now=timezone.now())
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("The flare is recorded. Training waits until it has ended."))
            return redirect("patients:detail", patient.pk)
    return patient_page(request, "patients/report_flare.html", patient, form=form)


@require_POST
def end_flare(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The flare is over as of today."""
    patient = patient_of(request, patient_id)
    if flare := selectors.open_flare(patient):
        try:
            services.end_flare(flare=flare, ended_on=timezone.localdate(), by=request.user)
        except services.RefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The flare has ended. {hint}").format(hint=RESUME))
    return redirect("patients:detail", patient.pk)


@PAGE
def competence(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """What the person shows before they train at home. The newest check counts."""
    patient = patient_of(request, patient_id)
    form = CompetenceForm(request.POST or None)
    if form.is_valid():
        services.record_competence(patient=patient, **form.terms(), by=request.user, now=timezone.now())
        messages.success(request, _("What was demonstrated is kept."))
        return redirect("sessions:progress", patient.pk)
    check = selectors.latest_competence(patient)
    return patient_page(
        request,
        "patients/competence.html",
        patient,
        form=form,
        check=check,
        missing=selectors.missing_skills(check),
    )
