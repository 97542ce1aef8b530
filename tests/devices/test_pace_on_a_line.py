"""The PACE driver through a real pseudo-terminal: framing, cables and the guard that its lack of a lease needs."""

import os
import subprocess
import sys

import pytest

from devices.domain.box import BoxState
from devices.drivers import ControllerLostError, WrongControllerError
from tests.waiting import until


@pytest.fixture
def bench(start):
    return start("--kind", "pace", "--preset", "arm", "--serial", "3213201")


@pytest.fixture
def box(bench):
    driver = bench.open(driver="pace")
    yield driver
    driver.close()


def inflate(box, target=60.0):
    box.arm(fence=1, ceiling=200, max_inflated_s=600)
    until(lambda: box.hold({0: target}, slew_per_s=300)[0].pressure > target * 0.9)


@pytest.mark.parametrize("kind", ["pace", "pace_cr"])
def test_it_inflates_holds_and_vents(kind, bench):
    box = bench.open(driver=kind)
    inflate(box)

    assert box.vent()

    until(lambda: box.read()[0].pressure < 10)  # a gauge that wavers is not at 20 again
    assert box.read().state is BoxState.VENTED
    assert not bench.is_armed
    box.close()


def test_another_box_or_another_kind_of_box_on_the_port_is_refused(bench):
    with pytest.raises(WrongControllerError, match="3213201"):
        bench.open("4", driver="pace")
    with pytest.raises(ControllerLostError):
        bench.open(driver="reference")


def test_a_vent_behind_half_a_command_of_a_dead_host_is_obeyed(box, bench):
    inflate(box)
    os.write(box._line._fd, b":SOUR1:PRES:LEV:IMM:AM")

    assert box.vent()

    assert not bench.is_armed
    until(lambda: bench.true_pressure < 20)


@pytest.mark.parametrize("fault", ["silent", "garbage", "bad_crc", "late_reply", "truncate", "old_reply"])
def test_no_bad_answer_is_ever_taken_for_a_reading(box, bench, fault):
    inflate(box)
    bench.control.fault(fault)

    for ask in (lambda: box.hold({0: 60}), lambda: box.read()):
        with pytest.raises(ControllerLostError):
            ask()


@pytest.mark.parametrize("fault", ["silent", "garbage", "truncate", "unplugged"])
def test_a_vent_that_was_not_answered_is_not_believed(box, bench, fault):
    inflate(box)
    bench.control.fault(fault)

    assert box.vent() is False


def test_a_late_answer_is_not_taken_for_the_next_one(box, bench):
    inflate(box)
    bench.control.fault("late_reply")
    with pytest.raises(ControllerLostError):
        box.read()
    bench.control.fault("late_reply", on=False)

    assert until(lambda: _reads(box))


def _reads(box) -> bool:
    try:
        return bool(box.read())
    except ControllerLostError:
        return False


def test_it_holds_for_ever_when_the_host_dies_and_so_the_guard_vents(bench):
    program = (
        "import sys, time\n"
        "from devices.control.guard import Guard, Limits\n"
        "from devices.drivers import DRIVERS, open_controller\n"
        "with Guard(sys.argv[1], DRIVERS['pace'].vent_frames, Limits(60, 60)) as guard:\n"
        "    box = open_controller(driver='pace', port=sys.argv[1], expected_serial=None, reply_timeout_s=0.4)\n"
        "    box.arm(fence=1, ceiling=200, max_inflated_s=60)\n"
        "    while True:\n"
        "        guard.trouble(is_inflated=True)\n"
        "        print(box.hold({0: 80}, slew_per_s=300)[0].pressure, flush=True)\n"
    )
    host = subprocess.Popen([sys.executable, "-c", program, bench.port], stdout=subprocess.PIPE)
    assert host.stdout
    for line in host.stdout:
        if float(line) > 70:
            break
    else:
        pytest.fail("the host has ended before it was killed")

    host.kill()
    host.wait()
    host.stdout.close()

    until(lambda: bench.true_pressure < 10, within_s=5)
    assert not bench.is_armed
