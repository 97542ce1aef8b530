"""The Alicat driver against its simulated box, without a line in between: faster than time."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.control.acceptance import Examination
from devices.control.guard import HANGS_AFTER_S
from devices.domain.alicat import CANCEL_VALVE_HOLD
from devices.domain.box import BoxState, Drive, Faults
from devices.domain.units import Scale
from devices.drivers import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.alicat import AlicatController
from devices.simulator.alicat import AlicatFirmware
from devices.simulator.faults import Fault
from tests.direct import Overheard

TICK_S = 0.05


def plugged_in(*faults):
    line = Overheard(AlicatFirmware(presets=["arm"]))
    line.box.faults_on |= set(faults)
    line.sleep(0.5)
    return line, AlicatController(line)


def armed(ceiling=200.0, max_inflated_s=600.0):
    line, driver = plugged_in()
    driver.identify()
    driver.arm(fence=1, ceiling=ceiling, max_inflated_s=max_inflated_s)
    return line, driver


def hold_for(line, driver, seconds, target=120.0, slew=200.0):
    for _ in range(round(seconds / TICK_S)):
        seen = driver.hold({0: target}, slew)
        line.sleep(TICK_S)
    return seen


def pressure(line):
    return line.box.limbs[0].pressure_mmhg


def test_it_says_who_it_is_and_what_it_can():
    _, driver = plugged_in()

    found = driver.identify()

    assert (found.serial_number, found.firmware, found.scale, found.channels, found.rated_maximum) == (
        "SIM00001",
        "10v20",
        Scale.MMHG,
        1,
        300,
    )
    can = driver.capabilities
    assert (can.own_hold, can.own_lease, can.can_drive) == (True, False, False)


def test_a_box_that_counts_in_psi_is_told_to_count_in_mmhg():
    line, driver = plugged_in(Fault.COUNTS_IN_PSI)

    driver.identify()

    assert b"ADCU 6 14\r" in line.said
    assert line.box.unit == 14


def test_a_box_that_counts_in_mmhg_is_set_to_nothing():
    line, driver = plugged_in()

    driver.identify()

    assert line.said == [
        b"@@ A\r",
        b"AVE\r",
        b"A??M*\r",
        b"ADCU 6\r",
        b"ALV\r",
        b"ALSS\r",
        b"ASR\r",
        b"A??D*\r",
        b"AFPF 6\r",
    ]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda box: box.faults_on.add(Fault.ANALOG_SETPOINT), "setpoint source"),
        (lambda box: box.faults_on.add(Fault.OLD_FIRMWARE), "8v17 is too old"),
        (lambda box: box.registers.update({122: 34}), "loop variable"),
        (lambda box: setattr(box, "ramp_per_s", 25.0), "ramp"),
    ],
)
def test_a_box_that_is_set_up_otherwise_is_refused_in_words(spoil, why):
    line, driver = plugged_in()
    spoil(line.box)

    with pytest.raises(WrongControllerError, match=why):
        driver.identify()


def test_it_climbs_at_the_slew_and_holds():
    line, driver = armed()

    hold_for(line, driver, 1, slew=30)
    assert pressure(line) == pytest.approx(30 * 1, abs=8)
    seen = hold_for(line, driver, 5)

    assert (seen.state, seen[0].target, seen.faults) == (BoxState.HOLDING, 120, Faults(0))
    assert seen[0].pressure == pytest.approx(pressure(line), abs=3)


def test_a_target_is_cut_to_the_ceiling_and_the_ceiling_to_the_rating():
    line, driver = armed(ceiling=90)
    assert hold_for(line, driver, 0.2, target=250, slew=2000)[0].target == 90
    assert 80 < line.box.target <= 90
    driver.vent()
    line.sleep(3)
    driver.clear()

    driver.arm(fence=2, ceiling=5000, max_inflated_s=60)
    assert driver.hold({0: 5000})[0].target == 300


def test_zero_empties_the_cuff_and_keeps_the_box_armed():
    line, driver = armed()
    hold_for(line, driver, 3)

    assert hold_for(line, driver, 3, target=0).state is BoxState.ARMED
    assert pressure(line) < 20
    assert line.box.air.exhaust == 1
    assert hold_for(line, driver, 3).state is BoxState.HOLDING


def test_a_vent_empties_the_cuff_and_wants_arming_anew():
    line, driver = armed()
    hold_for(line, driver, 3)

    assert driver.vent()

    line.sleep(2)
    assert driver.read().state is BoxState.VENTED
    with pytest.raises(ControllerRefusedError, match="not armed"):
        driver.hold({0: 100})


def test_a_vent_frees_valves_that_somebody_shut():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.line.answer(b"AHC")

    seen = driver.read()
    line.sleep(2)

    assert seen.faults is Faults.BLOCKED
    assert CANCEL_VALVE_HOLD in line.said
    assert pressure(line) < 20


def test_a_box_that_ignores_the_setpoint_is_lost_and_its_vent_is_not_believed():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.ANALOG_SETPOINT)

    with pytest.raises(ControllerLostError, match="did not take the setpoint"):
        driver.hold({0: 60})
    assert driver.vent() is False
    assert pressure(line) > 100


def test_a_status_that_nobody_knows_is_never_fine():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.STRANGE_STATUS)

    seen = driver.hold({0: 120})

    assert (seen.state, seen.faults) == (BoxState.FAULT, Faults.OTHER)
    assert line.box.target == 0
    assert "does not know" in driver.fault()
    with pytest.raises(ControllerRefusedError, match="does not know"):
        driver.arm(fence=2, ceiling=100, max_inflated_s=60)
    line.sleep(2)
    with pytest.raises(ControllerRefusedError, match="cause"):
        driver.clear()
    line.box.faults_on.clear()
    assert driver.clear().state is BoxState.VENTED
    assert driver.fault() is None


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ADC", Faults.SENSOR),
        ("P2O", Faults.SENSOR),
        ("POV", Faults.OVER_PRESSURE),
        ("OPL", Faults.OVER_PRESSURE),
        ("HLD", Faults.BLOCKED),
        ("EXH", Faults.LEAK),
        ("COM", Faults.LEASE),
        ("TMF", Faults.OTHER),
        ("OVR", Faults.OTHER),
        ("GTA", Faults.OTHER),
        ("LCK", Faults(0)),
    ],
)
def test_each_word_of_its_status_means_something(word, found):
    line, driver = armed()
    line.box.also_shown.add(word)

    assert driver.hold({0: 50}).faults is found
    assert (line.box.target == 0) == bool(found)


def test_an_open_exhaust_is_fine_while_nothing_is_held():
    line, driver = armed()
    line.box.also_shown.add("EXH")

    assert driver.read().state is BoxState.ARMED


def test_above_the_ceiling_it_vents_by_itself():
    line, driver = armed(ceiling=150)
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.FREEZE_SENSOR)
    line.box.air.measured = 151

    assert driver.hold({0: 120}).faults is Faults.OVER_PRESSURE

    assert line.box.target == 0


def test_a_hold_that_comes_too_late_is_refused_and_vented():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.sleep(1.05)

    with pytest.raises(ControllerRefusedError, match="nobody asked"):
        driver.hold({0: 120})
    assert line.box.target == 0


@pytest.mark.parametrize(("silent_s", "found"), [(0.9, Faults.LEASE), (0.01, Faults.WATCHDOG)])
def test_what_somebody_else_vented_is_told_and_wants_arming_anew(silent_s, found):
    line, driver = armed()
    hold_for(line, driver, 3)
    line.sleep(silent_s)
    line.box.line.answer(b"ALS 0")

    seen = driver.read()

    assert (seen.state, seen.faults) == (BoxState.FAULT, found)
    with pytest.raises(ControllerRefusedError):
        driver.hold({0: 120})
    assert line.box.target == 0


def test_what_the_guard_vented_is_not_inflated_again_by_the_next_order():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.sleep(HANGS_AFTER_S)
    line.box.line.answer(b"ALS 0")
    line.said.clear()

    with pytest.raises(ControllerRefusedError, match="nobody asked"):
        driver.hold({0: 120})
    assert {said for said in line.said if said.startswith(b"ALS ")} == {b"ALS 0\r"}


def test_what_it_holds_for_a_host_that_is_gone_is_vented_at_the_first_look():
    line, driver = armed()
    hold_for(line, driver, 3)
    after_a_restart = AlicatController(line)

    assert after_a_restart.read().faults is Faults.LEASE

    line.sleep(2)
    assert pressure(line) < 20
    assert after_a_restart.arm(fence=2, ceiling=100, max_inflated_s=60).state is BoxState.ARMED


def test_after_a_short_gap_it_looks_and_goes_on():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.sleep(0.2)

    assert driver.hold({0: 120}).state is BoxState.HOLDING


class Room:
    """Time for an examination: passes on the line, with somebody who vents after a silence as a guard does."""

    def __init__(self, line, *, is_guarded):
        self.line, self.is_guarded, self.heard_at = line, is_guarded, 0.0

    def beat(self, is_inflated):
        self.heard_at = self.line.now

    def sleep(self, seconds):
        self.line.sleep(seconds)
        if self.is_guarded and self.line.now - self.heard_at > HANGS_AFTER_S:
            self.line.box.line.answer(b"ALS 0")


@pytest.mark.parametrize("is_guarded", [True, False])
def test_the_acceptance_test_passes_with_a_guard_and_finds_out_that_there_is_none(is_guarded):
    line, driver = plugged_in()
    driver.identify()
    room = Room(line, is_guarded=is_guarded)

    steps = Examination(
        driver, target=120, seconds=10, clock=line.clock, sleep=room.sleep, beat=room.beat
    ).run()

    assert [step.name for step in steps if not step.passed] == (
        [] if is_guarded else ["watchdog", "empty after silence"]
    )


def test_the_seconds_inflated_have_an_end():
    line, driver = armed(max_inflated_s=5)

    with pytest.raises(ControllerRefusedError, match="as long as was allowed"):
        hold_for(line, driver, 8)

    assert line.box.target == 0


def test_a_session_is_not_begun_over_a_full_cuff_or_by_an_older_owner():
    line, driver = armed()
    hold_for(line, driver, 3)
    driver.vent()
    with pytest.raises(ControllerRefusedError, match="holds pressure"):
        driver.arm(fence=2, ceiling=100, max_inflated_s=60)
    line.sleep(2)

    driver.arm(fence=9, ceiling=100, max_inflated_s=60)
    with pytest.raises(ControllerRefusedError, match="newer session"):
        driver.arm(fence=8, ceiling=100, max_inflated_s=60)


def test_it_has_one_channel_and_drives_its_own_valves():
    _, driver = armed()

    with pytest.raises(ControllerRefusedError, match="no channel 2"):
        driver.hold({1: 100})
    with pytest.raises(ControllerRefusedError, match="by itself"):
        driver.drive({0: Drive(pump=1)})


BROKEN_LINES = [Fault.SILENT, Fault.GARBAGE, Fault.BAD_CRC, Fault.LATE_REPLY, Fault.TRUNCATE, Fault.OLD_REPLY]


@pytest.mark.parametrize("fault", BROKEN_LINES)
@pytest.mark.parametrize("ask", [lambda box: box.hold({0: 120}), lambda box: box.read()])
def test_no_bad_answer_is_ever_taken_for_a_reading(fault, ask):
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(fault)

    with pytest.raises(ControllerLostError):
        ask(driver)


class Replayed(Overheard):
    """A line that answers with what was said some exchanges of the same kind ago."""

    behind = 0

    def __init__(self, *terms):
        super().__init__(*terms)
        self.heard: dict[bytes, list[bytes]] = {}

    def _exchange(self, frame, timeout_s):
        fresh = super()._exchange(frame, timeout_s)
        kept = self.heard.setdefault(frame[:3], [])
        kept.append(fresh)
        return kept[-1 - self.behind]


@pytest.mark.parametrize("behind", range(1, 10))
def test_an_older_pair_of_answers_of_the_right_shapes_is_not_taken(behind):
    line = Replayed(AlicatFirmware(presets=["arm"]))
    line.sleep(0.5)
    driver = AlicatController(line)
    driver.arm(fence=1, ceiling=200, max_inflated_s=600)
    hold_for(line, driver, 4)

    line.behind = behind

    with pytest.raises(ControllerLostError, match="did not take"):
        driver.hold({0: 120})


@pytest.mark.parametrize("shown", [-40.0, 400.0])
def test_a_pressure_that_can_not_be_is_not_used(shown):
    line, driver = armed()
    line.box.faults_on.add(Fault.FREEZE_SENSOR)
    line.box.air.measured = shown

    with pytest.raises(ControllerLostError, match="can't be"):
        driver.read()


def test_a_pressure_that_jumps_faster_than_any_cuff_is_not_used():
    line, driver = armed()
    hold_for(line, driver, 3)
    driver.read()
    line.box.faults_on.add(Fault.FREEZE_SENSOR)
    line.box.air.measured += 100

    with pytest.raises(ControllerLostError, match="jumped"):
        driver.read()


def switch(box, number):
    """One of the faults that a box can have on a line that is plugged in."""
    faults = sorted(set(Fault) - {Fault.UNPLUGGED, Fault.COUNTS_IN_PSI})
    box.faults_on.symmetric_difference_update({faults[number % len(faults)]})


@settings(max_examples=40, deadline=None)
@given(
    st.floats(1, 300),
    st.lists(
        st.tuples(st.sampled_from(["hold", "read", "vent", "arm", "wait", "fault"]), st.floats(-20, 900))
    ),
)
def test_whatever_is_asked_the_old_integer_is_never_said_and_the_ceiling_stands(ceiling, wishes):
    line, driver = armed(ceiling=ceiling)
    line.said.clear()
    asked = {
        "hold": lambda amount: driver.hold({0: amount}, 400),
        "read": lambda _: driver.read(),
        "vent": lambda _: driver.vent(),
        "arm": lambda amount: driver.arm(fence=1, ceiling=min(amount, ceiling), max_inflated_s=9),
        "wait": lambda amount: line.sleep(abs(amount) / 400),
        "fault": lambda amount: switch(line.box, int(abs(amount))),
    }
    for wish, amount in wishes:
        with contextlib.suppress(ControllerLostError, ControllerRefusedError):
            asked[wish](amount)
        assert line.box.target <= ceiling

    assert {said[:3] for said in line.said} <= {b"@@ ", b"ALS", b"A\r", b"AC\r"}
