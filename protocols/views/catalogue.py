"""The catalogue, and a clinic's own protocols: written, looked at, published, retired."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from devices.domain.units import Scale
from kaatsu_clinic.accounts.models import CLINICIANS
from kaatsu_clinic.http import SignedInRequest
from protocols import selectors, services
from protocols.domain import drafting
from protocols.domain.occlusion import Limb
from protocols.domain.outline import Step, outline
from protocols.domain.plan import Plan
from protocols.domain.terms import Terms
from protocols.forms import ProtocolForm, filled_with
from protocols.models import Protocol
from protocols.views.page import PAGE

EXAMPLE_LOP_MMHG = 150


@require_safe
def catalogue(request: SignedInRequest) -> HttpResponse:
    """Every protocol that may be prescribed."""
    rows = [(protocol, Terms.from_json(protocol.terms)) for protocol in selectors.catalogue(request.user)]
    return render(request, "protocols/catalogue.html", {"rows": rows})


@require_safe
def detail(request: SignedInRequest, protocol_id: int) -> HttpResponse:
    """One protocol: what is done, and where its numbers are from."""
    protocol = _visible(request, protocol_id)
    own = request.user.clinics_as(*CLINICIANS)
    shown = {
        "protocol": protocol,
        "terms": Terms.from_json(protocol.terms),
        "is_own": protocol.clinic_id is not None and own.filter(pk=protocol.clinic_id).exists(),
    }
    return render(request, "protocols/detail.html", shown)


@PAGE
def write(request: SignedInRequest) -> HttpResponse:
    """A new protocol of the clinic, or with ?from= the next version or a copy of another."""
    source = request.GET.get("from", "")
    replaces = _visible(request, int(source)) if source.isdecimal() else None
    form = ProtocolForm(request.POST or None, initial=filled_with(replaces) if replaces else None)
    if form.is_valid() and request.POST.get("step") != "edit":
        return _preview_or_publish(request, form, replaces)
    return render(request, "protocols/write.html", {"form": form, "replaces": replaces})


@require_POST
def retire(request: SignedInRequest, protocol_id: int) -> HttpResponse:
    """No longer offered. What was prescribed by it stays."""
    protocol = _visible(request, protocol_id)
    try:
        services.retire_own(protocol=protocol, by=request.user, now=timezone.now())
    except services.NotPublishableError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Retired: it is no longer prescribed."))
    return redirect("protocols:detail", protocol.pk)


def _preview_or_publish(
    request: SignedInRequest, form: ProtocolForm, replaces: Protocol | None
) -> HttpResponse:
    terms = form.terms()
    scale, limb = Scale(terms["scale"]) if terms["scale"] else None, Limb(terms["limb"])
    read = Terms.from_json(terms["terms"])
    form.refuse(drafting.objections(read, scale, limb))
    shown: dict[str, Any] = {"form": form, "replaces": replaces, "terms": read, "stored": terms}
    if form.errors:
        return render(request, "protocols/write.html", shown)
    if request.POST.get("step") == "publish":
        return _publish(request, form, replaces)
    shown["steps"] = _example(read, scale) if scale else ()
    shown["unit"] = scale.symbol if scale else ""
    return render(request, "protocols/write_preview.html", shown | {"lop_mmhg": EXAMPLE_LOP_MMHG})


def _publish(request: SignedInRequest, form: ProtocolForm, replaces: Protocol | None) -> HttpResponse:
    clinics = request.user.clinics_as(*CLINICIANS).order_by("pk")
    clinic = (
        clinics.filter(pk=replaces.clinic_id).first() if replaces and replaces.clinic_id else clinics.first()
    )
    assert clinic, "the access table lets only clinicians in"
    try:
        protocol = services.publish_own(
            clinic=clinic, terms=form.terms(), replaces=replaces, by=request.user, now=timezone.now()
        )
    except services.NotPublishableError as refusal:
        form.refuse(refusal.objections)
        return render(request, "protocols/write.html", {"form": form, "replaces": replaces})
    messages.success(request, _("Published. It can be prescribed now."))
    return redirect("protocols:detail", protocol.pk)


def _example(terms: Terms, scale: Scale) -> tuple[Step, ...]:
    """The plan as it would be at the usual pressure, for a LOP that serves as an example."""
    usual = (
        (terms.percent_lop or 0) * EXAMPLE_LOP_MMHG / 100 if scale is Scale.MMHG else terms.target_sku or 0
    )
    return outline(Plan(scale, terms.work.intervals(usual, 1), usual, 0, 0))


def _visible(request: SignedInRequest, protocol_id: int) -> Protocol:
    return get_object_or_404(Protocol.objects.visible_to(request.user), pk=protocol_id)
