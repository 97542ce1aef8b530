"""What a PGVA-1 finds wrong with itself, what the driver finds wrong with it, and what its versions lack."""

import inspect

import pytest

from devices.domain import pgva
from devices.domain.box import BoxState, Faults
from devices.domain.framing import Rtu
from devices.domain.pgva import Holding
from devices.domain.wire import Function, Refusal, Request
from devices.drivers import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers import pgva as driver_module
from devices.drivers.pgva import PgvaController
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware
from devices.simulator.pgva import Pgva
from tests.direct import DirectLine
from tests.pgva import Host


@pytest.fixture
def host() -> Host:
    made = Host()
    made.arm()
    return made


@pytest.mark.parametrize("bit", range(16))
def test_no_warning_is_fine_but_the_one_about_the_vacuum_chamber(bit):
    said = pgva.complaint(0, 1 << bit, 0)

    assert bool(said.faults) is bool(said.words) is (bit != 5)


@pytest.mark.parametrize("bit", range(16))
def test_no_error_is_fine(bit):
    said = pgva.complaint(0, 0, 1 << bit)

    assert said.faults
    assert said.words


@pytest.mark.parametrize("bit", [8, 9, 12, 13, 14, 15])
def test_no_status_that_nobody_knows_is_fine(bit):
    assert pgva.complaint(1 << bit, 0, 0).faults is Faults.OTHER


def test_a_pump_that_builds_both_ways_is_not_fine():
    assert pgva.complaint(0b110, 0, 0).faults is Faults.OTHER


def test_a_strange_status_vents(host):
    host.hold(100, 4)
    host.box.faults_on.add(Fault.STRANGE_STATUS)

    assert host.hold(100, 1).faults is Faults.OTHER

    assert host.box.setpoint_mbar == 0
    assert host.driver.fault() == "it reports a status that is not known here"
    host.line.sleep(2)
    with pytest.raises(ControllerRefusedError, match="not known here"):
        host.arm()


def test_a_pressure_that_is_not_reached_is_a_leak(host):
    host.hold(100, 4)
    host.box.faults_on.add(Fault.BURST)

    seen = host.hold(100, 90)

    assert Faults.LEAK in seen.faults
    assert host.box.setpoint_mbar == 0


def test_a_pump_that_runs_for_ten_minutes_says_so_twice():
    host = Host()
    host.box.holding[Holding.PUMP] = 1
    host.box.holding[Holding.CHAMBER_THRESHOLD] = 1000
    host.box.chamber.fills_mbar_per_s = 0.0  # a leaking chamber

    host.line.sleep(545)
    assert host.driver.fault() == "its pump ran for 9 minutes"
    host.line.sleep(60)
    assert "more than 10 minutes" in host.driver.fault()
    with pytest.raises(ControllerRefusedError, match="10 minutes"):
        host.arm()


def test_an_order_it_does_not_understand_is_kept_as_an_error(host):
    refused = host.box.answer(Request(Function.WRITE_ONE, write_at=Holding.SETPOINT, values=(460,)))

    assert refused == Rtu(1).refusal_frame(Function.WRITE_ONE, Refusal.BAD_VALUE)
    assert host.driver.fault() == "it did not understand an order"


def test_a_setpoint_that_is_ignored_vents(host):
    host.hold(60, 3)
    host.box.faults_on.add(Fault.SETPOINT_IGNORED)

    assert host.hold(100, 1).faults is Faults.OTHER
    assert host.box.setpoint_mbar == 0


def test_thresholds_that_somebody_changed_vent(host):
    host.hold(60, 3)
    host.box.holding[Holding.CHAMBER_THRESHOLD] = 1000

    assert host.hold(60, 1).faults is Faults.OTHER


def test_a_chamber_that_can_never_reach_the_ceiling_is_refused_before_anything():
    host = Host()
    host.box.holding[Holding.CHAMBER_THRESHOLD] = 200

    with pytest.raises(ControllerRefusedError, match="chamber"):
        host.arm(ceiling=200)


def test_a_restart_is_seen(host):
    host.hold(60, 3)
    host.box.reset()

    assert host.hold(60, 1).faults is Faults.WATCHDOG


def test_a_box_that_is_never_done_is_lost_within_its_bound(host):
    host.box.faults_on.add(Fault.BUSY)
    before = host.line.now

    with pytest.raises(ControllerLostError, match="busy"):
        host.driver.hold({0: 60})

    assert host.line.now - before < driver_module.BUSY_LIMIT_S + 0.05


def test_a_pressure_that_can_not_be_is_no_reading(host):
    host.hold(60, 3)
    host.box.faults_on.add(Fault.FREEZE_SENSOR)

    for impossible in (600.0, -60.0):
        host.box.air.measured = impossible
        with pytest.raises(ControllerLostError):
            host.driver.read()


def test_the_version_without_a_pump_switch_is_armed_without_one():
    host = Host(firmware=(2, 1, 3))

    assert host.driver.identity.firmware == "2.1.3"
    assert host.arm().state is BoxState.ARMED
    assert host.hold(80, 4).state is BoxState.HOLDING


def test_the_manual_trigger_does_not_work_in_old_versions():
    trigger = Request(Function.WRITE_ONE, write_at=Holding.MANUAL_TRIGGER, values=(1,))

    assert Pgva(firmware=(2, 0, 45)).answer(trigger) == Rtu(1).refusal_frame(6, Refusal.UNKNOWN_REGISTER)
    assert Pgva(firmware=(2, 1, 3)).answer(trigger) == Rtu(1).reply_frame(trigger)


def test_the_driver_knows_no_way_to_the_eeprom():
    assert "STORE_EEPROM" not in inspect.getsource(driver_module)


def test_another_kind_of_box_is_not_taken_for_one():
    line = DirectLine(Firmware())

    with pytest.raises(WrongControllerError, match="PGVA"):
        PgvaController(line).identify()
