"""The order of the phases: clinic, transition, home. One step forward at a time, any way back."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a person trains, the most supervised first."""

    CLINICAL = "CLINICAL"
    TRANSITION = "TRANSITION"
    HOME = "HOME"


def may_follow(current: Phase, wanted: Phase) -> bool:
    """One step on, or any number back. Staying is no move."""
    order = list(Phase)
    return wanted is not current and order.index(wanted) <= order.index(current) + 1
