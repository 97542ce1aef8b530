"""The wiring of the clinic: settings, urls, the ways in. Names the apps in strings only."""

from kaatsu_clinic.celery import app as celery_app

__all__ = ["celery_app"]
