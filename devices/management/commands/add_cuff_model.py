"""Add a kind of cuff."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from devices.domain.units import Scale
from devices.models import CuffModel


class Command(BaseCommand):
    """Its scale and width decide what may be prescribed on it."""

    help = "Add a kind of cuff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is written on the cuff."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--scale", required=True, choices=[scale.value for scale in Scale])
        parser.add_argument("--width-cm", required=True, type=float)
        parser.add_argument("--rated-maximum", required=True, type=float, help="in the cuff's scale")

    def handle(self, **options: Any) -> None:
        """Add it, or say why not."""
        if min(options["width_cm"], options["rated_maximum"]) <= 0:
            raise CommandError("Width and rated maximum are above zero.")
        if CuffModel.objects.filter(name=options["name"]).exists():
            raise CommandError(f"There is a cuff {options['name']} already.")
        fields = {name: options[name] for name in ("name", "scale", "width_cm", "rated_maximum")}
        self.stdout.write(f"{CuffModel.objects.create(**fields)} is known now.")
