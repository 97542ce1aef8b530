"""The Festo PGVA-1: how it is held, and what the driver keeps for a box that keeps nothing itself."""

import pytest

from devices.domain import pgva
from devices.domain.box import BoxState, Drive, Faults
from devices.domain.pgva import Holding
from devices.drivers import ControllerLostError, ControllerRefusedError
from devices.drivers.pgva import PgvaController
from devices.simulator.faults import Fault
from tests.pgva import PAIRS, Host


@pytest.fixture
def host() -> Host:
    made = Host()
    made.arm()
    return made


@pytest.mark.parametrize(("driver", "box"), PAIRS)
def test_it_inflates_holds_and_vents(driver, box):
    host = Host(driver, box)
    assert host.arm().state is BoxState.ARMED

    seen = host.hold(120, 5)
    assert seen.state is BoxState.HOLDING
    assert seen[0].target == 120
    assert host.pressure == pytest.approx(120, rel=0.05)

    assert host.driver.vent()
    host.line.sleep(2)
    assert host.pressure < 5
    assert host.driver.read().state is BoxState.VENTED
    assert host.box.eeprom_writes == 0


def test_its_capabilities_are_told_as_they_are(host):
    told = host.driver.capabilities

    assert (told.own_hold, told.own_lease, told.can_drive) == (True, False, False)
    assert told.rated_maximum == 337
    with pytest.raises(ControllerRefusedError):
        host.driver.drive({0: Drive(pump=1)})
    with pytest.raises(ControllerRefusedError, match="one channel"):
        host.driver.hold({1: 50})


def test_a_look_fits_into_a_tick(host):
    host.hold(100, 3)

    assert host.driver.hold({0: 100}).round_trip_s < host.driver.capabilities.fastest_tick_s


def test_the_setpoint_rises_by_the_slew_and_falls_at_once(host):
    host.hold(150, 2.0, slew=20)
    assert host.box.setpoint_mbar == pytest.approx(40 / pgva.MMHG_PER_MBAR, abs=8)

    host.hold(20, 0.1, slew=20)
    assert pgva.mmhg(host.box.setpoint_mbar) <= 20.4


def test_a_target_is_cut_to_the_ceiling_and_the_rating(host):
    host.hold(9999, 0.5, slew=5000)
    assert host.box.setpoint_mbar == 266
    assert pgva.mmhg(266) <= 200 < pgva.mmhg(267)

    other = Host()
    other.box.holding[Holding.CHAMBER_THRESHOLD] = 900
    other.arm(ceiling=5000)
    other.hold(9999, 0.6, slew=5000)
    assert other.box.setpoint_mbar == 449


def test_a_target_of_zero_empties_the_cuff_and_keeps_it_armed(host):
    host.hold(100, 3)

    assert host.hold(0, 2).state is BoxState.ARMED
    assert host.pressure < 20
    assert host.hold(60, 3).state is BoxState.HOLDING


def test_the_box_itself_holds_for_ever_when_its_host_dies(host):
    host.hold(100, 4)

    host.line.sleep(60)

    assert host.pressure == pytest.approx(100, rel=0.05)


def test_what_a_dead_host_left_inflated_is_vented_at_the_first_look(host):
    host.hold(100, 4)
    heir = PgvaController(host.line)
    heir.identify()

    seen = heir.read()

    assert (seen.state, seen.faults) == (BoxState.FAULT, Faults.LEASE)
    host.line.sleep(2)
    assert host.pressure < 20
    assert heir.arm(fence=2, ceiling=100, max_inflated_s=60).state is BoxState.ARMED


def test_a_host_that_falls_silent_finds_its_cuff_vented(host):
    host.hold(100, 4)
    host.line.sleep(1.1)

    assert host.driver.read().faults is Faults.LEASE

    host.line.sleep(2)
    assert host.pressure < 20
    with pytest.raises(ControllerRefusedError, match="go on"):
        host.driver.hold({0: 100})


def test_what_the_guard_vented_meanwhile_is_not_inflated_again(host):
    host.hold(100, 4)
    host.line.sleep(0.3)
    for frame in host.driver.vent_frames:
        host.line.ask_until(frame.order, frame.answer, 0.1)

    with pytest.raises(ControllerRefusedError, match="go on"):
        host.driver.hold({0: 120})

    host.line.sleep(2)
    assert host.pressure < 20


def test_what_the_guard_vented_after_a_lost_answer_is_not_inflated_again(host):
    host.hold(100, 4)
    host.box.faults_on.add(Fault.SILENT)
    with pytest.raises(ControllerLostError):
        host.driver.hold({0: 120})
    host.box.faults_on.clear()
    host.line.sleep(0.3)
    for frame in host.driver.vent_frames:
        host.line.ask_until(frame.order, frame.answer, 0.1)

    with pytest.raises(ControllerRefusedError, match="go on"):
        host.driver.hold({0: 120})


@pytest.mark.parametrize("mbar", [300, -100])
def test_a_setpoint_above_the_ceiling_or_below_nothing_is_vented_whoever_set_it(host, mbar):
    host.hold(100, 4)
    host.box.faults_on.add(Fault.SILENT)
    with pytest.raises(ControllerLostError):
        host.driver.hold({0: 120})
    host.box.faults_on.clear()
    host.box.holding[Holding.SETPOINT] = mbar & 0xFFFF

    assert host.driver.read().faults is Faults.OTHER

    assert host.box.setpoint_mbar == 0


# What the driver keeps


def test_nothing_is_held_before_it_is_armed():
    with pytest.raises(ControllerRefusedError, match="not armed"):
        Host().driver.hold({0: 100})


def test_it_is_not_armed_over_a_full_cuff(host):
    host.hold(100, 4)
    host.driver.vent()

    with pytest.raises(ControllerRefusedError, match="still holds pressure"):
        host.arm()


def test_a_smaller_fence_is_refused(host):
    host.driver.vent()

    with pytest.raises(ControllerRefusedError, match="newer session"):
        host.driver.arm(fence=0, ceiling=100, max_inflated_s=60)


def test_above_the_ceiling_it_vents_and_stays_so(host):
    host.hold(100, 4)
    host.box.faults_on.add(Fault.BLOCKED_VENT)
    host.box.limbs[0].pressure_mmhg = 230

    seen = host.hold(100, 1)

    assert seen.faults is Faults.OVER_PRESSURE
    assert host.box.setpoint_mbar == 0
    host.box.faults_on.clear()
    host.line.sleep(2)
    with pytest.raises(ControllerRefusedError, match="above the ceiling"):
        host.arm()
    assert not host.driver.clear().faults
    assert host.arm().state is BoxState.ARMED


def test_the_inflated_time_is_counted_and_ends_it():
    host = Host()
    host.arm(max_inflated_s=3)

    seen = host.hold(100, 20)

    assert seen.faults is Faults.INFLATED_TOO_LONG
    assert host.box.setpoint_mbar == 0
    host.line.sleep(2)
    assert host.arm().state is BoxState.ARMED


def test_a_latched_fault_is_not_cleared_over_a_full_cuff(host):
    host.hold(100, 4)
    host.box.faults_on.add(Fault.BLOCKED_VENT)
    host.box.limbs[0].pressure_mmhg = 230
    host.hold(100, 1)

    with pytest.raises(ControllerRefusedError, match="not empty yet"):
        host.driver.clear()
