"""Simulated controllers on real pseudo-terminals, in a thread of the test's own process."""

import subprocess
import sys
import threading
from pathlib import Path

from devices.drivers import Driver, open_controller
from devices.simulator.control import Control
from devices.simulator.options import parser, rack
from tests.waiting import until

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
        """Of the first box, as all below."""
        return self.ports[0]

    @property
    def serial_number(self) -> str:
        """Who it says it is."""
        return str(self.control.state()["serial"])

    @property
    def true_pressure(self) -> float:
        """What is really in its first cuff, sensors aside."""
        return float(self.control.state()["pressure"][0])

    @property
    def is_armed(self) -> bool:
        """Whether it may inflate."""
        return bool(self.control.state()["is_armed"])

    @property
    def vent_requested_at(self) -> float:
        """The monotonic second in which it was last asked to vent."""
        return float(self.control.state()["last_vent_request_monotonic"])

    def open(self, expected_serial: str | None = None, driver: str = "reference") -> Driver:
        """A driver on it."""
        return open_controller(
            driver=driver,
            port=self.port,
            expected_serial=expected_serial,
            reply_timeout_s=REPLY_TIMEOUT_S,
        )

    def leave_inflated(self, pressure: float = 80.0) -> None:
        """Somebody inflates the first cuff and goes away without a word."""
        box = self.open()
        box.arm(fence=1, ceiling=200, max_inflated_s=600)
        until(lambda: box.hold({0: pressure}, slew_per_s=500)[0].pressure > pressure - 5)
        box.close()

    def close(self) -> None:
        """Switch all of it off."""
        self.control.close()
        self._is_over.set()
        self._thread.join(READY_S)


class Apart(Bench):
    """One simulated box in a process of its own, as a real one is: a test that is busy does not make it late."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.ports = [str(folder / "cuff")]
        control = folder / "control"
        where = ["--link", *self.ports, "--control", str(control)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "devices.simulator", *where, *flags], stdout=subprocess.DEVNULL
        )
        until(control.exists, 20, "the simulator does not start")
        self.control = Control(control)

    def close(self) -> None:
        """Switch it off."""
        self.control.close()
        self._process.terminate()
        self._process.wait()
