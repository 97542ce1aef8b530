"""Commands down to a running session, telemetry up from it: two Redis streams per session, and a shortcut for STOP.

The stream id of a sample is its event id in the browser, so a console resumes exactly.
"""

from sessions.bus.feed import follow
from sessions.bus.loop import Inbox, Outbox
from sessions.bus.streams import BusDownError, client, commands_key, telemetry_key
from sessions.bus.web import (
    Links,
    mark_station_seen,
    send,
    send_to_station,
    station,
    tell_ended,
)

__all__ = [
    "BusDownError",
    "Inbox",
    "Links",
    "Outbox",
    "client",
    "commands_key",
    "follow",
    "mark_station_seen",
    "send",
    "send_to_station",
    "station",
    "telemetry_key",
    "tell_ended",
]
