"""Outcomes of whole clinics: sums only, nobody is named."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kaatsu_clinic.http import SignedInRequest
from sessions import selectors
from sessions.charts import clinic, look
from sessions.domain import outcomes


@require_GET
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Phases, sessions a week and change in pain, of the clinics that this person leads or runs."""
    clinics = selectors.clinics_reviewed_by(request.user)
    phases = selectors.phase_counts(clinics)
    weeks = selectors.sessions_by_week(clinics, timezone.localdate())
    pain = selectors.pain_changes(clinics)
    shown = {
        "clinics": clinics,
        "phases": phases,
        "people": sum(phases.values()),
        "weeks": weeks,
        "supervised": sum(week.supervised for week in weeks),
        "at_home": sum(week.at_home for week in weeks),
        "pain": pain,
        "important_change": outcomes.PAIN_IMPORTANT_CHANGE,
        "phase_figure": look.as_json(clinic.phase_counts(phases)),
        "week_figure": look.as_json(clinic.sessions_per_week(weeks)),
        "pain_figure": look.as_json(clinic.change_in_pain(pain)),
        "as_of": timezone.now(),
    }
    return render(request, "sessions/dashboard.html", shown)
