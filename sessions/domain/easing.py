"""Go, go reduced, or hold: what speaks for less today, and how much less that is. All of it is a programme setting.

A plan is only ever made smaller, and only once a clinician has agreed.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from math import floor

from kaatsu_clinic.thresholds import Area, Thresholds
from protocols.domain.plan import IntervalKind, Plan
from sessions.domain import preflight
from sessions.domain.preflight import Facts, Reaction

THRESHOLDS = Thresholds(Area.PREFLIGHT, __name__)
PAIN_EASE_NRS = THRESHOLDS.of(
    4, "of 10", "Joint pain at rest from which less is done; the stop table warns there"
)
STIFFNESS_EASE_MIN = THRESHOLDS.of(60, "min", "Morning stiffness from which less is done")
PRESSURE_SHARE = THRESHOLDS.of(0.8, "of each target", "Less pressure: this much")
VOLUME_SHARE = THRESHOLDS.of(
    2 / 3, "of the sets", "Less volume: this much, or of the repetitions of a single set"
)


class Verdict(IntEnum):
    """What the preflight comes to, the laxest first."""

    GO = 0
    GO_REDUCED = 1
    HOLD = 2


@dataclass(frozen=True)
class Decision:
    """Reasons to hold, and reasons to do less."""

    objections: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """One objection holds, whatever else is fine."""
        if self.objections:
            return Verdict.HOLD
        return Verdict.GO_REDUCED if self.cautions else Verdict.GO


def decide(facts: Facts, today: date) -> Decision:
    """Weigh everything that is known before a session."""
    return Decision(tuple(preflight.objections(facts, today)), tuple(_cautions(facts)))


def _cautions(facts: Facts) -> list[str]:
    found = [
        (preflight.is_high(facts), "Blood pressure is high, and a physician allows it with less."),
        ((facts.pain_nrs or 0) >= PAIN_EASE_NRS, f"Joint pain is {facts.pain_nrs}."),
        (
            (facts.stiffness_min or 0) >= STIFFNESS_EASE_MIN,
            f"Morning stiffness lasted {facts.stiffness_min} min.",
        ),
        (facts.reaction is Reaction.LASTING, "Sore or tired for more than a day after the last session."),
        (facts.slept_badly is True, "Slept badly."),
        (facts.drank_little is True, "Has drunk little."),
    ]
    return [words for holds, words in found if holds]


def ease(plan: Plan) -> Plan:
    """The same plan with fewer sets at lower pressures. Its limits stay, and it ends with work as before."""
    sets = sorted({one.set_number for one in plan.intervals})
    kept = max(1, floor(len(sets) * VOLUME_SHARE))
    plan = _fewer_repetitions(plan) if kept == len(sets) else plan
    work = [
        number
        for number, one in enumerate(plan.intervals, start=1)
        if one.kind is IntervalKind.WORK and one.set_number <= sets[kept - 1]
    ]
    intervals = tuple(replace(one, target=_lower(one.target)) for one in plan.intervals[: max(work)])
    cuffs = tuple(replace(cuff, targets=tuple(map(_lower, cuff.targets[: max(work)]))) for cuff in plan.cuffs)
    return replace(plan, intervals=intervals, cuffs=cuffs)


def _lower(target: float) -> float:
    """Rounded down to what a gauge shows."""
    return float(floor(target * PRESSURE_SHARE))


def _fewer_repetitions(plan: Plan) -> Plan:
    """One set only: fewer repetitions in it, or a shorter time."""
    return replace(
        plan,
        intervals=tuple(
            replace(
                one,
                repetitions=one.repetitions and max(1, floor(one.repetitions * VOLUME_SHARE)),
                seconds=one.seconds and one.seconds * VOLUME_SHARE,
            )
            for one in plan.intervals
        ),
    )
