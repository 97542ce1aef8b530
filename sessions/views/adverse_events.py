"""An adverse event: what happened, how grave it was, and whether it is over. Until then nobody trains on."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from sessions import services, tasks
from sessions.forms import GradeForm
from sessions.models import AdverseEvent
from sessions.selectors import aftercare


@require_http_methods(["GET", "POST"])
def grade(request: SignedInRequest, patient_id: int, event_id: int) -> HttpResponse:
    """Grade an event, and close it once it is over."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    events = AdverseEvent.objects.visible_to(request.user).select_related("patient")
    event = get_object_or_404(events, pk=event_id, patient=patient)
    causes = aftercare.causality_set(patient.clinic)
    form = GradeForm(request.POST or None, initial=_as_graded(event), causality_set=causes)
    if form.is_valid():
        try:
            services.grade_adverse_event(
                event=event,
                found=services.Judgement(**form.cleaned_data),
                by=request.user,
                now=timezone.now(),
                link=request.build_absolute_uri(reverse("sessions:attention")),
            )
        except services.NotResolvableError as refusal:
            form.add_error("is_over", str(refusal))
        else:
            transaction.on_commit(_mail_now)
            messages.success(request, _("The grade is kept."))
            return redirect("patients:detail", patient_id)
    shown = {"patient": patient, "flags": flags(patient, timezone.localdate()), "event": event, "form": form}
    shown["entries"] = event.entries.select_related("by").order_by("at", "pk")
    return render(request, "sessions/adverse_event.html", shown)


def _mail_now() -> None:
    """Where the broker does not answer, beat sends it within the minute."""
    with suppress(OperationalError):
        tasks.mail_notices.apply_async(retry=False)


def _as_graded(event: AdverseEvent) -> dict[str, Any]:
    return {
        "severity": event.severity,
        "serious_for": event.serious_for,
        "causality": event.causality,
        "special_interest": event.special_interest,
        "is_device_deficiency": None
        if event.is_device_deficiency is None
        else ["no", "yes"][event.is_device_deficiency],
        "is_over": event.resolved_at is not None,
    }
