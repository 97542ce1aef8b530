"""Values of sessions as people read them. A value that is not known says so and is never left blank."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from devices.domain.units import Scale
from protocols.domain.plan import IntervalKind
from sessions.domain.commands import Verb
from sessions.domain.state import Outcome
from sessions.domain.stopping import SCOPES, Signal

register = template.Library()
SCORE = "0-10"


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
def vent_words(confirmed: bool | None) -> str:
    """Whether the cuff was seen to be open at the end. Not known is not open."""
    return {
        True: _("Confirmed below 20"),
        False: _("NOT confirmed: still under pressure when last read"),
        None: _("NOT known"),
    }[confirmed]


@register.filter
def event_words(kind: str) -> str:
    """What kind of event it was, in words; a code that is not known is shown as it is."""
    return {
        "INFLATE": _("Inflate"),
        "ENTER": _("Entered"),
        "INTERVAL": _("Next part"),
        "REPETITION": _("Repetition"),
        "NEXT": _("Set done"),
        "PAUSE": _("Pause"),
        "RESUME": _("Resume"),
        "REFUSED": _("Refused"),
        "STOP": _("STOP"),
        "CRITERION_WARN": _("Stop criterion: warning"),
        "CRITERION_PAUSE": _("Stop criterion: paused"),
        "CRITERION_END": _("Stop criterion: ended"),
        "ENDING": _("Letting the air out"),
        "ENDED": _("Ended"),
    }.get(kind, kind.replace("_", " ").capitalize())


@register.filter
def detail_words(detail: dict[str, Any]) -> str:
    """What an event says besides its kind: when in the session, what was observed, in which words."""
    is_answered = detail.get("t_s") is not None
    parts = [
        _("at {time}").format(time=minutes(detail["t_s"])) if is_answered else "",
        _signal_words(detail),
        _("refused") if detail.get("refused") else "",
        _without_verb(str(detail.get("words", ""))),
        "" if is_answered else _("no answer of the station is recorded"),
    ]
    return "; ".join(part for part in parts if part)


def _without_verb(words: str) -> str:
    """The loop puts the order before the words of a refusal: "NEXT: There is ..."."""
    verb, _colon, rest = words.partition(": ")
    return rest if verb in set(Verb) else words


def _signal_words(detail: dict[str, Any]) -> str:
    """What was observed, or which part of the plan began. Any other code is shown only where nothing else is said."""
    signal = str(detail.get("signal") or "")
    if signal in set(IntervalKind):
        return interval_words(signal)
    if signal not in set(Signal):
        return "" if detail.get("words") else signal
    scope = SCOPES[Signal(signal)]
    if scope.is_symptom:
        return scope.words
    value = number(detail.get("value"))
    return (
        f"{scope.words}: {value} ({scope.unit})"
        if scope.unit == SCORE
        else f"{scope.words}: {value} {scope.unit}".strip()
    )


@register.filter
def interval_words(kind: str) -> str:
    """What a part of a plan is."""
    return {
        IntervalKind.WORK.value: _("work"),
        IntervalKind.REST.value: _("rest, cuff closed"),
        IntervalKind.RELEASE.value: _("cuff open"),
    }[kind]


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
    if not rest:
        return ngettext("{count} min", "{count} min", whole).format(count=whole)
    return _("{minutes} min {seconds:02} s").format(minutes=whole, seconds=rest)
