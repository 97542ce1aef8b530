"""What a clinician fills in about a patient. Each form gives back terms that a service takes."""

from patients.forms.candidate import ConsentForm, GoalForm, IntakeForm, StatusForm
from patients.forms.course import CompetenceForm, FlareForm
from patients.forms.events import CloseLegForm, EventForm, SwollenLegForm, WellsForm
from patients.forms.measuring import JointsForm, ScoresForm
from patients.forms.plain import refuse
from patients.forms.record import MeasureForm, ReasonForm, RegisterForm
from patients.forms.screening import REASON_PREFIX, ClearForm, ScreeningForm, answer_words

__all__ = [
    "REASON_PREFIX",
    "ClearForm",
    "CloseLegForm",
    "CompetenceForm",
    "ConsentForm",
    "EventForm",
    "FlareForm",
    "GoalForm",
    "IntakeForm",
    "JointsForm",
    "MeasureForm",
    "ReasonForm",
    "RegisterForm",
    "ScoresForm",
    "ScreeningForm",
    "StatusForm",
    "SwollenLegForm",
    "WellsForm",
    "answer_words",
    "refuse",
]
