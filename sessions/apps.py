"""Training itself: before, during, after, at home."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Training itself. The label keeps clear of Django's own `sessions`."""

    name = "sessions"
    label = "training"
