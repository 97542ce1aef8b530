"""The self-test of a controller: what is asked before it, its result, and the last ones as a part of the controller's page."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from devices.models import Controller
from devices.selectors import channels_of
from kaatsu_clinic.accounts.models import CLINICIANS
from kaatsu_clinic.http import SignedInRequest
from sessions import selectors, services
from sessions.forms import SelfTestForm
from sessions.models import TrainingSession
from sessions.views.console import launched
from sessions.views.history import record_of, session_for, wait_for_the_end
from sessions.views.note import foot_of_the_page

IN_PART = 5


@require_http_methods(["GET", "POST"])
def open_(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """Ask that nobody wears the cuffs, and start if there is no objection."""
    mine = Controller.objects.filter(station__clinic__in=request.user.clinics_as(*CLINICIANS))
    box = get_object_or_404(mine.select_related("station"), pk=controller_id)
    form = SelfTestForm(request.POST if request.method == "POST" else None)
    objections: list[str] = []
    if form.is_valid():
        try:
            return redirect(_opened(request, box, form).address("console"))
        except services.NotReadyError as refusal:
            objections = refusal.objections
    page = {"controller": box, "channels": channels_of(box), "form": form, "objections": objections}
    return render(request, "sessions/open_self_test.html", page)


def _opened(request: SignedInRequest, box: Controller, form: SelfTestForm) -> TrainingSession:
    """Open the self-test, then call its station. Raises NotReadyError."""
    now = timezone.now()
    facts = replace(selectors.self_test_facts(box, now), **form.cleaned_data)
    return launched(services.open_self_test(controller=box, supervisor=request.user, facts=facts, now=now))


@require_GET
def part(request: SignedInRequest, controller_id: int) -> HttpResponse:
    """The last self-tests, as a part of the controller's page."""
    box = get_object_or_404(Controller.objects.visible_to(request.user), pk=controller_id)
    tests = list(selectors.self_tests_of(box)[:IN_PART])
    may_run = request.user.clinics_as(*CLINICIANS).filter(stations=box.station_id).exists()
    page = {"controller": box, "tests": tests, "may_run": may_run}
    return render(request, "sessions/_self_tests.html", page)


@require_GET
def detail(request: SignedInRequest, session_id: int, controller_id: int) -> HttpResponse:
    """One self-test: what it came to, step by step, and what was recorded."""
    session = session_for(request, session_id, controller_id=controller_id)
    if request.htmx:
        return wait_for_the_end(session)
    return render(request, "sessions/self_test.html", record_of(session))


@require_GET
def printed(request: SignedInRequest, session_id: int, controller_id: int) -> HttpResponse:
    """The foot of every printed page: which box, which self-test."""
    session = session_for(request, session_id, controller_id=controller_id)
    box = session.controller
    return foot_of_the_page(request, f"{box.name} · {box.serial_number} · {_('self-test')} {session.pk}")
