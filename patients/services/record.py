"""What happens to a patient's record: register, measure. Each in one transaction."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Clinic, User
from patients.domain import joints, measures
from patients.models import JointCount, Measurement, Patient
from patients.services import course
from patients.services.refusal import RefusedError


def register_patient(
    *,
    clinic: Clinic,
    number: str,
    family_name: str,
    given_name: str,
    birth_date: date,
    sex: str,
    diagnosis: str,
    diagnosis_detail: str = "",
    by: User,
    now: datetime,
) -> Patient:
    """A new patient of a clinic, in the clinical phase. Raises RefusedError if the record number is taken."""
    try:
        with transaction.atomic():
            return Patient.objects.create(
                clinic=clinic,
                number=number,
                family_name=family_name,
                given_name=given_name,
                birth_date=birth_date,
                sex=sex,
                diagnosis=diagnosis,
                diagnosis_detail=diagnosis_detail,
                registered_by=by,
                registered_at=now,
            )
    except IntegrityError:
        raise RefusedError({"number": _("Another patient of this clinic has this record number.")}) from None


@transaction.atomic
def record_measurements(
    *,
    patient: Patient,
    values: Mapping[str, float],
    measured_at: datetime,
    by: User,
    note: str = "",
    now: datetime | None = None,
) -> list[Measurement]:
    """Keep numbers taken at one time, in the unit of each kind. Raises RefusedError for what can't be, or for none.

    `now` where they were taken earlier: what the rules do because of them, they do today. The same number of the same time is the same measurement: a second press of the button adds nothing.
    """
    if not values:
        raise RefusedError({"": _("Enter at least one value.")})
    if objections := measures.objections(values):
        raise RefusedError(objections)
    if measured_at.date() < patient.birth_date:
        raise RefusedError({"measured_at": _("Check the year: this person was not born yet.")})
    kept = [
        Measurement.objects.get_or_create(
            patient=patient,
            kind=kind,
            value=value,
            measured_at=measured_at,
            defaults={"recorded_by": by, "note": note},
        )[0]
        for kind, value in values.items()
    ]
    course.notice_measurements(patient=patient, kinds=values.keys(), by=by, now=now or measured_at)
    return kept


@transaction.atomic
def record_joints(
    *,
    patient: Patient,
    is_full: bool,
    tender: Collection[str],
    swollen: Collection[str],
    by: User,
    now: datetime,
) -> JointCount:
    """Keep which joints were tender and swollen, and their counts. The full map gives the 28 joints' counts as well."""
    counts = joints.counts(is_full=is_full, tender=tender, swollen=swollen)
    record_measurements(patient=patient, values=counts, measured_at=now, by=by)
    return JointCount.objects.create(
        patient=patient,
        is_full=is_full,
        tender=sorted(tender),
        swollen=sorted(swollen),
        counted_at=now,
        counted_by=by,
    )
