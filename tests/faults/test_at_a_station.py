"""The faults of the catalogue that need real processes: what a station's program and its guard do when they die, hang or wait."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from devices.control import journal
from devices.domain.units import Scale
from devices.drivers import PortBusyError
from protocols.domain.plan import Plan, sets_at
from sessions import bus, tasks
from sessions.bus import shortcut
from sessions.domain.commands import Command, Verb
from sessions.models import TrainingSession
from tests import make
from tests.at_a_console import FOREVER, Console
from tests.faults.cases import AtAStation, Safe
from tests.faults.catalogue import CASES
from tests.simulated import Bench
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = Plan(Scale.MMHG, sets_at(60.0, (5, 5), rest_s=2), 90.0, 600.0, 1200.0, lop_mmhg=150.0)
STATIONS = [
    pytest.param(n, one, id=one.name) for n, one in enumerate(CASES, 1) if isinstance(one, AtAStation)
]
ROOT = Path(__file__).resolve().parents[2]
OPEN_BELOW = 20
STARTS_WITHIN_S = 60
"""A program with Django on a busy machine."""
AFTERWARDS_S = 2.0
"""A lease is one second: what did not begin again in two has no order left that could begin it."""


def database_url() -> str:
    """Of the tests' database, for another process."""
    terms = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{terms['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**terms)


class Room:
    """A session in a station's process, someone at its console, and what may befall them."""

    def __init__(self, session: TrainingSession, bench: Bench) -> None:
        self.session, self.bench = session, bench
        self.environment = os.environ | {
            "DATABASE_URL": database_url(),
            "KAATSU_STATION": session.controller.station.slug,
        }
        self.process = self.start()
        self.console = Console(session)
        self._lock: transaction.Atomic | None = None

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.station", str(self.session.pk)],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.DEVNULL,
        )

    def reach(self, state: str) -> None:
        """Until the console shows it."""
        self.console.see(STARTS_WITHIN_S, controller="ARMED", state="READY")
        if state == "ARMED":
            return
        self.console.press(Verb.INFLATE)
        if state == "PAUSED":
            self.console.see(controller="HOLDING")
            self.console.press(Verb.PAUSE)
            self.console.see(state="PAUSED", vented=True)
            return
        self.console.see(controller=state)

    @property
    def guard_pid(self) -> int:
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def kill(self) -> None:
        self.process.kill()

    def hang(self) -> None:
        self._stand_still(self.process.pid)

    def suspend(self) -> None:
        self._stand_still(self.process.pid, self.guard_pid)

    def _stand_still(self, *pids: int) -> None:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        until(lambda: self.bench.true_pressure < OPEN_BELOW, what="still inflated")
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    def kill_guard(self) -> None:
        os.kill(self.guard_pid, signal.SIGKILL)

    def deploy(self) -> None:
        self.process.terminate()

    def fail(self) -> None:
        self.process.send_signal(signal.SIGUSR1)

    def fill_the_disk(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stand_the_disk_still(self) -> None:
        self.process.send_signal(signal.SIGALRM)

    def step_the_clock(self) -> None:
        self.process.send_signal(signal.SIGUSR2)

    def start_twin(self) -> None:
        assert self.start().wait(timeout=20) == 0

    def open_port(self) -> None:
        with pytest.raises(PortBusyError):
            self.bench.open()

    def re_enumerate(self) -> None:
        self.bench.control.fault("re_enumerate")

    def swap(self) -> None:
        self.bench.control.swap()

    def stop_around_redis(self) -> None:
        """By a datagram alone. With Redis itself frozen it is tried in the browser, in `tests/journeys`."""
        assert shortcut.send(self.session.pk, Command(Verb.STOP).to_json())

    def lock_database(self) -> None:
        self._lock = transaction.atomic()
        self._lock.__enter__()
        TrainingSession.objects.filter(pk=self.session.pk).update(supervisor=self.session.supervisor)

    def close(self) -> None:
        """Give everything back, and wait until the program is gone."""
        if self._lock:
            self._lock.__exit__(None, None, None)
            self._lock = None
        if self.process.poll() is None:
            self.process.wait(timeout=30)
        self.console.leave()


@pytest.fixture
def bench(start) -> Bench:
    """Two simulated boxes."""
    two: Bench = start("--preset", "arm", boxes=2)
    return two


@pytest.fixture
def session(bench) -> TrainingSession:
    """An opened session on the first of them."""
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
def enter(session, bench, settings) -> Iterator[Callable[[], Room]]:
    """A room for a case, closed whatever happens."""
    settings.STATION = session.controller.station.slug
    rooms: list[Room] = []

    def make_one() -> Room:
        rooms.append(Room(session, bench))
        return rooms[-1]

    yield make_one
    for room in rooms:
        room.process.kill()
        room.close()


@pytest.mark.parametrize(("number", "case"), STATIONS)
def test_a_fault_at_a_station_ends_safely_is_told_and_kept(
    number, case, enter, session, settings, record_property
):
    room = enter()
    room.reach(case.state)
    began = time.monotonic()
    highest = room.bench.true_pressure

    getattr(room, case.act)()
    if case.safe is Safe.HELD:
        room.console.see(state="RUNNING", controller="HOLDING")
        assert room.bench.true_pressure > OPEN_BELOW
        began = time.monotonic()
        room.console.press(Verb.STOP)
    until(lambda: room.bench.true_pressure < OPEN_BELOW, case.bound_s, "the cuff is not open")
    took_s = time.monotonic() - began

    room.close()
    is_left = journal.path_of(settings.JOURNAL_DIR, session.pk).exists()
    assert is_left is (case.outcome == "INTERRUPTED") or case.act in LAST_WORDS_MAY_FIT
    check_stored(session, case)
    check_no_resumption(room, session)
    record_property("measured", (number, (took_s, highest)))


LAST_WORDS_MAY_FIT = {"fill_the_disk": "FAULT"}
"""Whether the last words still fit on a full disk is a matter of bytes: then the record ends by itself."""


def check_stored(session: TrainingSession, case: AtAStation) -> None:
    """What the page of the session says afterwards, and whether the box waits for a person."""
    tasks.drain_journals()
    stored = TrainingSession.objects.get(pk=session.pk)
    outcomes = {case.outcome, LAST_WORDS_MAY_FIT.get(case.act, case.outcome)}
    assert stored.status == "ENDED"
    assert stored.outcome in outcomes, stored.ending_reason
    said_otherwise = case.safe is Safe.HELD or stored.outcome != case.outcome
    assert said_otherwise or stored.ending_reason.endswith(case.alarm)
    assert stored.trace.exists()
    assert case.state == "ARMED" or stored.events.filter(kind="INFLATE").exists()
    assert bool(session.controller.standing_fault) is case.latches


def check_no_resumption(room: Room, session: TrainingSession) -> None:
    """Neither a command, nor the task that comes once more, nor time inflates again."""
    for verb in (Verb.INFLATE, Verb.RESUME):
        bus.send(session.pk, Command(verb, seen_n=10**6))
    tasks.run_live_session(session_id=session.pk, start_by_unix_s=FOREVER)
    over_at = time.monotonic() + AFTERWARDS_S
    while time.monotonic() < over_at:
        assert room.bench.true_pressure < OPEN_BELOW
        time.sleep(0.05)
    assert not room.bench.is_armed
