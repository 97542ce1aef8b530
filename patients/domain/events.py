"""What makes a screening due at once, whatever its end date. All of it is a programme setting: no rule was published."""

from datetime import date, timedelta
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.SCREENING, __name__)
UNTRAINED_FOR = THRESHOLDS.of(timedelta(days=14), "days", "So long without training: screen again")


class EventKind(StrEnum):
    """Something that happened to a person since they were screened."""

    NEW_DRUG = "NEW_DRUG"
    SURGERY = "SURGERY"
    HOSPITAL_STAY = "HOSPITAL_STAY"
    IMMOBILISATION = "IMMOBILISATION"
    INFECTION = "INFECTION"

    @property
    def words(self) -> str:
        """As the clinician picks it, and as the reason is told."""
        return {
            "NEW_DRUG": "New or changed medicine",
            "SURGERY": "Surgery",
            "HOSPITAL_STAY": "Hospital stay",
            "IMMOBILISATION": "Immobilised (plaster, bed rest)",
            "INFECTION": "Infection",
        }[self.value]


def untrained(last_trained_on: date | None, screened_on: date | None, today: date) -> bool:
    """Nothing was trained for 14 days, and nobody has asked again since they were over.

    Who never trained is not out of training: the screening itself is what they start with.
    """
    if last_trained_on is None or today - last_trained_on < UNTRAINED_FOR:
        return False
    return screened_on is None or screened_on < last_trained_on + UNTRAINED_FOR
