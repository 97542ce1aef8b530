"""What happened since the screening; a leg that may have a clot; what was signed in spite of a finding."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.domain import wells
from patients.forms import CloseLegForm, EventForm, SwollenLegForm, WellsForm, refuse
from patients.models import SwollenLeg
from patients.views.page import PAGE, patient_of, patient_page


@PAGE
def report_event(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """A new medicine, surgery, a hospital stay, an infection: the screening is due at once."""
    patient = patient_of(request, patient_id)
    form = EventForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        try:
            services.report_event(patient=patient, **form.cleaned_data, by=request.user, now=timezone.now())
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("Recorded. Screen again before the next session."))
            return redirect("patients:detail", patient.pk)
    return patient_page(request, "patients/report_event.html", patient, form=form)


@PAGE
def swollen_leg(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Report a swollen leg; once it is reported, the Wells score, which nothing else opens."""
    patient = patient_of(request, patient_id)
    report = selectors.open_swollen_leg(patient)
    if report is None:
        form = SwollenLegForm(request.POST or None)
        if form.is_valid():
            services.report_swollen_leg(
                patient=patient, **form.cleaned_data, by=request.user, now=timezone.now()
            )
            messages.success(request, _("Recorded. This person does not train before a clot is ruled out."))
            return redirect("patients:swollen_leg", patient.pk)
        return patient_page(request, "patients/report_leg.html", patient, form=form)
    score = WellsForm(request.POST or None)
    if score.is_valid():
        services.score_swollen_leg(
            report=report, present=score.cleaned_data["present"], by=request.user, now=timezone.now()
        )
        return redirect("patients:swollen_leg", patient.pk)
    return _leg_page(request, report, score, CloseLegForm())


@require_POST
def close_swollen_leg(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """A medical lead says how a clot was ruled out."""
    patient = patient_of(request, patient_id)
    report = selectors.open_swollen_leg(patient)
    if report is None:
        return redirect("patients:detail", patient.pk)
    form = CloseLegForm(request.POST)
    if form.is_valid():
        try:
            services.close_swollen_leg(
                report=report, words=form.cleaned_data["words"], by=request.user, now=timezone.now()
            )
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("Closed. What was screened and signed counts again."))
            return redirect("patients:detail", patient.pk)
    return _leg_page(request, report, WellsForm(), form)


@require_safe
def overrides(request: SignedInRequest) -> HttpResponse:
    """What was signed in spite of a finding, and who moved on past a closed gate, with each reason."""
    rows, moves = selectors.signed_in_spite(request.user), selectors.moved_in_spite(request.user)
    return render(request, "patients/overrides.html", {"rows": rows, "moves": moves})


def _leg_page(
    request: SignedInRequest, report: SwollenLeg, score: WellsForm, closing: CloseLegForm
) -> HttpResponse:
    counts = report.score
    return patient_page(
        request,
        "patients/swollen_leg.html",
        report.patient,
        report=report,
        form=score,
        closing=closing,
        scores=report.scores.select_related("scored_by").order_by("-scored_at", "-pk"),
        counts=counts,
        is_likely=counts is not None and wells.is_likely(counts.points),
        likely_from=wells.LIKELY_FROM,
        source=wells.WELLS,
    )
