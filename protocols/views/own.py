"""What a clinic or a patient has of its own: tighter limits, and the wider plan beside the cuff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Clinic, Role
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from protocols import selectors, services
from protocols.forms import OwnLimitForm, PlanItemForm
from protocols.models import OwnLimit
from protocols.views.page import PAGE, page, the_patient


@PAGE
def clinic_limits(request: SignedInRequest) -> HttpResponse:
    """The limits of a clinic: seen, set and ended by its medical lead."""
    clinic = request.user.clinics_as(Role.MEDICAL_LEAD).order_by("pk").first()
    assert clinic, "the access table lets only a medical lead in"
    limits = OwnLimit.objects.filter(clinic=clinic, patient=None)
    form = OwnLimitForm(None if "end" in request.POST else request.POST or None)
    if _changed(request, form, clinic, None):
        return redirect("protocols:clinic_limits")
    shown = {"clinic": clinic, "limits": limits.order_by("-ended_at", "pk"), "form": form, "may_set": True}
    return render(request, "protocols/clinic_limits.html", shown)


@PAGE
def patient_limits(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The limits of one patient; a medical lead sets and ends them."""
    patient = the_patient(request, patient_id)
    form = OwnLimitForm(None if "end" in request.POST else request.POST or None)
    if _changed(request, form, patient.clinic, patient):
        return redirect("protocols:patient_limits", patient.pk)
    return page(
        request,
        "protocols/patient_limits.html",
        patient,
        limits=patient.own_limits.order_by("-ended_at", "pk"),
        clinic_limits=OwnLimit.objects.in_force().filter(clinic=patient.clinic, patient=None),
        form=form,
        may_set=request.user.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists(),
    )


def _changed(request: SignedInRequest, form: OwnLimitForm, clinic: Clinic, patient: Patient | None) -> bool:
    """Set or end a limit as the form says. False: there is something to show first."""
    try:
        if ending := request.POST.get("end"):
            limit = get_object_or_404(
                OwnLimit.objects.filter(clinic=clinic, patient=patient),
                pk=int(ending) if ending.isdecimal() else 0,
            )
            services.end_limit(limit=limit, by=request.user, now=timezone.now())
        elif form.is_valid():
            services.set_limit(
                clinic=clinic, patient=patient, terms=form.cleaned_data, by=request.user, now=timezone.now()
            )
        else:
            return False
    except services.RefusedError as refusal:
        form.add_refusal(refusal.objections)
        if words := refusal.objections.get(""):
            messages.error(request, words)
        return False
    messages.success(request, _("The limits are changed. What is prescribed from now on keeps to them."))
    return True


@PAGE
def wider_plan(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Mobility, aerobic work, strength without a cuff, medicines, and what to know: the patient sees it at home."""
    patient = the_patient(request, patient_id)
    form = PlanItemForm(
        None if "end" in request.POST else request.POST or None,
        protocols=selectors.without_cuff(patient, request.user),
    )
    if ending := request.POST.get("end", ""):
        item = get_object_or_404(patient.plan_items, pk=int(ending) if ending.isdecimal() else 0)
        services.end_plan_item(item=item, by=request.user, now=timezone.now())
        return redirect("protocols:wider_plan", patient.pk)
    if form.is_valid():
        services.add_plan_item(patient=patient, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Added. The patient sees it on the plan for home."))
        return redirect("protocols:wider_plan", patient.pk)
    items = selectors.plan_items(patient)
    return page(request, "protocols/wider_plan.html", patient, items=items, form=form)
