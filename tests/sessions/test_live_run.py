"""A session on the real loop: real serial line, real Redis, real database."""

import json
import os
import resource
import time
from itertools import pairwise

import pytest
from django.utils import timezone

from devices.control import journal
from devices.domain.units import Scale
from devices.services import quarantine
from kaatsu_clinic import VERSION
from protocols.domain.plan import Plan, sets_at
from sessions import bus, selectors, services, tasks
from sessions.domain import live, trace
from sessions.domain.commands import Command, Verb
from sessions.domain.orders import Stage
from sessions.models import AdverseEvent, TrainingSession
from tests import make
from tests.at_a_console import FOREVER, at_the_console, ended
from tests.standing_disk import standing_disk
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = Plan(Scale.MMHG, sets_at(60.0, (5, 5), rest_s=2), 90.0, 600.0, 1200.0, lop_mmhg=150.0)


@pytest.fixture
def session(bench) -> TrainingSession:
    """An opened session on the simulated cuff that no station has taken yet."""
    physio = make.physio()
    prescription = make.prescription(make.patient(physio), plan=PLAN.to_json())
    box = make.controller(
        make.clinic_of(physio),
        physio,
        cuff_model=prescription.cuff_model,
        port=bench.port,
        serial_number=bench.serial_number,
    )
    return make.training_session(prescription, box)


@pytest.fixture
def console(session):
    """Someone at the console of the running session."""
    with at_the_console(session) as person:
        yield person


def test_a_session_is_inflated_stopped_vented_and_stored(session, bench, console):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(state="RUNNING", controller="HOLDING")
    assert bench.true_pressure > 40

    console.press(Verb.STOP)
    console.see(state="ENDED", vented=True)

    stored = ended(session)
    assert stored.outcome == "STOPPED"
    assert stored.vent_confirmed is True
    assert stored.summary["peak"] >= 55
    assert bench.true_pressure < 20
    points = selectors.points_of(stored)
    assert points[-1].t_s > 2
    assert all(later.t_s > earlier.t_s for earlier, later in pairwise(points))
    assert {"INFLATE", "STOP", "ENDING", "ENDED"} <= set(stored.events.values_list("kind", flat=True))


def test_every_order_to_the_box_is_stored_with_all_its_stages(session, console):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(controller="HOLDING")
    console.press(Verb.STOP)
    stored = ended(session)
    orders = [event.detail for event in stored.events.filter(kind="ORDER").order_by("happened_at")]
    assert [detail["order"] for detail in orders] == [[60.0], [0.0]]
    assert all(set(detail["stages"]) == set(Stage) - {Stage.REFUSED} for detail in orders)


def test_a_disk_that_is_full_ends_the_session_in_words_with_all_of_its_record(session, bench, console):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(state="RUNNING", controller="HOLDING")
    ordinary = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, ordinary[1]))  # no file may grow any more
    try:
        console.see(state="ENDED", vented=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, ordinary)

    stored = ended(session)
    assert stored.outcome == "FAULT"
    assert "The record of the session can't be written" in stored.ending_reason
    assert stored.vent_confirmed is True
    assert bench.true_pressure < 20
    points = selectors.points_of(stored)
    assert not any(trace.is_gap(*pair) for pair in pairwise(points))
    assert (points[-1].pressure or 0.0) < 20


def test_a_disk_that_stands_still_opens_the_cuff_and_whoever_is_at_the_console_is_told(
    session, bench, console
):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(state="RUNNING", controller="HOLDING")
    with standing_disk():
        console.see(state="ENDED", vented=True)

    stored = ended(session)
    assert stored.outcome == "FAULT"
    assert "the disk does not answer" in stored.ending_reason
    assert stored.vent_confirmed is True
    assert bench.true_pressure < 20
    told = [json.loads(fields["s"])["n"] for _, fields in bus.client().xrange(bus.telemetry_key(session.pk))]
    assert told == [*range(told[0], told[-1] + 1)]


def test_a_disk_that_stands_still_in_the_very_end_keeps_nobody_from_hearing_that_the_cuff_is_open(
    session, console
):
    console.see(state="READY")
    with standing_disk(once_it_holds=b'"k":"end"'):
        console.press(Verb.STOP)
        console.see(state="ENDED", vented=True)
    assert ended(session).outcome == "NOT_STARTED"


def test_the_journal_is_gone_once_all_of_it_is_stored(session, console, settings):
    console.see(state="READY")
    console.press(Verb.STOP)
    ended(session)
    path = journal.path_of(settings.JOURNAL_DIR, session.pk)
    until(lambda: not path.exists(), 5, "the journal is still there")


def test_sets_and_rests_lead_to_a_completed_session(session, console):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(controller="HOLDING")
    console.press(Verb.REPETITION)
    console.press(Verb.NEXT)
    rest = until(
        lambda: console.last if (console.last.get("interval") or {}).get("kind") == "REST" else None,
        5,
        "no rest",
    )
    assert rest["target"] == 60
    until(lambda: (console.last.get("interval") or {}).get("set") == 2, 10, "no second set")
    console.press(Verb.NEXT)
    console.see(state="ENDED")
    assert ended(session).outcome == "COMPLETED"


def test_pain_during_a_set_ends_the_session_with_a_draft_report(session, console):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(state="RUNNING")
    console.press(Verb.ENTER, signal="PAIN", value=9)
    console.see(state="ENDED")
    assert ended(session).outcome == "CRITERION"
    assert until(lambda: AdverseEvent.objects.filter(session=session).count(), 5, "no draft") == 1


def test_a_silent_controller_is_a_fault_and_its_lease_vents(session, bench, console, monkeypatch):
    monkeypatch.setattr(live, "CONFIRM_VENT_WITHIN_S", 2.0)  # else a quarter of a minute of waiting
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(controller="HOLDING")
    bench.control.fault("silent")
    until(lambda: bench.true_pressure < 20, 5, "the lease did not vent")
    stored = ended(session)
    assert stored.outcome == "FAULT"
    assert stored.vent_confirmed is None


def test_a_message_that_comes_twice_runs_once(session):
    TrainingSession.objects.filter(pk=session.pk).update(status="RUNNING")
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version=VERSION)
    session.refresh_from_db()
    assert session.status == "RUNNING"


def test_a_message_that_comes_late_inflates_nothing(session):
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=time.time() - 1, version=VERSION)
    session.refresh_from_db()
    assert session.outcome == "NOT_STARTED"


def test_another_box_on_the_port_is_not_used(session):
    session.controller.serial_number = "OTHER"
    session.controller.save()
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version=VERSION)
    session.refresh_from_db()
    assert session.outcome == "FAULT"
    assert "SIM00001" in session.ending_reason


def test_a_box_whose_firmware_was_changed_is_not_used_before_it_is_examined_again(session, bench):
    bench.control.fault("old_firmware")
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER)
    session.refresh_from_db()
    assert session.outcome == "FAULT"
    assert "firmware 0.9 now" in session.ending_reason
    assert not bench.is_armed


def test_a_worker_of_another_version_does_not_run_a_session(session, bench):
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version="0.0")
    session.refresh_from_db()
    assert session.outcome == "NOT_STARTED"
    assert "version" in session.ending_reason
    assert not bench.is_armed


def test_no_more_pressure_from_a_box_that_is_taken_out_of_use_while_its_session_is_open(session):
    quarantine(controller=session.controller, reason="It smells of smoke.", now=make.NOW)
    terms = {"session": session, "by": session.supervisor, "now": timezone.now()}

    with pytest.raises(services.NotLiveError, match="smells of smoke"):
        services.issue_command(command=Command(Verb.INFLATE), **terms)
    services.issue_command(command=Command(Verb.STOP), **terms)

    assert set(session.events.values_list("kind", flat=True)) == {"STOP"}


def test_a_running_session_ends_when_its_box_is_taken_out_of_use(session, bench, console):
    console.see(state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(state="RUNNING", controller="HOLDING")
    quarantine(controller=session.controller, reason="It smells of smoke.", now=make.NOW)

    tasks.look_after(slug=session.controller.station.slug)

    console.see(state="ENDED", vented=True)
    stored = ended(session)
    assert stored.ending_reason == "The controller was taken out of use: It smells of smoke."
    assert stored.vent_confirmed is True
    assert bench.true_pressure < 20


def test_a_session_on_a_box_in_use_is_left_alone_by_the_sweep(session, bench, console):
    console.see(state="READY", controller="ARMED")
    tasks.look_after(slug=session.controller.station.slug)
    console.press(Verb.INFLATE)
    console.see(state="RUNNING", controller="HOLDING")
    console.press(Verb.STOP)
    assert ended(session).outcome == "STOPPED"


def test_a_box_that_refuses_to_be_armed_is_not_said_to_hold_air(session, bench):
    bench.control.fault("reset")
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version=VERSION)

    session.refresh_from_db()
    assert session.outcome == "FAULT"
    assert "holds a fault from before" in session.ending_reason
    assert session.ending_reason.endswith("Nothing was inflated.")
    assert session.vent_confirmed is True
    assert newest(session)["vented"] is True
    assert session.controller.faults.get(cleared_at=None).reason == session.ending_reason


def test_an_unplugged_cable_is_told_in_words(session):
    session.controller.port = "/dev/serial/by-id/not-there"
    session.controller.save()
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version=VERSION)
    session.refresh_from_db()
    assert session.outcome == "FAULT"
    assert session.ending_reason


def test_a_session_whose_process_died_is_closed_with_its_trace(session, settings):
    TrainingSession.objects.filter(pk=session.pk).update(status="RUNNING")
    kept = journal.Journal(journal.path_of(settings.JOURNAL_DIR, session.pk), lambda entry: None)
    for n in range(100):
        kept.keep(journal.Entry({"k": "s", "t": n * 0.05, "p": 60.0, "g": 60.0, "i": 0}))
    kept.close()
    os.utime(journal.path_of(settings.JOURNAL_DIR, session.pk), (0, 0))  # it died a while ago

    tasks.drain_journals()
    tasks.drain_journals()

    session.refresh_from_db()
    assert (session.status, session.outcome) == ("ENDED", "INTERRUPTED")
    assert session.vent_confirmed is True
    assert len(selectors.points_of(session)) == 100


def test_a_session_in_progress_is_drained_but_not_closed(session, settings):
    TrainingSession.objects.filter(pk=session.pk).update(status="RUNNING")
    kept = journal.Journal(journal.path_of(settings.JOURNAL_DIR, session.pk), lambda entry: None)
    for n in range(700):
        kept.keep(journal.Entry({"k": "s", "t": n * 0.05, "p": 60.0, "g": 60.0, "i": 0}))
    until(
        lambda: len(list(journal.read(journal.path_of(settings.JOURNAL_DIR, session.pk)))) == 700,
        5,
        "not written",
    )

    tasks.drain(session.pk)

    session.refresh_from_db()
    assert session.status == "RUNNING"
    assert len(selectors.points_of(session)) == 600
    kept.close()
    tasks.drain(session.pk)


def test_a_session_that_died_before_its_first_record_frees_its_controller(session, settings):
    settings.STATION = session.controller.station.slug
    TrainingSession.objects.filter(pk=session.pk).update(status="RUNNING", claimed_at=make.NOW)

    tasks.drain_journals()

    session.refresh_from_db()
    assert (session.status, session.outcome) == ("ENDED", "FAULT")
    assert "Nothing was inflated" in session.ending_reason


def test_a_session_taken_a_moment_ago_is_left_to_begin(session, settings):
    settings.STATION = session.controller.station.slug
    TrainingSession.objects.filter(pk=session.pk).update(status="RUNNING", claimed_at=timezone.now())
    tasks.drain_journals()
    session.refresh_from_db()
    assert session.status == "RUNNING"


def newest(session):
    """What a console of the session draws now."""
    with bus.client() as client:
        return json.loads(client.xrevrange(bus.telemetry_key(session.pk), count=1)[0][1]["s"])


def test_a_console_is_told_why_a_session_could_not_begin(session):
    session.controller.port = "/dev/serial/by-id/not-there"
    session.controller.save()
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version=VERSION)
    session.refresh_from_db()
    assert newest(session)["state"] == "ENDED"
    assert newest(session)["ending"] == {"outcome": "FAULT", "words": session.ending_reason}
    assert newest(session)["vented"] is None


def test_a_console_is_told_that_no_station_came(session):
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=time.time() - 1, version=VERSION)
    assert newest(session)["ending"]["outcome"] == "NOT_STARTED"


def test_a_fault_keeps_the_controller_from_the_next_session(session, bench, console):
    console.see(state="READY", controller="ARMED")
    bench.control.fault("reset")
    stored = ended(session)
    assert stored.outcome == "FAULT"
    assert session.controller.standing_fault.reason == stored.ending_reason
    facts = selectors.preflight_facts(session.prescription, session.channel, timezone.now())
    assert stored.ending_reason in " ".join(facts.controller_objections or ())
