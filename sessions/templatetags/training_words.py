"""Values of sessions as people read them. A value that is not known says so and is never left blank."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from devices.domain.units import Scale
from sessions.domain.closing import ClosingReason
from sessions.domain.state import Outcome

register = template.Library()


@register.filter
def outcome_words(outcome: str) -> str:
    """How a session ended."""
    return {
        Outcome.COMPLETED.value: _("Completed"),
        Outcome.STOPPED.value: _("Stopped by a person"),
        Outcome.CRITERION.value: _("Ended by a stop criterion"),
        Outcome.FAULT.value: _("Ended by a fault"),
        Outcome.INTERRUPTED.value: _("Interrupted"),
        Outcome.NOT_STARTED.value: _("Not started"),
        "": _("Not ended"),
    }.get(outcome, outcome)


@register.filter
def closing_words(reason: str) -> str:
    """Why it ended, as the clinician said."""
    return {
        ClosingReason.PLANNED.value: _("As planned"),
        ClosingReason.CRITERION.value: _("A stop criterion"),
        ClosingReason.PATIENT.value: _("The patient asked"),
        ClosingReason.DEVICE.value: _("The device"),
        "": _("No reason given yet"),
    }.get(reason, reason)


@register.filter
def vent_words(confirmed: bool | None) -> str:
    """Whether the cuff was seen to be open at the end. Not known is not open."""
    return {
        True: _("Confirmed below 20"),
        False: _("NOT confirmed: still under pressure when last read"),
        None: _("NOT known"),
    }[confirmed]


@register.filter
def event_words(kind: str) -> str:
    """What kind of event it was: the code of the journal as words."""
    return kind.replace("_", " ").capitalize()


@register.filter
def severity_words(grade: int | None) -> str:
    """A CTCAE grade, or that nobody has graded it."""
    return {
        None: _("Not graded yet"),
        1: _("1: mild"),
        2: _("2: moderate"),
        3: _("3: severe"),
        4: _("4: life-threatening"),
        5: _("5: death"),
    }[grade]


@register.filter
def unit(scale: str) -> str:
    """The symbol of a scale."""
    return Scale(scale).symbol


@register.filter
def number(value: float | None) -> str:
    """A number without needless decimals."""
    return pgettext("a value", "not known") if value is None else f"{round(value, 1):g}"


@register.filter
def percent(share: float | None) -> str:
    """A share of 1 as per cent."""
    return pgettext("a value", "not known") if share is None else f"{share:.0%}".replace("%", " %")


@register.filter
def minutes(seconds: float | None) -> str:
    """Seconds as minutes and seconds."""
    if seconds is None:
        return pgettext("a value", "not known")
    whole, rest = divmod(round(seconds), 60)
    if not whole:
        return ngettext("{count} s", "{count} s", rest).format(count=rest)
    return _("{minutes} min {seconds:02} s").format(minutes=whole, seconds=rest)
