"""Both arms in one session: opened from two prescriptions, driven in one exchange, looked back on side by side."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from devices.models import Channel
from protocols.models import Limb, Side
from sessions import selectors, services
from sessions.domain import record
from sessions.domain.trace import Point
from sessions.models import TrainingSession
from sessions.selectors.sides import other_side
from tests import make

pytestmark = pytest.mark.django_db
FAR = date(2100, 1, 1)


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def left(physio):
    return make.prescription(make.patient(physio), valid_until=FAR)


@pytest.fixture
def right(left):
    occlusion = make.occlusion(left.patient, side=Side.RIGHT, cuff_model=left.cuff_model)
    plan = left.plan | {"ceiling": 80.0}
    return make.prescription(
        left.patient,
        protocol=left.protocol,
        side=Side.RIGHT,
        occlusion=occlusion,
        plan=plan,
        valid_until=FAR,
    )


@pytest.fixture
def box(physio, left):
    """A controller with two channels."""
    box = make.controller(make.clinic_of(physio), physio, cuff_model=left.cuff_model)
    Channel.objects.create(controller=box, number=1, cuff_model=left.cuff_model)
    return box


def opened(left, right, box, **changes) -> TrainingSession:
    first, second = box.channels.order_by("number")
    other = services.OtherSide(right, second, make.FIT)
    terms = {"prescription": left, "channel": first, "supervisor": left.prescribed_by, "facts": make.FIT}
    return services.open_session(**terms | {"now": make.NOW, "other": other} | changes)


def test_a_session_of_both_sides_keeps_what_each_was_prescribed(left, right, box):
    session = opened(left, right, box)
    plan = selectors.plan_of(session)
    assert [(cuff.channel, cuff.label, cuff.ceiling) for cuff in plan.cuffs] == [
        (0, "Left Thigh", 90.0),
        (1, "Right Thigh", 80.0),
    ]
    assert session.limb_words == "Left Thigh + Right Thigh"


def test_an_objection_to_one_side_keeps_both_from_starting(left, right, box):
    second = box.channels.get(number=1)
    other = services.OtherSide(right, second, replace(make.FIT, cuff_matches=False))
    with pytest.raises(services.NotReadyError, match="not the one prescribed"):
        opened(left, right, box, other=other)


def test_arms_never_go_with_legs_nor_one_side_twice_nor_two_boxes(left, right, box, physio):
    arm = make.prescription(left.patient, protocol=left.protocol, side=Side.RIGHT, limb=Limb.ARM)
    with pytest.raises(services.NotReadyError, match="both sides by one protocol"):
        opened(left, arm, box)
    with pytest.raises(services.NotReadyError, match="both sides by one protocol"):
        opened(left, left, box)
    elsewhere = make.controller(make.clinic_of(physio), physio, cuff_model=left.cuff_model)
    other = services.OtherSide(right, elsewhere.channels.get(), make.FIT)
    with pytest.raises(services.NotReadyError, match="two channels of one controller"):
        opened(left, right, box, other=other)


def test_the_other_side_is_offered_where_there_is_one(left, right, box):
    plans, channels = left.patient.prescriptions.all(), Channel.objects.all()
    first, second = box.channels.order_by("number")
    assert other_side(left, first, plans, channels) == (right, second)
    assert other_side(left, first, plans.exclude(pk=right.pk), channels) is None
    assert other_side(left, first, plans, channels.exclude(pk=second.pk)) is None


def test_the_choice_is_on_the_form_only_then(client, physio, left, right, box):
    client.force_login(physio)
    page = reverse("sessions:open", args=[left.patient_id])
    assert b"Both sides together" in client.get(page).content
    box.channels.get(number=1).delete()
    assert b"Both sides together" not in client.get(page).content


@pytest.mark.usefixtures("box")
def test_before_a_session_each_plan_says_its_pressure_and_where_it_comes_from(client, physio, left, right):
    client.force_login(physio)
    shown = client.get(reverse("sessions:open", args=[left.patient_id])).content.decode()
    for one in (left, right):
        assert f"Thigh, {one.side.lower()}, seated: <strong>60 mmHg</strong>, 40 % of LOP 150 (" in shown


def test_both_traces_and_doses_are_kept_and_shown(client, physio, left, right, box):
    session = opened(left, right, box)
    traces = [[Point(n / 20, at, 60.0, 0) for n in range(100)] for at in (60.0, 61.0)]
    end = {
        "at": timezone.now().timestamp(),
        "outcome": "COMPLETED",
        "words": "",
        "vented": True,
        "loop": None,
        "needs_report": False,
        "latches": False,
    }
    services.store_record(session, record.Record(traces, [], {}, end))
    services.store_record(session, record.Record(traces, [], {}, end))

    session.refresh_from_db()
    assert [dose["peak"] for dose in session.cuff_summaries] == [60.0, 61.0]
    assert session.summary["peak"] == 61.0
    assert [len(selectors.points_of(session, cuff)) for cuff in (0, 1)] == [100, 100]
    client.force_login(physio)
    shown = client.get(reverse("sessions:detail", args=[left.patient_id, session.pk])).content.decode()
    assert 'id="pressure-figure-0"' in shown
    assert 'id="pressure-figure-1"' in shown
    assert "Right Thigh" in shown
    assert all(str(channel) in shown for channel in box.channels.all())


def test_a_cuff_that_was_not_seen_empty_is_what_the_next_person_is_told_to_look_at(left, right, box):
    session = opened(left, right, box)
    end = {
        "at": timezone.now().timestamp(),
        "outcome": "STOPPED",
        "words": "Stopped by a person.",
        "vented": False,
        "loop": None,
        "needs_report": False,
        "latches": True,
    }
    services.store_record(session, record.Record([], [], {}, end))

    fault = session.controller.standing_fault
    assert fault is not None
    assert fault.reason == "Stopped by a person. The cuff was not confirmed open."


def test_the_console_shows_a_card_for_each_cuff(client, physio, left, right, box):
    session = opened(left, right, box)
    client.force_login(physio)
    shown = client.get(reverse("sessions:console", args=[left.patient_id, session.pk])).content.decode()
    assert 'data-cuff="1"' in shown
    assert "Right Thigh" in shown
