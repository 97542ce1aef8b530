"""The way in for the first people of a clinic, and for the clinic itself."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kaatsu_clinic.accounts.models import Clinic, Membership, Role, User


class Command(BaseCommand):
    """Asks for the password, or sets none: then the person asks for one by mail on the sign-in page."""

    help = (
        "Give a person a role in a clinic. Makes the person, and with --clinic-name the clinic, if need be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, where, as what."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="full name")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--clinic", required=True, help="short name of the clinic")
        parser.add_argument("--clinic-name", help="makes the clinic, under this name")
        parser.add_argument(
            "--time-zone", default="UTC", help="of a clinic that is made, such as Europe/Berlin"
        )
        parser.add_argument("--by-mail", action="store_true", help="set no password")

    def handle(self, *args: Any, **options: Any) -> None:
        """All of it or nothing."""
        with transaction.atomic():
            clinic, user = self._clinic(options), self._user(options)
            Membership.objects.get_or_create(user=user, clinic=clinic, role=options["role"])
        self.stdout.write(f"{user} is {Role(options['role']).label} in {clinic}.")

    def _clinic(self, options: dict[str, Any]) -> Clinic:
        if options["clinic_name"]:
            made = {"name": options["clinic_name"], "time_zone": options["time_zone"]}
            return Clinic.objects.get_or_create(slug=options["clinic"], defaults=made)[0]
        try:
            return Clinic.objects.get(slug=options["clinic"])
        except Clinic.DoesNotExist:
            words = f"There is no clinic called {options['clinic']!r}. Add --clinic-name to make it."
            raise CommandError(words) from None

    def _user(self, options: dict[str, Any]) -> User:
        known = User.objects.filter(email=options["email"].lower()).first()
        return known or User.objects.create_user(
            options["email"], self._password(options), full_name=options["name"]
        )

    def _password(self, options: dict[str, Any]) -> str | None:
        if options["by_mail"]:
            return None
        password = getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
