"""Writes: a session opened, claimed, commanded, drained from its journal and closed; sessions at home; what went wrong."""

from sessions.services.after import (
    AlreadyClosedError,
    Judgement,
    NotEndedError,
    NotResolvableError,
    close_with_reason,
    grade_adverse_event,
    report_adverse_event,
)
from sessions.services.aftercare import Answer, AnsweredBeforeError, answer_followup, answer_weekly
from sessions.services.alarm_log import keep_console_alarm
from sessions.services.home import ForeignLogError, log_home_session
from sessions.services.live import (
    EaseFirstError,
    NotLiveError,
    NotReadyError,
    OtherSide,
    claim_session,
    close_failed,
    close_unstarted,
    issue_command,
    open_session,
)
from sessions.services.note import (
    NoSignatoryError,
    NoteBehindError,
    NoteMovedError,
    NoteTooEarlyError,
    NotSignedError,
    SignedBeforeError,
    amend_note,
    keep_typing,
    save_draft,
    sign_note,
)
from sessions.services.notices import mail_notice, mark_read
from sessions.services.occlusion import NotKeepableError, Site, keep_found, open_search
from sessions.services.pressure_permission import permit_pressure
from sessions.services.record import close_interrupted, store_record
from sessions.services.self_test import open_self_test
from sessions.services.setbacks import after_missed_weeks
from sessions.services.stop_rules import NotStricterError, set_stop_limit

__all__ = [
    "AlreadyClosedError",
    "Answer",
    "AnsweredBeforeError",
    "EaseFirstError",
    "ForeignLogError",
    "Judgement",
    "NoSignatoryError",
    "NotEndedError",
    "NotKeepableError",
    "NotLiveError",
    "NotReadyError",
    "NotResolvableError",
    "NotSignedError",
    "NotStricterError",
    "NoteBehindError",
    "NoteMovedError",
    "NoteTooEarlyError",
    "OtherSide",
    "SignedBeforeError",
    "Site",
    "after_missed_weeks",
    "amend_note",
    "answer_followup",
    "answer_weekly",
    "claim_session",
    "close_failed",
    "close_interrupted",
    "close_unstarted",
    "close_with_reason",
    "grade_adverse_event",
    "issue_command",
    "keep_console_alarm",
    "keep_found",
    "keep_typing",
    "log_home_session",
    "mail_notice",
    "mark_read",
    "open_search",
    "open_self_test",
    "open_session",
    "permit_pressure",
    "report_adverse_event",
    "save_draft",
    "set_stop_limit",
    "sign_note",
    "store_record",
]
