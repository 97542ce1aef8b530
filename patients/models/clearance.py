"""Whether a patient may train: what was asked and found, and what a physician signed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.models.people import Patient


class Screening(models.Model):
    """The answers to one round of the screening questions, and the findings that followed from them.

    `answers` maps question name to YES, NO or NOT_KNOWN, `limbs` to the limbs that a yes is about, `answered_on` to
    the day (ISO) on which it was asked: an answer that can't have changed is taken over with its own day. `readings`
    are the numbers taken (`domain.readings.NAMES`). `findings` is a list of {"name", "severity", "words", "source",
    "origin", "limbs"}, as `domain.screening.weigh` gave them.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="screenings")
    answers = models.JSONField()
    limbs = models.JSONField(default=dict)
    readings = models.JSONField(default=dict)
    answered_on = models.JSONField(default=dict)
    findings = models.JSONField()
    questions_version = models.PositiveIntegerField()
    screened_at = models.DateTimeField()
    screened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField()

    def __str__(self) -> str:
        return f"Screening of {self.patient_id} on {self.screened_at:%Y-%m-%d}"


class Clearance(models.Model):
    """A medical lead's signed decision with an end date. Withdrawn, never edited."""

    class Decision(models.TextChoices):
        CLEARED = "CLEARED", _("Cleared to train")
        REFUSED = "REFUSED", _("Not cleared")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="clearances")
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="clearances")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    reasons = models.JSONField(default=dict, help_text="finding name -> the physician's reason")
    conditions = models.TextField(_("conditions"), blank=True)
    limbs_left_out = models.JSONField(default=list, help_text="limbs that the physician does not clear")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.get_decision_display()} for {self.patient_id} until {self.valid_until}"
