"""List the registered controllers."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from devices.models import Controller


class Command(BaseCommand):
    """One line each, or JSON for scripts."""

    help = "List the registered controllers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All of them, or one station's."""
        parser.add_argument("--station", help="short name of the station")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        """Write the list."""
        boxes = Controller.objects.select_related("station").prefetch_related("channels__cuff_model")
        if options["station"]:
            boxes = boxes.filter(station__slug=options["station"])
        rows = [_row(box) for box in boxes.order_by("station__slug", "name")]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values()))
        if not rows:
            self.stdout.write("No controller is registered.")


def _row(box: Controller) -> dict[str, Any]:
    return {
        "id": box.pk,
        "station": box.station.slug,
        "name": box.name,
        "serial_number": box.serial_number,
        "firmware": box.firmware,
        "driver": box.driver,
        "port": box.port,
        "scale": box.scale,
        "cuffs": [channel.cuff_model.name for channel in box.channels.all()],
        "quarantine": box.quarantine_reason if box.quarantined_at else None,
    }
