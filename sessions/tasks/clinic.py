"""What beat asks for, on the default worker: stations look after their boxes, and what no station took is closed."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from devices.models import Station
from patients.models import Patient
from sessions import bus, selectors, services
from sessions.models import Notice
from sessions.tasks.journals import LOST_AFTER_S, drain_journals
from sessions.tasks.live import START_WITHIN_S
from sessions.tasks.station import look_after

SWEEP_EXPIRES_S = 4.0
MOST_TRIES = 120
"""Of one mail, an hour long. The notice stays on the page, with what kept the mail from going."""


@shared_task(max_retries=0)
def ask_stations_to_drain() -> None:
    """From beat: every station with a live session brings what it has into the database."""
    for station in Station.objects.filter(
        controllers__training_sessions__status__in=("READY", "RUNNING")
    ).distinct():
        drain_journals.apply_async(queue=station.queue, expires=10)


@shared_task(max_retries=0)
def ask_stations_to_look() -> None:
    """From beat: every station looks for air where there may be none, and closes what it lost."""
    for station in Station.objects.exclude(controllers=None):
        look_after.apply_async(kwargs={"slug": station.slug}, queue=station.queue, expires=SWEEP_EXPIRES_S)


@shared_task(max_retries=0)
def close_lost_sessions() -> None:
    """From beat: close sessions that no station took, and those whose station has fallen silent."""
    now = timezone.now()
    for session in selectors.unclaimed_since(now - timedelta(seconds=START_WITHIN_S + 2)):
        services.close_unstarted(session.pk, "The station did not answer. Nothing was inflated.", now)
    for session in selectors.running_since(now - timedelta(seconds=LOST_AFTER_S)):
        if bus.station(session.controller.station.slug) is None:
            services.close_interrupted(session, [], None, now)


@shared_task(max_retries=0)
def notice_missed_weeks() -> None:
    """From beat: whoever has not trained for two weeks goes back a phase."""
    now = timezone.now()
    for patient in Patient.objects.exclude(phase=Patient.Phase.CLINICAL):
        services.after_missed_weeks(patient, now)


@shared_task(max_retries=0)
def mail_notices() -> None:
    """After a grave event, and again from beat: send what no mail server has taken yet."""
    now = timezone.now()
    unsent = Notice.objects.filter(mailed_at=None, mail_tries__lt=MOST_TRIES)
    for notice in unsent.select_related("to").order_by("made_at"):
        services.mail_notice(notice, now)
