"""Fills a demo with invented people and half a year of their history. `make run` calls it at each start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions.demo.seed import seed


class Command(BaseCommand):
    """Invented people, their screenings, prescriptions, sessions and traces. A second run changes nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse outside of demo mode: the accounts share a published password."""
        if not settings.DEMO:
            raise CommandError("Demo people have a published password. Set KAATSU_DEMO=1 to seed a demo.")
        devices_dir = (settings.DATA_DIR / "dev").absolute()
        is_new = seed(devices_dir=devices_dir, now=timezone.now())
        if options["verbosity"]:
            self.stdout.write("Demo people are there." if is_new else "Demo people were there already.")
