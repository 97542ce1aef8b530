"""Values of sessions as people read them. A value that is not known says so and is never left blank."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from devices.domain.units import VENTED_BELOW, Scale
from protocols.domain.asking import Asked
from protocols.domain.plan import IntervalKind, Plan
from sessions.domain.alarms import Priority
from sessions.domain.commands import Verb
from sessions.domain.self_test_verdict import Verdict
from sessions.domain.state import Outcome
from sessions.domain.stop_table import BY_KEY, rule_words
from sessions.domain.stopping import SCOPES, Action, Signal
from sessions.models import SessionEvent, TrainingSession

register = template.Library()
SCORE = "0-10"


@register.simple_tag
def address(session: TrainingSession, page: str) -> str:
    """Of one of a session's pages, whether it lies under a patient or under a tested controller."""
    return session.address(page)


@register.filter
def verdict_words(verdict: Verdict) -> str:
    """What a self-test came to."""
    return {
        Verdict.PASSED: _("Passed"),
        Verdict.FAILED: _("FAILED"),
        Verdict.UNFINISHED: _("Not passed: it did not come to its end"),
        Verdict.LIVE: _("Not ended"),
    }[verdict]


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
def vent_words(confirmed: bool | None, scale: str) -> str:
    """Whether the cuff was seen to be open at the end. Not known is not open."""
    return {
        True: _("Confirmed below {pressure} {unit}").format(pressure=f"{VENTED_BELOW:g}", unit=unit(scale)),
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
        "UNDO": _("Repetition taken back"),
        "COUNT": _("Repetitions of the set"),
        "ASKED": _("Asked"),
        "NOT_POSSIBLE": _("Could not be answered"),
        "UNANSWERED": _("Not answered"),
        "NEXT": _("Set done"),
        "PAUSE": _("Pause"),
        "RESUME": _("Resume"),
        "REFUSED": _("Refused"),
        "STOP": _("STOP"),
        "PULSE": _("Marked"),
        "UNMARK": _("Mark taken back"),
        "CONTROL": _("In control"),
        "TAKE": _("Took over"),
        "HAND": _("Handover"),
        "NOT_KNOWN": _("Not known whether it was done"),
        "CRITERION_WARN": _("Stop criterion: warning"),
        "CRITERION_PAUSE": _("Stop criterion: paused"),
        "CRITERION_END": _("Stop criterion: ended"),
        "ENDING": _("Letting the air out"),
        "ENDED": _("Ended"),
        "ORDER": _("To the controller"),
        "ALARM_RAISED": _("Alarm"),
        "ALARM_ESCALATED": _("Alarm became graver"),
        "ALARM_OVER": _("Alarm over"),
        "ALARM_SEEN": _("Alarm of a console"),
        "ACKNOWLEDGE": _("Alarm acknowledged"),
        "AUDIO_PAUSE": _("Alarm sounds paused"),
        "AUDIO_RESUME": _("Alarm sounds on again"),
        "AUDIO_RESUMED": _("Alarm sounds on again by themselves"),
        "INACTIVATE": _("Alarm switched off or on"),
        "SOUND_CHECK": _("Alarm sounds checked"),
    }.get(kind, kind.replace("_", " ").capitalize())


MARKS = {float(Priority.LOW): "*", float(Priority.MEDIUM): "**", float(Priority.HIGH): "***"}


@register.filter
def alarm_mark(event: SessionEvent) -> str:
    """The mark of an alarm's priority; none for what was done about one."""
    is_alarm = event.kind.startswith("ALARM_")
    return MARKS.get(event.detail.get("value") or 0.0, "") if is_alarm else ""


@register.filter
def detail_words(detail: dict[str, Any]) -> str:
    """What an event says besides its kind: when in the session, what was observed, in which words."""
    is_answered = detail.get("t_s") is not None
    observed, words = _signal_words(detail), _without_verb(str(detail.get("words", "")))
    parts = [
        _("at {time}").format(time=minutes(detail["t_s"])) if is_answered else "",
        "" if words.startswith(observed) else observed,
        _("refused") if detail.get("refused") else "",
        words,
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
    if signal == Asked.BLOOD_PRESSURE:
        return _("Blood pressure")
    if signal not in set(Signal):
        return "" if detail.get("words") else signal
    scope = SCOPES[Signal(signal)]
    if scope.is_symptom or detail.get("value") is None:
        return scope.words
    value = number(detail.get("value"))
    return (
        f"{scope.words}: {value} ({scope.unit})"
        if scope.unit == SCORE
        else f"{scope.words}: {value} {scope.unit}".strip()
    )


@register.filter
def action_words(action: int) -> str:
    """What a stop criterion does."""
    return {
        Action.WARN: _("! warn"),
        Action.PAUSE: _("‖ open the cuff, pause"),
        Action.END: _("■ open the cuff, end"),
    }[Action(action)]


@register.filter
def stop_rule_words(key: str) -> str:
    """A row of the stop table by its name; one that is gone stays as it was kept."""
    rule = BY_KEY.get(key)
    return f"{action_words(rule.action)}: {rule_words(rule, rule.number)}" if rule else key


@register.filter
def set_count(plan: Plan) -> int:
    """How many sets a plan has."""
    return len({one.set_number for one in plan.intervals})


@register.filter
def work_words(plan: Plan) -> str:
    """The work of a plan, set by set or in all."""
    work = [one for one in plan.intervals if one.kind is IntervalKind.WORK]
    if all(one.repetitions for one in work):
        return " · ".join(str(one.repetitions) for one in work)
    return minutes(sum(one.seconds or 0 for one in work))


@register.filter
def top_pressure(plan: Plan) -> str:
    """The highest target of a plan with its unit."""
    return f"{number(max(one.target for one in plan.intervals))} {plan.scale.symbol}"


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
