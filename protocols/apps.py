"""Training plans: the catalogue, and what is prescribed to whom."""

from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    """Training plans: the catalogue, and what is prescribed to whom."""

    name = "protocols"
