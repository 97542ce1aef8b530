"""A session on the real loop: real serial line, real Redis, real database."""

import json
import threading
import time
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from devices.control import journal
from devices.domain.units import Scale
from protocols.domain.plan import Plan, sets_at
from sessions import bus, selectors, tasks
from sessions.domain import live
from sessions.domain.commands import Command, Verb
from sessions.models import AdverseEvent, TrainingSession
from tests import make
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

FOREVER = 2**40
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


class Console:
    """What a person's console does: looks at the newest sample, watches, presses."""

    def __init__(self, session: TrainingSession) -> None:
        self.id = session.pk
        self._client = bus.client()
        self._stop_watching = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        while not self._stop_watching.wait(1.0):
            bus.send(self.id, Command(Verb.WATCH))

    @property
    def last(self) -> dict[str, Any]:
        found = self._client.xrevrange(bus.telemetry_key(self.id), count=1)
        return json.loads(found[0][1]["s"]) if found else {}

    def press(self, verb: Verb, **fields) -> None:
        bus.send(self.id, Command(verb, seen_n=self.last.get("n"), **fields))

    def see(self, within_s: float = 15, **wanted) -> dict[str, Any]:
        """The first sample that shows all that is wanted."""
        return until(lambda: self._shows(wanted), within_s, f"{wanted}, last was {self.last}")

    def _shows(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        last = self.last
        return last if last and all(last[name] == value for name, value in wanted.items()) else None

    def leave(self) -> None:
        self._stop_watching.set()
        self._watcher.join()
        self._client.close()


def _run_as_a_worker(session_id: int) -> None:
    tasks.run_live_session(session_id=session_id, start_by_unix_s=FOREVER)
    connections.close_all()


@pytest.fixture
def console(session):
    """Someone at the console of a running session; the task ends before the test does."""
    station = threading.Thread(target=_run_as_a_worker, args=[session.pk])
    station.start()
    person = Console(session)
    yield person
    bus.send(session.pk, Command(Verb.STOP))
    station.join(timeout=30)
    person.leave()
    assert not station.is_alive()


def ended(session) -> TrainingSession:
    """The session as stored once it has ended."""
    return until(
        lambda: TrainingSession.objects.filter(pk=session.pk, status="ENDED").first(),
        20,
        "the session has not ended",
    )


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
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER)
    session.refresh_from_db()
    assert session.status == "RUNNING"


def test_a_message_that_comes_late_inflates_nothing(session):
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=time.time() - 1)
    session.refresh_from_db()
    assert session.outcome == "NOT_STARTED"


def test_another_box_on_the_port_is_not_used(session):
    session.controller.serial_number = "OTHER"
    session.controller.save()
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER)
    session.refresh_from_db()
    assert session.outcome == "FAULT"
    assert "SIM00001" in session.ending_reason


def test_an_unplugged_cable_is_told_in_words(session):
    session.controller.port = "/dev/serial/by-id/not-there"
    session.controller.save()
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER)
    session.refresh_from_db()
    assert session.outcome == "FAULT"
    assert session.ending_reason


def test_a_session_whose_process_died_is_closed_with_its_trace(session, settings):
    TrainingSession.objects.filter(pk=session.pk).update(status="RUNNING")
    kept = journal.Journal(journal.path_of(settings.JOURNAL_DIR, session.pk), lambda entry: None)
    for n in range(100):
        kept.keep(journal.Entry({"k": "s", "t": n * 0.05, "p": 60.0, "g": 60.0, "i": 0}))
    kept.close()

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
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER)
    session.refresh_from_db()
    assert newest(session)["state"] == "ENDED"
    assert newest(session)["ending"] == {"outcome": "FAULT", "words": session.ending_reason}
    assert newest(session)["vented"] is None


def test_a_console_is_told_that_no_station_came(session):
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=time.time() - 1)
    assert newest(session)["ending"]["outcome"] == "NOT_STARTED"
