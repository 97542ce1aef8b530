"""What a clinician says before, after and about a session, and what a patient logs at home."""

from sessions.forms.adverse_events import GradeForm
from sessions.forms.closing import ClosingForm
from sessions.forms.home import HomeLogForm, symptom_words
from sessions.forms.plans import plan_words
from sessions.forms.preflight import PreflightForm

__all__ = ["ClosingForm", "GradeForm", "HomeLogForm", "PreflightForm", "plan_words", "symptom_words"]
