"""Placeholder while the walk is laid."""
from enum import StrEnum


class Outcome(StrEnum):
    """How a session ended."""

    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    CRITERION = "CRITERION"
    FAULT = "FAULT"
    INTERRUPTED = "INTERRUPTED"
    NOT_STARTED = "NOT_STARTED"
