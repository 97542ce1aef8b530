"""The driver on a box without a line: the same bytes, faster than time."""

import pytest

from devices.domain.box import BoxState, Drive
from devices.drivers import ControllerLostError, ControllerRefusedError
from devices.drivers.reference import HostClosedReference, ReferenceController
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware
from tests.direct import DirectLine


def opened(kind=ReferenceController, channels=1, **terms):
    line = DirectLine(Firmware(presets=["arm"] * channels, **terms))
    line.sleep(0.5)
    driver = kind(line)
    driver.identify()
    driver.arm(fence=1, ceiling=200, max_inflated_s=600)
    return line, driver


def test_four_cuffs_are_fed_in_one_exchange():
    line, driver = opened(channels=4)
    for _ in range(100):
        seen = driver.hold({0: 100, 1: 80, 2: 0, 3: 60})
        line.sleep(0.05)

    assert [round(one.pressure / 10) for one in seen.channels] == [10, 8, 0, 6]
    assert line.box.limbs[1].pressure_mmhg == pytest.approx(80, rel=0.05)


def test_a_channel_that_is_not_named_runs_out_of_its_lease():
    line, driver = opened(channels=2)
    for _ in range(20):
        driver.hold({0: 100, 1: 80})
        line.sleep(0.05)
    for _ in range(15):
        driver.hold({0: 100})
        line.sleep(0.05)

    line.sleep(0.3)

    with pytest.raises(ControllerRefusedError, match="nobody asked it to go on"):
        driver.hold({0: 100})


def test_the_host_drives_pump_and_valve_and_silence_shuts_both():
    line, driver = opened(HostClosedReference)
    for _ in range(20):
        driver.drive({0: Drive(pump=0.5)})
        line.sleep(0.05)
    filled = line.box.limbs[0].pressure_mmhg
    assert filled > 20
    assert not driver.capabilities.own_hold

    line.sleep(0.5)
    assert line.box.channels[0].pump == 0
    line.sleep(1.0)
    assert driver.read().state is BoxState.FAULT


def test_pump_and_valve_never_work_at_once():
    line, driver = opened(HostClosedReference)

    driver.drive({0: Drive(pump=1.0, exhaust=0.2)})

    assert (line.box.channels[0].pump, line.box.channels[0].exhaust) == (0, 0.2)


def test_a_silent_box_costs_the_timeout_and_is_lost():
    line, driver = opened()
    line.box.faults_on.add(Fault.SILENT)
    before = line.now

    with pytest.raises(ControllerLostError):
        driver.read()

    assert line.now - before == pytest.approx(0.1)
