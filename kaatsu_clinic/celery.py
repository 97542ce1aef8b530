"""Celery's application. A live session is a task that is acknowledged early and never run twice (map D5)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaatsu_clinic.settings")

app = Celery("kaatsu_clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
