"""The process that vents when the loop can't."""

import os
import pty
import signal
import subprocess
import sys
import time
import tty

import pytest

from devices.control.guard import HANGS_AFTER_S, Guard, GuardError
from devices.drivers import ControllerLostError, ReferenceController
from tests.waiting import until

LOOP = """
import sys, time
from devices.control.guard import Guard
from devices.drivers import ReferenceController, open_controller
with Guard(sys.argv[1], ReferenceController.vent_bytes) as guard:
    box = open_controller(driver="reference", port=sys.argv[1], expected_serial=None)
    box.arm(fence=1, ceiling=200, max_inflated_s=60)
    while not guard.trouble():
        print(box.hold(0, 80, slew_per_s=500).pressure, flush=True)
        time.sleep(0.05)
print("no guard")
"""


@pytest.fixture
def loop(bench):
    """A program with a guard that holds 80 in a cuff."""
    program = subprocess.Popen([sys.executable, "-c", LOOP, bench.port], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    for line in program.stdout:
        if float(line) > 70:
            break
    yield program
    program.kill()
    program.wait()
    program.stdout.close()


def test_a_killed_loop_is_vented_at_once_and_without_the_lease(bench, loop):
    loop.kill()
    killed_at = time.monotonic()

    until(lambda: not bench.is_armed, within_s=0.7)

    assert bench.control.state()["faults"] == []
    assert bench.vent_requested_at - killed_at < 0.5
    until(lambda: bench.true_pressure < 20, within_s=1.4)


def test_a_hanging_loop_is_vented(bench, loop):
    loop.send_signal(signal.SIGSTOP)

    until(lambda: not bench.is_armed, within_s=HANGS_AFTER_S + 0.6)


def test_the_guard_goes_with_the_loop_and_leaves_the_port_free(bench):
    with Guard(bench.port, ReferenceController.vent_bytes) as guard:
        box = bench.open()
        box.arm(fence=1, ceiling=200, max_inflated_s=60)
        assert guard.trouble() is None
        assert box.hold(0, 30).target == 30
        box.close()

    bench.open().close()


def test_after_an_error_the_guard_vents_to_be_sure(bench):
    guard = Guard(bench.port, ReferenceController.vent_bytes)
    guard.__enter__()
    box = bench.open()
    box.arm(fence=1, ceiling=200, max_inflated_s=60)
    guard.trouble()
    box.close()

    guard.__exit__(ControllerLostError, ControllerLostError("of a reason"), None)

    assert not bench.is_armed


def test_a_loop_without_a_guard_is_told(bench):
    with Guard(bench.port, ReferenceController.vent_bytes) as guard:
        guard._process.kill()
        guard._process.wait()

        assert "is gone" in (guard.trouble() or "")


def test_a_guard_that_can_not_watch_says_so(tmp_path):
    with pytest.raises(GuardError, match="cable"), Guard(str(tmp_path / "none"), b"\x01"):
        pass


def test_a_guard_whose_line_goes_while_it_vents_ends_by_itself():
    master, slave = pty.openpty()
    tty.setraw(slave)
    guard = Guard(os.ttyname(slave), ReferenceController.vent_bytes)
    guard.__enter__()
    process = guard._process
    assert process

    os.close(slave)
    process.stdin.close()
    process.stdout.close()
    assert os.read(master, 256).startswith(ReferenceController.vent_bytes)
    os.close(master)

    try:
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
