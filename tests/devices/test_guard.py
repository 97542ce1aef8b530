"""The process that vents when the loop can't."""

import os
import pty
import signal
import subprocess
import sys
import time
import tty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.control.guard import (
    GONE,
    HANGS_AFTER_S,
    HUNG,
    OVERTIME_S,
    TOO_LONG,
    WORDS,
    Guard,
    GuardError,
    Limits,
    Watch,
)
from devices.drivers import ControllerLostError
from devices.drivers.reference import VENT_ALL, ReferenceController
from tests.waiting import until

ROUNDING_S = 1e-6
LIMITS = Limits(one_go_s=600, total_s=1200)
LOOP = """
import sys, time
from contextlib import suppress
from devices.control.guard import Guard, Limits
from devices.drivers import ControllerError, open_controller
from devices.drivers.reference import ReferenceController
port, one_go_s = sys.argv[1], float(sys.argv[2])
with Guard(port, ReferenceController.vent_frames, Limits(one_go_s, 1200)) as guard:
    print(guard._process.pid, flush=True)
    box = open_controller(driver="reference", port=port, expected_serial=None, reply_timeout_s=0.4)
    box.arm(fence=1, ceiling=200, max_inflated_s=60)
    while not (words := guard.trouble(is_inflated=True)):
        with suppress(ControllerError):  # while the guard speaks on the same line, answers get lost
            print(box.hold({0: 80}, slew_per_s=500)[0].pressure, flush=True)
        time.sleep(0.05)
    box.vent()
print(words)
"""


class Loop:
    """A program with a guard that holds 80 in a cuff."""

    def __init__(self, port: str, one_go_s: float = LIMITS.one_go_s) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOOP, port, str(one_go_s)], stdout=subprocess.PIPE, text=True
        )
        self.guard_pid = int(self.process.stdout.readline())
        for line in self.process.stdout:
            if float(line) > 70:
                break

    def last_words(self) -> str:
        """What it says when it ends by itself."""
        return self.process.communicate(timeout=10)[0].splitlines()[-1]

    def close(self) -> None:
        """End it, whatever state it is in."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(params=[(), ("--fault", "no_lease")], ids=["with_a_lease", "without_a_lease"])
def any_bench(request, start):
    """One box, with a lease of its own or with none: then the guard is all there is."""
    return start("--preset", "arm", *request.param)


@pytest.fixture
def loop(any_bench):
    program = Loop(any_bench.port)
    yield program
    program.close()


def test_a_killed_loop_is_vented_at_once_and_without_the_lease(any_bench, loop):
    loop.process.kill()
    killed_at = time.monotonic()

    until(lambda: not any_bench.is_armed, within_s=0.7)

    assert any_bench.control.state()["faults"] == []
    assert any_bench.vent_requested_at - killed_at < 0.5
    until(lambda: any_bench.true_pressure < 20, within_s=1.4)


def test_a_hanging_loop_is_vented_and_told_when_it_wakes(any_bench, loop):
    loop.process.send_signal(signal.SIGSTOP)
    stopped_at = time.monotonic()

    until(lambda: any_bench.true_pressure < 20)
    assert HANGS_AFTER_S - 0.1 < any_bench.vent_requested_at - stopped_at < HANGS_AFTER_S + 0.6

    loop.process.send_signal(signal.SIGCONT)
    assert loop.last_words() == WORDS[HUNG]
    assert any_bench.true_pressure < 20


def test_a_computer_that_stands_still_for_a_moment_is_no_hanging_loop(any_bench, loop):
    for pid in (loop.guard_pid, loop.process.pid):
        os.kill(pid, signal.SIGSTOP)
    time.sleep(2 * HANGS_AFTER_S)
    for pid in (loop.guard_pid, loop.process.pid):
        os.kill(pid, signal.SIGCONT)

    until(lambda: loop.process.stdout.readline())
    assert any_bench.is_armed


def test_a_loop_that_goes_on_for_too_long_is_vented_by_the_guard_alone(start):
    bench = start("--preset", "arm", "--fault", "no_lease")
    loop = Loop(bench.port, one_go_s=2 - OVERTIME_S)

    assert loop.last_words() == WORDS[TOO_LONG]
    until(lambda: bench.true_pressure < 20)
    loop.close()


def test_a_loop_whose_guard_stands_still_ends(start):
    bench = start("--preset", "arm")
    loop = Loop(bench.port)
    os.kill(loop.guard_pid, signal.SIGSTOP)

    until(lambda: bench.true_pressure < 20)
    os.kill(loop.guard_pid, signal.SIGCONT)
    assert loop.last_words() == GONE
    loop.close()


@given(beats=st.lists(st.tuples(st.floats(0.01, 60), st.booleans()), max_size=60))
def test_no_inflation_outlasts_its_limits_and_none_within_them_is_cut_short(beats):
    watch, now, one_go, total, was_inflated = Watch(100, 300), 0.0, 0.0, 0.0, False
    for took_s, is_inflated in beats:
        now += took_s
        total += took_s if was_inflated else 0
        one_go = one_go + took_s if was_inflated and is_inflated else 0
        was_inflated = is_inflated
        said = watch.is_too_long(is_inflated, now)
        if said or one_go > 100 + ROUNDING_S or total > 300 + ROUNDING_S:
            assert said
            assert one_go > 100 - ROUNDING_S or total > 300 - ROUNDING_S
            return


def test_the_guard_goes_with_the_loop_and_leaves_the_port_free(bench):
    with Guard(bench.port, ReferenceController.vent_frames, LIMITS) as guard:
        box = bench.open()
        box.arm(fence=1, ceiling=200, max_inflated_s=60)
        assert guard.trouble(is_inflated=True) is None
        assert box.hold({0: 30})[0].target == 30
        box.close()

    bench.open().close()


def test_after_an_error_the_guard_vents_to_be_sure(bench):
    guard = Guard(bench.port, ReferenceController.vent_frames, LIMITS)
    guard.__enter__()
    box = bench.open()
    box.arm(fence=1, ceiling=200, max_inflated_s=60)
    guard.trouble(is_inflated=True)
    box.close()

    guard.__exit__(ControllerLostError, ControllerLostError("of a reason"), None)

    assert not bench.is_armed


def test_a_loop_without_a_guard_is_told(bench):
    with Guard(bench.port, ReferenceController.vent_frames, LIMITS) as guard:
        guard._process.kill()
        guard._process.wait()

        assert "is gone" in (guard.trouble(is_inflated=True) or "")


def test_a_guard_that_can_not_watch_says_so(tmp_path):
    with (
        pytest.raises(GuardError, match="cable"),
        Guard(str(tmp_path / "none"), ReferenceController.vent_frames, LIMITS),
    ):
        pass


def test_a_guard_whose_line_goes_while_it_vents_ends_by_itself():
    master, slave = pty.openpty()
    tty.setraw(slave)
    guard = Guard(os.ttyname(slave), ReferenceController.vent_frames, LIMITS)
    guard.__enter__()
    process = guard._process
    assert process

    os.close(slave)
    process.stdin.close()
    process.stdout.close()
    assert os.read(master, 256).startswith(VENT_ALL)
    os.close(master)

    try:
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
