"""Why a person is in the programme and what they agreed to: goal, state of the disease, consent, what intake showed.

Appended, never edited: the newest row of each counts.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.models.people import Patient


class Known(models.TextChoices):
    """An answer. NOT_KNOWN is never a no."""

    YES = "YES", _("Yes")
    NO = "NO", _("No")
    NOT_KNOWN = "NOT_KNOWN", _("Not known")


class Goal(models.Model):
    """What the person wants to reach. `measure` is a kind of Measurement, or empty: then `target_words` says it all."""

    class Kind(models.TextChoices):
        QUADRICEPS_STRENGTH = "QUADRICEPS_STRENGTH", _("Stronger thighs (quadriceps)")
        WALKING_TOLERANCE = "WALKING_TOLERANCE", _("Walking further or longer")
        DAILY_FUNCTION = "DAILY_FUNCTION", _("Something of daily life, in own words")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="goals")
    kind = models.CharField(_("goal"), max_length=20, choices=Kind.choices)
    own_words = models.CharField(_("in the person's own words"), max_length=200, blank=True)
    measure = models.CharField(_("measured by"), max_length=40, blank=True)
    target_value = models.FloatField(_("target"), null=True, blank=True)
    target_words = models.CharField(_("target in words"), max_length=200, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Goal of {self.patient_id}: {self.kind}"


class DiseaseStatus(models.Model):
    """Is the disease stable, and the medication: as a clinician judged it on a day."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="disease_statuses")
    is_stable = models.CharField(_("disease is stable"), max_length=10, choices=Known.choices)
    is_medication_stable = models.CharField(
        _("medication unchanged for 3 months"), max_length=10, choices=Known.choices
    )
    medication = models.CharField(_("medication"), max_length=300, blank=True)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Disease of {self.patient_id} on {self.judged_at:%Y-%m-%d}"


class Consent(models.Model):
    """Agreement to one version of the text, explained by a named person. Withdrawn, never edited."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="consents")
    version = models.PositiveIntegerField()
    given_on = models.DateField(_("given on"))
    explained_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Consent {self.version} of {self.patient_id} on {self.given_on}"


class IntakeObservation(models.Model):
    """What a clinician saw of one item of the intake list. The newest of an item counts."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="intake_observations")
    item = models.CharField(max_length=30)
    is_met = models.BooleanField()
    observed_on = models.DateField(_("seen on"))
    words = models.CharField(_("what was seen"), max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.item} of {self.patient_id}: {self.is_met}"
