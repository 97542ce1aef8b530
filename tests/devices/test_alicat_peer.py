"""The `alicat` package, written by others for real boxes: its client drives our box, and our driver meets theirs."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.drivers import ControllerError, open_controller
from tests.peers.environment import HERE, peer_python, run_peer

CLIENT: Path = HERE / "alicat_client.py"


def test_their_client_sets_a_pressure_reads_it_back_and_vents(start):
    bench = start("--kind", "alicat", "--preset", "arm")

    seen = json.loads(run_peer("alicat", CLIENT, bench.control.state()["port"]))

    assert seen["empty"]["control_point"] == "gauge pressure"
    assert seen["empty"]["setpoint"] == 0
    assert "10v20.0-R24" in seen["firmware"]
    assert seen["ramp"] == {"max_ramp": 400.0, "units": "mmHg/s"}
    assert seen["pid"]["loop_type"] == "PD/PDF"
    assert seen["locked"] is True
    assert seen["held"]["setpoint"] == 80
    assert seen["held"]["pressure"] == pytest.approx(80, abs=4)
    assert seen["vented"]["setpoint"] == 0
    assert bench.control.state()["target"] == [0]


@pytest.fixture
def flow_controller() -> Iterator[subprocess.Popen[str]]:
    """The package's own simulated box, an older flow controller."""
    command = [str(peer_python("alicat")), str(HERE / "alicat_mock.py")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    process.communicate(timeout=10)


def test_our_driver_sets_nothing_on_a_box_that_is_not_a_pressure_controller(flow_controller):
    port = flow_controller.stdout.readline().strip()

    with pytest.raises(ControllerError):
        open_controller(driver="alicat", port=port, expected_serial=None, reply_timeout_s=2)

    assert [flow_controller.stdout.readline().strip() for _ in range(2)] == ["@@ A", "AVE"]
