"""May a physician sign, until when, and what a signed decision is worth today. Called by services and selectors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Thresholds
from patients.domain.findings import Finding
from patients.domain.limbs import Limb
from patients.domain.screening import barred_limbs

THRESHOLDS = Thresholds(Area.SCREENING, __name__)
ENDS_SOON = THRESHOLDS.of(
    timedelta(days=14), "days", "So long before a clearance ends the clinic is reminded"
)


class Standing(StrEnum):
    """What the latest decision is worth today. Only IN_FORCE and ENDS_SOON let a person train."""

    NONE = "NONE"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    BARRED = "BARRED"
    SUSPECTED_CLOT = "SUSPECTED_CLOT"
    SUSPENDED = "SUSPENDED"
    SCREENING_DUE = "SCREENING_DUE"
    OUTDATED = "OUTDATED"
    ENDED = "ENDED"
    ENDS_SOON = "ENDS_SOON"
    IN_FORCE = "IN_FORCE"

    @property
    def lets_train(self) -> bool:
        """Nothing but a decision in force lets a person train."""
        return self in (Standing.ENDS_SOON, Standing.IN_FORCE)


@dataclass(frozen=True)
class Facts:
    """What is known of the latest decision and the latest screening. `decided_until` None: nothing was decided yet.

    `is_barred`: the latest screening has an absolute finding of the whole person. `has_suspected_clot`: a swollen leg
    was reported and not cleared up. `has_new_findings`: the latest screening has findings, still to be weighed, that
    the decision did not know. `is_suspended`: a rule stopped all training, and no physician has ended that.
    `is_screening_due`: something has happened since, after which everybody is asked again.
    """

    decided_until: date | None = None
    is_refused: bool = False
    is_withdrawn: bool = False
    is_barred: bool = False
    has_new_findings: bool = False
    is_suspended: bool = False
    is_screening_due: bool = False
    has_suspected_clot: bool = False


def standing(facts: Facts, today: date) -> Standing:
    """What the decision is worth today: the first reason against it wins."""
    if facts.has_suspected_clot:
        return Standing.SUSPECTED_CLOT
    if facts.is_barred:
        return Standing.BARRED
    if facts.is_suspended:
        return Standing.SUSPENDED
    if facts.decided_until is None:
        return Standing.NONE
    against = (
        (facts.is_refused, Standing.REFUSED),
        (facts.is_withdrawn, Standing.WITHDRAWN),
        (facts.has_new_findings, Standing.OUTDATED),
        (facts.is_screening_due, Standing.SCREENING_DUE),
        (facts.decided_until < today, Standing.ENDED),
        (facts.decided_until < today + ENDS_SOON, Standing.ENDS_SOON),
    )
    return next((word for holds, word in against if holds), Standing.IN_FORCE)


def may_sign(found: Iterable[Finding], reasons: Mapping[str, str]) -> dict[str, str]:
    """Why a clearance can't be signed: finding name -> words. Empty means that it may.

    What bars a limb needs no signature and gets none: that limb stays barred.
    """
    found, objections = list(found), {}
    if len(barred_limbs(found)) == len(Limb):
        objections[""] = "Every limb is barred: there is nothing to clear."
    for finding in found:
        if finding.bars_person:
            objections[finding.name] = f"This bars training and can't be signed away: {finding.words}"
        elif finding.needs_reason and not reasons.get(finding.name, "").strip():
            objections[finding.name] = f"Write why training is right in spite of this: {finding.full_words}"
    return objections


def end_objections(until: date, screening_until: date, today: date) -> dict[str, str]:
    """Why an end date can't stand, under the name `valid_until`. Empty means that it can."""
    if screening_until < today:
        return {"valid_until": "The screening has expired. Screen again first."}
    if until < today:
        return {"valid_until": "The end date has passed."}
    if until > screening_until:
        return {"valid_until": f"Not later than the screening: {screening_until:%d %b %Y}."}
    return {}
