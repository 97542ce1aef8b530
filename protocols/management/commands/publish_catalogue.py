"""`manage.py publish_catalogue`: the built-in protocols, brought up to date. Run again, it changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from protocols import services


class Command(BaseCommand):
    """Publish the built-in catalogue."""

    help = "Publish the built-in protocols; a changed one becomes a new version."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was new."""
        for protocol in services.publish_built_in(now=timezone.now()):
            self.stdout.write(f"Published {protocol}")
