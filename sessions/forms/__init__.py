"""What a clinician says before, after and about a session, and what a patient logs at home."""

from sessions.forms.adverse_events import CausalitySetForm, GradeForm
from sessions.forms.closing import ClosingForm, closing_form
from sessions.forms.flare import HomeFlareForm
from sessions.forms.followups import WEEKLY, FollowUpForm, red_words
from sessions.forms.home import HomeLogForm, symptom_words
from sessions.forms.note import AmendmentForm, NoteForm
from sessions.forms.plans import plan_words
from sessions.forms.preflight import PreflightForm, SearchForm
from sessions.forms.pressure_permission import PressurePermissionForm
from sessions.forms.progress import EndSuspensionForm, MoveForm
from sessions.forms.self_test import SelfTestForm
from sessions.forms.stop_rules import StopLimitForm

__all__ = [
    "WEEKLY",
    "AmendmentForm",
    "CausalitySetForm",
    "ClosingForm",
    "EndSuspensionForm",
    "FollowUpForm",
    "GradeForm",
    "HomeFlareForm",
    "HomeLogForm",
    "MoveForm",
    "NoteForm",
    "PreflightForm",
    "PressurePermissionForm",
    "SearchForm",
    "SelfTestForm",
    "StopLimitForm",
    "closing_form",
    "plan_words",
    "red_words",
    "symptom_words",
]
