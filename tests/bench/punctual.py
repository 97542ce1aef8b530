"""How punctual the loop is without the rest of the clinic: several sessions' loops at once, beside what the bare machine takes."""

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from devices.control.guard import Guard, Limits
from devices.control.journal import Entry, Journal
from devices.control.priority import ahead_of_others
from devices.domain.units import Scale
from devices.drivers import Driver, open_controller
from devices.drivers.errors import ControllerError
from devices.drivers.reference import ReferenceController
from kaatsu_clinic import programs
from kaatsu_clinic.supervisor import House, Program
from protocols.domain.plan import Plan, sets_at
from sessions import runner
from sessions.domain import record, telemetry
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live
from tests.bench.figures import spread
from tests.waiting import until

SECONDS = 12.0
SESSIONS, FAST_SESSIONS = (1, 4, 8), (1, 4)
RATES = {"20hz": 0.05, "50hz": 0.02}
PLAN = Plan(Scale.MMHG, sets_at(60.0, (30,), 30.0), 150.0, 3600.0, 3600.0, lop_mmhg=150.0)
Work = Callable[[str, Path, runner.Pace], None]


def _session(port: str, folder: Path, pace: runner.Pace) -> None:
    """Guard, box, record and every rule, as the station's process runs them; no bus and no browser."""
    with Guard(port, ReferenceController.vent_frames, Limits(3600.0, 3600.0)) as guard:
        box = _opened(port)
        kept = Journal(folder / f"{os.getpid()}.journal", lambda entry: None)
        box.vent()
        box.arm(fence=1, ceiling=150.0, max_inflated_s=3600)
        orders = iter([[Command(Verb.SOUND_CHECK, signal="HEARD"), Command(Verb.INFLATE, seen_n=0)]])

        def tell(live: Live) -> None:
            telemetry.line(live, time.time())
            kept.keep(Entry(record.sample_record(live)))

        runner.run(
            PLAN,
            box,
            ticks=_for_a_while(pace),
            commands=lambda: [*next(orders, []), Command(Verb.WATCH)],
            tell=tell,
            trouble=lambda live: guard.trouble(is_inflated=live.needs_guarding) or kept.trouble,
            period_s=pace.period_s,
        )
        kept.close()
        box.close()


def _exchange(port: str, folder: Path, pace: runner.Pace) -> None:
    """One question and its answer a tick, and nothing else."""
    box = _opened(port)
    for _ in _for_a_while(pace):
        with suppress(ControllerError):
            box.read()
    box.close()


def _timer(port: str, folder: Path, pace: runner.Pace) -> None:
    """Nothing at all, punctually."""
    for _ in _for_a_while(pace):
        pass


WORKS: dict[str, Work] = {"ours": _session, "exchange": _exchange, "timer": _timer}


def _opened(port: str) -> Driver:
    """With patience: all are opened at once, and the boxes share one process."""
    return open_controller(driver="reference", port=port, expected_serial=None, reply_timeout_s=1.0)


def _for_a_while(pace: runner.Pace) -> Iterator[float]:
    began = time.monotonic()
    for now in pace.ticks():
        if now - began > SECONDS:
            return
        yield now


@contextmanager
def _boxes(count: int) -> Iterator[tuple[list[str], Path]]:
    """So many boxes in one process, before every other as real ones are."""
    with tempfile.TemporaryDirectory(prefix="kc-bench-") as name:
        folder, house = Path(name), House(Path(name))
        ports, control = [str(folder / f"cuff{n}") for n in range(count)], folder / "control"
        where = ["--link", *ports, "--control", str(control), "--preset", "arm"]
        house.start(Program("simulator", "The simulator", programs.python("-m", "devices.simulator", *where)))
        try:
            until(control.exists, 20)
            yield ports, folder
        finally:
            house.stop(["simulator"])


@contextmanager
def one_busy_core(is_wanted: bool = True) -> Iterator[None]:
    """Another program that computes and never rests."""
    busy = multiprocessing.get_context("fork").Process(target=_compute, daemon=True)
    if is_wanted:
        busy.start()
    try:
        yield
    finally:
        if is_wanted:
            busy.kill()
            busy.join()


def _compute() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        sum(range(10_000))


def _measured(work: Work, ports: Sequence[str], folder: Path, period_s: float) -> dict[str, float]:
    """All ports at once, a process each: lateness over all ticks, and how many were missed."""
    context = multiprocessing.get_context("fork")
    ends = [context.Pipe(duplex=False) for _ in ports]
    children = [
        context.Process(target=_child, args=(work, port, folder, period_s, mouth), daemon=True)
        for port, (_, mouth) in zip(ports, ends, strict=True)
    ]
    for child, (_, mouth) in zip(children, ends, strict=True):
        child.start()
        mouth.close()  # else a child that died would be waited for
    told = [ear.recv() for ear, _ in ends]
    for child in children:
        child.join()
    return {**spread([ms for late, _ in told for ms in late]), "missed": float(sum(gone for _, gone in told))}


def _child(work: Work, port: str, folder: Path, period_s: float, mouth: Any) -> None:
    pace = runner.Pace(time.sleep, period_s)
    with ahead_of_others():
        work(port, folder, pace)
    mouth.send((pace.lateness_ms, pace.missed))


def measure() -> dict[str, Any]:
    """Ours, a bare exchange and a bare timer, by rate and number of sessions, on idle cores and with one busy."""
    return {
        rate: {
            str(count): {
                load: _side_by_side(count, period_s, is_busy=load == "busy") for load in ("idle", "busy")
            }
            for count in (SESSIONS if rate == "20hz" else FAST_SESSIONS)
        }
        for rate, period_s in RATES.items()
    }


def _side_by_side(count: int, period_s: float, *, is_busy: bool) -> dict[str, dict[str, float]]:
    with _boxes(count) as (ports, folder), one_busy_core(is_busy):
        return {name: _measured(work, ports, folder, period_s) for name, work in WORKS.items()}
