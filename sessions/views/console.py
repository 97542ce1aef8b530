"""Before and during a session: preflight, the console, its commands, the room."""

import time
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from devices.selectors import ready_channels
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from protocols.domain.plan import Plan
from protocols.models import Prescription
from protocols.selectors import current_prescriptions
from sessions import bus, selectors, services, tasks
from sessions.domain.commands import BadCommandError, Command
from sessions.domain.stopping import SCOPES
from sessions.forms import PreflightForm
from sessions.models import TrainingSession
from sessions.views.stop import links_for, stop_links


@require_http_methods(["GET", "POST"])
def open_(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Preflight: ask, measure, and start if there is no objection."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    today = timezone.localdate()
    clinic_plans = current_prescriptions(patient, today).filter(setting=Prescription.Setting.CLINIC)
    channels = ready_channels(patient.clinic).filter(cuff_model__in=clinic_plans.values("cuff_model"))
    form = PreflightForm(request.POST or None, prescriptions=clinic_plans, channels=channels)
    objections: list[str] = []
    if form.is_valid():
        try:
            return redirect("sessions:console", patient_id, _open(request, form).pk)
        except services.NotReadyError as refusal:
            objections = refusal.objections
    page = {"patient": patient, "flags": flags(patient, today), "form": form, "objections": objections}
    return render(
        request,
        "sessions/open.html",
        page | {"has_plan": clinic_plans.exists(), "has_cuff": channels.exists()},
    )


def _open(request: SignedInRequest, form: PreflightForm) -> TrainingSession:
    """Open the session, then call its station. Raises NotReadyError."""
    prescription, channel, now = (
        form.cleaned_data["prescription"],
        form.cleaned_data["channel"],
        timezone.now(),
    )
    facts = replace(selectors.preflight_facts(prescription, channel, now), **form.answers())
    session = services.open_session(
        prescription=prescription, channel=channel, supervisor=request.user, facts=facts, now=now
    )
    try:
        tasks.launch(session)
    except OperationalError:
        words = _(
            "The message bus does not answer, so the station could not be called. Nothing was inflated."
        )
        services.close_unstarted(session.pk, words, timezone.now())
        raise services.NotReadyError([words]) from None
    return session


@require_GET
def console(request: SignedInRequest, patient_id: int, session_id: int) -> HttpResponse:
    """The screen beside a person with a tight cuff."""
    session = _session(request, patient_id, session_id)
    if session.status == TrainingSession.Status.ENDED:
        messages.info(request, _("This session has ended."))
        return redirect("sessions:detail", patient_id, session_id)
    patient = session.patient
    page = {"patient": patient, "flags": flags(patient, timezone.localdate()), "session": session}
    page |= {"plan": Plan.from_json(session.plan), "console": _console(request, session)}
    return render(request, "sessions/console.html", page)


def _console(request: SignedInRequest, session: TrainingSession) -> dict[str, Any]:
    """What the console's scripts are given."""
    prescription, ids = session.prescription, [session.patient_id, session.pk]
    return {
        "links": links_for(session.pk, request.user.pk),
        "command_url": reverse("sessions:command", args=ids),
        "detail_url": reverse("sessions:detail", args=ids),
        "history_url": reverse("sessions:history", args=ids[:1]),
        "plan": session.plan,
        "limb": f"{prescription.get_side_display()} {prescription.get_limb_display()}",
        "cuff": str(session.channel.cuff_model),
        "entries": [
            {
                "signal": signal,
                "words": scope.words,
                "min": scope.lowest,
                "max": scope.highest,
                "step": scope.step,
                "unit": scope.unit,
            }
            for signal, scope in SCOPES.items()
            if not scope.is_symptom
        ],
        "symptoms": [
            {"signal": signal, "words": scope.words} for signal, scope in SCOPES.items() if scope.is_symptom
        ],
        "server_time": time.time(),
    }


@require_POST
def command(request: SignedInRequest, patient_id: int, session_id: int) -> JsonResponse:
    """One command from a console: recorded with who asked, then sent. 202 means sent, not done."""
    session = _session(request, patient_id, session_id)
    try:
        asked = Command.from_json(request.body)
        services.issue_command(session=session, command=asked, by=request.user, now=timezone.now())
    except BadCommandError as error:
        return JsonResponse({"error": str(error)}, status=400)
    except services.NotLiveError as error:
        return JsonResponse({"error": str(error)}, status=409)
    except bus.BusDownError:
        words = _("The command could not be sent: the message bus does not answer. The cuff opens by itself.")
        return JsonResponse({"error": words}, status=503)
    return JsonResponse({"state": "SENT", "key": asked.key}, status=202)


@require_GET
def room(request: SignedInRequest) -> HttpResponse:
    """Every live session of the clinic on one page, each with its STOP."""
    live = TrainingSession.objects.visible_to(request.user).live()
    sessions = live.select_related("patient", "controller", "prescription", "supervisor").order_by(
        "opened_at"
    )
    page = {"sessions": sessions, "live_links": stop_links(live, request.user)}
    return render(request, "sessions/room.html", page)


def _session(request: SignedInRequest, patient_id: int, session_id: int) -> TrainingSession:
    """The session, if it is this patient's and this person's to see."""
    visible = TrainingSession.objects.visible_to(request.user).select_related(
        "patient", "prescription", "channel__cuff_model"
    )
    return get_object_or_404(visible, pk=session_id, patient_id=patient_id)
