"""Training itself: live sessions with their events and traces, sessions at home, adverse events."""

import json
import uuid
from typing import Any

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from devices.models import Channel, Controller, ControllerFault
from kaatsu_clinic.accounts.models import CLINICIANS, User
from patients.models import Patient
from protocols.models import Limb, OcclusionMeasurement, Posture, Prescription, Side
from sessions.domain.closing import ClosingDetail, ClosingReason
from sessions.domain.self_test_verdict import Verdict, verdict
from sessions.domain.state import Outcome

CLOSING_WORDS = {
    ClosingReason.PLANNED: _("As planned"),
    ClosingReason.CRITERION: _("A stop criterion"),
    ClosingReason.PATIENT: _("The patient asked"),
    ClosingReason.DEVICE: _("The device"),
}
"""Why it ended, as the clinician says it."""

DETAIL_WORDS = {
    ClosingDetail.CRITERION_PAIN: _("Pain"),
    ClosingDetail.CRITERION_NERVE: _("Numbness"),
    ClosingDetail.CRITERION_LIMB: _("Limb colour, swelling"),
    ClosingDetail.CRITERION_HEART: _("Blood pressure, heart"),
    ClosingDetail.CRITERION_UNWELL: _("Dizzy, faint"),
    ClosingDetail.CRITERION_OTHER: _("Another one"),
    ClosingDetail.PATIENT_PAIN: _("Pain"),
    ClosingDetail.PATIENT_TIRED: _("Tired"),
    ClosingDetail.PATIENT_UNWELL: _("Unwell"),
    ClosingDetail.PATIENT_TIME: _("No more time"),
    ClosingDetail.PATIENT_OTHER: _("Something else"),
    ClosingDetail.DEVICE_PRESSURE: _("Pressure not held"),
    ClosingDetail.DEVICE_SILENT: _("No answer, no data"),
    ClosingDetail.DEVICE_CUFF: _("Cuff slipped or leaked"),
    ClosingDetail.DEVICE_OTHER: _("Something else"),
}
"""What more there is to say of the reason, by one tap."""


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    """Sessions, by who asks and whether they are live."""

    def visible_to(self, user: User) -> "TrainingSessionQuerySet":
        """Those of the patients of a clinician's clinics, and the self-tests of these clinics' boxes."""
        clinics = user.clinics_as(*CLINICIANS)
        own = Q(patient=None, controller__station__clinic__in=clinics)
        return self.filter(Q(patient__clinic__in=clinics) | own)

    def trainings(self) -> "TrainingSessionQuerySet":
        """Training proper: a measurement of the occlusion pressure or a self-test counts as no session."""
        return self.exclude(prescription=None)

    def self_tests(self) -> "TrainingSessionQuerySet":
        """Those that nobody wore a cuff in."""
        return self.filter(patient=None)

    def under(
        self, *, patient_id: int | None = None, controller_id: int | None = None
    ) -> "TrainingSessionQuerySet":
        """Those at the addresses of a patient, or the self-tests at those of a controller."""
        if patient_id is not None:
            return self.filter(patient=patient_id)
        return self.self_tests().filter(controller=controller_id)

    def live(self) -> "TrainingSessionQuerySet":
        """Opened and not ended: a cuff may be under pressure."""
        return self.filter(status__in=TrainingSession.LIVE)

    def maybe_inflated(self) -> "TrainingSessionQuerySet":
        """Live; or ended without being seen open, and nobody has cleared the fault of its box since."""
        return self.filter(Q(status__in=TrainingSession.LIVE) | self._not_seen_open())

    def not_seen_open(self) -> "TrainingSessionQuerySet":
        """Ended, and a cuff may still be tight: the last sessions of boxes that wait for somebody to look at them."""
        return self.filter(self._not_seen_open())

    def _not_seen_open(self) -> Q:
        fault = ControllerFault.objects.filter(controller=OuterRef("controller"), cleared_at=None)
        later = TrainingSession.objects.filter(
            controller=OuterRef("controller"), opened_at__gt=OuterRef("opened_at")
        )
        is_unseen = Q(vent_confirmed=False) | Q(vent_confirmed=None)
        return Q(Exists(fault), ~Exists(later), is_unseen, status=TrainingSession.Status.ENDED)


class NobodyWearsItError(Exception):
    """Asked who wears the cuff of a self-test."""


class TrainingSession(models.Model):
    """One supervised session on one controller, from preflight to open cuffs.

    Without a prescription it is no training but a measurement, and has an `occlusion_search`. Without a patient it is a
    self-test of the controller, which nobody wears: `steps` is what it found, as an acceptance test has it.
    `plan` is the frozen `Plan.to_json()` with its cuffs; with both sides, `prescription` and `channel` are of the first
    cuff and `other_prescription` of the second. `preflight` is what was known at the start, `stop_table` the criteria in force, `eased` the reasons why
    the plan was made smaller that day; `summary` is
    `domain.dose.Dose` as plain values once the session has ended, `cuff_summaries` one for each of several cuffs;
    `loop` how late its ticks and answers were (`domain.pace`). Times end in `_at` and are UTC.
    """

    class Status(models.TextChoices):
        READY = "READY", _("Waiting for the station")
        RUNNING = "RUNNING", _("Running")
        ENDED = "ENDED", _("Ended")

    LIVE = (Status.READY, Status.RUNNING)

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="training_sessions")
    prescription = models.ForeignKey(
        Prescription, models.PROTECT, null=True, related_name="training_sessions"
    )
    other_prescription = models.ForeignKey(Prescription, models.PROTECT, null=True, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="training_sessions")
    controller = models.ForeignKey(Controller, models.PROTECT, related_name="training_sessions")
    supervisor = models.ForeignKey(User, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.READY)
    scale = models.CharField(max_length=4, choices=[(s.value, s.symbol) for s in Scale])
    plan = models.JSONField()
    preflight = models.JSONField()
    stop_table = models.JSONField(default=list)
    eased = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=[(o.value, o.value) for o in Outcome])
    ending_reason = models.TextField(blank=True)
    vent_confirmed = models.BooleanField(null=True)
    summary = models.JSONField(null=True)
    cuff_summaries = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    loop = models.JSONField(null=True)
    closing_reason = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, words) for reason, words in CLOSING_WORDS.items()]
    )
    closing_detail = models.CharField(
        max_length=20, blank=True, choices=[(detail.value, words) for detail, words in DETAIL_WORDS.items()]
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
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(prescription=None, other_prescription=None),
                name="what_is_prescribed_is_for_a_patient",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.pk} of {self.patient_id or self.controller_id}"

    @property
    def is_self_test(self) -> bool:
        """True if nobody wears the cuff."""
        return self.patient_id is None

    @property
    def wearer(self) -> Patient:
        """Who wears the cuff. Raises NobodyWearsItError for a self-test."""
        if self.patient is None:
            raise NobodyWearsItError
        return self.patient

    @property
    def shown_as(self) -> str:
        """The patient's name, or what stands in its place on a console, a card and a STOP."""
        return str(self.patient or _("Self-test: %(box)s") % {"box": self.controller})

    @property
    def verdict(self) -> Verdict:
        """What a self-test came to."""
        return verdict(self.outcome, self.vent_confirmed, self.steps)

    def address(self, page: str) -> str:
        """Of one of its pages: a self-test lies under its controller, every other session under its patient."""
        if self.is_self_test:
            return reverse(f"sessions:self_test_{page}", args=[self.controller_id, self.pk])
        return reverse(f"sessions:{page}", args=[self.patient_id, self.pk])

    @property
    def limb_words(self) -> str:
        """Side and limb, as people say it."""
        if self.is_self_test:
            return str(_("Nobody wears it"))
        first, other = self.prescription or self.occlusion_search, self.other_prescription
        each = [f"{one.get_side_display()} {one.get_limb_display()}" for one in (first, other) if one]
        return " + ".join(each)

    @property
    def reason_kept(self) -> str:
        """The reason for the end as it was given, with its detail and words, as one value; empty while there is none."""
        kept = [self.closing_reason, self.closing_detail, self.closing_note]
        return json.dumps(kept) if self.closing_reason else ""

    @property
    def is_training(self) -> bool:
        """False for a measurement of the occlusion pressure and for a self-test."""
        return self.prescription_id is not None


class OcclusionSearch(models.Model):
    """A session that measures a limb occlusion pressure. `found_mmhg` None after its end: not determinable, `words` say why.

    It becomes a LOP once a clinician has kept it: `kept` is that record.
    """

    session = models.OneToOneField(
        TrainingSession, models.CASCADE, primary_key=True, related_name="occlusion_search"
    )
    limb = models.CharField(max_length=4, choices=Limb.choices)
    side = models.CharField(max_length=5, choices=Side.choices)
    posture = models.CharField(max_length=8, choices=Posture.choices)
    method = models.CharField(max_length=10, choices=OcclusionMeasurement.MEASURED)
    found_mmhg = models.FloatField(null=True)
    plus_minus_mmhg = models.FloatField(null=True)
    words = models.TextField(blank=True)
    kept = models.OneToOneField(OcclusionMeasurement, models.PROTECT, null=True, related_name="search")

    def __str__(self) -> str:
        return f"Search for the LOP in session {self.session_id}"


class KeptError(Exception):
    """What was recorded of a session is added to, never changed and never taken away."""


class SessionEventQuerySet(models.QuerySet["SessionEvent"]):
    """Events, which nobody rewrites."""

    def update(self, **fields: Any) -> int:
        """Raises KeptError."""
        raise KeptError("An event of a session is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises KeptError."""
        raise KeptError("An event of a session is never deleted.")


class SessionEvent(models.Model):
    """What happened and who did it: commands, alarms, entries. `key` is the idempotency key of a command.

    Nothing of it is changed once it is kept: what became of a command, or how far an order has come, is added to `detail`.
    """

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="events")
    key = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SessionEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="one_event_per_key")]

    def __str__(self) -> str:
        return f"{self.kind} in session {self.session_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises KeptError for anything but an addition to `detail`."""
        if not self._state.adding:
            kept = SessionEvent.objects.get(pk=self.pk)
            if _rest_of(kept) != _rest_of(self) or not _adds_to(kept.detail, self.detail):
                raise KeptError("An event of a session is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises KeptError."""
        raise KeptError("An event of a session is never deleted.")


def _rest_of(event: SessionEvent) -> tuple[Any, ...]:
    """All but the detail."""
    return event.session_id, event.key, event.kind, event.happened_at, event.by_id


def _adds_to(kept: Any, new: Any) -> bool:
    """Whether all that was kept is still there, at any depth."""
    if isinstance(kept, dict) and isinstance(new, dict):
        return all(name in new and _adds_to(value, new[name]) for name, value in kept.items())
    return bool(kept == new)


class PressureTrace(models.Model):
    """A block of one cuff's samples drained from the station's journal: zstd over int16, see `domain.trace.pack`.

    `cuff` counts the plan's cuffs from 0.
    """

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="trace")
    cuff = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField()
    samples = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "cuff", "number"], name="one_block_per_cuff_and_number"
            )
        ]

    def __str__(self) -> str:
        return f"Block {self.number} of cuff {self.cuff} of session {self.session_id}"


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
    """Something untoward, graded 1 to 5 as CTCAE does; seriousness is a field of its own.

    `serious_for`, `causality` and `special_interest` hold names of `domain.harm`.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="adverse_events")
    session = models.ForeignKey(TrainingSession, models.PROTECT, null=True, related_name="adverse_events")
    occurred_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    words = models.TextField(_("what happened"))
    severity = models.PositiveSmallIntegerField(null=True)
    is_serious = models.BooleanField(default=False)
    serious_for = models.JSONField(default=list)
    causality = models.CharField(max_length=12, blank=True)
    special_interest = models.JSONField(default=list)
    is_device_deficiency = models.BooleanField(null=True)
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


for model in (TrainingSession, OcclusionSearch, SessionEvent, HomeSession, AdverseEvent):
    auditlog.register(model)
