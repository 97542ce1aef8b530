"""The stop criteria on a page: what counts, where each number is from, and making one stricter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaatsu_clinic.accounts.models import Clinic, Role
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from sessions import services
from sessions.domain import preflight
from sessions.domain.stop_table import AtRest, in_force
from sessions.forms import StopLimitForm
from sessions.selectors import stop_rules


@require_http_methods(["GET", "POST"])
def of_clinic(request: SignedInRequest) -> HttpResponse:
    """The clinic's table. A medical lead may tighten it."""
    clinic = request.user.clinics_as(Role.MEDICAL_LEAD).order_by("pk").first()
    assert clinic, "the access table lets only medical leads in"
    return _page(request, clinic, None)


@require_http_methods(["GET", "POST"])
def of_patient(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """One patient's table: the clinic's, or stricter."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    return _page(request, patient.clinic, patient)


def _page(request: SignedInRequest, clinic: Clinic, patient: Patient | None) -> HttpResponse:
    form = StopLimitForm(request.POST or None)
    if form.is_valid():
        try:
            services.set_stop_limit(
                clinic=clinic, patient=patient, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except services.NotStricterError as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("Kept. It counts from the next session on."))
            return redirect(request.path)
    if patient:
        table = stop_rules.table_for(patient, preflight.Facts(), timezone.localdate())
    else:
        table = in_force(AtRest(), stop_rules.of_clinic(clinic))
    shown = {
        "form": form,
        "patient": patient,
        "flags": flags(patient, timezone.localdate()) if patient else [],
        "groups": stop_rules.groups(table, with_home=True),
        "history": stop_rules.limit_history(clinic, patient),
    }
    return render(request, "sessions/stop_rules.html", shown)
