"""The room: every live session of the clinic with what is known of it, and unknown where nothing is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from devices.services import clear_fault, latch_fault
from sessions.domain.commands import Verb
from sessions.models import TrainingSession
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


def test_the_age_of_a_pressure_that_is_not_read_is_told():
    story = Story(SETS).working()
    assert told(story)["glance"]["unread_s"] == 0
    story.unknown = {0}
    assert told(story.go(2.0))["glance"]["unread_s"] == pytest.approx(2.0, abs=0.1)


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


@pytest.mark.django_db
@pytest.mark.parametrize("seen", [False, None])
def test_a_cuff_that_was_not_seen_open_stays_in_sight_until_somebody_has_looked(client, seen):
    physio = make.physio()
    person = make.patient(physio, family_name="Quillfeather")
    box = make.controller(person.clinic, physio)
    session = make.training_session(make.prescription(person), box)
    close(session, outcome="FAULT", vent_confirmed=seen)
    latch_fault(controller=box, reason="The cuff was not confirmed open.", now=timezone.now())
    client.force_login(physio)

    def shown():
        pages = ("sessions:room", "patients:list", "sessions:attention")
        return [client.get(reverse(page)).content.decode() for page in pages]

    room, other, attention = shown()
    assert "not seen open" in room
    assert "data-stop " in room
    assert "data-stop " in other
    assert "Quillfeather" in attention.partition("May still be tight")[2].partition("</section>")[0]

    clear_fault(controller=box, reason="Taken off, empty.", by=physio, now=timezone.now())

    room, other, attention = shown()
    assert "data-stop " not in room + other
    assert "May still be tight" not in attention


@pytest.mark.django_db
def test_a_cuff_that_was_seen_open_leaves_although_its_box_waits_for_somebody(client):
    physio = make.physio()
    person = make.patient(physio)
    box = make.controller(person.clinic, physio)
    close(make.training_session(make.prescription(person), box), outcome="FAULT", vent_confirmed=True)
    latch_fault(controller=box, reason="It pumped on.", now=timezone.now())
    client.force_login(physio)

    assert "data-stop " not in client.get(reverse("sessions:room")).content.decode()


def close(session, **fields):
    TrainingSession.objects.filter(pk=session.pk).update(status="ENDED", ended_at=timezone.now(), **fields)
