"""Plain functions that each make one valid thing. The cast: a physiotherapist, a medical lead, an admin, a patient, a stranger."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from devices.domain.units import Scale
from devices.models import Channel, Controller, CuffModel, Station
from kaatsu_clinic.accounts.models import Clinic, Membership, Role, User
from patients.models import Clearance, Patient, Screening

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
_count = itertools.count(1)


def clinic(**fields: Any) -> Clinic:
    n = next(_count)
    return Clinic.objects.create(**{"name": f"Clinic {n}", "slug": f"clinic-{n}"} | fields)


def person(role: Role, clinic: Clinic | None = None, **fields: Any) -> User:
    """Someone with one role in one clinic (a new one unless given)."""
    n = next(_count)
    user = User.objects.create_user(fields.pop("email", f"person-{n}@example.test"), "a long password", **{"full_name": f"Person {n}"} | fields)
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


def cuff_model(**fields: Any) -> CuffModel:
    n = next(_count)
    return CuffModel.objects.create(**{"name": f"Cuff {n}", "scale": Scale.MMHG, "width_cm": 11.5, "rated_maximum": 300} | fields)


def controller(clinic: Clinic, by: User, **fields: Any) -> Controller:
    """A controller with one channel, on a station of its own."""
    n = next(_count)
    station = fields.pop("station", None) or Station.objects.create(clinic=clinic, name=f"Room {n}", slug=f"room-{n}")
    model = fields.pop("cuff_model", None) or cuff_model()
    box = Controller.objects.create(
        **{
            "station": station,
            "name": f"Controller {n}",
            "port": f"/dev/serial/by-id/cuff-{n}",
            "serial_number": f"SN{n:04}",
            "firmware": "1.0",
            "scale": model.scale,
            "rated_maximum": 300,
            "registered_at": NOW,
            "registered_by": by,
        }
        | fields
    )
    Channel.objects.create(controller=box, number=0, cuff_model=model)
    return box
