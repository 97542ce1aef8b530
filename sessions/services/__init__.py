"""Writes: a session opened, claimed, commanded, drained from its journal and closed; sessions at home; what went wrong."""

from sessions.services.after import (
    AlreadyClosedError,
    NotEndedError,
    NotResolvableError,
    close_with_reason,
    grade_adverse_event,
    report_adverse_event,
)
from sessions.services.home import ForeignLogError, log_home_session
from sessions.services.live import (
    NotLiveError,
    NotReadyError,
    claim_session,
    close_failed,
    close_unstarted,
    issue_command,
    open_session,
)
from sessions.services.record import close_interrupted, store_record

__all__ = [
    "AlreadyClosedError",
    "ForeignLogError",
    "NotEndedError",
    "NotLiveError",
    "NotReadyError",
    "NotResolvableError",
    "claim_session",
    "close_failed",
    "close_interrupted",
    "close_unstarted",
    "close_with_reason",
    "grade_adverse_event",
    "issue_command",
    "log_home_session",
    "open_session",
    "report_adverse_event",
    "store_record",
]
