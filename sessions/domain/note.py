"""The note of a session: a first draft from what is on record, and the seal of a signed one. Asked of selectors and services.

The draft says what the record says, in the words of the clinic's record and in one language, and adds no judgement.
What is not known is written as not known.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.domain.units import Scale
from protocols.domain.asking import NAMES, Asked
from sessions.domain.alarms import SORTS, Kind, Priority, What, sort_of
from sessions.domain.dose import Dose
from sessions.domain.sets import InCuff, SetDone
from sessions.domain.state import Outcome
from sessions.domain.stopping import SCOPES, Signal
from sessions.domain.told import Course, Told, course, of_kinds, symptoms

NOT_KNOWN = "not known"
VENTED = {
    True: "confirmed below 20",
    False: "NOT confirmed: still under pressure when last read",
    None: "NOT known",
}
ENDED = {
    Outcome.COMPLETED: "Completed",
    Outcome.STOPPED: "Stopped by a person",
    Outcome.CRITERION: "Ended by a stop criterion",
    Outcome.FAULT: "Ended by a fault",
    Outcome.INTERRUPTED: "Interrupted",
    Outcome.NOT_STARTED: "Not started",
}
CRITERIA = ("CRITERION_WARN", "CRITERION_PAUSE", "CRITERION_END")
PAUSES = ("PAUSE", "CRITERION_PAUSE", "RESUME")
RAISED = (What.RAISED, "ALARM_SEEN")
ASKED = (Signal.PAIN, Signal.DISCOMFORT, Signal.RPE, Signal.CRT, Signal.HEART_RATE)


@dataclass(frozen=True)
class OnLimb:
    """One cuff of the session. `lop_mmhg` None: none was measured, or the cuff goes by SKU. `dose` None: not known."""

    limb: str
    cuff: str
    target: float
    ceiling: float
    lop_mmhg: float | None
    dose: Dose | None


@dataclass(frozen=True)
class Before:
    """What was measured before the session. None means not known."""

    pain: float | None = None
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    heart_rate_bpm: float | None = None

    def of(self, signal: Signal) -> float | None:
        """The value of what a signal measures; for the others nothing is measured before."""
        known = {Signal.PAIN: self.pain, Signal.HEART_RATE: self.heart_rate_bpm}
        return known.get(signal)


@dataclass(frozen=True)
class Facts:
    """All that the record says of an ended session. Times are the clinic's, pressures in `scale`.

    `reason` is why it ended in words and by whom, empty while nobody has said. `trouble` says why the trace can't be read,
    `found` what a measurement of the occlusion pressure came to.
    """

    what: str
    posture: str
    scale: Scale
    supervisor: str
    opened_at: datetime
    ended_at: datetime | None
    limbs: tuple[OnLimb, ...]
    eased: tuple[str, ...]
    before: Before
    sets: tuple[SetDone, ...]
    told: tuple[Told, ...]
    outcome: str
    ending: str
    reason: str
    vent_confirmed: bool | None
    adverse_events: tuple[str, ...]
    followups: tuple[datetime, ...]
    trouble: str = ""
    found: str = ""


def draft(facts: Facts) -> str:
    """The note as the record has it, section by section, with room for what only the clinician knows."""
    sections = (
        ("SESSION", _session(facts)),
        ("DONE", _done(facts)),
        ("DOSE", _dose(facts)),
        ("RESPONSE", _response(facts)),
        ("PAUSES AND STOP CRITERIA", _interruptions(facts)),
        ("ALARMS", _alarms(facts)),
        ("ENDING", _ending(facts)),
        ("ADVERSE EVENTS", facts.adverse_events or ("None on record.",)),
        ("FOLLOW-UP", _followups(facts)),
        ("ASSESSMENT AND PLAN", ("",)),
    )
    return "\n\n".join("\n".join((title, *lines)) for title, lines in sections).rstrip() + "\n"


def news(before: str, now: str) -> tuple[str, ...]:
    """The lines that a later draft has and an earlier one had not, each with its section."""
    known = {(title, line) for title, body in sections(before) for line in body.splitlines()}
    return tuple(
        f"{title.capitalize()}: {line}"
        for title, body in sections(now)
        for line in body.splitlines()
        if line and (title, line) not in known
    )


def sections(text: str) -> tuple[tuple[str, str], ...]:
    """A note's headings, each with what stands below it. A heading is a line of words in capitals; "" where a text begins without one."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.split("\n"):
        if line.isupper() and line.replace(" ", "").isalpha():
            found.append((line, []))
        else:
            found[-1][1].append(line)
    told = ((title, "\n".join(lines).strip("\n")) for title, lines in found)
    return tuple((title, body) for title, body in told if title or body)


def seal(parts: Sequence[str]) -> str:
    """A number that stands for these texts in this order and for no others (SHA-256)."""
    return hashlib.sha256(json.dumps(list(parts), ensure_ascii=False).encode()).hexdigest()


def _session(facts: Facts) -> Iterator[str]:
    until = f" to {facts.ended_at:%H:%M}" if facts.ended_at else ", end not known"
    yield f"{facts.what}. {_moment(facts.opened_at)}{until}. Supervised by {facts.supervisor}."
    for one in facts.limbs:
        yield f"{one.limb}, {facts.posture}: {one.cuff}. Target {_pressure(one.target, facts)}{_share(one)}, ceiling {_pressure(one.ceiling, facts)}."
    if facts.eased:
        yield f"Reduced that day: {' '.join(facts.eased)}"
    for taken in of_kinds(facts.told, "TAKE"):
        yield f"At {_clock(taken.t_s)} {taken.by or 'somebody'} took over. {taken.words}".rstrip()


def _share(limb: OnLimb) -> str:
    if limb.lop_mmhg is None:
        return ""
    return f" ({_percent(limb.target / limb.lop_mmhg)} of a LOP of {_number(limb.lop_mmhg)} mmHg)"


def _done(facts: Facts) -> Iterator[str]:
    if facts.trouble:
        yield facts.trouble
    for one in facts.sets:
        yield f"Set {one.number}: {_set(one, facts)}"
    if facts.found:
        yield facts.found


def _set(one: SetDone, facts: Facts) -> str:
    if not one.was_reached:
        return "not reached."
    parts = [_repetitions(one), f"{_clock(one.worked_s)} of work{_planned(one)}"]
    many = len(one.cuffs) > 1
    for limb, came_to in zip(facts.limbs, one.cuffs, strict=False):
        parts.append(f"{limb.limb + ' ' if many else ''}{_held(came_to, facts)}")
    return "; ".join(part for part in parts if part) + "."


def _repetitions(one: SetDone) -> str:
    if one.planned_repetitions is None:
        return ""
    if one.repetitions is None:
        return f"{one.planned_repetitions:g} repetitions planned, done {NOT_KNOWN}: none were counted"
    return f"{one.repetitions} of {one.planned_repetitions:g} repetitions counted"


def _planned(one: SetDone) -> str:
    return "" if one.planned_s is None else f" of {_clock(one.planned_s)} planned"


def _held(came_to: InCuff, facts: Facts) -> str:
    return f"in band {_percent(came_to.in_band)}, peak {_pressure(came_to.peak, facts)}"


def _dose(facts: Facts) -> Iterator[str]:
    many = len(facts.limbs) > 1
    for limb in facts.limbs:
        yield f"{limb.limb + ': ' if many else ''}{_sums(limb.dose, facts)}"


def _sums(dose: Dose | None, facts: Facts) -> str:
    if dose is None:
        return f"Dose {NOT_KNOWN}: nothing was measured."
    return (
        f"Time in band {_percent(dose.time_in_band)}. Peak {_pressure(dose.peak, facts)}, lowest while held "
        f"{_pressure(dose.valley, facts)}, above the ceiling {_clock(dose.over_ceiling_s)}. Inflated {_clock(dose.inflated_s)} "
        f"in all, longest {_clock(dose.longest_inflation_s)}. Pressure x time {_number(dose.pressure_minutes)} "
        f"{facts.scale.symbol} min. Without a reading {_clock(dose.missing_s)}."
    )


def _response(facts: Facts) -> Iterator[str]:
    for signal in ASKED:
        yield _went(
            SCOPES[signal].words, SCOPES[signal].unit, course(facts.told, signal, facts.before.of(signal))
        )
    yield _blood_pressure(facts)
    found = symptoms(facts.told)
    listed = "; ".join(f"{SCOPES[Signal(one.signal)].words} (at {_clock(one.t_s)})" for one in found)
    yield f"Symptoms entered: {listed or 'none'}."
    yield from _not_asked(facts.told)


def _not_asked(told: Sequence[Told]) -> Iterator[str]:
    """What the protocol wanted to be asked and nobody answered."""
    if left := [one.words.rstrip(".") for one in of_kinds(told, "UNANSWERED")]:
        yield f"Asked for and not answered: {'; '.join(left)}."
    for one in of_kinds(told, "NOT_POSSIBLE"):
        what = NAMES[Asked(one.signal)] if one.signal in set(Asked) else one.signal
        yield f"Not possible at {_clock(one.t_s)}: {what}. {one.words}".rstrip()


def _went(words: str, unit: str, how: Course) -> str:
    before = f"before {_number(how.before)}" if how.before is not None else ""
    if how.last is None:
        return f"{words} ({unit}): {before + ', ' if before else ''}during the session {NOT_KNOWN}."
    worst = f"highest {_number(how.worst)} at {_clock(how.worst_at_s)}"
    last = f"last {_number(how.last)} at {_clock(how.last_at_s)}"
    return f"{words} ({unit}): {', '.join(part for part in (before, worst, last) if part)}."


def _blood_pressure(facts: Facts) -> str:
    """As pairs before and last; the highest of each stands alone, for they need not be of one moment."""
    upper = course(facts.told, Signal.SYSTOLIC, facts.before.systolic_mmhg)
    lower = course(facts.told, Signal.DIASTOLIC, facts.before.diastolic_mmhg)
    before = f"before {_number(upper.before)}/{_number(lower.before)}"
    if upper.last is None and lower.last is None:
        return f"Blood pressure (mmHg): {before}, during the session {NOT_KNOWN}."
    highest = f"highest systolic {_number(upper.worst)}, highest diastolic {_number(lower.worst)}"
    return f"Blood pressure (mmHg): {before}, {highest}, last {_number(upper.last)}/{_number(lower.last)}."


def _interruptions(facts: Facts) -> Iterator[str]:
    found = of_kinds(facts.told, *PAUSES, *CRITERIA)
    for one in found:
        yield f"At {_clock(one.t_s)}: {_interruption(one)}"
    if not found:
        yield "None on record."


def _interruption(one: Told) -> str:
    what = {
        "PAUSE": "paused by a person",
        "RESUME": "inflated again",
        "CRITERION_PAUSE": "stop criterion, paused",
        "CRITERION_WARN": "stop criterion, warning",
        "CRITERION_END": "stop criterion, ended",
    }[one.kind]
    return f"{what}: {one.words}" if one.words else f"{what}."


def _alarms(facts: Facts) -> Iterator[str]:
    """Those about the equipment, the gravest first, each once; what a person felt or measured stands with the stop criteria."""
    raised = [one for one in of_kinds(facts.told, *RAISED) if _is_told(one.signal)]
    codes = dict.fromkeys(one.signal for one in raised)
    for code in sorted(codes, key=lambda one: -sort_of(one).priority):
        same = [one for one in raised if one.signal == code]
        times = f", {len(same)} times" if len(same) > 1 else ""
        what = f"{sort_of(code).priority.name.capitalize()}: {sort_of(code).name}{_at_limb(code, facts)}"
        yield f"{what}, first at {_clock(same[0].t_s)}{times}."
    if not codes:
        yield "None on record."


def _is_told(code: str) -> bool:
    is_about_equipment = code in SORTS or sort_of(code).kind is Kind.TECHNICAL
    return is_about_equipment and sort_of(code).priority > Priority.INFO


def _at_limb(code: str, facts: Facts) -> str:
    """Of several cuffs a code ends in the number of the one that is meant."""
    number = code.rpartition("_")[2]
    is_of_many = number.isdecimal() and int(number) < len(facts.limbs)
    return f" ({facts.limbs[int(number)].limb})" if is_of_many else ""


def _ending(facts: Facts) -> Iterator[str]:
    ended = ENDED[Outcome(facts.outcome)] if facts.outcome else "Not ended"
    says_more = facts.ending.rstrip(".") not in ("", ended)
    yield f"{ended}: {facts.ending}" if says_more else f"{ended}."
    yield f"Reason: {facts.reason or 'not given yet.'}"
    if facts.outcome != Outcome.NOT_STARTED:
        unit = f" {facts.scale.symbol}" if facts.vent_confirmed else ""
        yield f"Cuff open at the end: {VENTED[facts.vent_confirmed]}{unit}."


def _followups(facts: Facts) -> Iterator[str]:
    if facts.followups:
        yield f"Questions are due from {' and '.join(_moment(one) for one in facts.followups)}."
    else:
        yield "No questions are scheduled."


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}"


def _pressure(value: float | None, facts: Facts) -> str:
    return NOT_KNOWN if value is None else f"{_number(value)} {facts.scale.symbol}"


def _number(value: float | None) -> str:
    return NOT_KNOWN if value is None else f"{round(value, 1):g}"


def _percent(share: float | None) -> str:
    return NOT_KNOWN if share is None else f"{100 * share:.0f} %"


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return NOT_KNOWN
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
