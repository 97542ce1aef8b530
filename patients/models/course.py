"""Where a patient stands: moves between phases, what was demonstrated, suspensions, and flares."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.domain.flare import Control
from patients.models.people import Patient


class PhaseChange(models.Model):
    """A move between phases: who decided, when, and why. Without a person, a rule sent the patient back.

    `gate` is what the gate showed at that moment (`domain.phases.Requirement` as plain values). `cause` names the record that
    met the rule, so that the same one never sends back twice.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="phase_changes")
    from_phase = models.CharField(max_length=12, choices=Patient.Phase.choices)
    to_phase = models.CharField(max_length=12, choices=Patient.Phase.choices)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    gate = models.JSONField(default=list)
    is_override = models.BooleanField(default=False)
    responsible = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rule = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.patient_id}: {self.from_phase} to {self.to_phase}"

    @property
    def is_by_rule(self) -> bool:
        """Nobody decided it: a rule did."""
        return bool(self.rule)


class CompetenceCheck(models.Model):
    """What a person demonstrated on one day: `shown` maps the name of a skill (`domain.competence`) to a tick or a number."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="competence_checks")
    shown = models.JSONField()
    device_has_own_limits = models.BooleanField(_("the home device has a pressure and time limit of its own"))
    adult_is_present = models.BooleanField(
        _("another adult is there for the first two sessions at home (recommended)")
    )
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(_("note"), blank=True)

    def __str__(self) -> str:
        return f"Competence of {self.patient_id} on {self.checked_at:%Y-%m-%d}"


class Suspension(models.Model):
    """Nobody trains until a medical lead ends it. It begins by rule."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="suspensions")
    rule = models.CharField(max_length=20)
    cause = models.CharField(max_length=60)
    reason = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ending_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "rule", "cause"], name="one_suspension_per_cause")
        ]

    def __str__(self) -> str:
        return f"Suspension of {self.patient_id} from {self.began_at:%Y-%m-%d}"


class Flare(models.Model):
    """A spell of higher disease activity. Training through it is suspended until it ends.

    `rule_words` says which rule was met; empty where someone reported it and no rule stands behind it. A flare that is not
    known to be under control is ended by a medical lead.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="flares")
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    words = models.TextField(_("what happened"))
    control = models.CharField(
        max_length=12,
        choices=[(Control.YES, _("Yes")), (Control.NO, _("No")), (Control.NOT_KNOWN, _("Not known"))],
        default=Control.NOT_KNOWN,
    )
    signs = models.JSONField(default=list)
    usual_pain_nrs = models.PositiveSmallIntegerField(null=True)
    pain_nrs = models.PositiveSmallIntegerField(null=True)
    lasted_h = models.PositiveSmallIntegerField(null=True)
    rule_words = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Flare of {self.patient_id} from {self.began_on}"

    @property
    def is_controlled(self) -> bool:
        """Known to be under control. What is not known is not."""
        return self.control == Control.YES
