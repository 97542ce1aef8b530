"""What this clinic rests on: the evidence with what is not proven, and every threshold with its origin."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kaatsu_clinic import thresholds
from kaatsu_clinic.http import SignedInRequest
from kaatsu_clinic.thresholds import Area, Origin
from patients.domain import consent
from patients.domain import evidence as known

RULES = ("patients.domain", "protocols.domain", "sessions.domain", "devices.domain")


@require_safe
def evidence(request: SignedInRequest) -> HttpResponse:
    """The studies, the references of the article as they were checked, and what nobody has shown."""
    return render(
        request,
        "sessions/evidence.html",
        {
            "known": known,
            "parts": [(subject, known.of_subject(subject)) for subject in known.Subject],
            "surveys": consent.SURVEYS,
        },
    )


@require_safe
def rules(request: SignedInRequest) -> HttpResponse:
    """Every threshold that the rules use, read out of the rules themselves; all of them, or of one area or origin."""
    area, origin = request.GET.get("area", ""), request.GET.get("origin", "")
    every = thresholds.collect(RULES)
    rows = [row for row in every if area in ("", row.area) and origin in ("", row.source.origin)]
    return render(
        request,
        "sessions/rules.html",
        {
            "parts": [(one, found) for one in Area if (found := [row for row in rows if row.area is one])],
            "shown": len(rows),
            "total": len(every),
            "choices": {"area": (area, list(Area)), "origin": (origin, list(Origin))},
        },
    )
