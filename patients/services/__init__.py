"""What happens to a patient's record: register, screen, sign, withdraw, measure, flare, move. Each in one transaction."""

from patients.services.candidate import (
    judge_disease,
    record_consent,
    record_intake,
    set_goal,
    withdraw_consent,
)
from patients.services.course import (
    change_phase,
    end_flare,
    end_suspensions,
    record_competence,
    report_flare,
    set_back,
)
from patients.services.events import report_event
from patients.services.record import record_joints, record_measurements, register_patient
from patients.services.refusal import RefusedError
from patients.services.screening import (
    record_screening,
    refuse_clearance,
    sign_clearance,
    withdraw_clearance,
)
from patients.services.swelling import close_swollen_leg, report_swollen_leg, score_swollen_leg

__all__ = [
    "RefusedError",
    "change_phase",
    "close_swollen_leg",
    "end_flare",
    "end_suspensions",
    "judge_disease",
    "record_competence",
    "record_consent",
    "record_intake",
    "record_joints",
    "record_measurements",
    "record_screening",
    "refuse_clearance",
    "register_patient",
    "report_event",
    "report_flare",
    "report_swollen_leg",
    "score_swollen_leg",
    "set_back",
    "set_goal",
    "sign_clearance",
    "withdraw_clearance",
    "withdraw_consent",
]
