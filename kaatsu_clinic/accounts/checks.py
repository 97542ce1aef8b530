"""What must not be so in production."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from kaatsu_clinic.accounts.models import User


@register(Tags.database, deploy=False)
def no_demo_people_in_production(*, databases: Sequence[str] | None, **kwargs: Any) -> list[Error]:
    """Demo accounts share a published password: outside demo mode they stop the start (`check --database default`)."""
    if settings.DEMO or not databases:
        return []
    try:
        found = User.objects.filter(is_demo=True).exists()
    except DatabaseError:
        return []  # not migrated yet: there is nobody at all
    words = "Demo accounts are in this database, and their password is published."
    return [Error(words, hint="Delete them, or set KAATSU_DEMO=1.", id="kaatsu.E001")] if found else []


@register(Tags.security, deploy=True)
def no_demo_mode_in_production(**kwargs: Any) -> list[Error]:
    """Demo mode has a published secret and simulated cuffs."""
    words = "KAATSU_DEMO is on: this instance has a published secret and demo accounts."
    return (
        [Error(words, hint="Unset KAATSU_DEMO and set DJANGO_SECRET_KEY.", id="kaatsu.E002")]
        if settings.DEMO
        else []
    )
