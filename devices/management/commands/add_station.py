"""Name a computer that cuffs are plugged into."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from devices.models import Station
from kaatsu_clinic.accounts.models import Clinic


class Command(BaseCommand):
    """Its worker listens on the queue `station.<short name>`."""

    help = "Add a station to a clinic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose it is and what it is called."""
        parser.add_argument("--clinic", required=True, help="short name of the clinic")
        parser.add_argument(
            "--station", required=True, help="short name of the station, as in KAATSU_STATION"
        )
        parser.add_argument("--name", required=True, help="as people say it, e.g. Room 1")

    def handle(self, **options: Any) -> None:
        """Add it, or say why not."""
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            known = ", ".join(Clinic.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no clinic {options['clinic']}. Known: {known}.")
        if Station.objects.filter(slug=options["station"]).exists():
            raise CommandError(f"There is a station {options['station']} already.")
        station = Station.objects.create(clinic=clinic, slug=options["station"], name=options["name"])
        self.stdout.write(f"{station.name} listens on the queue {station.queue}.")
