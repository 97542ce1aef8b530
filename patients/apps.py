"""People: may they train, where do they stand, are they better."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """People: may they train, where do they stand, are they better."""

    name = "patients"
