"""After a session: the questions a day and days later, what became of an adverse event, and who has been told of a grave one."""

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import Clinic, User
from patients.models import Patient
from sessions.domain.followups import Window
from sessions.domain.harm import CausalitySet
from sessions.models.training import AdverseEvent, TrainingSession


class FollowUp(models.Model):
    """Questions after one session. `answers` are by `domain.followups.Question`; None until somebody has answered."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="followups")
    window = models.CharField(max_length=4, choices=[(one.value, one.value) for one in Window])
    due_at = models.DateTimeField()
    late_at = models.DateTimeField()
    answers = models.JSONField(null=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_phone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "window"], name="one_followup_per_session_and_window")
        ]

    def __str__(self) -> str:
        return f"Follow-up {self.window} of session {self.session_id}"


class WeeklyAnswer(models.Model):
    """The same questions once a week while a person trains at home. Only what was answered is kept; when it is due is counted."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="weekly_answers")
    answers = models.JSONField()
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    by_phone = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Weekly answer of {self.patient_id} at {self.answered_at:%Y-%m-%d}"


class AdverseEventEntry(models.Model):
    """What became of an adverse event, entry by entry until it is over. Appended."""

    event = models.ForeignKey(AdverseEvent, models.CASCADE, related_name="entries")
    words = models.TextField(_("what is known now"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Entry on adverse event {self.event_id}"


class Notice(models.Model):
    """One medical lead is told of one grave event: on the page at once, by mail as soon as a mail server takes it.

    `mail_error` is what kept the last try from succeeding.
    """

    event = models.ForeignKey(AdverseEvent, models.CASCADE, related_name="notices")
    to = models.ForeignKey(User, models.CASCADE, related_name="notices")
    link = models.URLField()
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "to"], name="one_notice_per_event_and_lead")]

    def __str__(self) -> str:
        return f"Notice of event {self.event_id}"


class ClinicTerms(models.Model):
    """What a clinic has chosen once for all its events. `causality_set` names one of `domain.harm`."""

    clinic = models.OneToOneField(Clinic, models.CASCADE, primary_key=True, related_name="event_terms")
    causality_set = models.CharField(max_length=10, default=CausalitySet.WHO_UMC.value)

    def __str__(self) -> str:
        return f"Terms of clinic {self.clinic_id}"


for model in (FollowUp, WeeklyAnswer, AdverseEventEntry, Notice, ClinicTerms):
    auditlog.register(model)
