"""The log of alarms: what consoles tell afterwards comes into it once, and nobody changes what stands there."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.models import KeptError, SessionEvent
from tests import make

pytestmark = pytest.mark.django_db
NOW_MS = 1_700_000_000_000.0


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def session(physio):
    prescription = make.prescription(make.patient(physio))
    box = make.controller(prescription.patient.clinic, physio)
    opened = timezone.now() - timedelta(minutes=10)
    return make.training_session(
        prescription, box, status="RUNNING", opened_at=opened, claimed_at=opened + timedelta(seconds=2)
    )


@pytest.fixture
def browser(client, physio):
    client.force_login(physio)
    return client


def url(session):
    return reverse("sessions:alarm_log", args=[session.patient_id, session.pk])


def tell(browser, session, **said):
    """A console says that it had no live data for seven seconds, a minute ago, whatever its own clock is."""
    line = {
        "key": str(uuid.uuid4()),
        "what": "OVER",
        "code": "HERE_STALE",
        "from": NOW_MS - 67_000,
        "to": NOW_MS - 60_000,
        "sent": NOW_MS,
        "console": str(uuid.uuid4()),
    }
    return browser.post(url(session), line | said, content_type="application/json")


@pytest.mark.parametrize("code", ["CHEST_END", "BLOCKED_1", "VENT_NOT_CONFIRMED"])
def test_whatever_the_loop_can_raise_is_acknowledged_after_its_end(browser, session, code):
    assert tell(browser, session, what="SEEN", code=code).status_code == 201


def test_what_only_a_console_saw_is_in_the_log_with_when_and_for_how_long(browser, session, physio):
    assert tell(browser, session).status_code == 201

    event = session.events.get(kind="ALARM_SEEN")
    assert event.detail["words"] == f"No live data for 7 s on {physio}'s console."
    assert abs((timezone.now() - event.happened_at).total_seconds() - 67) < 5
    assert event.by == physio
    page = browser.get(url(session)).content.decode()
    assert "No live data for 7 s" in page
    assert "***" in page


def test_told_twice_it_is_kept_once(browser, session):
    key = str(uuid.uuid4())
    assert [tell(browser, session, key=key).status_code for _ in range(2)] == [201, 201]
    assert session.events.filter(kind="ALARM_SEEN").count() == 1


def test_it_is_kept_after_the_session_has_ended(browser, session):
    session.status = "ENDED"
    session.save()
    assert tell(browser, session).status_code == 201
    assert "No live data" in browser.get(url(session)).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "NO_SUCH"},
        {"from": NOW_MS + 1},
        {"to": NOW_MS + 1},
        {"from": "never"},
        {"from": float("nan")},
        {"key": "1"},
        {"what": "WON"},
        {"words": "x" * 2_000},
    ],
)
def test_what_can_not_be_is_refused_in_words(browser, session, wrong):
    answer = tell(browser, session, **wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not session.events.exists()


def test_the_log_of_another_clinic_is_not_there(client, session):
    client.force_login(make.physio())
    assert client.get(url(session)).status_code == 404
    assert tell(client, session).status_code == 404


def test_an_entry_is_never_changed_and_never_deleted(browser, session):
    tell(browser, session)
    event = SessionEvent.objects.get()

    event.detail = event.detail | {"words": "Nothing happened."}
    with pytest.raises(KeptError):
        event.save()
    event.refresh_from_db()
    event.happened_at = timezone.now()
    with pytest.raises(KeptError):
        event.save(update_fields=["happened_at"])
    for attempt in (event.delete, SessionEvent.objects.all().delete, session.events.all().delete):
        with pytest.raises(KeptError):
            attempt()
    with pytest.raises(KeptError):
        SessionEvent.objects.update(kind="NOTHING")
    event.refresh_from_db()
    assert event.detail["words"].startswith("No live data for 7 s")


def test_what_became_of_a_command_is_added(session):
    event = session.events.create(kind="PAUSE", detail={"signal": ""}, happened_at=timezone.now())
    event.detail |= {"t_s": 3.0, "words": ""}
    event.save()
    event.refresh_from_db()
    assert event.detail == {"signal": "", "t_s": 3.0, "words": ""}


def test_a_console_says_where_the_primary_alarm_is_and_from_when_on_it_warns(browser, session):
    page = browser.get(reverse("sessions:console", args=[session.patient_id, session.pk])).content.decode()
    assert "No certified alarm. Primary alarm: you, beside the person" in page
    assert "The controller has no sound of its own" in page
    assert "Longest inflation" in page


def test_an_order_that_the_record_has_not_answered_carries_the_key_by_which_the_console_knows_it(
    browser, session
):
    event = SessionEvent.objects.create(session=session, kind="ACKNOWLEDGE", happened_at=timezone.now())
    shown = f'<td data-order-key="{event.key}">sent</td>'
    assert shown in browser.get(url(session)).content.decode()

    session.status = "ENDED"
    session.save()
    assert "data-order-key" not in browser.get(url(session)).content.decode()
