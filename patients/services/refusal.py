"""How a service of this app says no, and who may not sign."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Role, User
from patients.models import Patient


class RefusedError(Exception):
    """The record can't be changed so. `objections` says why: name of the field or finding ("" for all) -> words."""

    def __init__(self, objections: Mapping[str, str]) -> None:
        super().__init__(" ".join(objections.values()))
        self.objections = dict(objections)


def must_be_medical_lead(patient: Patient, by: User) -> None:
    """A medical lead of another clinic does not sign here, even if they are a therapist here."""
    if not by.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists():
        raise RefusedError({"": _("Only a medical lead of this patient's clinic may sign.")})
