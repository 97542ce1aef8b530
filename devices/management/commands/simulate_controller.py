"""Run simulated controllers on pseudo-terminals until told to stop."""

from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from devices.simulator.options import add_options, serve


class Command(BaseCommand):
    """The same as `python -m devices.simulator`, which starts faster."""

    help = "Run simulated pressure controllers on pseudo-terminals."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The simulator's own options."""
        add_options(parser)

    def handle(self, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        serve(Namespace(**options))
