"""The room: every live session of the clinic with what is known of it, and unknown where nothing is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.domain.commands import Verb
from sessions.views.stop import standing
from tests import make
from tests.gallery import FOUR, SETS, Story

NOW = 1_000_000.0


def told(story: Story, age_s: float = 0.1):
    return standing(story.samples[-1] | {"at": NOW - age_s}, NOW)


def test_each_cuff_is_told_with_the_place_in_the_plan():
    seen = told(Story(FOUR).working())["glance"]
    assert [round(cuff["target"]) for cuff in seen["cuffs"]] == [72, 76, 88, 84]
    assert (seen["state"], seen["controller"], seen["interval"]["set"]) == ("RUNNING", "HOLDING", 1)


def test_a_cuff_that_is_not_known_is_told_as_not_known():
    story = Story(FOUR).working()
    story.unknown = {2}
    assert [cuff["pressure"] is None for cuff in told(story.go(0.1))["glance"]["cuffs"]] == [
        False,
        False,
        True,
        False,
    ]


def test_the_gravest_alarm_that_still_holds_is_told():
    story = Story(SETS).working()
    story.unknown = {0}
    assert told(story.go(0.1))["glance"]["alarm"]["level"] == "LOW"
    seen = told(story.go(0.2))["glance"]
    assert (seen["alarm"]["level"], seen["alarms"]) == ("MEDIUM", 2)


def test_an_alarm_that_is_over_is_told_no_more():
    story = Story(SETS).working()
    story.unknown = {0}
    story.go(0.1)
    story.unknown = set()
    assert told(story.go(0.5))["glance"]["alarm"] is None


def test_an_old_sample_tells_nothing_of_a_running_session():
    assert told(Story(SETS).working(), age_s=3)["glance"] is None
    assert standing(None, NOW)["glance"] is None


@pytest.mark.django_db
def test_the_cards_are_of_this_clinic_alone_and_each_has_its_stop(client):
    mine, other = make.physio(), make.physio()
    for physio in (mine, other):
        person = make.patient(physio, family_name=f"Of{physio.pk}")
        make.training_session(make.prescription(person), make.controller(person.clinic, physio))
    client.force_login(mine)
    page = client.get("/room/cards/").content.decode()
    assert (page.count("room-session"), page.count("data-stop ")) == (1, 1)
    assert f"Of{mine.pk}" in page
    assert f"Of{other.pk}" not in page
    assert "unknown" in page


@pytest.mark.django_db
def test_whoever_took_over_has_its_stop_on_every_page_and_whoever_only_looked_has_none(client):
    opener = make.physio()
    second, third = (make.physio(make.clinic_of(opener)) for _ in range(2))
    person = make.patient(opener, family_name="Quillfeather")
    session = make.training_session(make.prescription(person), make.controller(person.clinic, opener))
    session.events.create(kind=Verb.TAKE, happened_at=timezone.now(), by=second)

    stops = {}
    for one in (opener, second, third):
        client.force_login(one)
        stops[one] = client.get(reverse("patients:list")).content.decode().count("data-stop ")

    assert list(stops.values()) == [1, 1, 0]


@pytest.mark.django_db
def test_after_signing_out_the_sign_in_has_the_stop_of_what_this_browser_showed_and_no_name(client):
    physio = make.physio()
    person = make.patient(physio, family_name="Quillfeather")
    session = make.training_session(make.prescription(person), make.controller(person.clinic, physio))
    client.force_login(physio)
    client.get(reverse("sessions:console", args=[person.pk, session.pk]))
    client.post(reverse("account_logout"))

    shown = client.get(reverse("account_login")).content.decode()
    elsewhere = type(client)().get(reverse("account_login")).content.decode()

    assert "the session that runs on" in shown
    assert "Quillfeather" not in shown
    assert "data-stop" not in elsewhere
