"""The catalogue, measuring LOP, and prescribing with a preview of every limit. Only for clinicians (kaatsu_clinic.access)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from devices.domain.units import Scale
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import training_holds
from protocols import selectors, services
from protocols.domain.outline import outline
from protocols.domain.plan import Plan
from protocols.domain.terms import Terms
from protocols.forms import OcclusionForm, PrescribeForm, WithdrawForm
from protocols.models import OcclusionMeasurement, OwnLimit, Posture, Prescription, Protocol, Side
from protocols.views.page import PAGE, page, the_patient

SITE = ("limb", "side", "posture", "cuff_model")


@PAGE
def measure_occlusion(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Record the LOP of one limb, side, posture and cuff."""
    patient = the_patient(request, patient_id)
    form = OcclusionForm(
        request.POST or None, cuffs=selectors.cuffs(Scale.MMHG), initial=_asked(request, *SITE)
    )
    if form.is_valid():
        try:
            row = _recorded(request, patient, form)
        except services.NotRecordableError as refusal:
            form.add_error(None, refusal.objections)
        else:
            messages.success(request, _("The LOP is saved."))
            return redirect(_after_measuring(request, row))
    rows = selectors.latest_occlusions(patient)
    return page(request, "protocols/measure_occlusion.html", patient, form=form, occlusions=rows)


@PAGE
def prescribe(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Choose a protocol, say what is wished, look at the limits, prescribe. Going back loses nothing.

    While training is held nothing is begun: the page says why, and where that ends.
    """
    patient = the_patient(request, patient_id)
    holds = training_holds(patient, timezone.localdate())
    if holds and request.method == "GET":
        return page(request, "protocols/held.html", patient, holds=holds)
    protocol = _chosen(request, patient)
    if protocol is None:
        rows = [(one, Terms.from_json(one.terms)) for one in selectors.for_patient(patient, request.user)]
        return page(request, "protocols/choose.html", patient, rows=rows)
    form = PrescribeForm(
        request.POST or None,
        protocol=protocol,
        cuffs=selectors.cuffs(protocol.scale),
        initial=_asked(request, *SITE),
    )
    if form.is_valid() and request.POST.get("step") != "edit":
        return _preview_or_prescribe(request, patient, protocol, form)
    return _form_page(request, patient, protocol, form)


@require_safe
def prescription(request: SignedInRequest, patient_id: int, prescription_id: int) -> HttpResponse:
    """One prescription with its plan and every limit that shaped it, fit to print."""
    patient = the_patient(request, patient_id)
    row = _prescription(patient, prescription_id)
    plan = Plan.from_json(row.plan)
    return page(
        request,
        "protocols/prescription.html",
        patient,
        prescription=row,
        plan=plan,
        steps=outline(plan),
        is_standing=row.superseded_at is None and row.withdrawn_at is None,
        is_past=row.valid_until < timezone.localdate(),
    )


@PAGE
def withdraw_prescription(request: SignedInRequest, patient_id: int, prescription_id: int) -> HttpResponse:
    """End a prescription before its time, with a reason."""
    patient = the_patient(request, patient_id)
    row = _prescription(patient, prescription_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_prescription(
                prescription=row, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except services.NotWithdrawableError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The prescription is withdrawn. No session can start on it."))
            return redirect("patients:detail", patient.pk)
    return page(request, "protocols/withdraw.html", patient, form=form, prescription=row)


@require_safe
def patient_part(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """For the patient's page: what is prescribed, and the newest LOP of each limb."""
    patient, today = the_patient(request, patient_id), timezone.localdate()
    prescriptions = list(selectors.standing_prescriptions(patient))
    context = {
        "patient": patient,
        "today": today,
        "prescriptions": prescriptions,
        "overtaken": [one for one in prescriptions if selectors.is_overtaken(one, today)],
        "occlusions": selectors.latest_occlusions(patient),
        "ramps": selectors.latest_ramps(patient),
        "own_limits": OwnLimit.objects.on(patient).order_by("pk"),
        "plan_items": selectors.plan_items(patient),
    }
    return render(request, "protocols/_patient_part.html", context)


def _prescription(patient: Patient, prescription_id: int) -> Prescription:
    rows = patient.prescriptions.select_related("protocol", "cuff_model", "occlusion", "prescribed_by")
    return get_object_or_404(rows, pk=prescription_id)


def _asked(request: SignedInRequest, *names: str) -> dict[str, str]:
    """What the address already says about the limb."""
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _recorded(request: SignedInRequest, patient: Patient, form: OcclusionForm) -> OcclusionMeasurement:
    """What was measured, or the estimate that was asked for. Raises services.NotRecordableError."""
    who: dict[str, Any] = {"patient": patient, "by": request.user, "now": timezone.now()}
    if form.is_estimate:
        return services.record_estimate(**form.site(), **who)
    return services.record_occlusion(**form.terms(), **who)


def _after_measuring(request: SignedInRequest, row: OcclusionMeasurement) -> str:
    """Back to prescribing if that is where the clinician came from, else to the patient."""
    protocol = request.GET.get("protocol", "")
    if not protocol.isdecimal():
        return reverse("patients:detail", args=[row.patient_id])
    site = {"side": row.side, "posture": row.posture, "cuff_model": row.cuff_model_id, "protocol": protocol}
    return f"{reverse('protocols:prescribe', args=[row.patient_id])}?{urlencode(site)}"


def _chosen(request: SignedInRequest, patient: Patient) -> Protocol | None:
    """The protocol of the form or of the address. None: it is still to be chosen."""
    chosen = request.POST.get("protocol") or request.GET.get("protocol", "")
    if not chosen.isdecimal():
        return None
    return get_object_or_404(selectors.for_patient(patient, request.user), pk=chosen)


def _form_page(
    request: SignedInRequest, patient: Patient, protocol: Protocol, form: PrescribeForm
) -> HttpResponse:
    occlusions = [row for row in selectors.latest_occlusions(patient) if row.limb == protocol.limb]
    return page(
        request,
        "protocols/prescribe.html",
        patient,
        protocol=protocol,
        form=form,
        occlusions=occlusions if protocol.scale == Scale.MMHG else [],
        needs_lop=protocol.scale == Scale.MMHG,
    )


def _preview_or_prescribe(
    request: SignedInRequest, patient: Patient, protocol: Protocol, form: PrescribeForm
) -> HttpResponse:
    """The preview; or on "Prescribe" the record, if the preview still holds."""
    now = timezone.now()
    wish = _wish(patient, protocol, form)
    try:
        proposal = services.propose(wish, now)
    except services.NotPrescribableError as refusal:
        form.add_error(None, refusal.objections)
        return _form_page(request, patient, protocol, form)
    previewed = request.POST.get("previewed")
    if request.POST.get("step") == "confirm" and previewed == str(proposal.target):
        return _prescribe(request, wish, form)
    return page(
        request,
        "protocols/preview.html",
        patient,
        protocol=protocol,
        form=form,
        proposal=proposal,
        limits=proposal.limits_json(),
        steps=outline(proposal.plan),
        occlusion=wish.occlusion,
        valid_until=services.valid_until(wish, timezone.localdate(now)),
        side=Side(wish.side).label.lower(),
        posture=Posture(wish.posture).label,
        setting=Prescription.Setting(wish.setting).label,
        replaces=_standing(wish),
        has_changed=previewed is not None,
    )


def _wish(patient: Patient, protocol: Protocol, form: PrescribeForm) -> services.Wish:
    """What was wished, with the newest LOP of that very site. A SKU protocol has none."""
    said = form.wish()
    site = {"side": said["side"], "posture": said["posture"], "cuff_model": said["cuff_model"]}
    measured = selectors.latest_occlusion(patient, limb=protocol.limb, **site)
    if measured is None and said.get("posture_reason"):
        measured = selectors.latest_of_any_posture(
            patient, limb=protocol.limb, side=said["side"], cuff_model=said["cuff_model"]
        )
    occlusion = measured if protocol.scale == Scale.MMHG else None
    return services.Wish(patient=patient, protocol=protocol, occlusion=occlusion, **said)


def _standing(wish: services.Wish) -> Prescription | None:
    """The prescription that a new one takes the place of."""
    rows = selectors.standing_prescriptions(wish.patient).filter(setting=wish.setting, side=wish.side)
    return rows.filter(limb=wish.protocol.limb).first()


def _prescribe(request: SignedInRequest, wish: services.Wish, form: PrescribeForm) -> HttpResponse:
    row = services.prescribe(
        wish, instructions=form.cleaned_data["instructions"], by=request.user, now=timezone.now()
    )
    messages.success(request, _("Prescribed."))
    return redirect("protocols:prescription", row.patient_id, row.pk)
