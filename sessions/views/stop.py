"""Signed links: STOP, and what a console needs to go on when a sign-in has expired or the database is away.

Each link is signed for one session and the person who was given it. No view here reads the database, asks who is
signed in, or waits for anything but one message to Redis.
"""

import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sessions import bus
from sessions.domain.commands import Command, Verb
from sessions.domain.telemetry import glance

SALT = "live-session"
FRESH_WITHIN_S = 2.0
"""A sample older than this confirms nothing."""


@dataclass(frozen=True)
class Link:
    """What a signed link stands for: a session, and the person to whom it was given."""

    session_id: int
    user_id: int | None = None
    name: str = ""


def links_for(session_id: int, user_id: int | None, name: str = "") -> dict[str, str]:
    """The signed addresses of a session, for one person. The loop has their name from here and from nowhere else."""
    token = signing.dumps([session_id, user_id, name], salt=SALT)
    return {one: reverse(f"sessions:{one}", args=[token]) for one in ("stop", "state", "watch", "telemetry")}


@cache
def _links() -> bus.Links:
    return bus.Links()


View = Callable[[HttpRequest, Link], Coroutine[Any, Any, HttpResponseBase]]


def _signed(view: View) -> Callable[[HttpRequest, str], Coroutine[Any, Any, HttpResponseBase]]:
    """Hand the view what the link stands for; 404 for a link that we did not sign."""

    @csrf_exempt
    @wraps(view)
    async def answer(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            link = Link(*signing.loads(token, salt=SALT))
        except signing.BadSignature:
            return JsonResponse({"error": _("This link is not valid.")}, status=404)
        response = await view(request, link)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


@_signed
async def stop(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Open the cuff. A plain form gets a page, a script gets JSON; only POST stops."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        asked = Command(Verb.STOP, words=_("Stopped by a person.")).said_by(link.user_id, link.name)
        await _links().urge(link.session_id, asked)
    except bus.BusDownError:
        return _told(
            request, "UNKNOWN", _("STOP could not be sent. Pull the quick release on every cuff now."), 503
        )
    return _told(
        request,
        "SENT",
        _("STOP was sent. Look at every cuff: if one does not open at once, pull its quick release."),
        202,
    )


def _told(request: HttpRequest, state: str, words: str, status: int) -> HttpResponse:
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"state": state, "words": words}, status=status)
    page = render_to_string("sessions/stop_told.html", {"words": words})  # without what asks the database
    response = HttpResponse(page, status=status)
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


@_signed
async def state(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Where a STOP stands: acknowledged by the loop, confirmed by a pressure below 20. Unknown is never confirmed."""
    try:
        last = await _links().last_sample(link.session_id)
    except bus.BusDownError:
        words = _("Nothing is known of the cuff: the message bus does not answer.")
        return JsonResponse(
            {"is_live": None, "acknowledged": False, "confirmed": False, "words": words}, status=503
        )
    return JsonResponse(standing(last, time.time()))


def standing(last: dict[str, Any] | None, now: float) -> dict[str, Any]:
    """What the newest sample says of a STOP, and of the session to somebody across the room. `now` in Unix seconds."""
    if last is None:
        words = _("No live data yet.")
        return {
            "is_live": None,
            "acknowledged": False,
            "confirmed": False,
            "pressure": None,
            "age_s": None,
            "glance": None,
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
        "glance": glance(last) if is_known else None,
        "words": last["ending"]["words"] if last["ending"] else "",
    }


@_signed
async def watch(request: HttpRequest, link: Link) -> HttpResponseBase:
    """A console says that someone is looking, and has perhaps laid a hand on it. Silence of the one in control opens the cuff.

    `at` is the id of the console; who is looking is told by the link. Answered with the server's time, by which the console
    tells how old its data are.
    """
    now = time.time()
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        console = str(uuid.UUID(request.GET.get("at", "")))
    except ValueError:
        return JsonResponse(
            {"error": _("This console does not say which it is. Reload the page.")}, status=400
        )
    touched = 1.0 if "touched" in request.GET else None
    asked = Command(Verb.WATCH, value=touched, console=console).said_by(link.user_id, link.name)
    try:
        await _links().urge(link.session_id, asked)
    except bus.BusDownError:
        return JsonResponse({"error": _("The message bus does not answer.")}, status=503)
    return JsonResponse({"now": now})


@_signed
async def telemetry(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Samples as server-sent events. The browser resumes after the last one it saw."""
    after = request.headers.get("Last-Event-ID")
    return StreamingHttpResponse(
        _events(link.session_id, after if after and after.replace("-", "").isdigit() else None),
        content_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _events(session_id: int, after: str | None) -> AsyncIterator[str]:
    yield "retry: 500\n\n"
    with suppress(bus.BusDownError):  # then the line ends, and the browser opens another
        async for batch in bus.follow(session_id, after):
            told = (f"id: {name}\nevent: sample\ndata: {sample}\n\n" for name, sample in batch)
            yield "".join(told) or ": nothing\n\n"
