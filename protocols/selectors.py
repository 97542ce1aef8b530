"""What may be prescribed, what is in force for whom, and the facts of rows as the rules want them."""

import math
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from devices.domain.units import Pressure, Scale
from devices.models import CuffModel
from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from patients.selectors import age_on, latest
from protocols.domain.envelope import Limit, Origin, Unit
from protocols.domain.estimate import Body, Sex
from protocols.domain.limits import Setting
from protocols.domain.occlusion import VALID_FOR, Cuff, Limb, Method, Occlusion, Posture, Side, Site
from protocols.domain.prescribing import NotPrescribableError, Order, Proposal, propose
from protocols.domain.sku_ramp import WITHOUT_RAMP_SKU, cycles_allowed
from protocols.domain.terms import Terms
from protocols.models import OcclusionMeasurement, OwnLimit, PlanItem, Prescription, Protocol, SkuRamp


def catalogue(user: User) -> QuerySet[Protocol]:
    """The protocols that this person may prescribe today: the newest versions, none retired."""
    return Protocol.objects.visible_to(user).filter(retired_at=None).order_by("limb", "name", "pk")


def for_patient(patient: Patient, user: User) -> QuerySet[Protocol]:
    """What this person may prescribe to this patient: no other clinic's, and none without a cuff (that is for the wider plan)."""
    rows = catalogue(user).filter(Q(clinic=None) | Q(clinic=patient.clinic_id))
    return rows.exclude(kind=Protocol.Kind.NO_CUFF)


def without_cuff(patient: Patient, user: User) -> QuerySet[Protocol]:
    """Training without a cuff, for the wider plan."""
    rows = catalogue(user).filter(Q(clinic=None) | Q(clinic=patient.clinic_id))
    return rows.filter(kind=Protocol.Kind.NO_CUFF)


def plan_items(patient: Patient) -> QuerySet[PlanItem]:
    """The wider plan as it stands."""
    return (
        patient.plan_items.filter(ended_at=None).select_related("protocol", "added_by").order_by("kind", "pk")
    )


def current_prescriptions(patient: Patient, today: date) -> QuerySet[Prescription]:
    """Everything in force today, newest first."""
    return standing_prescriptions(patient).filter(valid_until__gte=today)


def standing_prescriptions(patient: Patient) -> QuerySet[Prescription]:
    """Neither superseded nor withdrawn, newest first. Some may have passed their end date."""
    return (
        Prescription.objects.standing()
        .filter(patient=patient)
        .select_related("patient", "protocol", "cuff_model", "occlusion", "prescribed_by")
        .order_by("-prescribed_at", "-pk")
    )


def current_prescription(patient: Patient, setting: str, today: date) -> Prescription | None:
    """The newest prescription in force for one setting. None: there is nothing to train by."""
    return current_prescriptions(patient, today).filter(setting=setting).first()


def latest_occlusion(
    patient: Patient, *, limb: str, side: str, posture: str, cuff_model: CuffModel
) -> OcclusionMeasurement | None:
    """The newest LOP of one site, whatever it says: an older value never stands in for *not determinable*."""
    return (
        patient.occlusion_measurements.filter(limb=limb, side=side, posture=posture, cuff_model=cuff_model)
        .select_related("cuff_model")
        .order_by("-measured_at", "-pk")
        .first()
    )


def latest_of_any_posture(
    patient: Patient, *, limb: str, side: str, cuff_model: CuffModel
) -> OcclusionMeasurement | None:
    """The newest LOP of a limb under one cuff, in whichever posture."""
    rows = patient.occlusion_measurements.filter(limb=limb, side=side, cuff_model=cuff_model)
    return rows.select_related("cuff_model").order_by("-measured_at", "-pk").first()


def latest_occlusions(patient: Patient) -> list[OcclusionMeasurement]:
    """The newest LOP of each limb, side, posture and cuff."""
    newest: dict[tuple[str, str, str, int], OcclusionMeasurement] = {}
    rows = patient.occlusion_measurements.select_related("cuff_model", "measured_by")
    for row in rows.order_by("-measured_at", "-pk"):
        newest.setdefault((row.limb, row.side, row.posture, row.cuff_model_id), row)
    return sorted(newest.values(), key=lambda row: (row.limb, row.side, row.posture))


@dataclass(frozen=True)
class Wish:
    """What a clinician would prescribe. `wished` is % LOP on an mmHg protocol, SKU on a SKU one."""

    patient: Patient
    protocol: Protocol
    setting: str
    side: str
    posture: str
    cuff_model: CuffModel
    occlusion: OcclusionMeasurement | None
    wished: float
    sessions_per_week: int = 2
    load_percent_1rm: float | None = None
    cycles: int = 1
    posture_reason: str = ""
    volume_percent: int = 100


def order(wish: Wish, today: date) -> Order:
    """The facts that `domain.prescribing` decides on."""
    patient, protocol = wish.patient, wish.protocol
    return Order(
        terms=Terms.from_json(protocol.terms),
        scale=Scale(protocol.scale),
        setting=Setting(wish.setting),
        site=Site(Limb(protocol.limb), Side(wish.side), Posture(wish.posture), cuff_facts(wish.cuff_model)),
        occlusion=occlusion_facts(wish.occlusion) if wish.occlusion else None,
        wished=wish.wished,
        sessions_per_week=wish.sessions_per_week,
        load_percent_1rm=wish.load_percent_1rm,
        cycles=wish.cycles,
        tolerated=_tolerated(patient, protocol.limb, wish.side, protocol.scale),
        tighter=tuple(own_limits(patient, protocol.limb, wish.setting)),
        posture_reason=wish.posture_reason,
        optimal_sku=_optimal_sku(wish, today),
        weekly_cycles=_weekly_cycles(patient, protocol.limb, wish.side, today),
        volume_percent=wish.volume_percent,
        is_before_home=patient.phase == Patient.Phase.CLINICAL,
    )


def wish_again(prescription: Prescription, **changes: float) -> Wish:
    """The wish that would lead to the same dose again, with the newest LOP of its site, and with changes."""
    row, measured = prescription, prescription.occlusion
    if measured is not None:
        site = {"limb": measured.limb, "side": measured.side, "posture": measured.posture}
        measured = latest_occlusion(row.patient, **site, cuff_model=row.cuff_model)
    lop = row.plan["lop_mmhg"]
    is_cycle = row.protocol.kind == Protocol.Kind.KAATSU_CYCLE
    same = Wish(
        patient=row.patient,
        protocol=row.protocol,
        setting=row.setting,
        side=row.side,
        posture=row.posture,
        cuff_model=row.cuff_model,
        occlusion=measured,
        wished=100 * row.target / lop if lop else row.target,
        sessions_per_week=row.sessions_per_week,
        load_percent_1rm=row.load_percent_1rm,
        cycles=cycles_of(row) if is_cycle else 1,
        posture_reason=row.posture_reason,
        volume_percent=row.volume_percent,
    )
    return replace(same, **changes)  # type: ignore[arg-type]  # the names are those of a suggestion's change


def cycles_of(prescription: Prescription) -> int:
    """How many cycles, or sets, its plan has."""
    return int(max(interval["set_number"] for interval in prescription.plan["intervals"]))


@dataclass(frozen=True)
class Most:
    """The most that the limits leave of a prescription today."""

    percent_lop: float
    load_percent: int
    cycles: int


def most_allowed(prescription: Prescription, today: date) -> Most:
    """What would remain of asking for everything. Nothing, where nothing may be prescribed."""
    if (most := _most(prescription, today)) is None:
        return Most(0, 0, 0)
    return Most(
        percent_lop=math.floor(most.percent_lop or 0),
        load_percent=int(most.load.value) if most.load else 0,
        cycles=int(most.cycles.value) if most.cycles else 0,
    )


def _most(prescription: Prescription, today: date) -> Proposal | None:
    """What the limits leave of everything, on the newest LOP. None: nothing may be prescribed."""
    everything = wish_again(prescription, wished=1000, load_percent_1rm=1000, cycles=1000)
    try:
        return propose(order(everything, today), today)
    except NotPrescribableError:
        return None


def cuff_facts(model: CuffModel) -> Cuff:
    """A cuff model as the rules see it."""
    return Cuff(model.name, Scale(model.scale), model.width_cm, model.rated_maximum)


def occlusion_facts(row: OcclusionMeasurement) -> Occlusion:
    """A measured LOP as the rules see it."""
    site = Site(Limb(row.limb), Side(row.side), Posture(row.posture), cuff_facts(row.cuff_model))
    day = timezone.localdate(row.measured_at)
    return Occlusion(row.value_mmhg, site, Method(row.method), day, row.plus_minus_mmhg or 0)


def body_facts(patient: Patient, side: str, today: date) -> Body:
    """What an equation asks for, from measurements not older than a LOP may be."""
    return Body(
        age=age_on(patient, today),
        sex=Sex(patient.sex) if patient.sex in Sex.__members__ else None,
        thigh_cm=_fresh(patient, f"THIGH_{side}_CM", today),
        systolic_mmhg=_fresh(patient, "SYSTOLIC_MMHG", today),
    )


def _fresh(patient: Patient, kind: str, today: date) -> float | None:
    row = latest(patient, kind)
    return row.value if row and today - timezone.localdate(row.measured_at) <= VALID_FOR else None


def is_newest(row: OcclusionMeasurement) -> bool:
    """Whether no later LOP was taken at the same site."""
    newest = latest_occlusion(
        row.patient, limb=row.limb, side=row.side, posture=row.posture, cuff_model=row.cuff_model
    )
    return newest == row


def cuffs(scale: str) -> QuerySet[CuffModel]:
    """The kinds of cuff that count in one scale, the widest first."""
    return CuffModel.objects.filter(scale=scale).order_by(F("width_cm").desc(), "name")


def own_limits(patient: Patient, limb: str, setting: str) -> list[Limit]:
    """What the clinic and this patient have of their own, as the rules want it."""
    rows = OwnLimit.objects.on(patient).filter(limb__in=("", limb), setting__in=("", setting))
    return [limit_facts(row) for row in rows.order_by("pk")]


def is_tightened_since(prescription: Prescription) -> bool:
    """Whether a limit of the clinic or the patient came into force after this was prescribed: it was not made for it."""
    later = OwnLimit.objects.on(prescription.patient).filter(set_at__gt=prescription.prescribed_at)
    return later.filter(limb__in=("", prescription.limb), setting__in=("", prescription.setting)).exists()


def is_overtaken(prescription: Prescription, today: date) -> bool:
    """Whether nobody trains on it any more, because of a limit or a LOP that came later."""
    return is_tightened_since(prescription) or is_above_newest_occlusion(prescription, today)


def is_above_newest_occlusion(prescription: Prescription, today: date) -> bool:
    """Whether a LOP was measured since by which this target or its ceiling is too high, or nothing is allowed at all."""
    measured = prescription.occlusion
    if measured is None:
        return False
    if is_passed_over(wish_again(prescription)):
        return True
    if is_newest(measured):
        return False
    most = _most(prescription, today)
    return (
        most is None
        or prescription.target > most.target.value
        or prescription.plan["ceiling"] > most.ceiling.value
    )


def is_passed_over(wish: Wish) -> bool:
    """Whether the posture of the exercise has a LOP of its own, and that of another posture was to be used."""
    if wish.occlusion is None or wish.occlusion.posture == wish.posture:
        return False
    site = {"limb": wish.protocol.limb, "side": wish.side, "posture": wish.posture}
    return latest_occlusion(wish.patient, **site, cuff_model=wish.cuff_model) is not None


def limit_facts(row: OwnLimit) -> Limit:
    """A limit of a clinic or a patient as the rules see it."""
    unit = Scale(row.unit) if row.unit in Scale.__members__ else Unit(row.unit)
    return Limit("Patient" if row.patient_id else "Clinic", row.value, unit, row.reason, Origin.CLINICIAN)


def latest_ramp(patient: Patient, *, limb: str, side: str, cuff_model: CuffModel) -> SkuRamp | None:
    """The newest ramp of one limb and band, whatever it says."""
    ramps = patient.sku_ramps.filter(limb=limb, side=side, cuff_model=cuff_model)
    return ramps.order_by("-done_at", "-pk").first()


def latest_ramps(patient: Patient) -> list[SkuRamp]:
    """The newest ramp of each limb and band."""
    newest: dict[tuple[str, str, int], SkuRamp] = {}
    for row in patient.sku_ramps.select_related("cuff_model").order_by("-done_at", "-pk"):
        newest.setdefault((row.limb, row.side, row.cuff_model_id), row)
    return sorted(newest.values(), key=lambda row: (row.limb, row.side))


def _optimal_sku(wish: Wish, today: date) -> float | None:
    """What the newest ramp allows. Nothing tolerated is 0, also when it is old; an old one that found more is none."""
    ramp = latest_ramp(wish.patient, limb=wish.protocol.limb, side=wish.side, cuff_model=wish.cuff_model)
    if ramp is None:
        return None
    found = ramp.optimal_sku or 0.0
    return found if ramp.valid_until >= today or found < WITHOUT_RAMP_SKU else None


def last_tolerated(patient: Patient, limb: str, side: str) -> QuerySet[Prescription]:
    """Clinic prescriptions of a limb that a session went through to its end, the latest session first."""
    rows = patient.prescriptions.filter(setting=Prescription.Setting.CLINIC, limb=limb, side=side)
    return rows.exclude(tolerated_at=None).order_by("-tolerated_at", "-pk")


def _tolerated(patient: Patient, limb: str, side: str, scale: str) -> Pressure | None:
    row = last_tolerated(patient, limb, side).filter(scale=scale).first()
    return Pressure(row.target, Scale(row.scale)) if row else None


def _weekly_cycles(patient: Patient, limb: str, side: str, today: date) -> int:
    row = last_tolerated(patient, limb, side).filter(protocol__kind=Protocol.Kind.KAATSU_CYCLE).first()
    if row is None:
        return cycles_allowed(None, None)
    return cycles_allowed(cycles_of(row), (today - timezone.localdate(row.prescribed_at)).days)
