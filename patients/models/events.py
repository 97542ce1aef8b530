"""What happened to a person since they were screened, and a leg that may have a clot. Appended; closed, never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from patients.domain import wells
from patients.models.people import Patient


class HealthEvent(models.Model):
    """Something after which the screening is due at once. `kind` is one of `domain.events.EventKind`."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="health_events")
    kind = models.CharField(_("what happened"), max_length=20)
    happened_on = models.DateField(_("since"))
    words = models.CharField(_("in words"), max_length=200, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} of {self.patient_id} on {self.happened_on}"


class SwollenLeg(models.Model):
    """A leg reported as newly swollen or painful. Nobody trains until a medical lead has closed it with a reason."""

    class Leg(models.TextChoices):
        LEFT = "LEFT", _("Left leg")
        RIGHT = "RIGHT", _("Right leg")
        NOT_KNOWN = "NOT_KNOWN", _("Not known which")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="swollen_legs")
    leg = models.CharField(_("which leg"), max_length=10, choices=Leg.choices)
    words = models.CharField(_("what was reported"), max_length=200, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closing_words = models.CharField(_("how a clot was ruled out"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(closed_at=None),
                name="one_open_swollen_leg_per_patient",
            )
        ]

    def __str__(self) -> str:
        return f"Swollen leg of {self.patient_id} on {self.reported_at:%Y-%m-%d}"

    @property
    def score(self) -> "WellsScore | None":
        """The score that counts: the highest, for a second look rules out no clot. None until someone has looked."""
        return max(self.scores.all(), key=lambda one: (one.points, one.scored_at), default=None)


class WellsScore(models.Model):
    """One examination of a swollen leg by Wells. The next one is appended; what was found before stays."""

    report = models.ForeignKey(SwollenLeg, models.CASCADE, related_name="scores")
    items = models.JSONField()
    points = models.IntegerField()
    scored_at = models.DateTimeField()
    scored_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Wells {self.points} of swollen leg {self.report_id}"

    @property
    def found(self) -> list[str]:
        """The items in words."""
        return [item.text for item in wells.ITEMS if item.name in self.items]
