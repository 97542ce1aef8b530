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
from sessions.domain.alarms_told import alarms_told
from sessions.domain.dose import Dose, WhyPart, why_part
from sessions.domain.note_response import Before, response
from sessions.domain.note_words import NOT_KNOWN, at_least, at_most, clock, lasted, number, percent
from sessions.domain.sets import InCuff, SetDone, applied
from sessions.domain.state import Outcome
from sessions.domain.told import Told, of_kinds

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
WHY_PART = {
    WhyPart.UNREAD: "readings are missing",
    WhyPart.NOT_SEEN_OPEN: "the cuff was not seen open at the end",
}
CRITERIA = ("CRITERION_WARN", "CRITERION_PAUSE", "CRITERION_END")
PAUSES = ("PAUSE", "CRITERION_PAUSE", "RESUME")


@dataclass(frozen=True)
class OnLimb:
    """One cuff of the session. `target` is the highest that was planned.

    `lop_mmhg` None: none was measured, or the cuff goes by SKU. `dose` None: not known.
    """

    limb: str
    cuff: str
    target: float
    ceiling: float
    lop_mmhg: float | None
    dose: Dose | None


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
        ("RESPONSE", response(facts.told, facts.before)),
        ("PAUSES AND STOP CRITERIA", _interruptions(facts)),
        ("ALARMS", _alarms(facts)),
        ("ENDING", _ending(facts)),
        ("ADVERSE EVENTS", facts.adverse_events or ("None on record.",)),
        ("FOLLOW-UP", _followups(facts)),
        ("ASSESSMENT AND PLAN", ("",)),
    )
    return "\n\n".join("\n".join((title, *lines)) for title, lines in sections).rstrip() + "\n"


def fingerprint(drafted: str) -> str:
    """Tells one state of the record from another."""
    return hashlib.sha256(drafted.encode()).hexdigest()


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
    for cuff, one in enumerate(facts.limbs):
        yield f"{one.limb}, {facts.posture}: {one.cuff}. Target {_target(one, applied(facts.sets, cuff), facts)}, ceiling {_pressure(one.ceiling, facts)}."
    if facts.eased:
        yield f"Reduced that day: {' '.join(facts.eased)}"
    for taken in of_kinds(facts.told, "TAKE"):
        yield f"At {clock(taken.t_s)} {taken.by or 'somebody'} took over. {taken.words}".rstrip()


def _target(limb: OnLimb, given: tuple[float, float] | None, facts: Facts) -> str:
    """What was planned, unless the cuff was given something else."""
    planned = f"{_pressure(limb.target, facts)}{_share(limb)}"
    if given is None or _is_as_planned(limb, given):
        return planned
    return f"{_range(given, facts)} applied, highest planned {planned}"


def _is_as_planned(limb: OnLimb, given: tuple[float, float]) -> bool:
    return given == (limb.target, limb.target)


def _range(given: tuple[float, float], facts: Facts) -> str:
    low, high = given
    return _pressure(low, facts) if low == high else f"{number(low)} to {_pressure(high, facts)}"


def _share(limb: OnLimb) -> str:
    if limb.lop_mmhg is None:
        return ""
    return f" ({percent(limb.target / limb.lop_mmhg)} of a LOP of {number(limb.lop_mmhg)} mmHg)"


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
    parts = [_repetitions(one), f"{clock(one.worked_s)} of work{_planned(one)}"]
    many = len(one.cuffs) > 1
    for limb, came_to in zip(facts.limbs, one.cuffs, strict=False):
        parts.append(f"{limb.limb + ' ' if many else ''}{_held(limb, came_to, facts)}")
    return "; ".join(part for part in parts if part) + "."


def _repetitions(one: SetDone) -> str:
    if one.planned_repetitions is None:
        return ""
    if one.repetitions is None:
        return f"{one.planned_repetitions:g} repetitions planned, done {NOT_KNOWN}: none were counted"
    return f"{one.repetitions} of {one.planned_repetitions:g} repetitions counted"


def _planned(one: SetDone) -> str:
    return "" if one.planned_s is None else f" of {clock(one.planned_s)} planned"


def _held(limb: OnLimb, came_to: InCuff, facts: Facts) -> str:
    in_band, peak = percent(came_to.in_band), _pressure(came_to.peak, facts)
    at = ""
    if came_to.targets and not _is_as_planned(limb, came_to.targets):
        at = f"at {_range(came_to.targets, facts)} "
    return f"{at}in band {at_least(in_band, came_to.is_part)}, peak {at_least(peak, came_to.is_part)}"


def _dose(facts: Facts) -> Iterator[str]:
    many = len(facts.limbs) > 1
    for limb in facts.limbs:
        yield f"{limb.limb + ': ' if many else ''}{_sums(limb.dose, facts)}"


def _sums(dose: Dose | None, facts: Facts) -> str:
    if dose is None:
        return f"Dose {NOT_KNOWN}: nothing was measured."
    less = bool(why_part(dose, facts.vent_confirmed))
    of_what = " of the time held" if less and dose.time_in_band is not None else ""
    return (
        f"Time in band {at_least(percent(dose.time_in_band), less)}{of_what}. "
        f"Peak {at_least(_pressure(dose.peak, facts), less)}, "
        f"lowest while held {at_most(_pressure(dose.valley, facts), less)}, "
        f"above the ceiling {at_least(clock(dose.over_ceiling_s), less)}. "
        f"Inflated {lasted(dose.inflated_s, dose.seen_inflated_s, less)} in all, "
        f"longest {lasted(dose.longest_inflation_s, dose.longest_seen_s, less)}. "
        f"Pressure x time {at_least(number(dose.pressure_minutes), less)} {facts.scale.symbol} min. "
        f"Without a reading {clock(dose.missing_s)}.{_why_part(dose, facts)}"
    )


def _why_part(dose: Dose, facts: Facts) -> str:
    """Why there may have been more; nothing where all was seen."""
    why = [WHY_PART[one] for one in why_part(dose, facts.vent_confirmed)]
    return f" There may have been more than was seen: {', and '.join(why)}." if why else ""


def _interruptions(facts: Facts) -> Iterator[str]:
    found = of_kinds(facts.told, *PAUSES, *CRITERIA)
    for one in found:
        yield f"At {clock(one.t_s)}: {_interruption(one)}"
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
    """Each name once, as grave as it became; what a person felt or measured stands with the stop criteria."""
    found = alarms_told(facts.told, [one.limb for one in facts.limbs])
    for one in found:
        priority, limb = one.priority.name.lower(), f" ({one.limb})" if one.limb else ""
        graver = f", {priority} from {clock(one.gravest_s)}" if one.gravest_s > one.first_s else ""
        times = f", {one.times} times" if one.times > 1 else ""
        yield f"{priority.capitalize()}: {one.name}{limb}, first at {clock(one.first_s)}{graver}{times}."
    if not found:
        yield "None on record."


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
    return NOT_KNOWN if value is None else f"{number(value)} {facts.scale.symbol}"
