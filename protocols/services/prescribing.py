"""Prescribing and withdrawing, and what became of a prescription. Each in one transaction."""

import math
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from patients.selectors import limb_bars, training_holds
from protocols import selectors
from protocols.domain import prescribing
from protocols.domain.prescribing import NotPrescribableError, Proposal
from protocols.models import Prescription
from protocols.selectors import Wish

CLINIC_VALID_FOR = timedelta(weeks=12)
"""As long as a screening holds (programme setting)."""

HOME_VALID_FOR = timedelta(weeks=4)
"""Home prescriptions run out unless renewed (programme setting)."""


def keep_tolerated(prescription: Prescription, now: datetime) -> None:
    """A session went through this prescription to its end, without a pause or a vent."""
    prescription.tolerated_at = now
    prescription.save(update_fields=["tolerated_at"])


def propose(wish: Wish, now: datetime) -> Proposal:
    """What would be prescribed, writing nothing. Raises NotPrescribableError with every objection."""
    today = timezone.localdate(now)
    order = selectors.order(wish, today)
    if found := _record_objections(wish, today):
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
        posture_reason=wish.posture_reason if proposal.plan.lop_mmhg is not None else "",
        volume_percent=wish.volume_percent,
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


def _record_objections(wish: Wish, today: date) -> list[str]:
    patient, protocol, occlusion = wish.patient, wish.protocol, wish.occlusion
    found = [
        (protocol.retired_at is not None, "A newer version of this protocol has been published."),
        (protocol.clinic_id not in (None, patient.clinic_id), "The protocol belongs to another clinic."),
        (occlusion is not None and occlusion.patient_id != patient.pk, "The LOP belongs to another patient."),
        (occlusion is not None and not selectors.is_newest(occlusion), "A newer LOP has been recorded."),
        (
            selectors.is_passed_over(wish),
            "There is a LOP of this posture on record. It is the one that counts.",
        ),
    ]
    holds = [hold.words for hold in training_holds(patient, today)]
    bars = limb_bars(patient, limb=protocol.limb, side=wish.side)
    return [
        *holds,
        *[words for is_so, words in found if is_so],
        *[f"This limb is barred. {why}" for why in bars],
    ]


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
