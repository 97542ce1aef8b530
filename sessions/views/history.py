"""Looking back at supervised sessions: the list, one session with its trace, and why it ended."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from sessions import selectors, services
from sessions.charts import look
from sessions.charts import trace as trace_chart
from sessions.domain import rounds, trace
from sessions.forms import ClosingForm, symptom_words
from sessions.models import HomeSession, TrainingSession

PER_PAGE = 25
IN_PART = 5


@dataclass(frozen=True)
class Trace:
    """A session's samples as the page shows them. `trouble` says in words why there is nothing to draw."""

    figure: dict[str, Any] | None = None
    held: tuple[rounds.Held, ...] = ()
    samples: int = 0
    unknown: int = 0
    gaps: int = 0
    seconds: float = 0.0
    trouble: str = ""


@require_GET
def history(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Every supervised session of a patient."""
    patient = _patient(request, patient_id)
    page = Paginator(selectors.history(patient), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sessions/history.html", _about(patient) | {"page": page})


@require_GET
def patient_part(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The latest of training, as a part of the patient's page."""
    patient = _patient(request, patient_id)
    shown = {
        "patient": patient,
        "sessions": selectors.history(patient)[:IN_PART],
        "home_sessions": with_words(list(selectors.home_history(patient)[:IN_PART])),
        "adverse_events": selectors.open_adverse_events(patient),
    }
    return render(request, "sessions/_patient_part.html", shown)


@require_GET
def detail(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """One session: how it ended, its dose, its trace and its events."""
    return _show(request, _session(request, patient_id, session_id), ClosingForm())


@require_POST
def close(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """Keep why the session ended."""
    session = _session(request, patient_id, session_id)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _show(request, session, form)
    try:
        services.close_with_reason(session_id=session.pk, by=request.user, **form.cleaned_data)
    except services.NotEndedError:
        messages.error(request, _("The session is still running. Stop it first."))
    except services.AlreadyClosedError:
        messages.info(request, _("The reason was given before and stays as it was."))
    else:
        messages.success(request, _("The reason is kept."))
    return redirect("sessions:detail", patient_id, session_id)


def with_words(sessions: list[HomeSession]) -> list[tuple[HomeSession, list[str]]]:
    """Each session at home with the words of its symptoms."""
    return [(session, symptom_words(session.symptoms)) for session in sessions]


def _show(request: SignedInRequest, session: TrainingSession, form: ClosingForm) -> HttpResponse:
    shown = {
        "session": session,
        "dose": selectors.dose_of(session),
        "trace": _trace(session),
        "events": session.events.select_related("by").order_by("happened_at", "pk"),
        "adverse_events": session.adverse_events.order_by("occurred_at"),
        "form": form,
        "is_ended": session.status == TrainingSession.Status.ENDED,
        "as_of": timezone.now(),
    }
    return render(request, "sessions/detail.html", _about(session.patient) | shown)


def _trace(session: TrainingSession) -> Trace:
    try:
        points = selectors.points_of(session)
    except trace.TraceError:
        return Trace(trouble=_("The stored trace is damaged and can't be shown."))
    if not points:
        return Trace(trouble=_("No samples have been stored for this session yet."))
    plan = selectors.plan_of(session)
    return Trace(
        figure=look.as_json(trace_chart.pressure(points, plan)),
        held=tuple(rounds.held(points, plan)),
        samples=len(points),
        unknown=sum(point.pressure is None for point in points),
        gaps=trace.gaps(points),
        seconds=points[-1].t_s - points[0].t_s,
    )


def _patient(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)


def _session(request: SignedInRequest, patient_id: int, session_id: int) -> TrainingSession:
    sessions = TrainingSession.objects.visible_to(request.user).select_related(
        "patient",
        "prescription__protocol",
        "controller__station",
        "channel__cuff_model",
        "supervisor",
        "closed_by",
    )
    return get_object_or_404(sessions, pk=session_id, patient_id=patient_id)


def _about(patient: Patient) -> dict[str, Any]:
    return {"patient": patient, "flags": flags(patient, timezone.localdate())}
