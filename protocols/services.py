"""Publishing protocols, recording LOP, prescribing and withdrawing. Each in one transaction."""

import math
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from devices.models import CuffModel
from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from protocols import selectors
from protocols.domain import prescribing
from protocols.domain.catalogue import BUILT_IN, BuiltIn
from protocols.domain.occlusion import VALID_FOR, Limb, cuff_objections, value_objections
from protocols.domain.prescribing import NotPrescribableError, Proposal
from protocols.models import OcclusionMeasurement, Prescription, Protocol
from protocols.selectors import Wish

__all__ = ["NotPrescribableError", "Wish"]

CLINIC_VALID_FOR = timedelta(weeks=12)
"""As long as a screening holds (programme setting)."""

HOME_VALID_FOR = timedelta(weeks=4)
"""Home prescriptions run out unless renewed (programme setting)."""


class NotRecordableError(Exception):
    """Such a LOP is not recorded. `objections` says why, in words for the clinician."""

    def __init__(self, objections: list[str]) -> None:
        self.objections = objections
        super().__init__(" ".join(objections))


@transaction.atomic
def publish_built_in(*, now: datetime) -> list[Protocol]:
    """Bring the built-in catalogue into the database. Gives back what was new; a second call gives nothing."""
    standing = {row.slug: row for row in Protocol.objects.filter(clinic=None, retired_at=None)}
    changed = [entry for entry in BUILT_IN if not _is_same(standing.get(entry.slug), entry)]
    kept = {entry.slug for entry in BUILT_IN} - {entry.slug for entry in changed}
    _retire([row for row in standing.values() if row.slug not in kept], now)
    return [_publish(entry, now) for entry in changed]


def record_occlusion(
    *,
    patient: Patient,
    limb: str,
    side: str,
    posture: str,
    cuff_model: CuffModel,
    method: str,
    value_mmhg: int | None,
    attempts: int = 1,
    by: User,
    now: datetime,
) -> OcclusionMeasurement:
    """Keep a LOP, or with `value_mmhg` None that it is not determinable. Raises NotRecordableError."""
    found = cuff_objections(Limb(limb), selectors.cuff_facts(cuff_model))
    if value_mmhg is not None:
        found += value_objections(value_mmhg)
    if found:
        raise NotRecordableError(found)
    return OcclusionMeasurement.objects.create(
        patient=patient,
        limb=limb,
        side=side,
        posture=posture,
        cuff_model=cuff_model,
        method=method,
        value_mmhg=value_mmhg,
        attempts=attempts,
        measured_at=now,
        measured_by=by,
        valid_until=timezone.localdate(now) + VALID_FOR,
    )


def propose(wish: Wish, now: datetime) -> Proposal:
    """What would be prescribed, writing nothing. Raises NotPrescribableError with every objection."""
    today = timezone.localdate(now)
    order = selectors.order(wish, today)
    if found := _record_objections(wish):
        raise NotPrescribableError([*found, *prescribing.objections(order, today)])
    return prescribing.propose(order, today)


@transaction.atomic
def prescribe(wish: Wish, *, instructions: str = "", by: User, now: datetime) -> Prescription:
    """Make a protocol this patient's own, in place of what stood for that limb, side and setting.

    Raises NotPrescribableError with every objection. What was asked is cut as `propose` shows.
    """
    proposal = propose(wish, now)
    _supersede(wish, now)
    return Prescription.objects.create(
        patient=wish.patient,
        protocol=wish.protocol,
        setting=wish.setting,
        limb=wish.protocol.limb,
        side=wish.side,
        posture=wish.posture,
        cuff_model=wish.cuff_model,
        occlusion=wish.occlusion if proposal.plan.lop_mmhg is not None else None,
        instructions=instructions,
        prescribed_at=now,
        prescribed_by=by,
        valid_until=valid_until(wish, timezone.localdate(now)),
        **_frozen(proposal),
    )


def valid_until(wish: Wish, today: date) -> date:
    """At home four weeks; in the clinic until the screening interval or the LOP runs out."""
    if wish.setting == Prescription.Setting.HOME:
        return today + HOME_VALID_FOR
    until = today + CLINIC_VALID_FOR
    return min(until, wish.occlusion.valid_until) if wish.occlusion else until


class NotWithdrawableError(Exception):
    """The prescription no longer stands, or no reason was given."""


@transaction.atomic
def withdraw_prescription(*, prescription: Prescription, reason: str, now: datetime) -> Prescription:
    """End a prescription before its time. Raises NotWithdrawableError where it no longer stands."""
    if not reason.strip():
        raise NotWithdrawableError("A withdrawal needs a reason.")
    row = Prescription.objects.standing().select_for_update().filter(pk=prescription.pk).first()
    if row is None:
        raise NotWithdrawableError("This prescription no longer stands: it was replaced or withdrawn before.")
    row.withdrawn_at, row.withdrawal_reason = now, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    return row


def _supersede(wish: Wish, now: datetime) -> None:
    """The patient's row is locked first: two who prescribe at once come one after the other."""
    Patient.objects.select_for_update().get(pk=wish.patient.pk)
    standing = Prescription.objects.standing().filter(patient=wish.patient, setting=wish.setting)
    for row in standing.filter(limb=wish.protocol.limb, side=wish.side):
        row.superseded_at = now
        row.save(update_fields=["superseded_at"])


def _is_same(row: Protocol | None, entry: BuiltIn) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in asdict(entry).items())


def _retire(rows: list[Protocol], now: datetime) -> None:
    for row in rows:
        row.retired_at = now
        row.save(update_fields=["retired_at"])


def _publish(entry: BuiltIn, now: datetime) -> Protocol:
    version = Protocol.objects.filter(clinic=None, slug=entry.slug).count() + 1
    return Protocol.objects.create(clinic=None, version=version, published_at=now, **asdict(entry))


def _record_objections(wish: Wish) -> list[str]:
    patient, protocol, occlusion = wish.patient, wish.protocol, wish.occlusion
    found = [
        (protocol.retired_at is not None, "A newer version of this protocol has been published."),
        (protocol.clinic_id not in (None, patient.clinic_id), "The protocol belongs to another clinic."),
        (occlusion is not None and occlusion.patient_id != patient.pk, "The LOP belongs to another patient."),
        (occlusion is not None and not selectors.is_newest(occlusion), "A newer LOP has been recorded."),
    ]
    return [words for holds, words in found if holds]


def _frozen(proposal: Proposal) -> dict[str, Any]:
    load = proposal.load
    return {
        "scale": proposal.target.scale.value,
        "target": proposal.target.value,
        "wished_target": proposal.pressure.wished.value,
        "load_percent_1rm": math.floor(load.value) if load else None,
        "sessions_per_week": int(proposal.sessions.value),
        "plan": proposal.plan.to_json(),
        "limits": proposal.limits_json(),
    }
