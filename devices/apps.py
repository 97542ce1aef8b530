"""Cuffs and their controllers; knows no people."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Cuffs and their controllers; knows no people."""

    name = "devices"
