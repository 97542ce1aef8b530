"""What every page about one patient does: find the patient as this person may see them, and fill the banner."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags

PAGE = require_http_methods(["GET", "POST"])


def the_patient(request: SignedInRequest, patient_id: int) -> Patient:
    """The patient of the URL, if this clinician treats them."""
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)


def page(request: SignedInRequest, template: str, patient: Patient, **context: Any) -> HttpResponse:
    """A page about one patient, with the banner's flags."""
    today = timezone.localdate()
    shown = {"patient": patient, "flags": flags(patient, today), "today": today, **context}
    return render(request, template, shown)
