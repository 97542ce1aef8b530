"""The driver against a simulated box, through a real pseudo-terminal."""

import os
import subprocess
import sys
import time
from itertools import pairwise

import pytest
import serial

from devices.domain.box import BoxState, Faults
from devices.domain.units import Scale
from devices.drivers import (
    ControllerLostError,
    ControllerRefusedError,
    PortBusyError,
    PortMissingError,
    WrongControllerError,
    open_controller,
)
from devices.drivers.freshness import Freshness
from devices.drivers.reference import VENT_ALL
from tests.waiting import until

WELL_BELOW = 10
"""What 20 is not said of again by a gauge that wavers."""


def arm(box, ceiling=250.0):
    return box.arm(fence=1, ceiling=ceiling, max_inflated_s=600)


def inflate(box, target=60.0, channel=0):
    arm(box)
    until(lambda: box.hold({channel: target}, slew_per_s=500)[channel].pressure > target * 0.9)


def test_it_says_who_it_is(start):
    box = start("--serial", "KC-0001", "--scale", "SKU", "--channels", "3").open(expected_serial="KC-0001")

    found = box.identify()
    box.close()

    assert (found.serial_number, found.scale, found.channels) == ("KC-0001", Scale.SKU, 3)
    assert box.capabilities.own_lease


def test_another_box_on_the_port_is_refused_and_the_port_is_free_again(bench):
    with pytest.raises(WrongControllerError, match="SIM00001"):
        bench.open(expected_serial="KC-0002")

    bench.open().close()


def test_what_is_not_a_controller_is_refused(bench):
    bench.control.fault("garbage")

    with pytest.raises(ControllerLostError):
        bench.open()


def test_it_inflates_holds_and_vents(box, bench):
    inflate(box)

    assert box.vent()

    until(lambda: box.read()[0].pressure < 20)
    assert box.read().state in (BoxState.VENTED, BoxState.DEFLATING)
    assert bench.control.state()["valve_open"] == [True]


def test_silence_vents(box, bench):
    inflate(box)

    until(lambda: "LEASE" in bench.control.state()["faults"], within_s=1.5)

    until(lambda: bench.true_pressure < 20, within_s=2)


def test_a_killed_host_leaves_a_vented_cuff_and_a_free_port(bench):
    program = (
        "import sys, time\n"
        "from devices.drivers import open_controller\n"
        "box = open_controller(driver='reference', port=sys.argv[1], expected_serial=None, reply_timeout_s=0.4)\n"
        "box.arm(fence=1, ceiling=200, max_inflated_s=60)\n"
        "while True:\n"
        "    print(box.hold({0: 80}, slew_per_s=500)[0].pressure, flush=True)\n"
        "    time.sleep(0.05)\n"
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

    until(lambda: bench.true_pressure < 10, within_s=3)
    until(lambda: bench.control.state()["faults"] == ["LEASE"], within_s=3)
    again = bench.open()
    assert arm(again).state is BoxState.ARMED
    again.close()


def test_targets_are_cut_to_the_ceiling_and_the_rating(box, bench):
    arm(box, ceiling=90)
    assert box.hold({0: 200})[0].target == 90
    box.vent()

    until(lambda: box.read()[0].pressure < WELL_BELOW)
    arm(box, ceiling=5000)
    assert box.hold({0: 5000})[0].target == box.identify().rated_maximum


def test_a_target_of_zero_opens_the_valve_and_keeps_the_box_armed(box):
    inflate(box)

    until(lambda: box.hold({0: 0})[0].pressure < WELL_BELOW)

    assert box.hold({0: 0}).state is BoxState.ARMED
    assert box.hold({0: 50})[0].target == 50


def test_each_channel_has_its_own_cuff(start):
    bench = start("--channels", "2", "--preset", "arm")
    box = bench.open()
    inflate(box, channel=1)

    assert box.hold({1: 60})[1].lease_left_ms == 1000
    assert box.read()[0].pressure < 5
    with pytest.raises(ControllerRefusedError, match="no channel 3"):
        box.hold({2: 60})
    box.close()


def test_it_does_not_inflate_before_it_is_armed(box):
    with pytest.raises(ControllerRefusedError, match="not armed"):
        box.hold({0: 100})


def test_after_a_vent_it_must_be_armed_anew(box):
    inflate(box)
    box.vent()

    with pytest.raises(ControllerRefusedError):
        box.hold({0: 100})


def test_it_is_not_armed_over_a_full_cuff(box):
    inflate(box, 100)
    box.vent()

    with pytest.raises(ControllerRefusedError, match="still holds pressure"):
        arm(box)


def test_an_older_owner_is_refused(bench):
    newer = bench.open()
    newer.arm(fence=9, ceiling=100, max_inflated_s=60)
    newer.close()
    older = bench.open()

    with pytest.raises(ControllerRefusedError, match="newer session"):
        older.arm(fence=8, ceiling=100, max_inflated_s=60)

    older.close()


def test_a_fault_of_the_box_wants_a_person(box, bench):
    inflate(box)
    bench.control.fault("emergency_stop")
    until(lambda: box.read().faults)

    with pytest.raises(ControllerRefusedError, match="stop button"):
        arm(box)
    with pytest.raises(ControllerRefusedError, match="not empty yet"):
        box.clear()
    bench.control.fault("emergency_stop", on=False)
    until(lambda: box.read()[0].pressure < WELL_BELOW)
    assert box.clear().faults == Faults(0)
    assert arm(box).state is BoxState.ARMED


@pytest.mark.parametrize("fault", ["silent", "garbage", "bad_crc", "late_reply", "truncate", "old_reply"])
def test_no_bad_answer_is_ever_taken_for_a_reading(box, bench, fault):
    inflate(box)
    bench.control.fault(fault)

    for ask in (lambda: box.hold({0: 60}), lambda: box.read()):
        with pytest.raises(ControllerLostError):
            ask()


def test_a_late_answer_is_not_taken_for_the_next_one(box, bench):
    inflate(box)
    bench.control.fault("late_reply")
    with pytest.raises(ControllerLostError):
        box.hold({0: 60})
    bench.control.fault("late_reply", on=False)

    until(lambda: _reads(box))
    readings = [box.hold({0: 60}) for _ in range(10)]

    assert all(one.uptime_ms < other.uptime_ms for one, other in pairwise(readings))


def _reads(box) -> bool:
    try:
        return bool(box.read())
    except ControllerLostError:
        return False


def test_a_restarted_box_is_seen_and_can_be_read_again(box, bench):
    inflate(box)
    bench.control.fault("reset")

    with pytest.raises(ControllerLostError, match="restarted"):
        box.read()

    assert box.read().faults is Faults.WATCHDOG


@pytest.mark.parametrize("fault", ["silent", "garbage", "truncate", "unplugged"])
def test_a_vent_on_a_broken_line_says_that_it_is_not_known(box, bench, fault):
    inflate(box)
    bench.control.fault(fault)

    assert box.vent() is False


def test_a_vent_is_obeyed_though_its_answer_is_lost(box, bench):
    inflate(box)
    bench.control.fault("silent")
    box.vent()

    assert bench.control.state()["valve_open"] == [True]
    assert not bench.is_armed


def test_a_vent_after_closing_says_no_and_harms_nobody(box):
    box.close()

    assert box.vent() is False


def test_a_pulled_cable_is_lost_and_comes_back_as_a_new_port(box, bench):
    inflate(box)
    bench.control.fault("unplugged")

    with pytest.raises(ControllerLostError, match="cable"):
        box.read()
    with pytest.raises(PortMissingError):
        bench.open()
    bench.control.fault("unplugged", on=False)
    box.close()

    bench.open().close()


def test_a_vent_behind_half_a_frame_of_a_dead_host_is_obeyed(box, bench):
    inflate(box)
    os.write(box._line._fd, b"\x01\x17\x01\x0a\x00\x14\x00" + VENT_ALL)

    until(lambda: not bench.is_armed, within_s=0.5)


def test_a_port_has_one_owner(bench, box):
    with pytest.raises(PortBusyError, match="session"):
        bench.open()
    with pytest.raises(serial.SerialException):
        serial.Serial(bench.port, exclusive=True)


def test_a_port_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(PortMissingError, match="cable"):
        open_controller(driver="reference", port=str(tmp_path / "none"), expected_serial=None)


def test_the_simulator_notes_when_the_vent_arrived(box, bench):
    inflate(box)
    before = time.monotonic()

    box.vent()

    assert before <= bench.vent_requested_at <= time.monotonic()


def test_a_second_vent_does_not_hide_when_the_first_one_came(box, bench):
    inflate(box)
    box.vent()
    first = bench.vent_requested_at

    box.vent()

    assert bench.vent_requested_at == first


def test_eight_boxes_live_in_one_process(start):
    bench = start(boxes=8)

    found = [state["serial"] for state in bench.control.ask("list")["controllers"]]

    assert found == [f"SIM{n:05}" for n in range(1, 9)]


def test_an_old_reading_is_told_from_a_restart():
    fresh = Freshness()
    fresh.check(10_000, asked_at=100.0, now=100.01)

    fresh.check(10_050, asked_at=100.05, now=100.06)
    with pytest.raises(ControllerLostError, match="old"):
        fresh.check(10_050, asked_at=100.10, now=100.11)
    with pytest.raises(ControllerLostError, match="old"):
        fresh.check(10_060, asked_at=100.20, now=100.21)
    with pytest.raises(ControllerLostError, match="restarted"):
        fresh.check(40, asked_at=100.25, now=100.26)
    fresh.check(90, asked_at=100.30, now=100.31)
