"""The alarm log of a session, and what a console tells of alarms that only it saw; what a console says of its alarms."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from devices.domain import air
from devices.drivers import DRIVERS
from kaatsu_clinic.http import SignedInRequest
from protocols.domain.plan import Plan
from sessions import services
from sessions.domain import alarms, trips
from sessions.domain.console_alarms import BadTellingError, Telling
from sessions.models import TrainingSession
from sessions.selectors.alarm_log import alarm_log
from sessions.templatetags.training_words import minutes, number


@require_http_methods(["GET", "POST"])
def alarm_log_of(request: SignedInRequest, session_id: int, **place: int) -> HttpResponse:
    """GET: the log as a part of a page. POST: one line that a console tells afterwards, kept once."""
    visible = TrainingSession.objects.visible_to(request.user).under(**place)
    session = get_object_or_404(visible, pk=session_id)
    if request.method == "GET":
        page = {"alarms": alarm_log(session), "is_ended": session.status == session.Status.ENDED}
        return render(request, "sessions/_alarm_log.html", page)
    try:
        telling = Telling.from_json(request.body)
    except BadTellingError as error:
        return JsonResponse({"error": str(error)}, status=400)
    services.keep_console_alarm(session=session, telling=telling, by=request.user, now=timezone.now())
    return JsonResponse({"state": "KEPT"}, status=201)


def primary_alarm(session: TrainingSession) -> tuple[str, str]:
    """Where the alarm is that counts, for a web page is none: in a line that always stands there, and why."""
    driver = DRIVERS.get(session.controller.driver)
    if driver is not None and driver.sounds_alarms:
        return _("No certified alarm. Primary alarm: the controller, and you."), _(
            "The controller calls by itself."
        )
    where = _("beside the cuff") if session.is_self_test else _("beside the person")
    return _("No certified alarm. Primary alarm: you, %(where)s.") % {"where": where}, _(
        "The controller has no sound of its own."
    )


def alarm_limits(plan: Plan) -> list[tuple[str, str]]:
    """From when on which alarm is raised."""
    unit = plan.scale.symbol
    return [
        (_("Limit of the pressure, opens at once"), _each(plan, unit)),
        (_("Over the target, let down"), f"+{number(air.SOFT_ABOVE)} {unit}, {number(air.SOFT_S)} s"),
        (_("Below the target, leak"), f"{number(air.SHORT_BY)} {unit}"),
        (_("Longest inflation"), minutes(plan.max_inflated_s)),
        (_("Told before"), minutes(trips.WARN_AT_SHARE * plan.max_inflated_s)),
        (_("Longest in all"), minutes(plan.max_total_s)),
        (_("Nobody watches, told / opens"), _steps(trips.UNWATCHED_WARN_S, trips.UNWATCHED_END_S)),
        (
            _("Nobody touches it, told / pauses / ends"),
            _steps(trips.UNTOUCHED_WARN_S, trips.UNTOUCHED_PAUSE_S, trips.UNTOUCHED_END_S),
        ),
        (_("Not seen open after"), _steps(alarms.CONFIRM_OPEN_WITHIN_S)),
        (_("No live data after"), _steps(alarms.STALE_AFTER_S)),
    ]


def _each(plan: Plan, unit: str) -> str:
    return f"{' / '.join(number(cuff.ceiling) for cuff in plan.each_cuff)} {unit}"


def _steps(*seconds: float) -> str:
    return f"{' / '.join(number(one) for one in seconds)} s"
