"""The alarm log of a session: what was raised, over, acknowledged, silenced, in the order in which it happened."""

from django.db.models import QuerySet

from sessions.domain.alarms import What
from sessions.domain.commands import ALARMING
from sessions.models import SessionEvent, TrainingSession

ALARM_EVENTS = ("ALARM_SEEN", *What, *ALARMING)


def alarm_log(session: TrainingSession) -> QuerySet[SessionEvent]:
    """Every entry, the newest first."""
    events = session.events.filter(kind__in=ALARM_EVENTS).select_related("by")
    return events.order_by("-happened_at", "-pk")
