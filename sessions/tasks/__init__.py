"""The workers' way in: live sessions, their journals, a station's look at itself, and what beat asks for."""

from sessions.tasks.clinic import (
    ask_stations_to_drain,
    ask_stations_to_look,
    close_lost_sessions,
    mail_notices,
    notice_missed_weeks,
)
from sessions.tasks.journals import drain, drain_journals
from sessions.tasks.live import launch, run_live_session
from sessions.tasks.station import look_after

__all__ = [
    "ask_stations_to_drain",
    "ask_stations_to_look",
    "close_lost_sessions",
    "drain",
    "drain_journals",
    "launch",
    "look_after",
    "mail_notices",
    "notice_missed_weeks",
    "run_live_session",
]
