"""How soon a cuff is opened when the loop is killed, stands still, or the pressure passes its ceiling."""

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from devices.control.guard import Guard, Limits
from devices.control.priority import ahead_of_others
from devices.domain.units import Scale
from devices.drivers import ControllerError, Readout
from devices.drivers.contract import SLEW_PER_S
from devices.drivers.port import SerialPort
from devices.drivers.reference import ReferenceController
from devices.simulator.control import Control
from kaatsu_clinic import programs
from kaatsu_clinic.supervisor import House, Program
from protocols.domain.plan import Plan, sets_at
from sessions import runner
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live
from tests.bench.figures import spread
from tests.waiting import until

RUNS = 60
TARGET, INFLATED = 60.0, 57.0
CEILING, OUT_OF_REACH, JERK_MMHG = 80.0, 300.0, 150.0
"""A box with protection of its own is told the ceiling; for one without, it is out of reach and the host must see it."""
PLAN = Plan(Scale.MMHG, sets_at(TARGET, (30,), 30.0), CEILING, 600.0, 1200.0, lop_mmhg=150.0)


@contextmanager
def simulated() -> Iterator[tuple[str, Control]]:
    """One arm cuff on a port, in a process of its own as a real box is."""
    folder = Path(tempfile.mkdtemp(prefix="kc-bench-"))
    port, control = folder / "cuff", folder / "control"
    where = ["--link", str(port), "--control", str(control), "--preset", "arm", "--fault", "no_lease"]
    house = House(folder)
    house.start(Program("simulator", "The simulator", programs.python("-m", "devices.simulator", *where)))
    try:
        until(control.exists, 20)
        yield str(port), Control(control)
    finally:
        house.stop(["simulator"])


class _Timed(ReferenceController):
    """The box, and how long after the last reading the first vent under pressure was sent."""

    read_at = 0.0
    vent_ms: float | None = None

    def hold(self, targets: Mapping[int, float], slew_per_s: float = SLEW_PER_S) -> Readout:
        """Hold, and note when the reading came."""
        seen = super().hold(targets, slew_per_s)
        self.read_at = time.monotonic()
        return seen

    def vent(self) -> bool:
        """Vent, and note when."""
        if self.vent_ms is None and self.read_at:
            self.vent_ms = (time.monotonic() - self.read_at) * 1000
        return super().vent()


def _hold(port: str, box_ceiling: float, to: Connection) -> None:
    """A session's loop, as the station's process runs it, without a console or a record."""
    with ahead_of_others(), Guard(port, _Timed.vent_frames, Limits(600.0, 1200.0)) as guard:
        box = _Timed(SerialPort(port, _Timed.baud_rate))
        box.vent()
        until(lambda: _is_empty(box))
        if box.fault():
            box.clear()  # as the person would who looked at it
        box.arm(fence=os.getpid(), ceiling=box_ceiling, max_inflated_s=600)
        _walk(box, guard, to)


def _is_empty(box: ReferenceController) -> bool:
    """The guard of the loop before may still be saying its last word on the same line: then an answer gets lost."""
    with suppress(ControllerError):
        return box.read()[0].pressure < 5
    return False


def _walk(box: _Timed, guard: Guard, to: Connection) -> None:
    orders = iter([[Command(Verb.SOUND_CHECK, signal="HEARD"), Command(Verb.INFLATE, seen_n=0)]])

    def tell(live: Live) -> None:
        to.send((live.pressure, live.ending.words if live.ending else None, box.vent_ms))

    with suppress(BrokenPipeError, ControllerError):
        runner.run(
            PLAN,
            box,
            ticks=runner.Pace(time.sleep).ticks(),
            commands=lambda: [*next(orders, []), Command(Verb.WATCH)],
            tell=tell,
            trouble=lambda live: guard.trouble(is_inflated=live.needs_guarding),
        )


class Loop:
    """That loop in a process forked from this one, as a worker forks its children."""

    def __init__(self, port: str, box_ceiling: float = CEILING) -> None:
        self._ear, mouth = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.get_context("fork").Process(
            target=_hold, args=(port, box_ceiling, mouth), daemon=True
        )
        self.process.start()
        mouth.close()
        until(self._is_inflated, 20, "the cuff is not inflated")

    def _is_inflated(self) -> bool:
        pressure, ending, _ = self._ear.recv()
        assert ending is None, ending
        return pressure is not None and pressure > INFLATED

    def reading_to_vent_ms(self) -> float:
        """The host's part alone: from the arrival of the reading over the ceiling to the order to vent."""
        while True:
            _, ending, vent_ms = self._ear.recv()
            if ending:
                return float(vent_ms)

    def close(self) -> None:
        """End it, whatever state it is in."""
        self.process.kill()
        self.process.join()
        self._ear.close()


def _signal_to_vent_ms(port: str, truth: Control, number: signal.Signals) -> float:
    """From the signal to the first byte of the vent on the line."""
    loop = Loop(port)
    try:
        sent_at = time.monotonic()
        os.kill(loop.process.pid or 0, number)
        return (_vented_at(truth, sent_at) - sent_at) * 1000
    finally:
        loop.close()


def _vented_at(truth: Control, since: float) -> float:
    def asked_at() -> float | None:
        at: float | None = truth.state()["last_vent_request_monotonic"]
        return at if at and at >= since else None

    return until(asked_at, 5, "no vent")


def _jerk_to_vent_ms(port: str, truth: Control, box_ceiling: float) -> tuple[float, float]:
    """From a pressure over the ceiling to an open valve or the order to open it; and the host's part of that."""
    loop = Loop(port, box_ceiling)
    try:
        truth.jerk(JERK_MMHG)
        over_at = _first(truth, lambda seen: seen["pressure"][0] >= CEILING)
        opening_at = _first(truth, lambda seen: _is_opening(seen, over_at))
        return (opening_at - over_at) * 1000, loop.reading_to_vent_ms()
    finally:
        loop.close()


def _first(truth: Control, holds: Callable[[dict[str, Any]], bool]) -> float:
    """The instant in which it was first seen to hold, asked as fast as the simulator answers."""
    give_up_at = time.monotonic() + 5
    while not holds(truth.state()):
        assert time.monotonic() < give_up_at
    return time.monotonic()


def _is_opening(seen: dict[str, Any], since: float) -> bool:
    return any(seen["valve_open"]) or (seen["last_vent_request_monotonic"] or 0.0) >= since


def measure() -> dict[str, Any]:
    """Every figure, from so many loops one after another."""
    with simulated() as (port, truth):
        return {
            "kill9_to_vent_ms": _spread_of(lambda: _signal_to_vent_ms(port, truth, signal.SIGKILL)),
            "hang_to_vent_ms": _spread_of(lambda: _signal_to_vent_ms(port, truth, signal.SIGSTOP)),
            "overpressure_to_vent_ms": _overpressure(port, truth),
        }


def _spread_of(measured: Callable[[], float]) -> dict[str, float]:
    return spread([measured() for _ in range(RUNS)])


def _overpressure(port: str, truth: Control) -> dict[str, Any]:
    """The box's own protection; the host's whole way, a tick of waiting included; and of that from the reading on."""
    own = [_jerk_to_vent_ms(port, truth, CEILING)[0] for _ in range(RUNS)]
    host = [_jerk_to_vent_ms(port, truth, OUT_OF_REACH) for _ in range(RUNS)]
    return {
        "own": spread(own),
        "host": spread([whole for whole, _ in host]),
        **spread([part for _, part in host]),
    }
