"""Why a session ended, as the clinician says it afterwards. Asked of the form and the service."""

from enum import StrEnum


class ClosingReason(StrEnum):
    """One tap after the air is out. The words for people are the model's."""

    PLANNED = "PLANNED"
    CRITERION = "CRITERION"
    PATIENT = "PATIENT"
    DEVICE = "DEVICE"
