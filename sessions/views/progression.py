"""Suggestions for the next dose, each with its rule and source; taken up or declined with a reason."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from protocols.domain.progression import Advice, Suggestion, advise
from protocols.models import Decision, Prescription
from protocols.selectors import standing_prescriptions
from protocols.services import NotDecidableError, NotPrescribableError, decide
from sessions.selectors import progression as facts_of


@dataclass(frozen=True)
class Row:
    """A standing prescription, what is advised, and what was decided since it was last trained."""

    prescription: Prescription
    advice: Advice
    declined: Decision | None


@require_http_methods(["GET", "POST"])
def progression(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Each prescription with its advice. A decision is kept; taken up, it becomes a new prescription."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    now = timezone.now()
    rows = [_row(one, now) for one in standing_prescriptions(patient)]
    errors: list[str] = []
    if request.method == "POST":
        errors = _decide(request, rows, now)
        if not errors:
            return redirect("sessions:progression", patient.pk)
    shown = {
        "patient": patient,
        "flags": flags(patient, timezone.localdate()),
        "rows": rows,
        "errors": errors,
        "said": request.POST,
        "decisions": patient.progression_decisions.select_related("decided_by", "led_to").order_by(
            "-decided_at"
        ),
    }
    return render(request, "sessions/progression.html", shown)


def _row(prescription: Prescription, now: datetime) -> Row:
    advice = advise(facts_of.progression_facts(prescription, now))
    since = facts_of.last_done_at(prescription) or prescription.prescribed_at
    rules = [one.rule for one in advice.suggestions]
    declined = prescription.decisions.filter(is_accepted=False, rule__in=rules, decided_at__gte=since)
    return Row(prescription, advice, declined.order_by("-decided_at").first())


def _decide(request: SignedInRequest, rows: list[Row], now: datetime) -> list[str]:
    """Keep what was decided. Gives back why not, in words."""
    found = _found(rows, request.POST.get("prescription", ""), request.POST.get("rule", ""))
    if found is None:
        return [_("The facts have changed since you looked: this is no longer suggested. Look again.")]
    prescription, suggestion = found
    is_accepted = request.POST.get("decision") == "accept"
    try:
        decide(
            prescription=prescription,
            suggestion=suggestion,
            is_accepted=is_accepted,
            reason=request.POST.get("reason", ""),
            by=request.user,
            now=now,
        )
    except NotDecidableError as refusal:
        return [str(refusal)]
    except NotPrescribableError as refusal:
        return refusal.objections
    words = _("Prescribed as suggested.") if is_accepted else _("Declined. The dose stays as it is.")
    messages.success(request, words)
    return []


def _found(rows: list[Row], prescription: str, rule: str) -> tuple[Prescription, Suggestion] | None:
    return next(
        (
            (row.prescription, one)
            for row in rows
            for one in row.advice.suggestions
            if str(row.prescription.pk) == prescription and one.rule == rule
        ),
        None,
    )
