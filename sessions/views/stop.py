"""Signed links: STOP, and what a console needs to go on when a sign-in has expired or the database is away.

Each link is signed for one session and the person who was given it. No view here reads the database, asks who is
signed in, or waits for anything but one message to Redis.
"""

import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import cache, wraps
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from kaatsu_clinic.accounts.models import CLINICIANS, User
from sessions import bus
from sessions.domain.commands import Command, Verb
from sessions.models import TrainingSession, TrainingSessionQuerySet

SALT = "live-session"
FRESH_WITHIN_S = 2.0
"""A sample older than this confirms nothing."""

View = Callable[[HttpRequest, int], Coroutine[Any, Any, HttpResponseBase]]


def links_for(session_id: int, user_id: int | None) -> dict[str, str]:
    """The signed addresses of a session, for one person."""
    token = signing.dumps([session_id, user_id], salt=SALT)
    return {
        name: reverse(f"sessions:{name}", args=[token]) for name in ("stop", "state", "watch", "telemetry")
    }


def live_links(request: HttpRequest) -> dict[str, Any]:
    """For every page: the STOP links of the live sessions that this person supervises."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.role_names & set(CLINICIANS):
        return {"live_links": []}
    return {"live_links": stop_links(TrainingSession.objects.visible_to(user).filter(supervisor=user), user)}


def stop_links(sessions: TrainingSessionQuerySet, user: User) -> list[dict[str, Any]]:
    """What a STOP needs to be drawn, for each of the sessions that is live."""
    return [
        {
            "session_id": one.pk,
            "patient": str(one.patient),
            "unit": one.get_scale_display(),
            **links_for(one.pk, user.pk),
        }
        for one in sessions.live().select_related("patient").order_by("opened_at")
    ]


@cache
def _links() -> bus.Links:
    return bus.Links()


def _signed(view: View) -> Callable[[HttpRequest, str], Coroutine[Any, Any, HttpResponseBase]]:
    """Hand the view the session's id; 404 for a link that we did not sign."""

    @csrf_exempt
    @wraps(view)
    async def answer(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            session_id, _user_id = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            return JsonResponse({"error": _("This link is not valid.")}, status=404)
        response = await view(request, int(session_id))
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


@_signed
async def stop(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """Open the cuff. A plain form gets a page, a script gets JSON; only POST stops."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        await _links().stop(session_id, Command(Verb.STOP, words=_("Stopped by a person.")))
    except bus.BusDownError:
        return _told(
            request, "UNKNOWN", _("STOP could not be sent. Pull the quick release on the cuff now."), 503
        )
    return _told(
        request,
        "SENT",
        _("STOP was sent. Look at the cuff: if it does not open at once, pull the quick release."),
        202,
    )


def _told(request: HttpRequest, state: str, words: str, status: int) -> HttpResponse:
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"state": state, "words": words}, status=status)
    response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


@_signed
async def state(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """Where a STOP stands: acknowledged by the loop, confirmed by a pressure below 20. Unknown is never confirmed."""
    try:
        last = await _links().last_sample(session_id)
    except bus.BusDownError:
        words = _("Nothing is known of the cuff: the message bus does not answer.")
        return JsonResponse(
            {"is_live": None, "acknowledged": False, "confirmed": False, "words": words}, status=503
        )
    return JsonResponse(_standing(last, time.time()))


def _standing(last: dict[str, Any] | None, now: float) -> dict[str, Any]:
    if last is None:
        words = _("No live data yet.")
        return {
            "is_live": None,
            "acknowledged": False,
            "confirmed": False,
            "pressure": None,
            "age_s": None,
            "words": words,
        }
    age_s, has_ended = max(0.0, now - last["at"]), last["state"] == "ENDED"
    is_known = has_ended or age_s <= FRESH_WITHIN_S
    return {
        "is_live": not has_ended,
        "acknowledged": last["ending"] is not None,
        "confirmed": is_known and last["ending"] is not None and last["vented"] is True,
        "vented": last["vented"] if is_known else None,
        "pressure": last["pressure"] if is_known else None,
        "age_s": round(age_s, 2),
        "words": last["ending"]["words"] if last["ending"] else "",
    }


@_signed
async def watch(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """A console says that someone is looking. Silence opens the cuff."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        await _links().send(session_id, Command(Verb.WATCH))
    except bus.BusDownError:
        return JsonResponse({"error": _("The message bus does not answer.")}, status=503)
    return HttpResponse(status=204)


@_signed
async def telemetry(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """Samples as server-sent events. The browser resumes after the last one it saw."""
    after = request.headers.get("Last-Event-ID")
    return StreamingHttpResponse(
        _events(session_id, after if after and after.replace("-", "").isdigit() else None),
        content_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _events(session_id: int, after: str | None) -> AsyncIterator[str]:
    yield "retry: 500\n\n"
    try:
        async for found in bus.follow(session_id, after):
            yield f"id: {found[0]}\nevent: sample\ndata: {found[1]}\n\n" if found else ": nothing\n\n"
    except bus.BusDownError as error:
        yield f"event: gone\ndata: {json.dumps({'words': str(error)})}\n\n"
