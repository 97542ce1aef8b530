"""Simulated controllers on real pseudo-terminals, in a thread of the test's own process."""

import threading
from pathlib import Path

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

    def open(self, expected_serial: str | None = None) -> ReferenceController:
        """A driver on it."""
        return open_controller(
            driver="reference",
            port=self.port,
            expected_serial=expected_serial,
            reply_timeout_s=REPLY_TIMEOUT_S,
        )

    def close(self) -> None:
        """Switch all of it off."""
        self.control.close()
        self._is_over.set()
        self._thread.join(READY_S)
