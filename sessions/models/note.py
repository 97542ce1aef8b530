"""The note of a session: a draft that may change, then entries that are signed and stay. The first entry is the note.

A trigger in the database (migration `session_notes`) refuses every change to a signed entry, whoever asks.
"""

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import User
from sessions.domain.note import seal
from sessions.models.training import TrainingSession


class NoteDraft(models.Model):
    """What was written and not signed yet. `drafted` is what the record said when it was saved; `revision` counts the savings."""

    session = models.OneToOneField(
        TrainingSession, models.CASCADE, primary_key=True, related_name="note_draft"
    )
    drafted = models.TextField()
    text = models.TextField()
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Draft of the note of session {self.session_id}"


class NoteEntry(models.Model):
    """One signed text. Number 0 is the note; those after it are amendments, each with its reason. Appended, never changed.

    `drafted` is what the program had written from the record. `signed_name` and `signed_role` are as at the signature.
    `digest` seals this entry and, through the one before it, all earlier ones.
    """

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="note_entries")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    drafted = models.TextField(blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120)
    signed_role = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_note_entry_per_number"),
            models.CheckConstraint(
                condition=Q(number=0, reason="") | (Q(number__gt=0) & ~Q(reason="")),
                name="an_amendment_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Note entry {self.number} of session {self.session_id}"

    def sealed_after(self, digest_before: str) -> str:
        """The seal that belongs to what this entry holds, after the entry before it ("" for the first)."""
        return seal(
            (
                digest_before,
                str(self.session_id),
                str(self.number),
                self.text,
                self.drafted,
                self.reason,
                self.signed_at.isoformat(),
                str(self.signed_by_id),
                self.signed_name,
                self.signed_role,
            )
        )


auditlog.register(NoteEntry)
