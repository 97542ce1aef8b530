"""Publishing: the built-in catalogue, and a clinic's own protocols. A version is never edited once it is published."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from devices.domain.units import Scale
from kaatsu_clinic.accounts.models import CLINICIANS, Clinic, User
from protocols.domain import drafting
from protocols.domain.catalogue import BUILT_IN, BuiltIn
from protocols.domain.occlusion import Limb
from protocols.domain.terms import Terms
from protocols.models import Protocol


class NotPublishableError(Exception):
    """It can't be published so. `objections`: name of the field ("" for all) -> words for the clinician."""

    def __init__(self, objections: Mapping[str, str]) -> None:
        self.objections = dict(objections)
        super().__init__(" ".join(objections.values()))


@transaction.atomic
def publish_built_in(*, now: datetime) -> list[Protocol]:
    """Bring the built-in catalogue into the database. Gives back what was new; a second call gives nothing."""
    standing = {row.slug: row for row in Protocol.objects.filter(clinic=None, retired_at=None)}
    changed = [entry for entry in BUILT_IN if not _is_same(standing.get(entry.slug), entry)]
    kept = {entry.slug for entry in BUILT_IN} - {entry.slug for entry in changed}
    _retire([row for row in standing.values() if row.slug not in kept], now)
    return [_publish(entry, now) for entry in changed]


@transaction.atomic
def publish_own(
    *, clinic: Clinic, terms: Mapping[str, Any], replaces: Protocol | None, by: User, now: datetime
) -> Protocol:
    """Publish a clinic's own protocol; an edited one becomes the next version, and the one before is retired.

    Raises NotPublishableError for anyone who does not treat people there, and where its terms leave the limits.
    """
    if not by.clinics_as(*CLINICIANS).filter(pk=clinic.pk).exists():
        raise NotPublishableError({"": "Only a clinician of this clinic publishes its protocols."})
    found = drafting.objections(
        Terms.from_json(terms["terms"]),
        Scale(terms["scale"]) if terms["scale"] else None,
        Limb(terms["limb"]),
    )
    if found:
        raise NotPublishableError(found)
    slug = _slug_of(clinic, replaces) or _free_slug(clinic, terms["name"])
    standing = list(Protocol.objects.select_for_update().filter(clinic=clinic, slug=slug))
    _retire([row for row in standing if row.retired_at is None], now)
    return Protocol.objects.create(
        clinic=clinic, slug=slug, version=len(standing) + 1, published_at=now, **terms
    )


def retire_own(*, protocol: Protocol, by: User, now: datetime) -> None:
    """No longer prescribed; what was prescribed by it stays. Raises NotPublishableError for a built-in one."""
    if protocol.clinic is None or not by.clinics_as(*CLINICIANS).filter(pk=protocol.clinic.pk).exists():
        raise NotPublishableError({"": "Only a protocol of your own clinic can be retired."})
    if protocol.retired_at is None:
        _retire([protocol], now)


def _slug_of(clinic: Clinic, replaces: Protocol | None) -> str:
    """The slug of what is replaced. A built-in one is never replaced: what is made of it is the clinic's own."""
    return replaces.slug if replaces and replaces.clinic_id == clinic.pk else ""


def _free_slug(clinic: Clinic, name: str) -> str:
    slug = slugify(name)[:40] or "protocol"
    taken = set(Protocol.objects.filter(clinic=clinic).values_list("slug", flat=True))
    return next(one for one in chain([slug], (f"{slug}-{n}" for n in count(2))) if one not in taken)


def _is_same(row: Protocol | None, entry: BuiltIn) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in asdict(entry).items())


def _retire(rows: list[Protocol], now: datetime) -> None:
    for row in rows:
        row.retired_at = now
        row.save(update_fields=["retired_at"])


def _publish(entry: BuiltIn, now: datetime) -> Protocol:
    version = Protocol.objects.filter(clinic=None, slug=entry.slug).count() + 1
    return Protocol.objects.create(clinic=None, version=version, published_at=now, **asdict(entry))
