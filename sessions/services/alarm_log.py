"""What consoles tell of alarms that only they saw. Kept beside the events of the loop, never changed."""

from datetime import datetime

from kaatsu_clinic.accounts.models import User
from sessions.domain.alarms import sort_of
from sessions.domain.console_alarms import Telling
from sessions.models import SessionEvent, TrainingSession


def keep_console_alarm(*, session: TrainingSession, telling: Telling, by: User, now: datetime) -> None:
    """Keep one line. Told again, it is kept once."""
    began_at = max(telling.began_at(now), session.opened_at)
    loop_began_at = session.claimed_at or session.opened_at
    SessionEvent.objects.get_or_create(
        session=session,
        key=telling.key,
        defaults={
            "kind": "ALARM_SEEN",
            "detail": {
                "t_s": round(max(0.0, (began_at - loop_began_at).total_seconds()), 1),
                "signal": telling.code,
                "value": float(sort_of(telling.code).priority),
                "words": telling.words(str(by)),
                "lasted_s": round(telling.lasted_s, 1),
                "told_at": now.isoformat(),
            },
            "happened_at": began_at,
            "by": by,
        },
    )
