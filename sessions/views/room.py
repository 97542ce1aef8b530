"""The room: every live session of the clinic on one page, for the person in charge."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kaatsu_clinic.http import SignedInRequest
from sessions import selectors
from sessions.models import TrainingSession
from sessions.views.stop import links_for


@require_GET
def room(request: SignedInRequest) -> HttpResponse:
    """The whole page. Its scripts ask for the cards again every few seconds."""
    return render(request, "sessions/room.html", {"cards": _cards(request), "now": timezone.now()})


@require_GET
def cards(request: SignedInRequest) -> HttpResponse:
    """The cards alone: what is live now."""
    return render(request, "sessions/_room_cards.html", {"cards": _cards(request)})


def _cards(request: SignedInRequest) -> list[dict[str, Any]]:
    """Each session whose cuff may be inflated, with its plan, mode and signed links, the longest open first: a card keeps its place."""
    live = TrainingSession.objects.visible_to(request.user).maybe_inflated()
    sessions = live.select_related(
        "patient",
        "controller__station",
        "channel",
        "prescription",
        "other_prescription",
        "occlusion_search",
        "supervisor",
    )
    return [
        {
            "session": one,
            "plan": selectors.plan_of(one),
            "mode": selectors.mode_of_session(one),
            "link": links_for(one.pk, request.user.pk, str(request.user)),
        }
        for one in sessions.order_by("opened_at", "pk")
    ]
