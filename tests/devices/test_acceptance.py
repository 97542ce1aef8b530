"""The acceptance test finds what is wrong with a box, and passes one that is right."""

import math
from dataclasses import replace

import pytest

from devices.control.acceptance import Examination
from devices.domain.acceptance import Limit, Step
from devices.drivers.reference import ReferenceController
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware
from tests.direct import DirectLine


def examination(
    *faults: Fault, preset: str = "cylinder", moving: bool = False, leak: float = 0.02, **terms
) -> Examination:
    line = terms.pop("line", None) or DirectLine(Firmware(presets=[preset]))
    limb = line.box.limbs[0]
    limb.is_moving, limb.preset = moving, replace(limb.preset, leak=leak)
    line.sleep(0.5)
    driver = ReferenceController(line)
    driver.identify()
    line.box.faults_on.update(faults)
    return Examination(driver, target=120, seconds=30, clock=line.clock, sleep=line.sleep, **terms)


def examined(*faults: Fault, **terms) -> dict[str, Step]:
    return {step.name: step for step in examination(*faults, **terms).run()}


class BusyHost(DirectLine):
    """The computer stands still once, for two seconds, when it wants to rest."""

    def __init__(self, at_s: float) -> None:
        super().__init__(Firmware(presets=["cylinder"]))
        self.stands_still_at_s = at_s

    def sleep(self, seconds: float) -> None:
        if self.now >= self.stands_still_at_s:
            self.stands_still_at_s, seconds = math.inf, 2.0
        super().sleep(seconds)


def test_a_sound_box_passes_every_step():
    steps = examined()

    assert [name for name, step in steps.items() if not step.passed] == []
    assert list(steps) == [
        "self-test",
        "fills",
        "overshoot",
        "holds",
        "leak",
        "vents",
        "watchdog",
        "empty after silence",
    ]
    assert 0.8 < (steps["watchdog"].value or 0) < 1.5


def test_a_moving_limb_is_judged_by_the_wider_band():
    steps = examined(preset="thigh", moving=True, exercise=True)

    assert steps["holds while the limb moves"].passed
    assert steps["leak"].instead


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        (Fault.PUMP_DEAD, "broke off: The controller refused: the pump brings no pressure"),
        (Fault.NO_LEASE, "watchdog"),
        (Fault.BLOCKED_VENT, "vents"),
        (Fault.LEAK, "broke off: The controller refused: air is lost"),
        (Fault.EMERGENCY_STOP, "self-test: its own stop button was pressed"),
        (Fault.SILENT, "broke off: The controller does not answer."),
    ],
)
def test_a_broken_box_fails_the_step_that_looks_for_it(fault, failed):
    steps = examined(fault)

    assert failed in {name for name, step in steps.items() if not step.passed}


def test_a_leak_too_small_for_the_box_to_notice_fails():
    assert not examined(leak=1.0)["leak"].passed


def test_a_host_that_stood_still_is_told_from_a_box_that_fails():
    busy, leaking = examination(line=BusyHost(at_s=20)), examination(Fault.LEAK)

    assert not all(step.passed for step in busy.run() + leaking.run())
    assert (busy.stood_still, leaking.stood_still) == (True, False)


@pytest.mark.parametrize("seed", range(8))
def test_a_gauge_that_wavers_where_a_box_arms_does_not_break_off_the_test(seed):
    line = DirectLine(Firmware(presets=["cylinder"], seed=seed))
    limb = line.box.limbs[0]
    limb.preset = replace(limb.preset, sensor=replace(limb.preset.sensor, noise=4.0))

    assert "watchdog" in examined(line=line)


def test_a_figure_that_is_not_known_is_not_within_its_limit():
    assert not Limit(at_most=5).holds(None)
    assert not Step("leak", None, Limit(at_most=5)).passed
