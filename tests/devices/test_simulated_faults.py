"""What the faults of the simulated boxes do to the bytes, the sensors and the ports, apart from whoever must find them."""

import random

import pytest

from devices.drivers import ControllerLostError, WrongControllerError
from devices.simulator.faults import ABOUT, SPOILT, Fault, arrived, spoilt
from devices.simulator.firmware import Firmware
from tests.direct import DirectLine

REPLY, BEFORE = bytes(range(40)), b"what was said before"


def test_every_fault_says_what_it_is():
    assert set(ABOUT) == set(Fault)


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_answer_is_never_the_answer(fault):
    assert spoilt({fault}, REPLY, BEFORE, random.Random(1)) != REPLY


def test_a_flipped_bit_is_one_bit():
    spoil = spoilt({Fault.FLIP_BIT}, REPLY, BEFORE, random.Random(1))

    assert sum((one ^ other).bit_count() for one, other in zip(REPLY, spoil, strict=True)) == 1


@pytest.mark.parametrize("fault", [Fault.PARTIAL_WRITE, Fault.BAUD_MISMATCH, Fault.HANG])
def test_a_spoilt_order_never_arrives(fault):
    assert REPLY not in arrived({fault}, REPLY)
    assert arrived(set(), REPLY) == REPLY


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        (Fault.GAIN, 1.2, 1.0),
        (Fault.SECOND_OFF, 1.0, 0.7),
        (Fault.NEGATIVE, -0.6, -0.6),
        (Fault.FULL_SCALE, 32.767, 32.767),
        (Fault.NO_NUMBER, -32.768, -32.768),
    ],
)
def test_broken_sensors_show_what_they_are_told_to(fault, first, second):
    box = Firmware(presets=["cylinder"])
    box.limbs[0].pressure_mmhg = 100.0
    box.faults_on |= {fault, Fault.BLOCKED_VENT}
    box.advance(0.5)

    channel = box.channels[0]
    assert channel.measured == pytest.approx(100 * first, abs=3)
    assert channel.second == pytest.approx(100 * second, abs=3)


def test_a_slow_clock_tells_half_the_time():
    box = Firmware()
    line = DirectLine(box)
    box.faults_on.add(Fault.SLOW_CLOCK)
    line.sleep(4.0)

    assert box.uptime_s == pytest.approx(2.0)


def test_a_port_that_comes_back_is_another_line_under_the_same_name(bench, box):
    bench.control.fault("re_enumerate")

    with pytest.raises(ControllerLostError, match="cable"):
        box.read()
    box.close()
    assert bench.control.state()["faults_on"] == []
    bench.open(expected_serial="SIM00001").close()


def test_boxes_that_change_places_are_told_apart(start):
    bench = start("--preset", "arm", boxes=2)

    bench.control.swap()

    with pytest.raises(WrongControllerError, match="SIM00002"):
        bench.open(expected_serial="SIM00001")
