"""Recording what a limb answers to: a measured or estimated LOP, and the ramp of a KAATSU band."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from devices.domain.units import Scale
from devices.models import CuffModel
from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from patients.selectors import limb_bars
from protocols import selectors
from protocols.domain import estimate, sku_ramp
from protocols.domain.limits import CAP, Setting
from protocols.domain.occlusion import VALID_FOR, Limb, Posture, cuff_objections, value_objections
from protocols.models import OcclusionMeasurement, SkuRamp


class NotRecordableError(Exception):
    """Such a LOP is not recorded. `objections` says why, in words for the clinician."""

    def __init__(self, objections: list[str]) -> None:
        self.objections = objections
        super().__init__(" ".join(objections))


def record_occlusion(
    *,
    patient: Patient,
    limb: str,
    side: str,
    posture: str,
    cuff_model: CuffModel,
    method: str,
    value_mmhg: int | None,
    plus_minus_mmhg: int | None = None,
    basis: str = "",
    attempts: int = 1,
    by: User,
    now: datetime,
) -> OcclusionMeasurement:
    """Keep a LOP, or with `value_mmhg` None that it is not determinable. Raises NotRecordableError."""
    found = cuff_objections(Limb(limb), selectors.cuff_facts(cuff_model))
    if method == OcclusionMeasurement.Method.ESTIMATED and not basis:
        found.append("An estimate is worked out from the record, never entered.")
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
        plus_minus_mmhg=plus_minus_mmhg,
        basis=basis,
        attempts=attempts,
        measured_at=now,
        measured_by=by,
        valid_until=timezone.localdate(now) + VALID_FOR,
    )


def record_estimate(
    *, patient: Patient, limb: str, side: str, posture: str, cuff_model: CuffModel, by: User, now: datetime
) -> OcclusionMeasurement:
    """Estimate a LOP where a verified equation fits, marked as such. Raises NotRecordableError with why not.

    It never takes the place of a measurement that holds, not even of one that found nothing.
    """
    site: dict[str, Any] = {"limb": limb, "side": side, "posture": posture, "cuff_model": cuff_model}
    today = timezone.localdate(now)
    body = selectors.body_facts(patient, side, today)
    found = estimate.objections(Limb(limb), Posture(posture), cuff_model.width_cm, body)
    standing = selectors.latest_occlusion(patient, **site)
    if (
        standing
        and standing.method != OcclusionMeasurement.Method.ESTIMATED
        and standing.valid_until >= today
    ):
        found.append("A measurement of this limb holds; an estimate does not take its place.")
    if found:
        raise NotRecordableError(["The LOP can't be estimated here.", *found, estimate.WHY_MEASURE])
    return record_occlusion(
        patient=patient,
        **site,
        method=OcclusionMeasurement.Method.ESTIMATED,
        value_mmhg=estimate.estimate_mmhg(body),
        plus_minus_mmhg=estimate.PLUS_MINUS_MMHG,
        basis=estimate.SOURCE,
        by=by,
        now=now,
    )


def record_ramp(
    *,
    patient: Patient,
    limb: str,
    side: str,
    cuff_model: CuffModel,
    base_sku: float,
    steps: Sequence[sku_ramp.Step],
    by: User,
    now: datetime,
) -> SkuRamp:
    """Keep a ramp of a KAATSU band and the optimal SKU that it came to. Raises NotRecordableError."""
    most = min(CAP[Scale.SKU, Setting.CLINIC, Limb(limb)], cuff_model.rated_maximum)
    found = sku_ramp.objections(base_sku, steps, most)
    if cuff_model.scale != Scale.SKU:
        found.append("A ramp is for a band that counts in SKU. Measure the LOP of this cuff.")
    found += [f"This limb is barred. {why}" for why in limb_bars(patient, limb=limb, side=side)]
    if found:
        raise NotRecordableError(found)
    return SkuRamp.objects.create(
        patient=patient,
        limb=limb,
        side=side,
        cuff_model=cuff_model,
        base_sku=base_sku,
        steps=[asdict(step) for step in steps],
        optimal_sku=sku_ramp.optimal_sku(steps),
        done_at=now,
        done_by=by,
        valid_until=timezone.localdate(now) + VALID_FOR,
    )
