"""The phases, and the gates between them: facts in, requirements out, each met, not met or not known.

No published, validated criterion for training people with arthritis without supervision was found. Every number here is a
programme setting unless its source says otherwise. A gate is open only when every requirement is met: what is not known
never opens it. That a gate is open moves nobody; a person decides.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain.findings import REASONED
from patients.domain.intake import Intake

THRESHOLDS = Thresholds(Area.PHASES, __name__)
RESISTANCE = Source("AHA on resistance training 2007 (160/100)", Origin.RECALLED)
EVENT_GRADES = Source("CTCAE grades; from which on is our own rule", Origin.PROGRAMME)

LEAST_SESSIONS = THRESHOLDS.of(6, "sessions", "Transition: completed supervised sessions, at least")
LEAST_DAYS = THRESHOLDS.of(14, "days", "Transition: since the first session, at least")
LEAST_UNBROKEN = THRESHOLDS.of(3, "sessions", "Transition: latest ones without a pause or vent, at least")
RESTING_VISITS = THRESHOLDS.of(
    3, "visits", "Transition: resting pressure is looked at over so many", REASONED
)
SYSTOLIC_BELOW_MMHG = THRESHOLDS.of(
    160, "mmHg", "Transition, and back one phase: resting systolic below", RESISTANCE
)
DIASTOLIC_BELOW_MMHG = THRESHOLDS.of(
    100, "mmHg", "Transition, and back one phase: resting diastolic below", RESISTANCE
)
EXERTION_BELOW_MMHG = THRESHOLDS.of(180, "mmHg", "Transition: systolic while training below")
LEAST_GRADE = THRESHOLDS.of(
    2, "CTCAE grade", "An open adverse event of this grade shuts the gate; it sends back", EVENT_GRADES
)
OCCLUSION_MOST_DAYS = THRESHOLDS.of(30, "days", "Transition: the measured LOP is not older")
LEAST_ANSWERED = THRESHOLDS.of(
    0.8, "of the sessions", "Transition: questions after 24 to 72 h answered, at least"
)
LEAST_WATCHED = THRESHOLDS.of(4, "sessions", "Home: the patient put on the cuff under our eyes, at least")


class Phase(StrEnum):
    """Where a person trains, the most supervised first."""

    CLINICAL = "CLINICAL"
    TRANSITION = "TRANSITION"
    HOME = "HOME"


class Holds(StrEnum):
    """Whether a requirement is met. NOT_KNOWN opens nothing."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    NOT_KNOWN = "NOT_KNOWN"


@dataclass(frozen=True)
class Requirement:
    """One thing that a gate asks for, what was found, and where the rule is from."""

    name: str
    wanted: str
    found: str
    holds: Holds
    source: str = REASONED.words
    origin: str = REASONED.origin.value

    def to_json(self) -> dict[str, Any]:
        """Plain values, as kept with the decision."""
        return asdict(self)


@dataclass(frozen=True)
class Facts:
    """What is known before a move. None means not known, and never means fine.

    `resting_mmhg`: the latest resting blood pressures, one pair a visit, newest last. `open_grades`: the grades of the adverse
    events that are not resolved; None among them is one that nobody has graded. `missing_skills`: what has not been
    demonstrated. `intake`: what the first sessions showed. `needs_occlusion`: False for bands in SKU.
    """

    completed_sessions: int | None = None
    days_since_first: int | None = None
    unbroken_sessions: int | None = None
    resting_mmhg: tuple[tuple[float, float], ...] | None = None
    exertion_systolic_mmhg: float | None = None
    open_grades: tuple[int | None, ...] | None = None
    in_flare: bool | None = None
    needs_occlusion: bool | None = None
    occlusion_age_days: int | None = None
    followups_due: int | None = None
    followups_answered: int | None = None
    intake: Intake | None = None
    watched_sessions: int | None = None
    missing_skills: tuple[str, ...] | None = None
    screening_days_left: int | None = None
    is_cleared: bool | None = None
    device_has_own_limits: bool | None = None


def may_follow(current: Phase, wanted: Phase) -> bool:
    """One step on, or any number back. Staying is no move."""
    return wanted is not current and rank(wanted) <= rank(current) + 1


def is_forward(current: Phase, wanted: Phase) -> bool:
    """Whether a move means less supervision."""
    return rank(wanted) > rank(current)


def rank(phase: Phase) -> int:
    """0 for the most supervised."""
    return list(Phase).index(phase)


def next_of(phase: Phase) -> Phase | None:
    """The next, less supervised phase."""
    return list(Phase)[rank(phase) + 1] if phase is not Phase.HOME else None


def before(phase: Phase) -> Phase | None:
    """The phase with more supervision, None for the clinic."""
    return list(Phase)[rank(phase) - 1] if phase is not Phase.CLINICAL else None


def is_open(gate: Iterable[Requirement]) -> bool:
    """All requirements are met. A gate that asks for nothing is not open: nothing is known of it."""
    requirements = list(gate)
    return bool(requirements) and all(one.holds is Holds.MET for one in requirements)


def unmet(gate: Iterable[Requirement]) -> list[Requirement]:
    """What keeps the gate shut: what is not met, then what is not known."""
    order = {Holds.NOT_MET: 0, Holds.NOT_KNOWN: 1}
    return sorted((one for one in gate if one.holds in order), key=lambda one: order[one.holds])


def gate(wanted: Phase, facts: Facts) -> tuple[Requirement, ...]:
    """What a move into a phase asks for. Into the clinic nothing is asked, and nothing needs to be."""
    if wanted is Phase.TRANSITION:
        return _to_transition(facts)
    return _to_home(facts) if wanted is Phase.HOME else ()


def _to_transition(facts: Facts) -> tuple[Requirement, ...]:
    return (
        _at_least("sessions", "completed supervised sessions", facts.completed_sessions, LEAST_SESSIONS),
        _at_least("days", "days since the first session", facts.days_since_first, LEAST_DAYS),
        _at_least(
            "unbroken", "latest sessions without a pause or vent", facts.unbroken_sessions, LEAST_UNBROKEN
        ),
        _intake(facts),
        _resting(facts),
        _exertion(facts),
        _events(facts),
        _flare(facts),
        *_occlusion(facts),
        _followups(facts),
    )


def _to_home(facts: Facts) -> tuple[Requirement, ...]:
    watched = "sessions in which the patient put on the cuff under our eyes"
    return (
        _at_least("watched", watched, facts.watched_sessions, LEAST_WATCHED),
        _competence(facts.missing_skills),
        _screening(facts.screening_days_left),
        _true("cleared", "A physician's clearance in force", facts.is_cleared, "in force", "none in force"),
        _true(
            "device",
            "A home device with a pressure and time limit of its own",
            facts.device_has_own_limits,
            "seen",
            "no such device",
        ),
        _events(facts),
        _flare(facts),
    )


def _holds(is_met: bool | None) -> Holds:
    if is_met is None:
        return Holds.NOT_KNOWN
    return Holds.MET if is_met else Holds.NOT_MET


def _at_least(name: str, what: str, found: int | None, least: int) -> Requirement:
    is_met = None if found is None else found >= least
    return Requirement(name, f"At least {least} {what}", _number(found), _holds(is_met))


def _screening(days_left: int | None) -> Requirement:
    found = "not known" if days_left is None else (f"{days_left} days left" if days_left >= 0 else "expired")
    is_met = None if days_left is None else days_left >= 0
    return Requirement("screening", "A screening that has not expired", found, _holds(is_met))


def _true(name: str, wanted: str, found: bool | None, if_so: str, if_not: str) -> Requirement:
    words = "not known" if found is None else (if_so if found else if_not)
    return Requirement(name, wanted, words, _holds(found))


def _competence(missing: tuple[str, ...] | None) -> Requirement:
    wanted = "Everything on the competence list demonstrated"
    if missing is None:
        return Requirement("competence", wanted, "not known", Holds.NOT_KNOWN)
    found = f"missing: {', '.join(missing)}" if missing else "complete"
    return Requirement("competence", wanted, found, _holds(not missing))


def _intake(facts: Facts) -> Requirement:
    wanted = "Consent, and the intake list of the first sessions complete"
    intake = facts.intake
    if intake is None:
        return Requirement("intake", wanted, "not known", Holds.NOT_KNOWN)
    lacking = ([] if intake.has_consent else ["no consent in force"]) + [
        f"{item.words}: {'not yet seen' if intake.is_met(item) is None else 'not so'}"
        for item in intake.open_items
    ]
    was_refuted = not intake.has_consent or any(intake.is_met(item) is False for item in intake.open_items)
    is_met = None if lacking and not was_refuted else not lacking
    return Requirement("intake", wanted, "; ".join(lacking) or "complete", _holds(is_met))


def _resting(facts: Facts) -> Requirement:
    wanted = (
        f"Resting blood pressure below {SYSTOLIC_BELOW_MMHG}/{DIASTOLIC_BELOW_MMHG} mmHg at the last "
        f"{RESTING_VISITS} visits"
    )
    latest = (facts.resting_mmhg or ())[-RESTING_VISITS:]
    found = ", ".join(f"{systolic:g}/{diastolic:g}" for systolic, diastolic in latest) or "not known"
    if any(is_high(systolic, diastolic) for systolic, diastolic in latest):
        holds = Holds.NOT_MET
    else:
        holds = _holds(True if len(latest) == RESTING_VISITS else None)
    return Requirement("resting", wanted, found, holds, RESISTANCE.words, RESISTANCE.origin.value)


def is_high(systolic_mmhg: float, diastolic_mmhg: float) -> bool:
    """At or above 160/100: too high to train with less supervision."""
    return systolic_mmhg >= SYSTOLIC_BELOW_MMHG or diastolic_mmhg >= DIASTOLIC_BELOW_MMHG


def _exertion(facts: Facts) -> Requirement:
    found = facts.exertion_systolic_mmhg
    return Requirement(
        "exertion",
        f"Systolic pressure while training below {EXERTION_BELOW_MMHG} mmHg",
        _number(found),
        _holds(None if found is None else found < EXERTION_BELOW_MMHG),
    )


def _events(facts: Facts) -> Requirement:
    wanted = f"No open adverse event of grade {LEAST_GRADE} or more"
    grades = facts.open_grades
    known = [grade for grade in grades or () if grade is not None]
    if any(grade >= LEAST_GRADE for grade in known):
        found, is_met = f"open, grade {max(known)}", False
    elif grades is None or len(known) < len(grades):
        found, is_met = ("not known" if grades is None else "one that nobody has graded"), None
    else:
        found, is_met = (f"open, grade {max(known)}" if known else "none open"), True
    return Requirement("events", wanted, found, _holds(is_met), EVENT_GRADES.words, EVENT_GRADES.origin.value)


def _flare(facts: Facts) -> Requirement:
    is_calm = None if facts.in_flare is None else not facts.in_flare
    return _true("flare", "No flare", is_calm, "none open", "a flare is open")


def _occlusion(facts: Facts) -> tuple[Requirement, ...]:
    """Asked for cuffs in mmHg. A band in SKU has no LOP: there is nothing to ask for."""
    if facts.needs_occlusion is False:
        return ()
    age = facts.occlusion_age_days
    wanted = f"A measured LOP not older than {OCCLUSION_MOST_DAYS} days"
    found = "not known" if age is None else f"{age} days old"
    return (
        Requirement("occlusion", wanted, found, _holds(None if age is None else age <= OCCLUSION_MOST_DAYS)),
    )


def _followups(facts: Facts) -> Requirement:
    wanted = f"Questions after 24 to 72 h answered for {LEAST_ANSWERED:.0%} of the sessions or more"
    due, answered = facts.followups_due, facts.followups_answered
    if not due or answered is None:
        return Requirement("followups", wanted, "not known", Holds.NOT_KNOWN)
    return Requirement("followups", wanted, f"{answered} of {due}", _holds(answered / due >= LEAST_ANSWERED))


def _number(found: float | None) -> str:
    return "not known" if found is None else f"{found:g}"
