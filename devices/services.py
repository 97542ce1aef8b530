"""Changes to the fleet: accept a controller after it said who it is, take it out of use, take it back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.domain.registers import Identity
from devices.models import Channel, Controller, CuffModel, Station
from kaatsu_clinic.accounts.models import User

SUPPORTED_FIRMWARE = {"reference": frozenset({"1.0", "1.1", "1.2"})}
"""Firmware tried with our tests, by driver. Anything else is refused until it was tried."""


class NotAcceptedError(Exception):
    """The controller may not be used. `objections` says why, in words for people."""

    def __init__(self, objections: list[str]) -> None:
        super().__init__(" ".join(objections))
        self.objections = objections


@transaction.atomic
def register_controller(
    *,
    station: Station,
    name: str,
    identity: Identity,
    port: str,
    driver: str,
    cuff_models: Sequence[CuffModel],
    by: User,
    now: datetime,
) -> Controller:
    """Accept a box that has just said who it is, with one kind of cuff per channel. Raises NotAcceptedError."""
    if objections := [
        *_about_box(identity, driver),
        *_about_place(station, port),
        *_about_cuffs(identity, cuff_models),
    ]:
        raise NotAcceptedError(objections)
    controller = Controller.objects.create(
        station=station,
        name=name,
        driver=driver,
        port=port,
        serial_number=identity.serial_number,
        firmware=identity.firmware,
        scale=identity.scale.value,
        rated_maximum=identity.rated_maximum,
        registered_at=now,
        registered_by=by,
    )
    for number, model in enumerate(cuff_models):
        Channel.objects.create(controller=controller, number=number, cuff_model=model)
    return controller


def _about_box(identity: Identity, driver: str) -> Iterator[str]:
    if identity.firmware not in SUPPORTED_FIRMWARE.get(driver, ()):
        yield _("Firmware %(version)s has not been tried with this program. Supported: %(known)s.") % {
            "version": identity.firmware,
            "known": ", ".join(sorted(SUPPORTED_FIRMWARE.get(driver, ()))) or _("none"),
        }
    if not identity.serial_number:
        yield _("The controller has no serial number, so it could be mistaken for another.")
    elif known := Controller.objects.filter(serial_number=identity.serial_number).first():
        yield _("Controller %(serial)s is already registered as “%(name)s”.") % {
            "serial": identity.serial_number,
            "name": known.name,
        }


def _about_place(station: Station, port: str) -> Iterator[str]:
    if taken := Controller.objects.filter(station=station, port=port).first():
        yield _("Port %(port)s of this station belongs to “%(name)s”.") % {"port": port, "name": taken.name}


def _about_cuffs(identity: Identity, cuff_models: Sequence[CuffModel]) -> Iterator[str]:
    if len(cuff_models) != identity.channels:
        yield ngettext(
            "This controller has %(count)d channel. Name a cuff for each channel and no more.",
            "This controller has %(count)d channels. Name a cuff for each channel and no more.",
            identity.channels,
        ) % {"count": identity.channels}
    for model in dict.fromkeys(cuff_models):
        if model.scale != identity.scale.value:
            yield _(
                "“%(cuff)s” counts in %(cuffs)s, this controller in %(boxes)s. The two are never mixed."
            ) % {
                "cuff": model.name,
                "cuffs": model.get_scale_display(),
                "boxes": identity.scale.symbol,
            }


def quarantine(*, controller: Controller, reason: str, now: datetime) -> None:
    """Take a controller out of use. No session opens on it until someone takes it back."""
    controller.quarantined_at, controller.quarantine_reason = now, reason
    controller.save(update_fields=["quarantined_at", "quarantine_reason"])


def return_to_use(*, controller: Controller) -> None:
    """End a quarantine."""
    controller.quarantined_at, controller.quarantine_reason = None, ""
    controller.save(update_fields=["quarantined_at", "quarantine_reason"])
