"""Where a person stands on the way home: the gate with its facts, the move, setbacks, and what the measurements come to."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kaatsu_clinic.accounts.models import Role
from kaatsu_clinic.http import SignedInRequest
from patients import selectors as records
from patients.domain import phases
from patients.domain.flare import RESUME
from patients.domain.phases import Phase, Requirement
from patients.models import Patient
from patients.services import RefusedError, change_phase
from patients.services import end_suspensions as end_all
from sessions.charts import look, measures
from sessions.forms import EndSuspensionForm, MoveForm
from sessions.selectors.gate import phase_facts


@require_http_methods(["GET", "POST"])
def progress(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Phase, gate, competence, moves and measures of a patient; a person decides about the move."""
    patient = _patient(request, patient_id)
    facts = phase_facts(patient, timezone.now())
    form = _move_form(request, patient)
    if form.is_valid():
        wanted = Phase(form.cleaned_data["to_phase"])
        try:
            change_phase(
                patient=patient,
                **form.cleaned_data,
                gate=phases.gate(wanted, facts),
                by=request.user,
                now=timezone.now(),
            )
        except RefusedError as refusal:
            _refuse(form, refusal)
        else:
            words = _("{name} is now in the phase: {phase}.")
            phase = Patient.Phase(wanted.value).label
            messages.success(request, words.format(name=patient, phase=phase))
            return redirect("sessions:progress", patient.pk)
    return _show(request, patient, form, facts, EndSuspensionForm())


@require_POST
def end_suspensions(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """A medical lead lets someone train again."""
    patient = _patient(request, patient_id)
    form = EndSuspensionForm(request.POST)
    form.is_valid()
    try:
        end_all(patient=patient, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    except RefusedError as refusal:
        _refuse(form, refusal)
        facts = phase_facts(patient, timezone.now())
        return _show(request, patient, _move_form(request, patient, is_bound=False), facts, form)
    messages.success(request, _("The suspension has ended."))
    return redirect("sessions:progress", patient.pk)


def _show(
    request: SignedInRequest,
    patient: Patient,
    form: MoveForm,
    facts: phases.Facts,
    suspension_form: EndSuspensionForm,
) -> HttpResponse:
    check = records.latest_competence(patient)
    following = phases.next_of(Phase(patient.phase))
    gate: tuple[Requirement, ...] = phases.gate(following, facts) if following else ()
    shown = {
        "patient": patient,
        "flags": records.flags(patient, timezone.localdate()),
        "form": form,
        "holds": [hold for hold in _holds(patient) if hold.page != "sessions:progress"],
        "suspensions": records.open_suspensions(patient),
        "suspension_form": suspension_form,
        "next_phase": Patient.Phase(following.value).label if following else "",
        "gate": gate,
        "is_open": phases.is_open(gate),
        "check": check,
        "missing": records.missing_skills(check),
        "changes": records.phase_changes(patient),
        "resume": RESUME if records.ended_flare(patient, timezone.localdate()) else "",
        **_measures(request, patient),
    }
    return render(request, "sessions/progress.html", shown)


def _measures(request: SignedInRequest, patient: Patient) -> dict[str, Any]:
    """The trends, and the one that is drawn: the one asked for, else the first with more than one value."""
    trends = records.trends(patient)
    several = [trend for trend in trends if trend.change is not None]
    wanted = request.GET.get("measure")
    drawn = next((trend for trend in several if trend.name == wanted), several[0] if several else None)
    return {
        "trends": trends,
        "uncounted": records.uncounted(patient),
        "several": several,
        "drawn": drawn,
        "figure": look.as_json(measures.trend(drawn.readings, drawn.words)) if drawn else None,
    }


def _move_form(request: SignedInRequest, patient: Patient, *, is_bound: bool = True) -> MoveForm:
    is_lead = request.user.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists()
    return MoveForm(
        (request.POST or None) if is_bound else None,
        phase=patient.phase,
        clinicians=records.clinicians_of(patient),
        may_override=is_lead and not _holds(patient),
    )


def _holds(patient: Patient) -> list[records.Hold]:
    return records.training_holds(patient, timezone.localdate())


def _refuse(form: MoveForm | EndSuspensionForm, refusal: RefusedError) -> None:
    """Each objection next to its field, the rest on top."""
    for name, words in refusal.objections.items():
        form.add_error(name if name in form.fields else None, words)


def _patient(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
