"""May this session start: every objection in words. What is not known is an objection."""

from dataclasses import dataclass
from datetime import date

SYSTOLIC_BLOCK_MMHG, DIASTOLIC_BLOCK_MMHG = 180, 110
"""At or above: no training (published: exclusion in EXKnee2 and Nascimento 2022)."""
SYSTOLIC_LOW_MMHG = 100
"""Below: no training (published: exclusion of NCT05437770)."""
SYSTOLIC_PHYSICIAN_MMHG, DIASTOLIC_PHYSICIAN_MMHG = 160, 100
"""At or above: only with a physician's word (published: AHA resistance training 2007, as remembered)."""
PAIN_BLOCK_NRS = 6
"""Joint pain at rest at which the stop table would pause a session at once (programme setting)."""
HOURS_APART = 36
"""Least hours between two sessions (published: EXKnee)."""


@dataclass(frozen=True)
class Facts:
    """What is known before a session. None means not known, and never means fine.

    Dates are the last days on which something holds. `occlusion_until` is asked for mmHg cuffs only.
    """

    cleared_until: date | None = None
    prescribed_until: date | None = None
    needs_occlusion: bool = True
    occlusion_until: date | None = None
    cuff_matches: bool | None = None
    station_answers: bool | None = None
    in_flare: bool | None = None
    hours_since_last: float | None = None
    open_adverse_event: bool | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    pain_nrs: int | None = None
    infection: bool | None = None
    new_medicine: bool | None = None
    swelling: bool | None = None


def objections(facts: Facts, today: date) -> list[str]:
    """Every reason not to start, most telling first. Empty means go."""
    return [*_standing(facts, today), *_blood_pressure(facts), *_today(facts)]


def _standing(facts: Facts, today: date) -> list[str]:
    found = [
        (_past(facts.cleared_until, today), "No clearance is in force."),
        (_past(facts.prescribed_until, today), "No prescription is in force."),
        (
            facts.needs_occlusion and _past(facts.occlusion_until, today),
            "The limb occlusion pressure is missing or too old.",
        ),
        (facts.cuff_matches is not True, "The cuff on this channel is not the one prescribed."),
        (
            facts.station_answers is not True,
            _unless(
                facts.station_answers is False,
                "The station with this cuff does not answer: its program is not running.",
                "It is not known whether the station answers: the message bus is down.",
            ),
        ),
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


def _blood_pressure(facts: Facts) -> list[str]:
    systolic, diastolic = facts.systolic_mmhg, facts.diastolic_mmhg
    if systolic is None or diastolic is None:
        return ["Blood pressure was not taken today."]
    if systolic >= SYSTOLIC_BLOCK_MMHG or diastolic >= DIASTOLIC_BLOCK_MMHG:
        return [f"Blood pressure is {systolic}/{diastolic}: too high to train today."]
    if systolic < SYSTOLIC_LOW_MMHG:
        return [f"Systolic blood pressure is {systolic}: too low to train today."]
    if systolic >= SYSTOLIC_PHYSICIAN_MMHG or diastolic >= DIASTOLIC_PHYSICIAN_MMHG:
        return [f"Blood pressure is {systolic}/{diastolic}: ask the physician before training."]
    return []


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
