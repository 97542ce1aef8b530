"""Plain functions that each make one valid thing. The cast: a physiotherapist, a medical lead, an admin, a patient, a stranger."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from devices.domain.units import Scale
from devices.models import Channel, Controller, CuffModel, Station
from kaatsu_clinic.accounts.models import Clinic, Membership, Role, User
from patients.domain import phases
from patients.domain.consent import CONSENT_VERSION
from patients.models import Clearance, Consent, Patient, Screening
from protocols.domain.plan import Plan, sets_at
from protocols.models import Limb, OcclusionMeasurement, Posture, Prescription, Protocol, Side, SkuRamp
from sessions.demo.course import READY
from sessions.domain.preflight import Facts, Reaction
from sessions.models import AdverseEvent, HomeSession, TrainingSession

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
FAR_OFF = date(2100, 1, 1)
FIT = Facts(
    cleared_until=TODAY + timedelta(days=1),
    has_consent=True,
    limb_bars=(),
    is_out_of_training=False,
    is_tightened_since=False,
    prescribed_until=TODAY,
    occlusion_until=TODAY,
    is_above_newest_occlusion=False,
    cuff_matches=True,
    station_answers=True,
    station_is_current=True,
    controller_objections=(),
    in_flare=False,
    hours_since_last=48,
    open_adverse_event=False,
    systolic_mmhg=128,
    diastolic_mmhg=78,
    heart_rate_bpm=70,
    pain_nrs=2,
    infection=False,
    new_medicine=False,
    swelling=False,
    stiffness_min=10,
    reaction=Reaction.NONE,
    slept_badly=False,
    drank_little=False,
    open_followups=0,
    sessions_in_7_days=2,
    minutes_in_7_days=20,
    planned_minutes=8,
)
"""A person and a cuff with nothing against a session today."""
FIT_READINGS = {"systolic_mmhg": 124.0, "diastolic_mmhg": 78.0, "height_cm": 170.0, "weight_kg": 66.0}
"""Numbers at a screening that find nothing."""
_count = itertools.count(1)


def clinic(**fields: Any) -> Clinic:
    n = next(_count)
    return Clinic.objects.create(**{"name": f"Clinic {n}", "slug": f"clinic-{n}"} | fields)


def person(role: Role, clinic: Clinic | None = None, **fields: Any) -> User:
    """Someone with one role in one clinic (a new one unless given)."""
    n = next(_count)
    user = User.objects.create_user(
        fields.pop("email", f"person-{n}@example.test"),
        "a long password",
        **{"full_name": f"Person {n}"} | fields,
    )
    Membership.objects.create(user=user, clinic=clinic or globals()["clinic"](), role=role)
    return user


def physio(clinic: Clinic | None = None) -> User:
    return person(Role.PHYSIOTHERAPIST, clinic)


def lead(clinic: Clinic | None = None) -> User:
    return person(Role.MEDICAL_LEAD, clinic)


def admin(clinic: Clinic | None = None) -> User:
    return person(Role.ADMIN, clinic)


def clinic_of(user: User) -> Clinic:
    return user.memberships.get().clinic


def patient(by: User, **fields: Any) -> Patient:
    """A patient of the clinic of `by`."""
    n = next(_count)
    return Patient.objects.create(
        **{
            "clinic": clinic_of(by),
            "number": f"P-{n:04}",
            "family_name": f"Family{n}",
            "given_name": "Given",
            "birth_date": date(1962, 5, 17),
            "sex": Patient.Sex.FEMALE,
            "diagnosis": Patient.Diagnosis.RA,
            "registered_at": NOW,
            "registered_by": by,
        }
        | fields
    )


def trainee(patient: Patient) -> User:
    """The patient's own account."""
    user = person(Role.PATIENT, patient.clinic)
    patient.user = user
    patient.save(update_fields=["user"])
    return user


def screening(patient: Patient, **fields: Any) -> Screening:
    return Screening.objects.create(
        **{
            "patient": patient,
            "answers": {},
            "findings": [],
            "questions_version": 1,
            "screened_at": NOW,
            "screened_by": patient.registered_by,
            "valid_until": TODAY + timedelta(weeks=12),
        }
        | fields
    )


def consent(patient: Patient, **fields: Any) -> Consent:
    """Agreement to the present text."""
    return Consent.objects.create(
        **{
            "patient": patient,
            "version": CONSENT_VERSION,
            "given_on": TODAY,
            "explained_by": patient.registered_by,
            "recorded_at": NOW,
            "recorded_by": patient.registered_by,
        }
        | fields
    )


def clearance(patient: Patient, **fields: Any) -> Clearance:
    return Clearance.objects.create(
        **{
            "patient": patient,
            "screening": fields.pop("screening", None) or screening(patient),
            "decision": Clearance.Decision.CLEARED,
            "signed_at": NOW,
            "signed_by": patient.registered_by,
            "valid_until": TODAY + timedelta(weeks=12),
        }
        | fields
    )


def open_gate(wanted: str) -> tuple[phases.Requirement, ...]:
    """The gate into a phase with every requirement met."""
    return phases.gate(phases.Phase(wanted), READY)


def cuff_model(**fields: Any) -> CuffModel:
    n = next(_count)
    return CuffModel.objects.create(
        **{"name": f"Cuff {n}", "scale": Scale.MMHG, "width_cm": 11.5, "rated_maximum": 300} | fields
    )


def controller(clinic: Clinic, by: User, **fields: Any) -> Controller:
    """A controller with one channel, on a station of its own, accepted and calibrated."""
    n = next(_count)
    station = fields.pop("station", None) or Station.objects.create(
        clinic=clinic, name=f"Room {n}", slug=f"room-{n}"
    )
    model = fields.pop("cuff_model", None) or cuff_model()
    box = Controller.objects.create(
        **{
            "station": station,
            "name": f"Controller {n}",
            "port": f"/dev/serial/by-id/cuff-{n}",
            "serial_number": f"SN{n:04}",
            "firmware": "1.2",
            "scale": model.scale,
            "rated_maximum": 300,
            "registered_at": NOW,
            "registered_by": by,
        }
        | fields
    )
    Channel.objects.create(controller=box, number=0, cuff_model=model)
    accept(box)
    return box


def accept(box: Controller, valid_until: date = FAR_OFF) -> None:
    """An acceptance test and a calibration of each channel, passed."""
    by = {"performed_at": NOW, "performed_by": box.registered_by, "passed": True, "valid_until": valid_until}
    box.acceptance_tests.create(firmware=box.firmware, target=120, seconds=60, exercise=False, steps=[], **by)
    for channel in box.channels.all():
        box.calibrations.create(
            channel=channel.number,
            gauge="G-1",
            gauge_valid_until=valid_until,
            points=[[0, 0], [100, 101]],
            worst_error=1,
            mean_error=0.5,
            **by,
        )


def protocol(**fields: Any) -> Protocol:
    """A built-in BFR protocol for the leg: 30-15-15-15 at 40 % LOP."""
    n = next(_count)
    return Protocol.objects.create(
        **{
            "slug": f"protocol-{n}",
            "name": f"Protocol {n}",
            "kind": Protocol.Kind.BFR_SETS,
            "scale": Scale.MMHG,
            "limb": Limb.LEG,
            "exercise": "Knee extension",
            "description": "Sets with the cuff inflated.",
            "terms": {
                "repetitions": [30, 15, 15, 15],
                "rest_s": 30,
                "percent_lop": 40,
                "settings": ["CLINIC", "HOME"],
            },
            "origin": "Programme setting.",
            "published_at": NOW,
        }
        | fields
    )


def occlusion(patient: Patient, **fields: Any) -> OcclusionMeasurement:
    """A LOP of 150 mmHg, measured today on the left leg, seated."""
    return OcclusionMeasurement.objects.create(
        **{
            "patient": patient,
            "limb": Limb.LEG,
            "side": Side.LEFT,
            "posture": Posture.SEATED,
            "cuff_model": fields.pop("cuff_model", None) or cuff_model(),
            "method": OcclusionMeasurement.Method.DOPPLER,
            "value_mmhg": 150,
            "measured_at": NOW,
            "measured_by": patient.registered_by,
            "valid_until": TODAY + timedelta(days=30),
        }
        | fields
    )


def sku_ramp(patient: Patient, **fields: Any) -> SkuRamp:
    """A ramp of the left leg, today, with every step up to 180 SKU tolerated."""
    return SkuRamp.objects.create(
        **{
            "patient": patient,
            "limb": Limb.LEG,
            "side": Side.LEFT,
            "base_sku": 40,
            "steps": [{"sku": 100, "crt_s": 1.5, "has_symptoms": False}],
            "optimal_sku": 180,
            "done_at": NOW,
            "done_by": patient.registered_by,
            "valid_until": TODAY + timedelta(days=30),
        }
        | fields
    )


def prescription(patient: Patient, **fields: Any) -> Prescription:
    """Two short sets at 60 mmHg with a ceiling of 90, in the clinic, on the left leg."""
    measured = fields.pop("occlusion", None) or occlusion(patient, cuff_model=fields.get("cuff_model"))
    plan = Plan(Scale.MMHG, sets_at(60.0, (5, 5), rest_s=5), 90.0, 600.0, 1200.0, lop_mmhg=150.0)
    return Prescription.objects.create(
        **{
            "patient": patient,
            "protocol": fields.pop("protocol", None) or protocol(),
            "setting": Prescription.Setting.CLINIC,
            "limb": Limb.LEG,
            "side": Side.LEFT,
            "posture": Posture.SEATED,
            "cuff_model": measured.cuff_model,
            "occlusion": measured,
            "scale": Scale.MMHG,
            "target": 60.0,
            "wished_target": 60.0,
            "load_percent_1rm": 30,
            "plan": plan.to_json(),
            "limits": [{"name": "Share of LOP", "value": 120.0, "source": "80 % of 150 mmHg.", "cut": False}],
            "prescribed_at": NOW,
            "prescribed_by": patient.registered_by,
            "valid_until": TODAY + timedelta(days=30),
        }
        | fields
    )


def training_session(prescription: Prescription, controller: Controller, **fields: Any) -> TrainingSession:
    """An opened session that no station has taken yet."""
    return TrainingSession.objects.create(
        **{
            "patient": prescription.patient,
            "prescription": prescription,
            "channel": controller.channels.get(),
            "controller": controller,
            "supervisor": prescription.prescribed_by,
            "scale": prescription.scale,
            "plan": prescription.plan,
            "preflight": {},
            "opened_at": NOW,
        }
        | fields
    )


def home_session(prescription: Prescription, **fields: Any) -> HomeSession:
    """All of it done at home, with less pain after."""
    patient = prescription.patient
    return HomeSession.objects.create(
        **{
            "id": uuid.uuid4(),
            "patient": patient,
            "prescription": prescription,
            "done_at": NOW,
            "logged_at": NOW,
            "logged_by": patient.user or patient.registered_by,
            "completed": True,
            "pain_before": 4,
            "pain_after": 3,
            "effort": 4,
        }
        | fields
    )


def adverse_event(patient: Patient, **fields: Any) -> AdverseEvent:
    """A draft that nobody has graded."""
    return AdverseEvent.objects.create(
        **{"patient": patient, "occurred_at": NOW, "reported_by": patient.registered_by, "words": "Dizzy."}
        | fields
    )
