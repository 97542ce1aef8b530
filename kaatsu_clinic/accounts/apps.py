"""Who works and trains here."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, their clinics and roles."""

    name = "kaatsu_clinic.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the system checks, and make tasks go through our Celery in every program."""
        from kaatsu_clinic import celery  # noqa: F401 - importing it makes it the current app
        from kaatsu_clinic.accounts import checks  # noqa: F401 - importing registers them
