"""What every page about a patient starts with."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kaatsu_clinic.http import SignedInRequest
from patients import selectors
from patients.models import Patient

PAGE = require_http_methods(["GET", "POST"])


def patient_of(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)


def patient_page(request: SignedInRequest, template: str, patient: Patient, **context: Any) -> HttpResponse:
    """A page about one patient, with the banner's flags."""
    flags = selectors.flags(patient, timezone.localdate())
    return render(request, template, {"patient": patient, "flags": flags, **context})
