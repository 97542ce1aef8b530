"""The pages about cuffs and their controllers."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from devices import selectors, services, tasks
from devices.domain.registers import BoxState, Faults
from devices.domain.units import VENTED_BELOW
from devices.forms import QuarantineForm, RegisterForm
from devices.models import Controller
from devices.templatetags.device_words import fault_words, state_words
from kaatsu_clinic.http import SignedInRequest


@require_safe
def fleet(request: SignedInRequest) -> HttpResponse:
    """Every station with what is plugged into it."""
    stations = selectors.fleet(request.user)
    may_register = selectors.stations_kept_by(request.user).exists()
    return render(request, "devices/fleet.html", {"stations": stations, "may_register": may_register})


@require_safe
def controller(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """One controller: what it is, and what may be done with it."""
    return _page(request, _found(request, controller_id), QuarantineForm())


def _page(request: SignedInRequest, box: Controller, form: QuarantineForm, status: int = 200) -> HttpResponse:
    context = {
        "controller": box,
        "channels": selectors.channels_of(box),
        "form": form,
        "may_return": selectors.is_kept_by(box, request.user),
    }
    return render(request, "devices/controller.html", context, status=status)


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
    return _ask(request, _found(request, controller_id), tasks.ask_condition)


@require_POST
def clear_fault(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Take a latched fault back, after someone has looked at the box."""
    return _ask(request, _found(request, controller_id), tasks.ask_to_clear_fault)


def _ask(
    request: SignedInRequest, box: Controller, question: Callable[[Controller], tasks.Condition]
) -> HttpResponse:
    try:
        _tell(request, box, question(box))
    except tasks.StationError as trouble:
        messages.error(request, str(trouble))
    return redirect("devices:controller", box.pk)


def _tell(request: SignedInRequest, box: Controller, found: tasks.Condition) -> None:
    """One message with what the box said; not a good one unless all is well."""
    pressures = ", ".join(str(round(pressure)) for pressure in found.pressures)
    words = _("It answers: %(state)s, %(pressures)s %(unit)s.") % {
        "state": state_words(found.state),
        "pressures": pressures,
        "unit": box.get_scale_display(),
    }
    if found.faults or found.state is BoxState.FAULT:
        messages.error(request, f"{words} {fault_words(Faults(found.faults))}")
    elif max(found.pressures) >= VENTED_BELOW:
        messages.warning(request, f"{words} {_('There is air in a cuff.')}")
    else:
        messages.success(request, words)


@require_POST
def quarantine(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Take the box out of use, with the reason."""
    box = _found(request, controller_id)
    form = QuarantineForm(request.POST)
    if not form.is_valid():
        return _page(request, box, form, status=422)
    services.quarantine(controller=box, reason=form.cleaned_data["reason"], now=timezone.now())
    messages.success(request, _("%(name)s is out of use until someone takes it back.") % {"name": box})
    return redirect("devices:controller", box.pk)


@require_POST
def return_to_use(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Take the box back into use: for those who keep the clinic's fleet."""
    box = _found(request, controller_id)
    if not selectors.is_kept_by(box, request.user):
        raise PermissionDenied(_("A medical lead or an administrator of this clinic takes it back into use."))
    services.return_to_use(controller=box)
    messages.success(request, _("%(name)s may be used again.") % {"name": box})
    return redirect("devices:controller", box.pk)
