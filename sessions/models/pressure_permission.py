"""A physician's signed word that a person may train at a blood pressure of 160/100 or more. Appended; the newest counts."""

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.models import Patient


class PressurePermission(models.Model):
    """Up to which blood pressure, until when and why. Sessions under it are reduced."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="pressure_permissions")
    systolic_mmhg = models.PositiveSmallIntegerField(_("systolic up to (mmHg)"))
    diastolic_mmhg = models.PositiveSmallIntegerField(_("diastolic up to (mmHg)"))
    valid_until = models.DateField(_("until"))
    reason = models.CharField(_("why"), max_length=300)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Up to {self.systolic_mmhg}/{self.diastolic_mmhg} mmHg for {self.patient_id}"


auditlog.register(PressurePermission)
