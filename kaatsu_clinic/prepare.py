"""Brings the data to this version of the program: tables, catalogue, compressed static files, in a demo its people. `make run` and compose call it."""

import os
import sys
from typing import Any

import django
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands

NOT_SERVED = ["*.map", "*.rtl.*", "widgetbundle.js"]
"""What the packages bring and no page names."""
Step = tuple[str, dict[str, Any], str]
STEPS: tuple[Step, ...] = (
    ("migrate", {"interactive": False}, "Tables"),
    ("createcachetable", {}, "Cache table"),
    ("publish_catalogue", {}, "Catalogue of protocols"),
    ("collectstatic", {"interactive": False, "ignore_patterns": NOT_SERVED}, "Style sheets and scripts"),
)
DEMO_STEPS: tuple[Step, ...] = (("seed_demo", {}, "Demo people and their history"),)


def prepare() -> None:
    """Each step may be run again: it then finds nothing to do."""
    for name, options, title in (*STEPS, *(DEMO_STEPS if settings.DEMO else ())):
        sys.stdout.write(f"  {title}\n")
        sys.stdout.flush()
        if name not in get_commands():
            raise CommandError(f"The command {name!r} is missing from this copy of the program.")
        call_command(name, verbosity=0, **options)


def main() -> None:
    """Prepare, or end with the one sentence that a command gave."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaatsu_clinic.settings")
    django.setup()
    try:
        prepare()
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
