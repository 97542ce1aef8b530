"""May a physician sign, until when, and what a signed decision is worth today. Called by services and selectors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from patients.domain.findings import Finding, Severity

ENDS_SOON = timedelta(days=14)
"""From here on the clinic is reminded to screen again (programme setting)."""


class Standing(StrEnum):
    """What the latest decision is worth today. Only IN_FORCE and ENDS_SOON let a person train."""

    NONE = "NONE"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    BARRED = "BARRED"
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

    `is_barred`: the latest screening has an absolute finding. `has_new_findings`: it has findings, still to be weighed,
    that the decision did not know.
    """

    decided_until: date | None = None
    is_refused: bool = False
    is_withdrawn: bool = False
    is_barred: bool = False
    has_new_findings: bool = False


def standing(facts: Facts, today: date) -> Standing:
    """What the decision is worth today: the first reason against it wins."""
    if facts.is_barred:
        return Standing.BARRED
    if facts.decided_until is None:
        return Standing.NONE
    against = (
        (facts.is_refused, Standing.REFUSED),
        (facts.is_withdrawn, Standing.WITHDRAWN),
        (facts.has_new_findings, Standing.OUTDATED),
        (facts.decided_until < today, Standing.ENDED),
        (facts.decided_until < today + ENDS_SOON, Standing.ENDS_SOON),
    )
    return next((word for holds, word in against if holds), Standing.IN_FORCE)


def may_sign(found: Iterable[Finding], reasons: Mapping[str, str]) -> dict[str, str]:
    """Why a clearance can't be signed: finding name -> words. Empty means that it may."""
    objections: dict[str, str] = {}
    for finding in found:
        if finding.severity is Severity.ABSOLUTE:
            objections[finding.name] = f"This bars training and can't be signed away: {finding.words}"
        elif finding.needs_reason and not reasons.get(finding.name, "").strip():
            objections[finding.name] = f"Write why training is right in spite of this: {finding.words}"
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
