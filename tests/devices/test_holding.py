"""The live loop's hand on a box: it holds by itself, or the host drives its pump and valve."""

import pytest

from devices.control.holding import Holding
from devices.domain.units import BAND_AT_REST
from devices.drivers import ControllerLostError
from devices.drivers.reference import HostClosedReference, ReferenceController
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware
from tests.direct import DirectLine

TICK_S = 0.05
BOTH = pytest.mark.parametrize("kind", [ReferenceController, HostClosedReference])


class Cuff:
    """A box under a Holding, faster than time."""

    def __init__(self, kind, *presets):
        self.box = Firmware(presets=presets)
        self.line = DirectLine(self.box)
        self.line.sleep(0.5)
        driver = kind(self.line)
        driver.identify()
        driver.arm(fence=1, ceiling=250, max_inflated_s=600)
        self.holding = Holding(driver, range(len(presets)), ceiling=250)

    def hold(self, targets, seconds):
        """The true pressures, a row for each tick."""
        seen = []
        for _ in range(round(seconds / TICK_S)):
            self.line.sleep(TICK_S - self.line.now % TICK_S)
            self.holding.exchange(targets, self.line.now)
            seen.append([limb.pressure_mmhg for limb in self.line.box.limbs])
        return seen


@BOTH
def test_two_cuffs_are_held_at_pressures_of_their_own(kind):
    cuff = Cuff(kind, "thigh", "arm")
    cuff.hold({0: 160, 1: 80}, 12)

    for thigh, arm in cuff.hold({0: 160, 1: 80}, 10):
        assert thigh == pytest.approx(160, rel=BAND_AT_REST)
        assert arm == pytest.approx(80, rel=BAND_AT_REST)


@BOTH
def test_a_target_of_zero_vents_that_channel_only(kind):
    cuff = Cuff(kind, "arm", "arm")
    cuff.hold({0: 80, 1: 80}, 8)

    last = cuff.hold({0: 0, 1: 80}, 5)[-1]

    assert last[0] < 5
    assert last[1] == pytest.approx(80, rel=BAND_AT_REST)


@BOTH
def test_a_box_that_falls_silent_is_said_to_be_lost_and_held_again_when_it_answers(kind):
    cuff = Cuff(kind, "arm")
    cuff.hold({0: 80}, 8)
    cuff.line.box.faults_on.add(Fault.SILENT)
    with pytest.raises(ControllerLostError):
        cuff.hold({0: 80}, TICK_S)
    cuff.line.box.faults_on.clear()

    assert cuff.hold({0: 80}, 3)[-1][0] == pytest.approx(80, rel=BAND_AT_REST)


def test_after_a_stall_nothing_is_pumped_on_what_was_seen_before_it():
    cuff = Cuff(HostClosedReference, "arm")
    cuff.hold({0: 80}, 1)
    assert cuff.box.channels[0].pump > 0

    cuff.line.sleep(0.4)
    cuff.hold({0: 80}, TICK_S)

    assert cuff.box.channels[0].pump == 0
