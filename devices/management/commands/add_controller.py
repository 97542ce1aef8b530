"""Register a controller from the shell of the station that it is plugged into."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from devices import selectors, services
from devices.domain.box import Identity
from devices.drivers import DRIVERS, ControllerError, open_controller
from devices.models import Controller, CuffModel, Station
from kaatsu_clinic.accounts.models import User


class Command(BaseCommand):
    """Asks the box who it is, as the page does, but on this computer's own ports."""

    help = "Register a controller that is plugged into this computer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it is, and what is on it."""
        parser.add_argument("--station", required=True, help="short name of the station")
        parser.add_argument("--driver", default="reference", choices=sorted(DRIVERS))
        parser.add_argument("--port", required=True, help="device file, best below /dev/serial/by-id/")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--cuff", nargs="+", required=True, metavar="MODEL", help="one per channel, or one for all"
        )
        parser.add_argument(
            "--by", metavar="EMAIL", help="who accepts it; else an administrator of the clinic"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        """Register it, or say in words why not."""
        station = _station(options["station"])
        identity = _identity(options["driver"], options["port"])
        controller = self._register(station, identity, options)
        if options["json"]:
            self.stdout.write(json.dumps({"id": controller.pk, "serial_number": controller.serial_number}))
        else:
            self.stdout.write(f"{controller.name} is registered: controller {controller.serial_number}.")

    def _register(self, station: Station, identity: Identity, options: dict[str, Any]) -> Controller:
        try:
            return services.register_controller(
                station=station,
                name=options["name"],
                identity=identity,
                port=options["port"],
                driver=options["driver"],
                cuff_models=_cuffs(options["cuff"], identity.channels),
                by=_keeper(station, options["by"]),
                now=timezone.now(),
            )
        except services.NotAcceptedError as refusal:
            raise CommandError(str(refusal)) from refusal


def _station(slug: str) -> Station:
    try:
        return Station.objects.get(slug=slug)
    except Station.DoesNotExist:
        known = ", ".join(Station.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no station {slug}. Known: {known}.") from None


def _identity(driver: str, port: str) -> Identity:
    try:
        box = open_controller(driver=driver, port=port, expected_serial=None)
        identity = box.identify()
        box.close()
    except ControllerError as error:
        raise CommandError(error.sentence) from error
    return identity


def _cuffs(names: Sequence[str], channels: int) -> list[CuffModel]:
    """One per channel; a single name stands for all of them."""
    found = CuffModel.objects.in_bulk(names, field_name="name")
    if missing := [name for name in names if name not in found]:
        known = ", ".join(selectors.cuff_models().values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no cuff {missing[0]}. Known: {known}.")
    return [found[name] for name in ([*names] * channels if len(names) == 1 else names)]


def _keeper(station: Station, email: str | None) -> User:
    keepers = User.objects.filter(
        memberships__clinic=station.clinic, memberships__role__in=selectors.KEEPERS, is_active=True
    )
    keeper = (keepers.filter(email=email) if email else keepers.order_by("pk")).first()
    if keeper is None:
        raise CommandError("Name a medical lead or an administrator of this clinic with --by.")
    return keeper
