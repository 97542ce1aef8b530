"""The `gepace` package, written by others for real boxes: its client drives our simulated one, its simulator meets our driver.

Their simulator knows no VENT, no UNIT, no full scale, and says NACK where a real box is silent. So the whole driver rightly
refuses it, and what it does know is asked through the driver's own conversation.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.domain import pace as wire
from devices.domain.pace import Order
from devices.drivers import ControllerLostError, open_controller
from devices.drivers.pace import PaceController
from devices.drivers.port import SerialPort
from devices.drivers.scpi import Conversation
from tests.peers.environment import HERE, peer_python, run_peer
from tests.simulated import REPLY_TIMEOUT_S
from tests.waiting import until

CLIENT: Path = HERE / "gepace_client.py"
BAUD_RATE = PaceController.baud_rate


@pytest.fixture
def their_port(tmp_path) -> Iterator[str]:
    """Their simulator on a pseudo-terminal."""
    port, config = tmp_path / "pace", tmp_path / "pace.json"
    transport = {"type": "serial", "url": str(port), "baudrate": BAUD_RATE}
    device = {"name": "theirs", "package": "gepace.simulator", "class": "Pace", "transports": [transport]}
    config.write_text(json.dumps({"devices": [device]}))
    server = subprocess.Popen([peer_python("gepace").with_name("sinstruments-server"), "-c", config])
    until(port.exists, within_s=30)
    yield str(port)
    server.terminate()
    server.wait()


@pytest.fixture
def line(their_port) -> Iterator[SerialPort]:
    opened = SerialPort(their_port, BAUD_RATE)
    yield opened
    opened.close()


@pytest.fixture
def theirs(line) -> Conversation:
    conversation = Conversation(line, REPLY_TIMEOUT_S, BAUD_RATE, PaceController.terminator)
    conversation.forget_errors()
    return conversation


def test_their_client_holds_a_pressure_in_ours(start):
    bench = start("--kind", "pace", "--preset", "arm", "--serial", "3213201")

    seen = json.loads(run_peer("gepace", CLIENT, bench.control.state()["port"]))

    assert seen["who"] == "GE Druck,Pace5000 User Interface,3213201,02.00.07"
    assert (seen["unit_before"], seen["unit"]) == ("MBAR", "MMHG")
    assert (seen["rate"], seen["rate_mode"], seen["overshoot"]) == (200, "Linear", False)
    assert (seen["setpoint"], seen["on"], seen["off"]) == (80, True, False)
    assert seen["held"] == pytest.approx(80, abs=4)
    assert seen["in_limits"][0] == pytest.approx(80, abs=8)
    assert seen["group"][0] == pytest.approx(80, abs=8)
    assert seen["group"][1:3] == [80, True]
    assert seen["group"][4:6] == [1500, -700]
    assert seen["group"][6] == [0, " No error"]
    assert seen["emptied"] == pytest.approx(0, abs=4)
    assert seen["no_error"] == [0, " No error"]
    assert seen["error"] == [-113, " Undefined header"]
    assert not bench.is_armed


def test_ours_knows_who_theirs_is_and_reads_its_pressure(theirs):
    who = wire.maker(theirs.ask(wire.WHO))

    assert (who.model, who.serial_number, who.firmware) == ("PACE5000", "10388796", "02.02.14")
    assert 34 < wire.number(theirs.ask(wire.PRESSURE)) < 36


def test_ours_sets_theirs_up_and_reads_each_setting_back(theirs):
    theirs.set(Order(wire.SLEW_MODE, "LIN"), Order(wire.SLEW, 200.0))
    theirs.set(Order(wire.OVERSHOOT, "0"), Order(wire.SETPOINT, 80.5))
    theirs.set(Order(wire.OUTPUT, "1"))

    asked = (wire.OUTPUT, wire.PRESSURE, wire.SETPOINT, wire.ERROR)
    said = theirs.exchange((), asked)
    assert (said[wire.OUTPUT], said[wire.SETPOINT], said[wire.ERROR]) == ("1", "80.50", "0, No error")


def test_ours_switches_theirs_off_and_does_not_believe_in_a_vent_that_it_does_not_know(line, theirs):
    theirs.set(Order(wire.OUTPUT, "1"))

    assert PaceController(line, REPLY_TIMEOUT_S).vent() is False

    assert theirs.ask(wire.OUTPUT) == "0"


def test_the_whole_driver_refuses_a_box_that_does_not_know_its_unit(their_port):
    with pytest.raises(ControllerLostError):
        open_controller(driver="pace", port=their_port, expected_serial=None, reply_timeout_s=REPLY_TIMEOUT_S)
