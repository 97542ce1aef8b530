"""May this session start: every objection in words. What is not known is an objection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.PREFLIGHT, __name__)
EXCLUDED = Source("Exclusion in EXKnee2 and Nascimento 2022", Origin.PUBLISHED)
LOW = Source("Exclusion of NCT05437770", Origin.PUBLISHED)
RESISTANCE = Source("AHA on resistance training 2007 (160/100)", Origin.RECALLED)
A_WEEK = Source("Range 2-3 a week, Patterson 2019", Origin.RECALLED)
A_SESSION = Source("Three times a session's longest of VALD, 15 and 20 min", Origin.PROGRAMME)
EXKNEE = Source("EXKnee, Jorgensen 2020", Origin.PUBLISHED)
SYSTOLIC_BLOCK_MMHG = THRESHOLDS.of(180, "mmHg", "Systolic pressure from which nobody trains today", EXCLUDED)
DIASTOLIC_BLOCK_MMHG = THRESHOLDS.of(
    110, "mmHg", "Diastolic pressure from which nobody trains today", EXCLUDED
)
SYSTOLIC_LOW_MMHG = THRESHOLDS.of(100, "mmHg", "Systolic pressure below which nobody trains today", LOW)
SYSTOLIC_PHYSICIAN_MMHG = THRESHOLDS.of(
    160, "mmHg", "Systolic pressure from which a physician signs", RESISTANCE
)
DIASTOLIC_PHYSICIAN_MMHG = THRESHOLDS.of(
    100, "mmHg", "Diastolic pressure from which a physician signs", RESISTANCE
)
PAIN_BLOCK_NRS = THRESHOLDS.of(6, "of 10", "Joint pain at rest from which nobody trains today")
"""The stop table would pause a session at once."""
HEART_RATE_LOW_BPM = THRESHOLDS.of(40, "beats a minute", "Heart rate at rest below which nobody trains today")
"""The stop table ends a session below it."""
HEART_RATE_HIGH_BPM = THRESHOLDS.of(
    120, "beats a minute", "Heart rate at rest from which nobody trains today"
)
MOST_SESSIONS = THRESHOLDS.of(3, "sessions", "In seven days, at most", A_WEEK)
SESSIONS_DAYS = THRESHOLDS.of(7, "days", "Sessions and minutes are counted over", A_WEEK)
WEEKLY_MINUTES_ARM = THRESHOLDS.of(
    45, "min in 7 days", "Closed cuff on an arm, clinic and home, at most", A_SESSION
)
WEEKLY_MINUTES_LEG = THRESHOLDS.of(
    60, "min in 7 days", "Closed cuff on a leg, clinic and home, at most", A_SESSION
)
HOURS_APART = THRESHOLDS.of(36, "h", "Between two sessions, at least", EXKNEE)


class Reaction(StrEnum):
    """How the last session was followed. NONE: not at all, a little soreness, or there was none before."""

    NONE = "NONE"
    LASTING = "LASTING"
    WARNING = "WARNING"


@dataclass(frozen=True)
class Facts:
    """What is known before a session. None means not known, and never means fine.

    Dates are the last days on which something holds. `occlusion_until` is asked for mmHg cuffs only.
    `controller_objections` are `devices.domain.fitness.objections`; none means fit. `limb_bars` are the reasons why
    no cuff may sit on this very limb; the person may train the others. `permitted_mmhg` is the highest blood pressure at which
    a physician has signed that the person may train; None: nobody has. Minutes are those of closed cuffs.
    """

    cleared_until: date | None = None
    has_consent: bool | None = None
    limb_bars: tuple[str, ...] | None = None
    is_out_of_training: bool | None = None
    prescribed_until: date | None = None
    is_tightened_since: bool | None = None
    needs_occlusion: bool = True
    occlusion_until: date | None = None
    is_above_newest_occlusion: bool | None = None
    cuff_matches: bool | None = None
    station_answers: bool | None = None
    station_is_current: bool | None = None
    controller_objections: tuple[str, ...] | None = None
    in_flare: bool | None = None
    hours_since_last: float | None = None
    open_adverse_event: bool | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    pain_nrs: int | None = None
    spo2_percent: int | None = None
    infection: bool | None = None
    new_medicine: bool | None = None
    swelling: bool | None = None
    stiffness_min: int | None = None
    reaction: Reaction | None = None
    slept_badly: bool | None = None
    drank_little: bool | None = None
    permitted_mmhg: tuple[int, int] | None = None
    open_followups: int | None = None
    sessions_in_7_days: int | None = None
    minutes_in_7_days: float | None = None
    planned_minutes: float | None = None
    weekly_minutes: float = WEEKLY_MINUTES_ARM


def objections(facts: Facts, today: date) -> list[str]:
    """Every reason not to start, most telling first. Empty means go."""
    return [
        *_standing(facts, today),
        *_lately(facts),
        *about_the_controller(facts.controller_objections),
        *_blood_pressure(facts),
        *_today(facts),
        *_asked(facts),
    ]


def is_high(facts: Facts) -> bool:
    """From where on a physician must have signed."""
    systolic, diastolic = facts.systolic_mmhg or 0, facts.diastolic_mmhg or 0
    return systolic >= SYSTOLIC_PHYSICIAN_MMHG or diastolic >= DIASTOLIC_PHYSICIAN_MMHG


def _standing(facts: Facts, today: date) -> list[str]:
    found = [
        (_past(facts.cleared_until, today), "No clearance is in force."),
        (facts.has_consent is not True, "No informed consent is in force."),
        (
            facts.is_out_of_training is not False,
            _unless(
                facts.is_out_of_training,
                "No training for 14 days or more: screen again first.",
                "It is not known when the last training was.",
            ),
        ),
        (_past(facts.prescribed_until, today), "No prescription is in force."),
        (
            facts.is_tightened_since is not False,
            _unless(
                facts.is_tightened_since,
                "A limit was tightened after this was prescribed: prescribe again.",
                "It is not known whether a limit was tightened since this was prescribed.",
            ),
        ),
        (
            facts.needs_occlusion and _past(facts.occlusion_until, today),
            "The limb occlusion pressure is missing or too old.",
        ),
        (
            facts.needs_occlusion and facts.is_above_newest_occlusion is not False,
            _unless(
                facts.is_above_newest_occlusion,
                "The newest occlusion pressure of this limb does not allow what was prescribed: prescribe again.",
                "It is not known whether the newest occlusion pressure allows what was prescribed.",
            ),
        ),
        (facts.cuff_matches is not True, "The cuff on this channel is not the one prescribed."),
    ]
    return [
        *[words for holds, words in found if holds],
        *about_the_station(facts.station_answers, facts.station_is_current),
        *_today_or_lately(facts),
        *_limb(facts),
    ]


def about_the_station(answers: bool | None, is_current: bool | None) -> list[str]:
    """Why nothing can be run where the box is plugged in. None is not known."""
    found = [
        (
            answers is not True,
            _unless(
                answers is False,
                "The station with this cuff does not answer: its program is not running.",
                "It is not known whether the station answers: the message bus is down.",
            ),
        ),
        (
            answers is True and is_current is not True,
            "The station with this cuff runs another version of this program: update it first.",
        ),
    ]
    return [words for holds, words in found if holds]


def _today_or_lately(facts: Facts) -> list[str]:
    found = [
        (
            facts.in_flare is not False,
            _unless(facts.in_flare, "A flare is open.", "It is not known whether there is a flare."),
        ),
        (facts.open_adverse_event is not False, "An adverse event has not been reviewed yet."),
        (
            facts.hours_since_last is not None and facts.hours_since_last < HOURS_APART,
            f"The last session was less than {HOURS_APART} h ago.",
        ),
    ]
    return [words for holds, words in found if holds]


def _limb(facts: Facts) -> list[str]:
    if facts.limb_bars is None:
        return ["It is not known whether this limb is barred."]
    return [f"This limb is barred. {words}" for words in facts.limb_bars]


def about_the_controller(found: Sequence[str] | None) -> list[str]:
    """What the fleet says about the box. None is not known."""
    if found is None:
        return ["It is not known whether the controller is fit to be used."]
    return list(found)


def _blood_pressure(facts: Facts) -> list[str]:
    systolic, diastolic = facts.systolic_mmhg, facts.diastolic_mmhg
    if systolic is None or diastolic is None:
        return ["Blood pressure was not taken today."]
    if systolic >= SYSTOLIC_BLOCK_MMHG or diastolic >= DIASTOLIC_BLOCK_MMHG:
        return [f"Blood pressure is {systolic}/{diastolic}: too high to train today."]
    if systolic < SYSTOLIC_LOW_MMHG:
        return [f"Systolic blood pressure is {systolic}: too low to train today."]
    highest = facts.permitted_mmhg or (0, 0)
    if is_high(facts) and (systolic > highest[0] or diastolic > highest[1]):
        return [
            f"Blood pressure is {systolic}/{diastolic}: no physician has signed that this may be trained with."
        ]
    return []


def _lately(facts: Facts) -> list[str]:
    """How much there was in the last days, and what is still to be asked about it."""
    return [*_followups(facts), *_frequency(facts), *_weekly_dose(facts)]


def _followups(facts: Facts) -> list[str]:
    if facts.open_followups is None:
        return ["It is not known whether questions after a session are open."]
    if facts.open_followups:
        return ["The questions after an earlier session have not been answered: ask them now."]
    return []


def _frequency(facts: Facts) -> list[str]:
    if facts.sessions_in_7_days is None:
        return ["It is not known how many sessions there were in the last days."]
    if facts.sessions_in_7_days >= MOST_SESSIONS:
        return [f"There were {facts.sessions_in_7_days} sessions in the last {SESSIONS_DAYS} days."]
    return []


def _weekly_dose(facts: Facts) -> list[str]:
    past, planned = facts.minutes_in_7_days, facts.planned_minutes
    if past is None or planned is None:
        return ["It is not known how long cuffs were closed in the last days."]
    if past + planned > facts.weekly_minutes:
        return [
            f"Cuffs were closed for {past:.0f} min in the last {SESSIONS_DAYS} days; with {planned:.0f} min today it "
            f"would be more than {facts.weekly_minutes:g}."
        ]
    return []


def _asked(facts: Facts) -> list[str]:
    heart_rate = facts.heart_rate_bpm
    is_odd = heart_rate is not None and not HEART_RATE_LOW_BPM <= heart_rate < HEART_RATE_HIGH_BPM
    found = [
        (is_odd, f"Heart rate at rest is {heart_rate}: not today."),
        (facts.stiffness_min is None, "Morning stiffness was not asked today."),
        (facts.reaction is None, "How the last session was followed was not asked."),
        (facts.reaction is Reaction.WARNING, "A warning sign after the last session: see to it first."),
        (facts.slept_badly is None, "Sleep was not asked."),
        (facts.drank_little is None, "Drinking was not asked."),
    ]
    return [words for holds, words in found if holds]


def _today(facts: Facts) -> list[str]:
    found = [
        (facts.heart_rate_bpm is None, "The heart rate was not taken today."),
        (facts.pain_nrs is None, "Joint pain was not asked today."),
        (
            (facts.pain_nrs or 0) >= PAIN_BLOCK_NRS,
            f"Joint pain is {facts.pain_nrs}: too much to train today.",
        ),
        (
            facts.infection is not False,
            _unless(facts.infection, "Fever or infection.", "Fever or infection was not asked."),
        ),
        (
            facts.new_medicine is not False,
            _unless(
                facts.new_medicine, "A new medicine: screen again first.", "New medicines were not asked."
            ),
        ),
        (
            facts.swelling is not False,
            _unless(facts.swelling, "New swelling in a limb: see the physician.", "Swelling was not asked."),
        ),
    ]
    return [words for holds, words in found if holds]


def _past(until: date | None, today: date) -> bool:
    return until is None or until < today


def _unless(known: bool | None, if_so: str, if_unknown: str) -> str:
    return if_so if known else if_unknown
