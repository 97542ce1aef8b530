"""Simulated controllers on real pseudo-terminals, in a thread of the test's own process."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.drivers import ReferenceController, open_controller
from devices.simulator.control import Control
from devices.simulator.options import parser, rack

READY_S = 5
REPLY_TIMEOUT_S = 0.4
"""More patience than a clinic has: a test machine is busy, and here a slow answer is not what is tested."""


class Bench:
    """Running simulated boxes: where their ports are, and a hand to poke them."""

    def __init__(self, folder: Path, *flags: str, boxes: int = 1) -> None:
        self.ports = [str(folder / f"cuff{number}") for number in range(boxes)]
        control = folder / "control"
        self._rack = rack(parser().parse_args(["--link", *self.ports, "--control", str(control), *flags]))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._rack.run, args=(self._is_over.is_set,), daemon=True)
        self._thread.start()
        self.control = Control(control)

    @property
    def port(self) -> str:
        return self.ports[0]

    def open(self, expected_serial: str | None = None) -> ReferenceController:
        return open_controller(
            driver="reference",
            port=self.port,
            expected_serial=expected_serial,
            reply_timeout_s=REPLY_TIMEOUT_S,
        )

    def close(self) -> None:
        self.control.close()
        self._is_over.set()
        self._thread.join(READY_S)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Start simulated boxes with the flags of `simulate_controller`."""
    benches: list[Bench] = []

    def start_one(*flags: str, boxes: int = 1) -> Bench:
        benches.append(Bench(tmp_path, *flags, boxes=boxes))
        return benches[-1]

    yield start_one
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    """One simulated box with one arm cuff, which fills fast."""
    return start("--preset", "arm")


@pytest.fixture
def box(bench: Bench) -> Iterator[ReferenceController]:
    """A driver on that box."""
    controller = bench.open()
    yield controller
    controller.close()
