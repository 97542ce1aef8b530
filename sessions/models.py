"""Training itself: live sessions with their events and traces, sessions at home, adverse events."""

import uuid

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from devices.models import Channel, Controller
from kaatsu_clinic.accounts.models import CLINICIANS, User
from patients.models import Patient
from protocols.models import Prescription
from sessions.domain.closing import ClosingReason
from sessions.domain.state import Outcome

CLOSING_WORDS = {
    ClosingReason.PLANNED: _("As planned"),
    ClosingReason.CRITERION: _("A stop criterion"),
    ClosingReason.PATIENT: _("The patient asked"),
    ClosingReason.DEVICE: _("The device"),
}
"""Why it ended, as the clinician says it."""


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    """Sessions, by who asks and whether they are live."""

    def visible_to(self, user: User) -> "TrainingSessionQuerySet":
        """Those of the patients of a clinician's clinics."""
        return self.filter(patient__clinic__in=user.clinics_as(*CLINICIANS))

    def live(self) -> "TrainingSessionQuerySet":
        """Opened and not ended: a cuff may be under pressure."""
        return self.filter(status__in=TrainingSession.LIVE)


class TrainingSession(models.Model):
    """One supervised session on one channel, from preflight to an open cuff.

    `plan` is the frozen `Plan.to_json()`; `preflight` what was known at the start; `summary` is
    `domain.dose.Dose` as plain values once the session has ended, `loop` how late its ticks were (ms) and how many
    were missed. Times end in `_at` and are UTC.
    """

    class Status(models.TextChoices):
        READY = "READY", _("Waiting for the station")
        RUNNING = "RUNNING", _("Running")
        ENDED = "ENDED", _("Ended")

    LIVE = (Status.READY, Status.RUNNING)

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="training_sessions")
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="training_sessions")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="training_sessions")
    controller = models.ForeignKey(Controller, models.PROTECT, related_name="training_sessions")
    supervisor = models.ForeignKey(User, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.READY)
    scale = models.CharField(max_length=4, choices=[(s.value, s.symbol) for s in Scale])
    plan = models.JSONField()
    preflight = models.JSONField()
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=[(o.value, o.value) for o in Outcome])
    ending_reason = models.TextField(blank=True)
    vent_confirmed = models.BooleanField(null=True)
    summary = models.JSONField(null=True)
    loop = models.JSONField(null=True)
    closing_reason = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, words) for reason, words in CLOSING_WORDS.items()]
    )
    closing_note = models.TextField(blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["controller"],
                condition=Q(status__in=["READY", "RUNNING"]),
                name="one_live_session_per_controller",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(status__in=["READY", "RUNNING"]),
                name="one_live_session_per_patient",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.pk} of {self.patient_id}"


class SessionEvent(models.Model):
    """What happened and who did it: commands, alarms, entries. `key` is the idempotency key of a command."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="events")
    key = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="one_event_per_key")]

    def __str__(self) -> str:
        return f"{self.kind} in session {self.session_id}"


class PressureTrace(models.Model):
    """A block of samples drained from the station's journal: zstd over int16, see `domain.trace.pack`."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="trace")
    number = models.PositiveIntegerField()
    samples = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="one_block_per_number")]

    def __str__(self) -> str:
        return f"Block {self.number} of session {self.session_id}"


class HomeSession(models.Model):
    """A session that the patient did at home and logged. The id is made on the phone, so a second sending is no second session."""

    id = models.UUIDField(primary_key=True)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="home_sessions")
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="home_sessions")
    done_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    completed = models.BooleanField()
    pain_before = models.PositiveSmallIntegerField()
    pain_after = models.PositiveSmallIntegerField()
    effort = models.PositiveSmallIntegerField(null=True)
    symptoms = models.JSONField(default=list)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Home session {self.pk}"


class AdverseEventQuerySet(models.QuerySet["AdverseEvent"]):
    """Adverse events, by who asks."""

    def visible_to(self, user: User) -> "AdverseEventQuerySet":
        """Those of the patients of a clinician's clinics."""
        return self.filter(patient__clinic__in=user.clinics_as(*CLINICIANS))


class AdverseEvent(models.Model):
    """Something untoward, graded 1 to 5 as CTCAE does; seriousness is a field of its own."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="adverse_events")
    session = models.ForeignKey(TrainingSession, models.PROTECT, null=True, related_name="adverse_events")
    occurred_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    words = models.TextField(_("what happened"))
    severity = models.PositiveSmallIntegerField(null=True)
    is_serious = models.BooleanField(default=False)
    resolved_at = models.DateTimeField(null=True)

    objects = AdverseEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__range=(1, 5)), name="severity_is_a_ctcae_grade"
            )
        ]

    def __str__(self) -> str:
        return f"Adverse event of {self.patient_id} at {self.occurred_at:%Y-%m-%d}"


for model in (TrainingSession, SessionEvent, HomeSession, AdverseEvent):
    auditlog.register(model)
