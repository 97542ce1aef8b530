"""A simulated cuff on a real pseudo-terminal."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.simulator.control import Control

_count = itertools.count(1)


@dataclass
class SimulatedCuff:
    """Where the box's port is, who it says it is, and the socket behind its back."""

    port: Path
    serial_number: str
    control: Control

    @property
    def true_pressure(self) -> float:
        """What is really in the cuff, sensors aside."""
        return float(self.control.state()["pressure"][0])


@pytest.fixture
def cuff(tmp_path: Path) -> Iterator[SimulatedCuff]:
    """A box of its own for one test."""
    link, socket, serial = tmp_path / "cuff", tmp_path / "socket", f"T{next(_count):05}"
    command = [sys.executable, "-m", "devices.simulator", "--link", str(link), "--serial", serial]
    box = subprocess.Popen([*command, "--control", str(socket)], stdout=subprocess.PIPE, text=True)
    assert box.stdout
    assert "ready" in box.stdout.readline()
    control = Control(socket)
    yield SimulatedCuff(link, serial, control)
    control.close()
    box.terminate()
    box.wait()
    box.stdout.close()
