"""What a session came to as people read it: where not all of it was seen, the numbers are the least there was."""

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from sessions.domain import dose
from sessions.domain.dose import Dose, WhyPart
from sessions.domain.state import Outcome
from sessions.domain.trace import Stretch, clock
from sessions.models import TrainingSession
from sessions.templatetags.training_words import minutes, number

register = template.Library()
MOST_STRETCHES = 3
"""More without a reading are summed up."""
SHORT_S = 0.5
"""A shorter stretch has no times of its own to the second."""


@register.simple_tag
def not_all_seen(session: TrainingSession, one: Dose | None = None) -> bool:
    """Whether there may have been more than these sums say: of one cuff's, else of the session's."""
    summed = one or (Dose(**session.summary) if session.summary else None)
    if summed is None or session.outcome == Outcome.NOT_STARTED:
        return False
    return bool(dose.why_part(summed, session.vent_confirmed))


@register.simple_tag
def why_not_all_seen(session: TrainingSession, one: Dose) -> str:
    """Each reason why there may have been more than these sums say."""
    words = {
        WhyPart.UNREAD: _("Readings are missing."),
        WhyPart.NOT_SEEN_OPEN: _("The cuff was not seen open at the end."),
    }
    return " ".join(words[why] for why in dose.why_part(one, session.vent_confirmed))


@register.simple_tag
def at_least(value: float | None, words: str, is_part: bool) -> str:
    """A value in words, as the least there was where not all of it was seen."""
    return _("at least {words}").format(words=words) if is_part and value is not None else words


@register.simple_tag
def at_most(value: float | None, words: str, is_part: bool) -> str:
    """A lowest value in words, as the most it can have been where not all of it was seen."""
    return _("at most {words}").format(words=words) if is_part and value is not None else words


@register.filter
def targets_words(targets: tuple[float, float]) -> str:
    """The targets that were applied, as one number or from the lowest to the highest."""
    lowest, highest = map(number, targets)
    return lowest if lowest == highest else _("{low} to {high}").format(low=lowest, high=highest)


@register.simple_tag
def lasted(counted_s: float, seen_s: float | None, is_part: bool) -> str:
    """A time inflated: all of it, or what was seen of it, with what counts as inflated while nobody saw it. `seen_s` None: not kept."""
    counted = minutes(counted_s)
    if is_part and seen_s is None:
        return _("{time} or more, not all of it seen").format(time=counted)
    if not is_part or minutes(seen_s) == counted:
        return str(at_least(counted_s, counted, is_part))
    return _("at least {seen} ({counted} with what was without a reading)").format(
        seen=minutes(seen_s), counted=counted
    )


@register.filter
def unread_words(stretches: Sequence[Stretch]) -> str:
    """How long and when there was no reading: a few stretches one by one, of many the longest."""
    longest = max(stretches, key=_lasted_s)
    is_told_whole = len(stretches) <= MOST_STRETCHES and min(map(_lasted_s, stretches)) >= SHORT_S
    each = ", ".join(
        _("from {begin} to {end}").format(begin=clock(begin), end=clock(end))
        for begin, end in (stretches if is_told_whole else [longest])
    )
    lasted_s = sum(map(_lasted_s, stretches))
    if is_told_whole:
        return _("Without a reading for {lasted}: {each}.").format(lasted=minutes(lasted_s), each=each)
    if lasted_s < SHORT_S:
        return _("Single readings are missing, for less than a second in all.")
    return _("Without a reading for {lasted} in {n} stretches, the longest {each}.").format(
        lasted=minutes(lasted_s), n=len(stretches), each=each
    )


def _lasted_s(stretch: Stretch) -> float:
    return stretch[1] - stretch[0]
