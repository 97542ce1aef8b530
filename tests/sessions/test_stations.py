"""Stations are computers of their own: what happens at one is nothing to another, and each has room for all its ports."""

import time

import pytest

from devices.domain.units import Scale
from devices.models import Station
from protocols.domain.plan import Plan, sets_at
from sessions import bus, tasks
from sessions.domain.commands import Verb
from sessions.models import TrainingSession
from tests import make
from tests.at_a_console import FOREVER, Console, ended
from tests.simulated import Apart, Bench
from tests.waiting import until
from tests.workers import station_worker

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = Plan(Scale.MMHG, sets_at(60.0, (5, 5), rest_s=2), 90.0, 600.0, 1200.0, lop_mmhg=150.0)


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def room(physio, tmp_path):
    """Makes one more station with a simulated cuff, and a session that was opened there."""
    benches = []

    def furnish(serial: str) -> tuple[TrainingSession, Bench]:
        (folder := tmp_path / serial).mkdir()
        benches.append(Apart(folder, "--preset", "arm", "--fault", "no_lease", "--serial", serial))
        prescription = make.prescription(make.patient(physio), plan=PLAN.to_json())
        box = make.controller(
            make.clinic_of(physio),
            physio,
            cuff_model=prescription.cuff_model,
            port=benches[-1].port,
            serial_number=serial,
        )
        return make.training_session(prescription, box), benches[-1]

    yield furnish
    for bench in benches:
        bench.close()


def slug_of(session: TrainingSession) -> str:
    return session.controller.station.slug


def inflated(session: TrainingSession) -> Console:
    """Call the session's station, wait for it, and inflate."""
    tasks.launch(session)
    console = Console(session)
    console.see(20, state="READY", controller="ARMED")
    console.press(Verb.INFLATE)
    console.see(state="RUNNING", controller="HOLDING")
    return console


def test_two_stations_run_at_once_and_one_that_is_killed_is_nothing_to_the_other(room, tmp_path):
    (one, cuff), (other, other_cuff) = room("ONE"), room("OTHER")
    with station_worker(slug_of(one), tmp_path) as killed, station_worker(slug_of(other), tmp_path):
        consoles = [inflated(one), inflated(other)]

        killed.kill()
        until(lambda: cuff.true_pressure < 20)
        before = consoles[1].last["n"]
        until(lambda: consoles[1].last["n"] > before + 20)
        assert consoles[1].last["state"] == "RUNNING"
        assert other_cuff.true_pressure > 40, str(consoles[1].last["ending"]) + str(
            consoles[1].last["alarms"]
        )

        until(lambda: bus.station(slug_of(one)) is None, 10)
        with station_worker(slug_of(one), tmp_path):
            until(lambda: _closed(one), 20)
            assert ended(one).outcome == "INTERRUPTED"
            assert ended(one).vent_confirmed is True
            assert cuff.true_pressure < 20
        assert other_cuff.true_pressure > 40, str(consoles[1].last["ending"]) + str(
            consoles[1].last["alarms"]
        )

        consoles[1].press(Verb.STOP)
        assert ended(other).outcome == "STOPPED"
        for console in consoles:
            console.leave()


def _closed(session: TrainingSession) -> bool:
    _looks_after_itself(session.controller.station)
    return TrainingSession.objects.filter(pk=session.pk, status="ENDED").exists()


def _looks_after_itself(station: Station) -> bool:
    """Beat asks every few seconds; here the test does."""
    tasks.look_after.apply_async(kwargs={"slug": station.slug}, queue=station.queue, expires=2)
    time.sleep(0.5)
    return True


def test_a_station_has_a_process_for_each_port_and_grows_with_them(physio, room, tmp_path):
    session, _cuff = room("FIRST")
    station, clinic = session.controller.station, make.clinic_of(physio)
    for _ in range(4):
        make.controller(clinic, physio, station=station)
    with station_worker(station.slug, tmp_path) as worker:
        assert worker.processes == 5 + 2
        make.controller(clinic, physio, station=station)
        until(lambda: _looks_after_itself(station) and worker.processes > 5 + 2, 15)
        _looks_after_itself(station)
        assert worker.processes == 6 + 2


def test_a_station_that_starts_lets_out_what_nobody_holds_and_nobody_uses_the_box_before_it_was_looked_at(
    room, tmp_path
):
    session, cuff = room("LEFT")
    TrainingSession.objects.all().delete()
    cuff.leave_inflated()
    with station_worker(slug_of(session), tmp_path):
        assert cuff.true_pressure < 20
        fault = session.controller.standing_fault
        assert fault
        assert "air in a cuff while no session ran" in fault.reason
        assert "It was vented." in fault.reason


def test_a_station_of_another_version_inflates_nothing_and_says_why(room):
    session, _cuff = room("OLD")
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER, version="0")
    session.refresh_from_db()
    assert session.outcome == "NOT_STARTED"
    assert "another version" in session.ending_reason


def test_a_box_whose_session_is_about_to_begin_is_not_looked_at(room):
    session, cuff = room("SOON")
    cuff.leave_inflated()
    TrainingSession.objects.update(opened_at=make.NOW.replace(year=2100))

    tasks.look_after(slug=slug_of(session))

    assert cuff.true_pressure > 40
