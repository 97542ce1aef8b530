"""Before and during a session: preflight, the console, its commands, the room."""

import time
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from devices.domain.units import BAND_AT_REST, BAND_AT_WORK
from devices.selectors import ready_channels
from kaatsu_clinic.http import SignedInRequest
from patients.models import Patient
from patients.selectors import flags
from protocols.domain.plan import IntervalKind
from protocols.models import Prescription
from protocols.selectors import current_prescriptions
from sessions import bus, selectors, services, tasks
from sessions.domain.alarms import STALE_AFTER_S
from sessions.domain.commands import BadCommandError, Command
from sessions.domain.mode import Mode
from sessions.domain.prompting import REFILLS_S, SCORES
from sessions.domain.stopping import SCOPES, Signal
from sessions.forms import ClosingForm, PreflightForm
from sessions.models import TrainingSession
from sessions.selectors import stop_rules
from sessions.selectors.aftercare import due_followups
from sessions.selectors.lately import permission
from sessions.views.alarms import alarm_limits, primary_alarm
from sessions.views.stop import links_for
from sessions.views.stop_bar import remember


@require_http_methods(["GET", "POST"])
def open_(request: SignedInRequest, patient_id: int) -> HttpResponse:
    """Preflight: ask, measure, and start if there is no objection."""
    patient = get_object_or_404(Patient.objects.treated_by(request.user), pk=patient_id)
    today = timezone.localdate()
    clinic_plans = current_prescriptions(patient, today).filter(setting=Prescription.Setting.CLINIC)
    channels = ready_channels(patient.clinic).filter(cuff_model__in=clinic_plans.values("cuff_model"))
    form = PreflightForm(request.POST or None, prescriptions=clinic_plans, channels=channels)
    objections: list[str] = []
    reduced: services.EaseFirstError | None = None
    if form.is_valid():
        try:
            return redirect("sessions:console", patient_id, _open(request, form).pk)
        except services.NotReadyError as refusal:
            objections = refusal.objections
        except services.EaseFirstError as first:
            reduced = first
    page = {"patient": patient, "flags": flags(patient, today), "form": form, "objections": objections}
    page |= {"reduced": reduced, "permission": permission(patient, today)}
    page["questions"] = due_followups(patient, timezone.now()).exists()
    return render(
        request,
        "sessions/open.html",
        page | {"plans": clinic_plans.select_related("occlusion"), "has_cuff": channels.exists()},
    )


def _open(request: SignedInRequest, form: PreflightForm) -> TrainingSession:
    """Open the session, then call its station. Raises NotReadyError."""
    prescription, channel, now = (
        form.cleaned_data["prescription"],
        form.cleaned_data["channel"],
        timezone.now(),
    )
    facts = replace(selectors.preflight_facts(prescription, channel, now), **form.answers())
    return launched(
        services.open_session(
            prescription=prescription,
            channel=channel,
            supervisor=request.user,
            facts=facts,
            now=now,
            other=_other_side(form, now),
            agreed=request.POST.get("agreed", ""),
        )
    )


def _other_side(form: PreflightForm, now: datetime) -> services.OtherSide | None:
    """The second limb, with what is known of its prescription and its cuff."""
    if not (found := form.other_side()):
        return None
    facts = replace(selectors.preflight_facts(*found, now), **form.answers())
    return services.OtherSide(*found, facts)


def launched(session: TrainingSession) -> TrainingSession:
    """Call the session's station. Raises NotReadyError, with the session closed again."""
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
def console(request: SignedInRequest, session_id: int, **place: int) -> HttpResponse:
    """The screen beside a person with a tight cuff, or beside a cuff that nobody wears."""
    session = _session(request, session_id, place)
    if session.status == TrainingSession.Status.ENDED:
        messages.info(request, _("This session has ended."))
        return redirect(session.address("detail"))
    patient = session.patient
    page: dict[str, Any] = {"session": session, "patient": patient}
    page["flags"] = flags(patient, timezone.localdate()) if patient else []
    page |= {"plan": selectors.plan_of(session), "console": _console(request, session)}
    page["groups"] = stop_rules.groups(stop_rules.stop_table_of(session))
    page["closing_form"] = ClosingForm()
    response = render(request, "sessions/console.html", page)
    remember(request, response, session.pk)
    return response


def _console(request: SignedInRequest, session: TrainingSession) -> dict[str, Any]:
    """What the console's scripts are given."""
    plan = selectors.plan_of(session)
    mode = selectors.mode_of_session(session)
    return {
        "links": links_for(session.pk, request.user.pk, str(request.user)),
        "me": request.user.pk,
        "patient": {"id": session.patient_id or f"self-test {session.pk}", "name": session.shown_as},
        "command_url": session.address("command"),
        "detail_url": session.address("detail"),
        "history_url": _way_back(session),
        "alarm_url": session.address("alarm_log"),
        "primary_alarm": primary_alarm(session),
        "alarm_limits": alarm_limits(plan),
        "session": session.pk,
        "who": str(request.user),
        "plan": plan.to_json(),
        "has_lop": any(cuff.lop_mmhg for cuff in plan.cuffs),
        "bands": {IntervalKind.WORK: BAND_AT_WORK, IntervalKind.REST: BAND_AT_REST},
        "mode": mode,
        "pace": session.prescription.instructions if session.prescription and mode is Mode.WALKING else "",
        "limb": session.limb_words,
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
        "scores": SCORES,
        "refills": REFILLS_S,
        "pressure_pair": [_pressure_entry(session, signal) for signal in (Signal.SYSTOLIC, Signal.DIASTOLIC)],
        "stale_s": STALE_AFTER_S,
        "server_time": time.time(),
    }


def _way_back(session: TrainingSession) -> str:
    """To the patient's sessions, or to the box that is tested."""
    if session.is_self_test:
        return reverse("devices:controller", args=[session.controller_id])
    return reverse("sessions:history", args=[session.patient_id])


def _pressure_entry(session: TrainingSession, signal: Signal) -> dict[str, Any]:
    """A stepper of the question for blood pressure: it starts where the preflight measured."""
    scope = SCOPES[signal]
    measured = session.preflight.get(f"{signal.lower()}_mmhg")
    start = float(measured) if measured else (scope.lowest + scope.highest) // 2
    return {
        "signal": signal,
        "words": scope.words,
        "unit": scope.unit,
        "min": scope.lowest,
        "max": scope.highest,
        "start": start,
    }


@require_POST
def command(request: SignedInRequest, session_id: int, **place: int) -> JsonResponse:
    """One command from a console: recorded with who asked, then sent. 202 means sent, not done."""
    session = _session(request, session_id, place)
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


def _session(request: SignedInRequest, session_id: int, place: dict[str, int]) -> TrainingSession:
    """The session, if it is at this address and this person's to see."""
    visible = TrainingSession.objects.visible_to(request.user).select_related(
        "patient", "prescription", "occlusion_search", "channel__cuff_model", "controller"
    )
    return get_object_or_404(visible.under(**place), pk=session_id)
