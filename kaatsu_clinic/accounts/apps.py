"""Who works and trains here."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, their clinics and roles."""

    name = "kaatsu_clinic.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the system checks."""
        from kaatsu_clinic.accounts import checks  # noqa: F401
