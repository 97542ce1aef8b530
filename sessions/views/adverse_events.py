"""An adverse event: what happened, how grave it was, and whether it is over. Until then nobody trains on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from sessions import services
from sessions.forms import GradeForm
from sessions.models import AdverseEvent


@require_http_methods(["GET", "POST"])
def grade(request: SignedInRequest, patient_id: int, event_id: int) -> HttpResponse:
    """Grade an event, and close it once it is over."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    events = AdverseEvent.objects.visible_to(request.user).select_related("patient")
    event = get_object_or_404(events, pk=event_id, patient=patient)
    form = GradeForm(request.POST or None, initial=_as_graded(event))
    if form.is_valid():
        try:
            services.grade_adverse_event(
                event=event, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except services.NotResolvableError as refusal:
            form.add_error("is_over", str(refusal))
        else:
            messages.success(request, _("The grade is kept."))
            return redirect("patients:detail", patient_id)
    shown = {"patient": patient, "flags": flags(patient, timezone.localdate()), "event": event, "form": form}
    return render(request, "sessions/adverse_event.html", shown)


def _as_graded(event: AdverseEvent) -> dict[str, object]:
    return {
        "severity": event.severity,
        "is_serious": event.is_serious,
        "is_over": event.resolved_at is not None,
    }
