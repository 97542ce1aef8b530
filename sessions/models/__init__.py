"""Sessions live and at home, what went wrong in them, and the stop limits that a clinic or a clinician has tightened."""

from sessions.models.aftercare import AdverseEventEntry, ClinicTerms, FollowUp, Notice, WeeklyAnswer
from sessions.models.note import NoteDraft, NoteEntry
from sessions.models.pressure_permission import PressurePermission
from sessions.models.stop_limits import StopLimit
from sessions.models.training import (
    CLOSING_WORDS,
    DETAIL_WORDS,
    AdverseEvent,
    AdverseEventQuerySet,
    HomeSession,
    KeptError,
    OcclusionSearch,
    PressureTrace,
    SessionEvent,
    TrainingSession,
    TrainingSessionQuerySet,
)

__all__ = [
    "CLOSING_WORDS",
    "DETAIL_WORDS",
    "AdverseEvent",
    "AdverseEventEntry",
    "AdverseEventQuerySet",
    "ClinicTerms",
    "FollowUp",
    "HomeSession",
    "KeptError",
    "NoteDraft",
    "NoteEntry",
    "Notice",
    "OcclusionSearch",
    "PressurePermission",
    "PressureTrace",
    "SessionEvent",
    "StopLimit",
    "TrainingSession",
    "TrainingSessionQuerySet",
    "WeeklyAnswer",
]
