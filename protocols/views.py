"""The catalogue, measuring LOP, and prescribing with a preview of every limit. Only for clinicians (kaatsu_clinic.access)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from devices.domain.units import Scale
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from protocols import selectors, services
from protocols.domain.outline import outline
from protocols.domain.plan import Plan
from protocols.domain.terms import Terms
from protocols.forms import OcclusionForm, PrescribeForm, WithdrawForm
from protocols.models import OcclusionMeasurement, Posture, Prescription, Protocol, Side

PAGE = require_http_methods(["GET", "POST"])
SITE = ("limb", "side", "posture", "cuff_model")


@require_safe
def catalogue(request: SignedInRequest) -> HttpResponse:
    """Every protocol that may be prescribed."""
    rows = [(protocol, Terms.from_json(protocol.terms)) for protocol in selectors.catalogue(request.user)]
    return render(request, "protocols/catalogue.html", {"rows": rows})


@require_safe
def detail(request: SignedInRequest, protocol_id: int) -> HttpResponse:
    """One protocol: what is done, and where its numbers are from."""
    protocol = get_object_or_404(Protocol.objects.visible_to(request.user), pk=protocol_id)
    terms = Terms.from_json(protocol.terms)
    return render(request, "protocols/detail.html", {"protocol": protocol, "terms": terms})


@PAGE
def measure_occlusion(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Record the LOP of one limb, side, posture and cuff."""
    patient = _patient(request, patient_id)
    form = OcclusionForm(
        request.POST or None, cuffs=selectors.cuffs(Scale.MMHG), initial=_asked(request, *SITE)
    )
    if form.is_valid():
        try:
            row = services.record_occlusion(
                patient=patient, **form.terms(), by=request.user, now=timezone.now()
            )
        except services.NotRecordableError as refusal:
            form.add_error(None, refusal.objections)
        else:
            messages.success(request, _("The LOP is saved."))
            return redirect(_after_measuring(request, row))
    rows = selectors.latest_occlusions(patient)
    return _page(request, "protocols/measure_occlusion.html", patient, form=form, occlusions=rows)


@PAGE
def prescribe(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Choose a protocol, say what is wished, look at the limits, prescribe. Going back loses nothing."""
    patient = _patient(request, patient_id)
    protocol = _chosen(request, patient)
    if protocol is None:
        rows = [(one, Terms.from_json(one.terms)) for one in selectors.for_patient(patient, request.user)]
        return _page(request, "protocols/choose.html", patient, rows=rows)
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
    patient = _patient(request, patient_id)
    row = _prescription(patient, prescription_id)
    plan = Plan.from_json(row.plan)
    return _page(
        request,
        "protocols/prescription.html",
        patient,
        prescription=row,
        plan=plan,
        steps=outline(plan),
        is_standing=row.superseded_at is None and row.withdrawn_at is None,
        is_past=row.valid_until < timezone.localdate(),
        percent_lop=100 * row.target / plan.lop_mmhg if plan.lop_mmhg else None,
    )


@PAGE
def withdraw_prescription(request: SignedInRequest, patient_id: int, prescription_id: int) -> HttpResponse:
    """End a prescription before its time, with a reason."""
    patient = _patient(request, patient_id)
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
    return _page(request, "protocols/withdraw.html", patient, form=form, prescription=row)


@require_safe
def patient_part(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """For the patient's page: what is prescribed, and the newest LOP of each limb."""
    patient = _patient(request, patient_id)
    context = {
        "patient": patient,
        "today": timezone.localdate(),
        "prescriptions": selectors.standing_prescriptions(patient),
        "occlusions": selectors.latest_occlusions(patient),
    }
    return render(request, "protocols/_patient_part.html", context)


def _patient(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)


def _prescription(patient: Patient, prescription_id: int) -> Prescription:
    rows = patient.prescriptions.select_related("protocol", "cuff_model", "occlusion", "prescribed_by")
    return get_object_or_404(rows, pk=prescription_id)


def _page(request: SignedInRequest, template: str, patient: Patient, **context: Any) -> HttpResponse:
    """A page about one patient, with the banner's flags."""
    today = timezone.localdate()
    shown = {"patient": patient, "flags": flags(patient, today), "today": today, **context}
    return render(request, template, shown)


def _asked(request: SignedInRequest, *names: str) -> dict[str, str]:
    """What the address already says about the limb."""
    return {name: request.GET[name] for name in names if request.GET.get(name)}


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
    return _page(
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
    return _page(
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
