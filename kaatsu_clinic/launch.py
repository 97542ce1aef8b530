"""`make run`: the whole clinic on one computer. Checks, prepares, starts every program, says Ready, and stops all with the cuffs first."""

import argparse
import hashlib
import http.client
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from celery import Celery
from kombu.exceptions import OperationalError

from kaatsu_clinic import programs, redis_server
from kaatsu_clinic.preconditions import CannotStartError, checked_folder, checked_port, locked
from kaatsu_clinic.redis_server import HOST
from kaatsu_clinic.supervisor import GivingUpError, House, Program, Running, adopt_orphans, die_with_parent

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.05
WATCH_EVERY_S = 0.2
PREPARED_BY = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "protocols/**/*.py",
    "sessions/demo*",
    "sessions/demo/**/*.py",
    "static/**/*.*",
    "requirements.txt",
)
LOGINS = (
    ("physio@demo.clinic", "physiotherapist"),
    ("lead@demo.clinic", "medical lead"),
    ("admin@demo.clinic", "admin"),
    ("patient@demo.clinic", "patient"),
    ("carer@demo.clinic", "carer of that patient"),
)


class AskedToStop(Exception):  # noqa: N818 - nothing went wrong
    """Somebody pressed Ctrl-C while it was starting."""


class Signals:
    """Remembers the first request to stop; the second ends everything at once."""

    def __init__(self) -> None:
        self.asked = False
        self.hurry: Callable[[], None] = lambda: None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            self.hurry()
            os._exit(130)
        self.asked = True


def say(words: str, to: TextIO = sys.stdout) -> None:
    """One line, at once, wherever the output goes. A closed terminal must not keep a cuff from being vented."""
    with suppress(OSError):
        to.write(words + "\n")
        to.flush()


class Instance:
    """One running clinic: where it keeps its data, where it listens, who serves it."""

    def __init__(self, port: int, data: Path, signals: Signals) -> None:
        self.port = port
        self.data = data
        self.signals = signals
        self.house = House(data / "log")
        self.url = f"http://{HOST}:{port}"
        signals.hurry = self.house.kill_all
        os.environ.setdefault("KAATSU_DEMO", "1")
        os.environ["KAATSU_DATA"] = str(data)
        os.environ["PYTHONUNBUFFERED"] = "1"
        self.is_demo = os.environ["KAATSU_DEMO"].lower() in {"1", "true", "yes", "on"}
        self.station = os.environ.pop("KAATSU_STATION", "demo-room")

    def start_redis(self) -> None:
        """A private one, unless the environment names another. Raises NoRedisError."""
        if named := os.environ.get("REDIS_URL"):
            redis_server.must_answer(named)
            return
        port = redis_server.free_port()
        program = Program("redis", "The private Redis", redis_server.command(port, self.data / "run"))
        running = self.house.start(program)
        redis_server.wait_until_up(port, is_alive=lambda: running.is_alive)
        os.environ["REDIS_URL"] = redis_server.url(port)

    def prepare(self) -> None:
        """Tables, catalogue and demo people, where this folder has not seen this version of them."""
        stamp, wanted = self.data / "run" / "prepared", fingerprint(self.data)
        if self._has_own_database() and stamp.exists() and stamp.read_text() == wanted:
            return
        say("Preparing the database.")
        work = Running(Program("prepare", "The preparation", programs.python("-m", "kaatsu_clinic.prepare")))
        while work.is_alive:
            if self.signals.asked:
                work.kill()
                raise AskedToStop
            time.sleep(LOOK_EVERY_S)
        if work.process.returncode:
            raise CannotStartError("The database could not be prepared: the lines above say why.")
        stamp.write_text(wanted)

    def _has_own_database(self) -> bool:
        """Of another one, named by the environment, this folder can't know the state."""
        return not os.environ.get("DATABASE_URL") and (self.data / "clinic.sqlite3").exists()

    def start_programs(self) -> None:
        """All at once: none needs another to start. The clock comes last, when somebody can do what it asks for."""
        cuffs = programs.simulators(self.data) if self.is_demo else []
        workers = [programs.station_worker(self.station), programs.default_worker(self.station)]
        for program in [*cuffs, *workers, programs.web(self.port)]:
            self.house.start(program)

    def wait_until_ready(self) -> None:
        """Until the health page is good and both workers answer. Raises CannotStartError where one does not come up."""
        broker = Celery(broker=os.environ["REDIS_URL"], set_as_current=False)
        missing: list[tuple[str, Callable[[], bool]]] = [
            ("web", lambda: is_healthy(self.port)),
            ("station", lambda: answers(broker, f"station@{self.station}")),
            ("worker", lambda: answers(broker, f"clinic@{self.station}")),
        ]
        deadline = time.monotonic() + READY_WITHIN_S
        while missing and time.monotonic() < deadline:
            self._nobody_died()
            if missing[0][1]():
                missing.pop(0)
            else:
                time.sleep(LOOK_EVERY_S)
        broker.close()
        if missing:
            running = self.house.running[missing[0][0]]
            raise CannotStartError(
                f"{running.program.words} is not ready after {READY_WITHIN_S:.0f} s. Its last words are in {running.log_path}."
            )

    def start_clock(self) -> None:
        """Beat, and the list of who is who."""
        self.house.start(programs.beat())
        self._write_pids()

    def _nobody_died(self) -> None:
        if self.signals.asked:
            raise AskedToStop
        for running in self.house.dead():
            raise CannotStartError(
                f"{running.program.words} did not start. Its last words are in {running.log_path}."
            )

    def watch(self) -> None:
        """Start again what dies, until somebody asks to stop."""
        while not self.signals.asked:
            for running in self.house.dead():
                say(
                    f"{running.program.words} stopped ({how(running.process.returncode)}) and is started again. Nothing inflates by itself."
                )
                running.revive()
                self._write_pids()
            list(self.house.orphans())  # reaps those that ended
            time.sleep(WATCH_EVERY_S)

    def _write_pids(self) -> None:
        pids = {"launch": os.getpid()} | self.house.pids()
        draft = self.data / "run" / "pids.draft"
        draft.write_text(json.dumps(pids, indent=1))
        draft.replace(self.data / "run" / "pids.json")

    def stop(self) -> None:
        """The station worker first, as it vents its cuffs; then what it needed for that."""
        if "station" in self.house.running:
            say("Stopping: cuffs are vented first.")
        for names in programs.STOP_ORDER:
            self.house.stop(names)
        self.house.kill_orphans()
        (self.data / "run" / "pids.json").unlink(missing_ok=True)


def is_healthy(port: int) -> bool:
    """Whether the health page says so."""
    line = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def answers(broker: Celery, worker: str) -> bool:
    """Whether a worker takes orders."""
    try:
        return bool(broker.control.ping(destination=[worker], timeout=0.25, limit=1))
    except OperationalError:
        return False


def how(returncode: int) -> str:
    """The end of a process in words."""
    return f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"


def fingerprint(data: Path) -> str:
    """What the preparation depends on: the folder (a moved one has other ports), migrations, catalogue, demo people, static files, packages."""
    digest = hashlib.sha256(f"{os.environ['KAATSU_DEMO']} {data}".encode())
    for path in sorted({path for pattern in PREPARED_BY for path in ROOT.glob(pattern) if path.is_file()}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m kaatsu_clinic.launch", description=__doc__)
    parser.add_argument("--port", default="8000")
    parser.add_argument("--data", default="var")
    parser.add_argument("--with-parent", action="store_true", help="stop when the starting process is gone")
    return parser.parse_args()


def serve(instance: Instance) -> None:
    """From nothing to Ready, and on until somebody asks to stop."""
    instance.start_redis()
    instance.prepare()
    instance.start_programs()
    instance.wait_until_ready()
    instance.start_clock()
    say(f"Ready: {instance.url}")
    if instance.is_demo:
        say("Sign in with the password kaatsu-demo as")
        for email, role in LOGINS:
            say(f"  {email:<22}{role}")
    say(f"Data and logs are in {instance.data}. Ctrl-C stops all, cuffs first.")
    instance.watch()


def run(options: argparse.Namespace, signals: Signals) -> int:
    """Serve, then stop in order, whatever ended it. The exit code."""
    os.chdir(ROOT)
    data = checked_folder(options.data)
    with locked(data):
        instance = Instance(checked_port(options.port), data, signals)
        try:
            serve(instance)
        except AskedToStop:
            pass
        except (redis_server.NoRedisError, GivingUpError) as error:
            raise CannotStartError(str(error)) from None
        finally:
            instance.stop()
    return 0


def main() -> int:
    """Run, or say in one sentence why not."""
    options, signals = arguments(), Signals()
    if options.with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    adopt_orphans()
    try:
        return run(options, signals)
    except CannotStartError as error:
        say(str(error), to=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
