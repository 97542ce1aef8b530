"""The command that lets the first people in."""

import pytest
from django.core.management import CommandError, call_command

from kaatsu_clinic.accounts.models import Clinic, Role, User

pytestmark = pytest.mark.django_db

WHO = {"email": "Ada@example.test", "name": "Ada Marsh", "role": "ADMIN", "clinic": "north", "by_mail": True}


def test_the_first_person_and_the_clinic_are_made_together():
    call_command("add_person", **WHO, clinic_name="Clinic North", time_zone="Europe/Berlin")

    ada = User.objects.get(email="ada@example.test")
    assert not ada.has_usable_password()
    assert [clinic.time_zone for clinic in ada.clinics_as(Role.ADMIN)] == ["Europe/Berlin"]


def test_a_second_role_is_added_to_the_same_person():
    call_command("add_person", **WHO, clinic_name="Clinic North")
    call_command("add_person", **WHO | {"role": "MEDICAL_LEAD"})

    assert User.objects.get().role_names == {"ADMIN", "MEDICAL_LEAD"}


def test_a_clinic_is_not_made_by_a_slip_of_the_pen():
    with pytest.raises(CommandError, match="no clinic called 'north'"):
        call_command("add_person", **WHO)

    assert not Clinic.objects.exists()
    assert not User.objects.exists()


def test_a_weak_password_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(
        "kaatsu_clinic.accounts.management.commands.add_person.getpass", lambda prompt: "1234"
    )

    with pytest.raises(CommandError, match="too short"):
        call_command("add_person", **WHO | {"by_mail": False}, clinic_name="Clinic North")

    assert not User.objects.exists()
