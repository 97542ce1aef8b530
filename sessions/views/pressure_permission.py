"""A medical lead signs that someone may train with high blood pressure."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from patients.services import RefusedError
from sessions import services
from sessions.forms import PressurePermissionForm
from sessions.models import PressurePermission


@require_http_methods(["GET", "POST"])
def permit(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Sign, with an end and a reason. What was signed before stays on record."""
    patient, today = (
        get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id),
        timezone.localdate(),
    )
    form = PressurePermissionForm(request.POST or None, today=today)
    if form.is_valid():
        try:
            services.permit_pressure(
                patient=patient, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Signed. Sessions under it are reduced."))
            return redirect("sessions:open", patient_id)
    signed = PressurePermission.objects.filter(patient=patient).select_related("signed_by")
    shown = {
        "patient": patient,
        "flags": flags(patient, today),
        "form": form,
        "signed": signed.order_by("-signed_at"),
    }
    return render(request, "sessions/pressure_permission.html", shown)
