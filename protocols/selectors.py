"""What may be prescribed, what is in force for whom, and the facts of rows as the rules want them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from devices.domain.units import Pressure, Scale
from devices.models import CuffModel
from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from protocols.domain.limits import Setting
from protocols.domain.occlusion import Cuff, Limb, Method, Occlusion, Posture, Side, Site
from protocols.domain.prescribing import Order
from protocols.domain.terms import Terms
from protocols.models import OcclusionMeasurement, Prescription, Protocol


def catalogue(user: User) -> QuerySet[Protocol]:
    """The protocols that this person may prescribe today: the newest versions, none retired."""
    return Protocol.objects.visible_to(user).filter(retired_at=None).order_by("limb", "name", "pk")


def for_patient(patient: Patient, user: User) -> QuerySet[Protocol]:
    """The protocols that this person may prescribe to this patient: another clinic's are not among them."""
    return catalogue(user).filter(Q(clinic=None) | Q(clinic=patient.clinic_id))


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
        clinic_target=_clinic_target(patient, protocol.limb, wish.side, protocol.scale, today),
        is_before_home=patient.phase == Patient.Phase.CLINICAL,
    )


def cuff_facts(model: CuffModel) -> Cuff:
    """A cuff model as the rules see it."""
    return Cuff(model.name, Scale(model.scale), model.width_cm, model.rated_maximum)


def occlusion_facts(row: OcclusionMeasurement) -> Occlusion:
    """A measured LOP as the rules see it."""
    site = Site(Limb(row.limb), Side(row.side), Posture(row.posture), cuff_facts(row.cuff_model))
    return Occlusion(row.value_mmhg, site, Method(row.method), timezone.localdate(row.measured_at))


def is_newest(row: OcclusionMeasurement) -> bool:
    """Whether no later LOP was taken at the same site."""
    newest = latest_occlusion(
        row.patient, limb=row.limb, side=row.side, posture=row.posture, cuff_model=row.cuff_model
    )
    return newest == row


def cuffs(scale: str) -> QuerySet[CuffModel]:
    """The kinds of cuff that count in one scale, the widest first."""
    return CuffModel.objects.filter(scale=scale).order_by(F("width_cm").desc(), "name")


def _clinic_target(patient: Patient, limb: str, side: str, scale: str, today: date) -> Pressure | None:
    in_clinic = current_prescriptions(patient, today).filter(setting=Prescription.Setting.CLINIC)
    row = in_clinic.filter(limb=limb, side=side, scale=scale).first()
    return Pressure(row.target, Scale(row.scale)) if row else None
