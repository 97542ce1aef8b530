"""The pages about a patient: find, register, look. Only for clinicians (kaatsu_clinic.access)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaatsu_clinic.accounts.models import CLINICIANS
from kaatsu_clinic.http import SignedInRequest
from patients import selectors, services
from patients.forms import RegisterForm, refuse
from patients.models import Patient
from patients.views.page import PAGE, patient_of, patient_page

PER_PAGE = 25


@require_safe
def list_(request: SignedInRequest) -> HttpResponse:
    """The clinic's patients, by name, searched by name or record number."""
    words = request.GET.get("q", "").strip()
    found = (
        Patient.objects.treated_by(request.user).matching(words).order_by("family_name", "given_name", "pk")
    )
    page = Paginator(selectors.with_facts(found), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [(patient, selectors.flags(patient, today)) for patient in page]
    return render(request, "patients/list.html", {"page": page, "rows": rows, "words": words})


@PAGE
def register(request: SignedInRequest) -> HttpResponse:
    """A new patient, in the clinical phase."""
    clinics = list(request.user.clinics_as(*CLINICIANS))
    form = RegisterForm(
        request.POST or None, clinics=clinics, initial={"number": selectors.next_free_number(clinics[0].pk)}
    )
    if form.is_valid():
        try:
            patient = services.register_patient(**form.cleaned_data, by=request.user, now=timezone.now())
        except services.RefusedError as refusal:
            refuse(form, refusal.objections)
        else:
            messages.success(request, _("{name} is registered. Next: the screening.").format(name=patient))
            return redirect("patients:detail", patient.pk)
    return render(request, "patients/register.html", {"form": form})


@require_safe
def detail(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Where a patient stands, and what may be done next."""
    patient = patient_of(request, patient_id)
    today = timezone.localdate()
    screening, decision = selectors.latest_screening(patient), selectors.latest_decision(patient)
    return patient_page(
        request,
        "patients/detail.html",
        patient,
        standing=selectors.standing(patient, today),
        decision=decision,
        reasons=selectors.signed_reasons(decision) if decision else [],
        screening=screening,
        verdict=selectors.verdict_of(screening) if screening else None,
        screening_reasons=selectors.reasons_of(screening) if screening else [],
        is_expired=bool(screening and screening.valid_until < today),
        due=selectors.due_reasons(patient),
        barred=selectors.barred_limbs(patient),
        swollen_leg=selectors.open_swollen_leg(patient),
        intake=selectors.intake_facts(patient),
        goal=selectors.current_goal(patient),
        trends=selectors.trends(patient),
        flare=selectors.open_flare(patient),
        phase_change=selectors.latest_phase_change(patient),
    )
