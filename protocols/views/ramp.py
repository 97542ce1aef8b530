"""The ramp of a KAATSU band: from the base SKU up, colour and symptoms looked at on each step."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.domain.units import Scale
from kaatsu_clinic.http import SignedInRequest
from protocols import selectors, services
from protocols.domain.sku_ramp import CRT_MOST_S
from protocols.forms import RampForm
from protocols.views.page import PAGE, page, the_patient


@PAGE
def record_ramp(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Keep a ramp; say what optimal SKU it came to."""
    patient = the_patient(request, patient_id)
    form = RampForm(request.POST or None, cuffs=selectors.cuffs(Scale.SKU))
    if form.is_valid():
        try:
            ramp = services.record_ramp(patient=patient, **form.terms(), by=request.user, now=timezone.now())
        except services.NotRecordableError as refusal:
            form.add_error(None, refusal.objections)
        else:
            found = _("Optimal SKU: {sku:g}.").format(sku=ramp.optimal_sku) if ramp.optimal_sku else ""
            messages.success(
                request, found or _("Kept: no step was tolerated, so this band is not prescribed.")
            )
            return redirect("patients:detail", patient.pk)
    ramps = selectors.latest_ramps(patient)
    return page(request, "protocols/ramp.html", patient, form=form, ramps=ramps, crt_most_s=CRT_MOST_S)
