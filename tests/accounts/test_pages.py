"""Signing in, where each role lands, and the pages for what goes wrong."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from kaatsu_clinic.accounts.models import Role
from tests import make

pytestmark = pytest.mark.django_db
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
OPEN_PAGES = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
]
OWN_PAGES = ["account_logout", "account_email", "account_change_password", "account_reauthenticate"]


def is_ours(answer):
    page = answer.content.decode()
    return "css/base.css" in page and not INLINE.search(page)


@pytest.mark.parametrize(
    ("role", "landing"),
    [
        (Role.MEDICAL_LEAD, "patients:awaiting"),
        (Role.PHYSIOTHERAPIST, "patients:list"),
        (Role.ADMIN, "sessions:dashboard"),
    ],
)
def test_each_role_lands_on_its_own_work(client, role, landing):
    client.force_login(make.person(role))

    assert client.get(reverse("home")).url == reverse(landing)


def test_a_lead_who_also_treats_lands_on_the_signatures(client):
    both = make.physio()
    both.memberships.create(clinic=make.clinic_of(both), role=Role.MEDICAL_LEAD)
    client.force_login(both)

    assert client.get(reverse("home")).url == reverse("patients:awaiting")


def test_a_patient_lands_on_their_plan(client):
    patient = make.patient(make.physio())
    client.force_login(make.trainee(patient))

    assert client.get(reverse("home")).url == reverse("sessions:home_plan", args=[patient.pk])


def test_a_carer_of_two_chooses(client):
    physio = make.physio()
    carer = make.person(Role.CARER, make.clinic_of(physio))
    patients = [make.patient(physio), make.patient(physio)]
    for patient in patients:
        patient.carers.create(carer=carer, since=make.TODAY)
    client.force_login(carer)

    page = client.get(reverse("home")).content.decode()

    assert all(reverse("sessions:home_plan", args=[patient.pk]) in page for patient in patients)


def test_an_account_without_a_record_is_told_to_ask_the_clinic(client):
    client.force_login(make.person(Role.PATIENT))

    assert "not linked to a patient record" in client.get(reverse("home")).content.decode()


def test_someone_without_any_role_is_told_so_and_can_leave(client):
    nobody = make.physio()
    nobody.memberships.all().delete()
    client.force_login(nobody)

    answer = client.get(reverse("home"))

    assert answer.status_code == 403
    assert reverse("account_logout") in answer.content.decode()


def test_signing_in_with_mail_and_password(client):
    user = make.physio()

    wrong = client.post(reverse("account_login"), {"login": user.email, "password": "not this one"})
    right = client.post(reverse("account_login"), {"login": user.email, "password": "a long password"})

    assert "alert" in wrong.content.decode()
    assert user.email in wrong.content.decode()
    assert right.url == reverse("home")


def test_the_login_page_lists_the_demo_people_in_demo_mode_only(client, monkeypatch):
    assert "lead@demo.clinic" in client.get(reverse("account_login")).content.decode()

    monkeypatch.setattr(settings, "DEMO", False)
    assert "demo.clinic" not in client.get(reverse("account_login")).content.decode()


def test_nobody_signs_themselves_up(client):
    answer = client.post(
        reverse("account_signup"), {"email": "x@example.test", "password1": "a long password"}
    )

    assert "Nobody can register themselves" in answer.content.decode()


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_pages_before_signing_in_are_ours_and_hold_nothing_inline(client, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert is_ours(answer)


def test_a_stale_link_to_confirm_an_address_says_so(client):
    answer = client.get(reverse("account_confirm_email", args=["stale"]))

    assert is_ours(answer)
    assert "has been used or is too old" in answer.content.decode()


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_of_ones_own_account_are_ours_and_hold_nothing_inline(client, name):
    client.force_login(make.physio())

    assert is_ours(client.get(reverse(name)))


def test_a_new_password_by_mail(client, mailoutbox):
    user = make.physio()
    client.post(reverse("account_reset_password"), {"email": user.email})
    path = re.search(r"https?://[^/]+(/\S+)", mailoutbox[0].body)[1]

    form = client.get(path, follow=True)
    assert is_ours(form)
    new = {"password1": "something longer", "password2": "something longer"}
    client.post(form.request["PATH_INFO"], new)
    used = client.get(path, follow=True)

    user.refresh_from_db()
    assert user.check_password("something longer")
    assert "has been used or is too old" in used.content.decode()


def test_what_is_not_there_is_said_with_a_way_back(client):
    client.force_login(make.physio())

    answer = client.get(reverse("patients:detail", args=[987_654]))

    assert answer.status_code == 404
    assert is_ours(answer)
    assert reverse("home") in answer.content.decode()


def test_a_closed_door_says_so(client):
    client.force_login(make.admin())

    answer = client.get(reverse("patients:list"))

    assert answer.status_code == 403
    assert "Your role does not open this page." in answer.content.decode()


def test_a_form_from_an_old_tab_is_explained():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.physio())

    answer = client.post(reverse("patients:register"), {})

    assert answer.status_code == 403
    assert "send it once more" in answer.content.decode()


def test_the_page_for_our_own_failure_needs_nothing():
    page = render_to_string("500.html")

    assert "Something went wrong on our side" in page
    assert not INLINE.search(page)
