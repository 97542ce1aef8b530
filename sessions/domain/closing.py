"""Why a session ended, as the clinician says it afterwards. Asked of the form, the service and the note.

The words for people are the model's. What the record makes likely is only suggested: a person says it.
"""

from collections.abc import Iterable
from enum import StrEnum

from sessions.domain.state import Outcome
from sessions.domain.stopping import Signal


class ClosingReason(StrEnum):
    """One tap after the air is out."""

    PLANNED = "PLANNED"
    CRITERION = "CRITERION"
    PATIENT = "PATIENT"
    DEVICE = "DEVICE"


class ClosingDetail(StrEnum):
    """A second tap for who can say more."""

    CRITERION_PAIN = "CRITERION_PAIN"
    CRITERION_NERVE = "CRITERION_NERVE"
    CRITERION_LIMB = "CRITERION_LIMB"
    CRITERION_HEART = "CRITERION_HEART"
    CRITERION_UNWELL = "CRITERION_UNWELL"
    CRITERION_OTHER = "CRITERION_OTHER"
    PATIENT_PAIN = "PATIENT_PAIN"
    PATIENT_TIRED = "PATIENT_TIRED"
    PATIENT_UNWELL = "PATIENT_UNWELL"
    PATIENT_TIME = "PATIENT_TIME"
    PATIENT_OTHER = "PATIENT_OTHER"
    DEVICE_PRESSURE = "DEVICE_PRESSURE"
    DEVICE_SILENT = "DEVICE_SILENT"
    DEVICE_CUFF = "DEVICE_CUFF"
    DEVICE_OTHER = "DEVICE_OTHER"


SUGGESTED = {
    Outcome.COMPLETED: ClosingReason.PLANNED,
    Outcome.CRITERION: ClosingReason.CRITERION,
    Outcome.FAULT: ClosingReason.DEVICE,
    Outcome.INTERRUPTED: ClosingReason.DEVICE,
}
"""What an ending makes likely. Why a person pressed STOP only a person knows."""

OF_SIGNAL = {
    Signal.PAIN: ClosingDetail.CRITERION_PAIN,
    Signal.DISCOMFORT: ClosingDetail.CRITERION_PAIN,
    Signal.JOINT: ClosingDetail.CRITERION_PAIN,
    Signal.NUMBNESS: ClosingDetail.CRITERION_NERVE,
    Signal.NUMB_STILL: ClosingDetail.CRITERION_NERVE,
    Signal.CRT: ClosingDetail.CRITERION_LIMB,
    Signal.SKIN: ClosingDetail.CRITERION_LIMB,
    Signal.CALF: ClosingDetail.CRITERION_LIMB,
    Signal.SWELLING: ClosingDetail.CRITERION_LIMB,
    Signal.SYSTOLIC: ClosingDetail.CRITERION_HEART,
    Signal.DIASTOLIC: ClosingDetail.CRITERION_HEART,
    Signal.HEART_RATE: ClosingDetail.CRITERION_HEART,
    Signal.PULSE_ODD: ClosingDetail.CRITERION_HEART,
    Signal.CHEST: ClosingDetail.CRITERION_HEART,
    Signal.SPO2: ClosingDetail.CRITERION_HEART,
    Signal.DIZZINESS: ClosingDetail.CRITERION_UNWELL,
    Signal.FAINT: ClosingDetail.CRITERION_UNWELL,
}


def details_of(reason: ClosingReason) -> tuple[ClosingDetail, ...]:
    """What may be added to a reason by one more tap; nothing to one that says all."""
    return tuple(one for one in ClosingDetail if one.startswith(f"{reason}_"))


def suggested(outcome: str) -> ClosingReason | None:
    """The reason that the ending makes likely. None: the record does not say."""
    return SUGGESTED.get(Outcome(outcome)) if outcome else None


def suggested_detail(signals: Iterable[str]) -> ClosingDetail | None:
    """What the criterion that ended the session was about, from the signals of the criteria that were met."""
    known = [OF_SIGNAL[Signal(one)] for one in signals if one in set(OF_SIGNAL)]
    return known[-1] if known else None
