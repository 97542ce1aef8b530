"""The STOP bar of every page: of the sessions in which somebody has a hand, or that ran on in this browser when the sign-in ended."""

import json
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kaatsu_clinic.accounts.models import CLINICIANS
from kaatsu_clinic.http import SignedInRequest
from sessions.models import SessionEvent, TrainingSession
from sessions.views.stop import SALT, links_for

COOKIE = "live-sessions"
NOBODY = "[null, []]"
REMEMBERED = 4
"""Sessions that one browser may have shown at once."""
REMEMBERED_S = 12 * 3600
"""A working day; no session lasts so long."""


def live_links(request: HttpRequest) -> dict[str, Any]:
    """For every page: what a STOP needs to be drawn, for each session whose cuff may be inflated.

    Of those that this person opened, or commanded, as by taking over.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"live_links": _left_behind(request)}
    if not user.role_names & set(CLINICIANS):
        return {"live_links": []}
    commanded = Exists(SessionEvent.objects.filter(session=OuterRef("pk"), by=user))
    live = TrainingSession.objects.visible_to(user).maybe_inflated().filter(Q(supervisor=user) | commanded)
    return {
        "live_links": [
            _link(one, one.shown_as, user.pk, str(user))
            for one in live.select_related("patient", "controller").order_by("opened_at")
        ]
    }


@require_GET
def mine(request: SignedInRequest) -> HttpResponse:
    """The STOPs alone, as they are now: a page asks for them again every few seconds."""
    return render(request, "sessions/_stop_links.html")


def remember(request: SignedInRequest, response: HttpResponse, session_id: int) -> None:
    """Keep in this browser which session it shows, so that its STOP is there when the sign-in is not. It names nobody."""
    user_id, ids = _remembered(request)
    kept = [*ids[1 - REMEMBERED :], session_id] if user_id == request.user.pk else [session_id]
    response.set_signed_cookie(
        COOKIE,
        json.dumps([request.user.pk, kept]),
        salt=SALT,
        max_age=REMEMBERED_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _remembered(request: HttpRequest) -> tuple[int | None, list[int]]:
    """Who looked at which sessions here."""
    told = request.get_signed_cookie(COOKIE, NOBODY, salt=SALT, max_age=REMEMBERED_S)
    user_id, ids = json.loads(told or NOBODY)
    return user_id, ids


def _left_behind(request: HttpRequest) -> list[dict[str, Any]]:
    """The STOP of sessions that were shown in this browser and run on though nobody is signed in any more."""
    user_id, ids = _remembered(request)
    live = TrainingSession.objects.filter(pk__in=ids).maybe_inflated() if ids else ()
    return [_link(one, _("the session that runs on"), user_id) for one in live]


def _link(session: TrainingSession, who: str, user_id: int | None, name: str = "") -> dict[str, Any]:
    links = links_for(session.pk, user_id, name)
    return {"session_id": session.pk, "patient": who, "unit": session.get_scale_display(), **links}
