"""What belongs to one clinic or person beside a prescription: limits of their own, and the wider plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kaatsu_clinic.accounts.models import Clinic, Role, User
from patients.models import Patient
from protocols.domain import own_limits
from protocols.models import OwnLimit, PlanItem, Protocol


class RefusedError(Exception):
    """It is not kept so. `objections` says why: name of the field ("" for all) -> words."""

    def __init__(self, objections: Mapping[str, str]) -> None:
        self.objections = dict(objections)
        super().__init__(" ".join(objections.values()))


@transaction.atomic
def set_limit(
    *, clinic: Clinic, patient: Patient | None, terms: Mapping[str, Any], by: User, now: datetime
) -> OwnLimit:
    """Tighten what a clinic, or one patient, may be given. It takes the place of the limit of the same thing.

    Raises RefusedError where it does not tighten, and for anyone but a medical lead of the clinic.
    """
    _must_lead(clinic, by)
    found = own_limits.objections(terms["unit"], terms["value"], terms["limb"], terms["setting"])
    if found:
        raise RefusedError({"value": found})
    same = {name: terms[name] for name in ("unit", "limb", "setting")}
    standing = OwnLimit.objects.in_force().filter(clinic=clinic, patient=patient, **same)
    for row in standing.select_for_update():
        _end(row, by, now)
    return OwnLimit.objects.create(clinic=clinic, patient=patient, **terms, set_at=now, set_by=by)


def end_limit(*, limit: OwnLimit, by: User, now: datetime) -> None:
    """Go back to the built-in limit. Raises RefusedError."""
    _must_lead(limit.clinic, by)
    if limit.ended_at is None:
        _end(limit, by, now)


def add_plan_item(
    *,
    patient: Patient,
    kind: str,
    words: str,
    times_per_week: int | None,
    protocol: Protocol | None = None,
    by: User,
    now: datetime,
) -> PlanItem:
    """Add a part of the wider plan."""
    return PlanItem.objects.create(
        patient=patient,
        kind=kind,
        words=words,
        times_per_week=times_per_week,
        protocol=protocol,
        added_at=now,
        added_by=by,
    )


def end_plan_item(*, item: PlanItem, by: User, now: datetime) -> None:
    """It is no longer part of the plan. Doing it twice changes nothing."""
    if item.ended_at is None:
        item.ended_at, item.ended_by = now, by
        item.save(update_fields=["ended_at", "ended_by"])


def _end(row: OwnLimit, by: User, now: datetime) -> None:
    row.ended_at, row.ended_by = now, by
    row.save(update_fields=["ended_at", "ended_by"])


def _must_lead(clinic: Clinic, by: User) -> None:
    if not by.clinics_as(Role.MEDICAL_LEAD).filter(pk=clinic.pk).exists():
        raise RefusedError({"": "Only a medical lead of this clinic sets its limits."})
