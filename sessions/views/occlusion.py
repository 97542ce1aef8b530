"""Measuring the limb occlusion pressure with the controller: asked before, run on the console, kept afterwards."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from devices.domain.units import Scale
from devices.selectors import ready_channels
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from sessions import selectors, services
from sessions.forms import SearchForm
from sessions.models import TrainingSession
from sessions.views.console import launched


@require_http_methods(["GET", "POST"])
def measure(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Ask, choose limb, cuff and way, and start if there is no objection."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    channels = ready_channels(patient.clinic).filter(cuff_model__scale=Scale.MMHG)
    form = SearchForm(request.POST or None, channels=channels)
    objections: list[str] = []
    if form.is_valid():
        try:
            return redirect("sessions:console", patient_id, _opened(request, patient, form).pk)
        except services.NotReadyError as refusal:
            objections = refusal.objections
    today = timezone.localdate()
    page = {"patient": patient, "flags": flags(patient, today), "form": form, "objections": objections}
    return render(request, "sessions/measure_occlusion.html", page | {"has_cuff": channels.exists()})


def _opened(request: SignedInRequest, patient: Patient, form: SearchForm) -> TrainingSession:
    """Open the measurement, then call its station. Raises NotReadyError."""
    site = services.Site(patient, channel=form.cleaned_data["channel"], **form.site())
    now = timezone.now()
    known = selectors.measuring_facts(patient, site.channel, now, limb=site.limb, side=site.side)
    facts = replace(known, **form.answers())
    return launched(services.open_search(site=site, supervisor=request.user, facts=facts, now=now))


@require_POST
def keep(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """Make what was found the limb's LOP."""
    visible = TrainingSession.objects.visible_to(request.user).select_related(
        "patient", "channel__cuff_model"
    )
    session = get_object_or_404(visible, pk=session_id, patient_id=patient_id, prescription=None)
    try:
        services.keep_found(session=session, by=request.user, now=timezone.now())
    except services.NotKeepableError as refusal:
        messages.error(request, str(refusal))
        return redirect("sessions:detail", patient_id, session_id)
    messages.success(request, _("The LOP is saved."))
    return redirect("patients:detail", patient_id)
