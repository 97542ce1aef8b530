"""May this controller be armed: every reason not to, in words. What is not known is a reason."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Facts:
    """What is known of a controller. Dates are the last days on which something holds; None means never or not known."""

    quarantine: str | None = None
    """Why it is out of use; empty means that it is not."""
    fault: str | None = None
    """What went wrong and was not looked at yet; empty means that nothing did."""
    accepted_until: date | None = None
    accepted_firmware: str | None = None
    firmware: str | None = None
    calibrated_until: date | None = None


def objections(facts: Facts, today: date) -> list[str]:
    """Every reason not to arm it, most telling first. Empty means go."""
    found = [
        (
            facts.quarantine != "",
            f"The controller is out of use: {facts.quarantine or 'it is not known why'}",
        ),
        (
            facts.fault != "",
            f"A fault is latched until someone has looked and clears it: {facts.fault or 'it is not known which'}",
        ),
        (
            _past(facts.accepted_until, today),
            "The controller has no valid acceptance test: run one on its station first.",
        ),
        (
            facts.accepted_until is not None and facts.firmware != facts.accepted_firmware,
            "The controller's firmware has changed since its acceptance test: run it again.",
        ),
        (_past(facts.calibrated_until, today), "The controller is due for calibration."),
    ]
    return [words for holds, words in found if holds]


def _past(until: date | None, today: date) -> bool:
    return until is None or until < today
