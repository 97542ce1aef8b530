"""A physician signs that a person may train with high blood pressure, reduced."""

from datetime import date, datetime

from kaatsu_clinic.accounts.models import User
from patients.models import Patient
from patients.services.refusal import must_be_medical_lead
from sessions.models import PressurePermission


def permit_pressure(
    *,
    patient: Patient,
    systolic_mmhg: int,
    diastolic_mmhg: int,
    valid_until: date,
    reason: str,
    by: User,
    now: datetime,
) -> PressurePermission:
    """Keep the signed word. Raises RefusedError unless a medical lead of the patient's clinic signs."""
    must_be_medical_lead(patient, by)
    return PressurePermission.objects.create(
        patient=patient,
        systolic_mmhg=systolic_mmhg,
        diastolic_mmhg=diastolic_mmhg,
        valid_until=valid_until,
        reason=reason,
        signed_at=now,
        signed_by=by,
    )
