"""Celery's application. A live session is a task that is acknowledged early and never run twice (map D5)."""

import os
import signal

from celery import Celery
from celery.signals import worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaatsu_clinic.settings")

app = Celery("kaatsu_clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SHUTDOWN_LIMIT_S = 13
"""A little more than the soft shutdown in which a live session vents (CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT)."""


@worker_shutting_down.connect
def end_at_last(**kwargs: object) -> None:
    """A worker whose broker is gone may wait for it for ever: then the kernel ends it."""
    signal.alarm(SHUTDOWN_LIMIT_S)
