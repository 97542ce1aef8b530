"""The pages about cuffs and their controllers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from devices import selectors, services, tasks
from devices.domain.box import Faults
from devices.forms import CalibrationForm, ClearFaultForm, QuarantineForm, RegisterForm
from devices.models import Channel, Controller
from devices.templatetags.device_words import fault_words, state_words
from kaatsu_clinic.http import SignedInRequest

CALIBRATIONS_SHOWN = 8
TOLD_A_FAULT = "fault"
"""In the address after the box was asked, where it has a fault of its own."""


@require_safe
def fleet(request: SignedInRequest) -> HttpResponse:
    """Every station with what is plugged into it."""
    page = {
        "stations": selectors.fleet(request.user, timezone.localdate()),
        "may_register": selectors.stations_kept_by(request.user).exists(),
    }
    return render(request, "devices/fleet.html", page)


@require_safe
def controller(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """One controller: what it is, and what may be done with it."""
    return _page(request, _found(request, controller_id))


def _page(request: SignedInRequest, box: Controller, **forms: Form) -> HttpResponse:
    """The page of a box; a form that was filled in wrongly is shown again.

    A fault is taken back only where one stands, or where the box has just told one.
    """
    context = {
        "controller": box,
        "channels": selectors.channels_of(box),
        "objections": selectors.why_not_fit(box, timezone.localdate()),
        "acceptance": selectors.last_acceptance(box),
        "calibrations": selectors.calibrations_of(box)[:CALIBRATIONS_SHOWN],
        "fault": box.standing_fault,
        "faults": selectors.cleared_faults(box),
        "form": QuarantineForm(),
        "clear_form": ClearFaultForm() if box.standing_fault or TOLD_A_FAULT in request.GET else None,
        "may_return": selectors.is_kept_by(box, request.user),
    }
    return render(request, "devices/controller.html", context | forms, status=422 if forms else 200)


def _found(request: SignedInRequest, controller_id: int) -> Controller:
    visible = Controller.objects.visible_to(request.user).select_related("station__clinic", "registered_by")
    return get_object_or_404(visible, pk=controller_id)


@require_http_methods(["GET", "POST"])
def register(request: SignedInRequest) -> HttpResponse:
    """Add a controller: its station asks it who it is before it is accepted."""
    form = RegisterForm(request.POST or None, user=request.user)
    if form.is_valid() and (box := _registered(request, form)):
        messages.success(
            request,
            _("%(name)s is registered: controller %(serial)s.") % {"name": box, "serial": box.serial_number},
        )
        return redirect("devices:controller", box.pk)
    return render(request, "devices/register.html", {"form": form})


def _registered(request: SignedInRequest, form: RegisterForm) -> Controller | None:
    """The new controller, or None with the reasons put into the form."""
    where = {name: form.cleaned_data[name] for name in ("station", "driver", "port")}
    try:
        identity = tasks.ask_identity(**where)
        return services.register_controller(
            **where,
            name=form.cleaned_data["name"],
            identity=identity,
            cuff_models=form.cuffs(),
            by=request.user,
            now=timezone.now(),
        )
    except tasks.StationError as trouble:
        form.add_error("port", str(trouble))
    except services.NotAcceptedError as refusal:
        form.add_error(None, refusal.objections)
    return None


@require_POST
def check(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Ask the box how it is."""
    box = _found(request, controller_id)
    page = reverse("devices:controller", args=[box.pk])
    try:
        found = tasks.ask_condition(box)
    except tasks.StationError as trouble:
        messages.error(request, str(trouble))
        return redirect(page)
    _tell(request, box, found)
    return redirect(f"{page}?{TOLD_A_FAULT}#now" if found.has_fault else page)


@require_POST
def clear_fault(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Take a latched fault back, after someone has looked: the box's own, then ours if it is well and empty."""
    box = _found(request, controller_id)
    form = ClearFaultForm(request.POST)
    if not form.is_valid():
        return _page(request, box, clear_form=form)
    try:
        found = tasks.ask_to_clear_fault(box)
    except tasks.StationError as trouble:
        messages.error(request, str(trouble))
        return redirect("devices:controller", box.pk)
    if found.is_well:
        reason = form.cleaned_data["clearing_reason"]
        services.clear_fault(controller=box, reason=reason, by=request.user, now=timezone.now())
    _tell(request, box, found)
    return redirect("devices:controller", box.pk)


def _tell(request: SignedInRequest, box: Controller, found: tasks.Condition) -> None:
    """One message with what the box said; not a good one unless all is well."""
    pressures = ", ".join(str(round(pressure)) for pressure in found.pressures)
    words = _("It answers: %(state)s, %(pressures)s %(unit)s.") % {
        "state": state_words(found.state),
        "pressures": pressures,
        "unit": box.get_scale_display(),
    }
    if found.is_well:
        messages.success(request, words)
    elif found.has_fault:
        messages.error(request, f"{words} {fault_words(Faults(found.faults))}")
    else:
        messages.warning(request, f"{words} {_('There is air in a cuff.')}")


@require_POST
def quarantine(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Take the box out of use, with the reason."""
    box = _found(request, controller_id)
    form = QuarantineForm(request.POST)
    if not form.is_valid():
        return _page(request, box, form=form)
    services.quarantine(controller=box, reason=form.cleaned_data["reason"], now=timezone.now())
    words = _(
        "%(name)s is out of use until someone takes it back. If a session runs on it, its cuff is opened and it ends."
    )
    messages.success(request, words % {"name": box})
    return redirect("devices:controller", box.pk)


@require_http_methods(["GET", "POST"])
def calibrate(request: SignedInRequest, controller_id: int, channel_id: int) -> HttpResponse:
    """Enter what a reference gauge showed beside one channel."""
    box = _found(request, controller_id)
    channel = get_object_or_404(box.channels.select_related("cuff_model", "controller"), pk=channel_id)
    form = CalibrationForm(request.POST or None)
    if form.is_valid() and _calibrated(request, channel, form):
        return redirect("devices:controller", box.pk)
    page = {"controller": box, "channel": channel, "form": form}
    return render(request, "devices/calibrate.html", page, status=422 if form.errors else 200)


def _calibrated(request: SignedInRequest, channel: Channel, form: CalibrationForm) -> bool:
    """Whether it was kept, with a message saying what it came to; else the reasons are put into the form."""
    try:
        kept = services.record_calibration(
            channel=channel, **form.terms(), by=request.user, now=timezone.now()
        )
    except services.NotAcceptedError as refusal:
        form.add_error(None, refusal.objections)
        return False
    error = f"{kept.worst_error:+.1f}"
    if not kept.passed:
        words = _("It reads %(error)s wrong at worst. The controller is out of use until it is mended.")
        messages.error(request, words % {"error": error})
    elif kept.has_drifted:
        words = _(
            "Calibrated, %(error)s at worst. It has drifted since the last time: look at it again soon."
        )
        messages.warning(request, words % {"error": error})
    else:
        messages.success(request, _("Calibrated, %(error)s at worst.") % {"error": error})
    return True


@require_POST
def return_to_use(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Take the box back into use: for those who keep the clinic's fleet."""
    box = _found(request, controller_id)
    if not selectors.is_kept_by(box, request.user):
        raise PermissionDenied(_("A medical lead or an administrator of this clinic takes it back into use."))
    services.return_to_use(controller=box)
    messages.success(request, _("%(name)s may be used again.") % {"name": box})
    return redirect("devices:controller", box.pk)
