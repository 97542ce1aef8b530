"""The questions a day and two to three days after each clinic session, and weekly at home: when due, and what is red.

When to ask follows the case reports of muscle breakdown after a single session (published: Tabata 2016); the hours themselves
are a programme setting.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.STOPPING, __name__)


class Window(StrEnum):
    """The two times at which a person is asked."""

    DAY = "DAY"
    DAYS = "DAYS"


FIRST_DUE_AFTER = THRESHOLDS.of(
    timedelta(hours=24), "h", "The first questions after a clinic session are due"
)
FIRST_LATE_AFTER = THRESHOLDS.of(
    timedelta(hours=48), "h", "The first questions after a clinic session are late"
)
SECOND_DUE_AFTER = THRESHOLDS.of(
    timedelta(hours=48), "h", "The second questions after a clinic session are due"
)
SECOND_LATE_AFTER = THRESHOLDS.of(
    timedelta(hours=72), "h", "The second questions after a clinic session are late"
)
WEEKLY_DUE_AFTER = THRESHOLDS.of(
    timedelta(days=7), "days", "At home the same questions are due again, after the last answers or the move"
)
WEEKLY_LATE_AFTER = THRESHOLDS.of(timedelta(days=9), "days", "The questions of a week at home are late after")

DUE_AFTER = {Window.DAY: FIRST_DUE_AFTER, Window.DAYS: SECOND_DUE_AFTER}
LATE_AFTER = {Window.DAY: FIRST_LATE_AFTER, Window.DAYS: SECOND_LATE_AFTER}
"""From when nobody has asked in time."""


class Question(StrEnum):
    """What is asked. A yes to any of them is red."""

    SWELLING = "SWELLING"
    URINE = "URINE"
    PAIN = "PAIN"
    NUMBNESS = "NUMBNESS"


def times(ended_at: datetime) -> dict[Window, tuple[datetime, datetime]]:
    """From when each is due, and from when it is late."""
    return {one: (ended_at + DUE_AFTER[one], ended_at + LATE_AFTER[one]) for one in Window}


def weekly(since: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when the questions of a week at home are due, and late. Not known since when: due now."""
    return (since + WEEKLY_DUE_AFTER, since + WEEKLY_LATE_AFTER) if since else (now, now)


def red(answers: Mapping[str, bool | None]) -> tuple[Question, ...]:
    """What has to be looked at: each yes, and each that was not answered."""
    return tuple(one for one in Question if answers.get(one) is not False)
