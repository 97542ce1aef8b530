"""Looking back at supervised sessions: the list, one session with its trace, and why it ended."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from protocols.domain.plan import Plan
from sessions import selectors, services
from sessions.charts import look
from sessions.charts import trace as trace_chart
from sessions.domain import pace, rounds, trace
from sessions.domain.dose import Dose
from sessions.domain.sets import SetDone
from sessions.domain.state import Outcome
from sessions.domain.told import Told
from sessions.forms import ClosingForm, closing_form, red_words, symptom_words
from sessions.models import FollowUp, HomeSession, TrainingSession
from sessions.selectors import aftercare, stop_rules
from sessions.selectors import note as notes
from sessions.selectors.alarm_log import ALARM_EVENTS, alarm_log

PER_PAGE = 25
IN_PART = 5
STILL_RUNNING = gettext_lazy("The session is still running. Stop it first.")
KEPT = gettext_lazy("The reason is kept.")
MINOR = frozenset({"REPETITION", "UNDO", "ASKED", "ORDER", *ALARM_EVENTS})
"""Events that stand in a table or a log of their own, or matter to who looks for a fault only."""


@dataclass(frozen=True)
class Trace:
    """One cuff's samples as the page shows them. `trouble` says in words why there is nothing to draw.

    `label` and `dose` are of a cuff among several.
    """

    number: str
    label: str
    dose: Dose | None = None
    figure: dict[str, Any] | None = None
    held: tuple[rounds.Held, ...] = ()
    samples: int = 0
    unread: tuple[trace.Stretch, ...] = ()
    seconds: float = 0.0
    trouble: str = ""


@dataclass(frozen=True)
class Asked:
    """Questions after a session, and in words which answers are red. `red` is empty where none is or nobody has answered."""

    row: FollowUp
    red: str


@require_GET
def history(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Every supervised session of a patient."""
    patient = _patient(request, patient_id)
    page = Paginator(selectors.history(patient), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sessions/history.html", about(patient) | {"page": page})


@require_GET
def patient_part(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """The latest of training, as a part of the patient's page."""
    patient = _patient(request, patient_id)
    shown = {
        "patient": patient,
        "sessions": selectors.history(patient)[:IN_PART],
        "home_sessions": with_words(list(selectors.home_history(patient)[:IN_PART])),
        "adverse_events": selectors.open_adverse_events(patient),
        "is_out_of_training": selectors.is_out_of_training(patient, timezone.localdate()),
    }
    return render(request, "sessions/_patient_part.html", shown)


@require_GET
def detail(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """One session: how it ended, its dose, its trace and its events."""
    session = session_for(request, session_id, patient_id=patient_id)
    return wait_for_the_end(session) if request.htmx else _show(request, session)


def wait_for_the_end(session: TrainingSession) -> HttpResponse:
    """What a page that was opened before the record was there is told when it asks: to come anew, or nothing yet."""
    if session.status == TrainingSession.Status.ENDED:
        return HttpResponseClientRefresh()
    return HttpResponse(status=204)


@require_POST
def close(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """Keep why the session ended. A console asks as a script: 409 means that the end is still being written."""
    session, form = session_for(request, session_id, patient_id=patient_id), ClosingForm(request.POST)
    if request.headers.get("Accept", "") == "application/json":
        return _close_from_console(request, session, form)
    if not form.is_valid():
        return _show(request, session, form)
    try:
        services.close_with_reason(session_id=session.pk, by=request.user, **form.cleaned_data)
    except services.NotEndedError:
        messages.error(request, STILL_RUNNING)
    except services.AlreadyClosedError as why:
        messages.info(request, str(why))
        return _show(request, *_beside_what_was_kept(request, session))
    else:
        messages.success(request, KEPT)
    return redirect("sessions:detail", patient_id, session_id)


def _close_from_console(
    request: SignedInRequest, session: TrainingSession, form: ClosingForm
) -> JsonResponse:
    if not form.is_valid():
        return JsonResponse({"error": _("Tap one reason.")}, status=400)
    try:
        services.close_with_reason(session_id=session.pk, by=request.user, **form.cleaned_data)
    except services.NotEndedError:
        return JsonResponse({"error": str(STILL_RUNNING)}, status=409)
    except services.AlreadyClosedError as why:
        messages.info(request, str(why))
    else:
        messages.success(request, KEPT)
    return JsonResponse({"url": session.address("detail")})


def _beside_what_was_kept(
    request: SignedInRequest, session: TrainingSession
) -> tuple[TrainingSession, ClosingForm]:
    """What was sent, to be sent again by who has seen what stands there now."""
    session.refresh_from_db()
    sent = request.POST.copy()
    sent["instead_of"] = session.reason_kept
    return session, ClosingForm(sent)


def with_words(sessions: list[HomeSession]) -> list[tuple[HomeSession, list[str]]]:
    """Each session at home with the words of its symptoms."""
    return [(session, symptom_words(session.symptoms)) for session in sessions]


def _show(
    request: SignedInRequest, session: TrainingSession, form: ClosingForm | None = None
) -> HttpResponse:
    told = notes.told_of(session)
    shown = record_of(session) | {
        "dose": selectors.dose_of(session),
        "sets": _sets(session, told),
        "adverse_events": session.adverse_events.order_by("occurred_at"),
        "followups": _followups(session),
        "entries": notes.signed(session),
        "kept": notes.draft_of(session),
        "form": form or closing_form(session, notes.ending_signals(told)),
        "groups": stop_rules.groups(stop_rules.stop_table_of(session)),
    }
    return render(request, "sessions/detail.html", about(session.wearer) | shown)


def record_of(session: TrainingSession) -> dict[str, Any]:
    """What the page of every session shows: its trace, events, alarms and how punctual its loop was."""
    plan = selectors.plan_of(session)
    events = list(session.events.select_related("by").order_by("happened_at", "pk"))
    main_events = [one for one in events if one.kind not in MINOR]
    is_ended = session.status == TrainingSession.Status.ENDED
    return {
        "session": session,
        "plan": plan,
        "channels": session.controller.channels.filter(
            number__in=[cuff.channel for cuff in plan.each_cuff]
        ).order_by("number"),
        "traces": [_trace(session, plan, number) for number in range(len(plan.each_cuff))],
        "loop_rows": pace.rows(session.loop or {}),
        "events": events,
        "main_events": main_events,
        "minor_events": len(events) - len(main_events),
        "alarms": alarm_log(session),
        "is_ended": is_ended,
        "took_place": is_ended and session.outcome != Outcome.NOT_STARTED,
        "as_of": timezone.now(),
    }


def _followups(session: TrainingSession) -> list[Asked]:
    return [Asked(row, red_words(row.answers)) for row in aftercare.followups_of(session)]


def _sets(session: TrainingSession, told: list[Told]) -> tuple[SetDone, ...]:
    """Plan against deed. Nothing where the trace is damaged: the trace says so."""
    try:
        return notes.sets_of(session, told)
    except trace.TraceError:
        return ()


def _trace(session: TrainingSession, plan: Plan, number: int) -> Trace:
    """What one of the cuffs went through."""
    label = plan.each_cuff[number].label if len(plan.each_cuff) > 1 else ""
    try:
        points = selectors.points_of(session, number)
    except trace.TraceError:
        return Trace(str(number), label, trouble=_("The stored trace is damaged and can't be shown."))
    if not points:
        return Trace(str(number), label, trouble=_("No samples have been stored for this session yet."))
    alone = plan.alone(number)
    return Trace(
        number=str(number),
        label=label,
        dose=Dose(**session.cuff_summaries[number]) if session.cuff_summaries else None,
        figure=look.as_json(trace_chart.pressure(points, alone)),
        held=tuple(rounds.held(points, alone)),
        samples=len(points),
        unread=tuple(trace.unread(points)),
        seconds=points[-1].t_s - points[0].t_s,
    )


def _patient(request: SignedInRequest, patient_id: int) -> Patient:
    return get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)


def session_for(request: SignedInRequest, session_id: int, **place: int) -> TrainingSession:
    """The session, if it is at this address (its patient's, or that of a tested controller) and this person's to see."""
    sessions = TrainingSession.objects.visible_to(request.user).select_related(
        "patient",
        "prescription__protocol",
        "controller__station",
        "channel__cuff_model",
        "supervisor",
        "closed_by",
    )
    return get_object_or_404(sessions.under(**place), pk=session_id)


def about(patient: Patient) -> dict[str, Any]:
    """What every page about a patient is given."""
    return {"patient": patient, "flags": flags(patient, timezone.localdate())}
