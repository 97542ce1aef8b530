"""A stop criterion's number, made stricter for a clinic or for one of its patients. Appended; the newest of its kind counts."""

from auditlog.registry import auditlog
from django.db import models

from kaatsu_clinic.accounts.models import Clinic, User
from patients.models import Patient


class StopLimit(models.Model):
    """`key` names the rule in `domain.stop_table`. Without a patient it holds for the whole clinic. `number` None: as built in."""

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="stop_limits")
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="stop_limits")
    key = models.CharField(max_length=40)
    number = models.FloatField(null=True)
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.key} of clinic {self.clinic_id}"


auditlog.register(StopLimit)
