"""The PACE driver against its simulated box, without a line in between: faster than time."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.domain import pace as wire
from devices.domain.box import BoxState, Drive, Faults
from devices.domain.pace import VentStatus
from devices.domain.units import Scale
from devices.drivers import ControllerLostError, ControllerRefusedError, WrongControllerError
from devices.drivers.pace import PaceController, PaceCrController
from devices.simulator.faults import Fault
from devices.simulator.pace import Pace
from tests.direct import DirectLine, Overheard

TICK_S = 0.1


def plugged_in(*faults, kind=PaceController):
    line = Overheard(Pace(presets=["arm"]))
    line.box.faults_on |= set(faults)
    line.sleep(0.5)
    return line, kind(line)


def armed(*faults, ceiling=200.0, max_inflated_s=600.0, kind=PaceController):
    line, driver = plugged_in(*faults, kind=kind)
    driver.identify()
    driver.arm(fence=1, ceiling=ceiling, max_inflated_s=max_inflated_s)
    return line, driver


def hold_for(line, driver, seconds, target=120.0, slew=200.0):
    until = line.now + seconds
    while line.now < until:
        due = line.now + TICK_S
        seen = driver.hold({0: target}, slew)
        line.sleep(due - line.now)
    return seen


def read_for(line, driver, seconds):
    until = line.now + seconds
    while line.now < until:
        seen = driver.read()
        line.sleep(0.01)
    return seen


def pressure(line):
    return line.box.limbs[0].pressure_mmhg


def vent_status(line):
    return line.box.output.vent


@pytest.mark.parametrize("kind", [PaceController, PaceCrController])
def test_it_says_who_it_is_and_what_it_can(kind):
    line, driver = plugged_in(kind=kind)

    found = driver.identify()

    assert (found.serial_number, found.firmware) == ("3213201", "02.00.07")
    assert (found.scale, found.channels, found.rated_maximum) == (Scale.MMHG, 1, 300)
    can = driver.capabilities
    assert (can.own_hold, can.own_lease, can.can_drive, can.fastest_tick_s) == (True, False, False, 0.1)
    assert all(frame.endswith(kind.terminator) for frame in line.said)


def test_a_box_that_counts_in_mbar_is_told_to_count_in_mmhg_and_asked_whether_it_does():
    line, driver = plugged_in()

    driver.identify()

    assert b":UNIT:PRES MMHG;:SYST:ERR?;:UNIT:PRES?\n" in line.said
    assert line.box.unit == "MMHG"


def test_what_others_left_in_its_queue_of_errors_is_forgotten():
    line, driver = plugged_in()
    line.box.answer("*NONSENSE;:SENS1:WRONG?;:SENS:PRES 4")

    driver.identify()

    assert not line.box.errors


def test_a_box_that_does_not_take_our_unit_is_refused():
    _, driver = plugged_in(Fault.REFUSE)

    with pytest.raises(WrongControllerError, match="mmHg"):
        driver.identify()


def test_arming_sets_it_up_and_switches_its_output_on_at_zero():
    line, _ = armed()

    assert (line.box.mode, line.box.has_overshoot, line.box.output.is_linear) == ("ACT", False, True)
    assert (line.box.output.is_on, line.box.output.wanted) == (True, 0)
    assert all(len(frame) <= 128 for frame in line.said)


def test_it_climbs_at_the_slew_and_holds():
    line, driver = armed()

    hold_for(line, driver, 2, slew=30)
    assert pressure(line) == pytest.approx(30 * 2, abs=15)
    seen = hold_for(line, driver, 7)

    assert (seen.state, seen[0].target, seen.faults) == (BoxState.HOLDING, 120, Faults(0))
    assert seen[0].pressure == pytest.approx(pressure(line), abs=3)


def test_no_exchange_of_a_hold_takes_as_long_as_a_guard_waits():
    line, driver = armed()
    longest_s = 0.0
    for _ in range(60):
        begun = line.now
        driver.hold({0: 120.0}, 30)
        longest_s = max(longest_s, line.now - begun)

    assert longest_s < 0.05


def test_a_target_is_cut_to_the_ceiling_and_the_ceiling_to_the_rating():
    line, driver = armed(ceiling=90)
    assert hold_for(line, driver, 0.4, target=250, slew=2000)[0].target == 90
    assert line.box.output.wanted == 90
    driver.vent()
    read_for(line, driver, 3)
    driver.clear()

    driver.arm(fence=2, ceiling=5000, max_inflated_s=60)
    assert driver.hold({0: 5000})[0].target == 300


def test_zero_empties_the_cuff_and_keeps_the_box_armed():
    line, driver = armed()
    hold_for(line, driver, 3)

    assert hold_for(line, driver, 3, target=0).state is BoxState.ARMED
    assert pressure(line) < 20
    assert hold_for(line, driver, 4).state is BoxState.HOLDING


def test_a_vent_is_watched_until_it_is_over_and_wants_arming_anew():
    line, driver = armed()
    hold_for(line, driver, 3)

    assert driver.vent()
    assert driver.read().state is BoxState.DEFLATING
    assert vent_status(line) is VentStatus.IN_PROGRESS
    assert read_for(line, driver, 3).state is BoxState.VENTED

    assert vent_status(line) in (VentStatus.IDLE, VentStatus.COMPLETED)
    with pytest.raises(ControllerRefusedError, match="not armed"):
        driver.hold({0: 100})
    assert driver.arm(fence=1, ceiling=100, max_inflated_s=60).state is BoxState.ARMED


def test_arming_waits_for_a_vent_that_goes_on():
    line, driver = armed()
    hold_for(line, driver, 3)
    driver.vent()
    until_empty = read_for(line, driver, 0.6)
    assert until_empty[0].pressure < 20

    driver.arm(fence=2, ceiling=100, max_inflated_s=60)

    assert vent_status(line) is VentStatus.IDLE
    assert hold_for(line, driver, 3, target=60).state is BoxState.HOLDING


def test_old_firmware_that_goes_on_to_say_complete_is_told_to_stop():
    line, driver = armed(Fault.VENT_LATCHED)
    hold_for(line, driver, 3)
    driver.vent()
    assert read_for(line, driver, 4).faults is Faults(0)
    assert vent_status(line) is VentStatus.COMPLETED

    driver.arm(fence=2, ceiling=100, max_inflated_s=60)

    assert b":SOUR1:PRES:LEV:IMM:AMPL:VENT 0;" in b"".join(line.said)
    assert vent_status(line) is VentStatus.IDLE


@pytest.mark.parametrize("fault", [Fault.TRAPPED, Fault.BLOCKED_VENT])
def test_a_vent_that_ends_with_pressure_in_the_cuff_is_a_fault_and_is_tried_again(fault):
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(fault)

    assert driver.vent()
    seen = read_for(line, driver, 12)

    assert (seen.state, seen.faults) == (BoxState.FAULT, Faults.BLOCKED)
    assert line.box.output.vents_begun > 1
    with pytest.raises(ControllerRefusedError, match="quick release"):
        driver.arm(fence=2, ceiling=100, max_inflated_s=60)
    line.box.faults_on.clear()
    read_for(line, driver, 3)
    assert pressure(line) < 20
    assert driver.clear().state is BoxState.VENTED


def test_a_setpoint_that_is_ignored_because_the_output_is_off_is_found_and_told_in_words():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.OUTPUT_OFF)

    with pytest.raises(ControllerRefusedError, match="output is off"):
        hold_for(line, driver, 5 * TICK_S)

    read_for(line, driver, 3)
    assert pressure(line) < 20
    assert "output is off" in driver.fault()
    with pytest.raises(ControllerRefusedError, match="output is off"):
        driver.arm(fence=2, ceiling=100, max_inflated_s=60)


@pytest.mark.parametrize(
    ("meddle", "why"),
    [
        (":OUTP:STAT 0", "output is off"),
        (":SOUR:PRES:LEV:IMM:AMPL 180", "somebody changed it"),
        (":UNIT:PRES MBAR", "changed it"),
        (":SENS:NONSENSE 1", "error -113, Undefined header"),
    ],
)
def test_what_somebody_does_by_hand_is_found_within_four_looks_and_vented(meddle, why):
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.answer(meddle)

    with pytest.raises(ControllerRefusedError, match=why):
        hold_for(line, driver, 5 * TICK_S)

    line.sleep(3)
    assert pressure(line) < 20
    assert not line.box.output.is_on


def test_an_order_that_it_refuses_vents():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.REFUSE)

    with pytest.raises(ControllerRefusedError, match="Settings conflict"):
        driver.hold({0: 60})

    assert vent_status(line) is VentStatus.IN_PROGRESS


def test_what_a_dead_host_left_inflated_is_vented_at_the_first_looks():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.sleep(600)
    assert pressure(line) > 100

    successor = PaceController(line)
    seen = read_for(line, successor, 3)

    assert seen.faults is Faults.LEASE
    assert pressure(line) < 20
    assert successor.arm(fence=2, ceiling=100, max_inflated_s=60).state is BoxState.ARMED


def test_a_restart_in_mid_hold_keeps_the_air_and_is_found():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.reset()
    line.sleep(0.2)
    assert pressure(line) > 100

    with pytest.raises(ControllerRefusedError, match=r"output is off|unit|setpoint"):
        hold_for(line, driver, 5 * TICK_S)
    line.sleep(3)

    assert pressure(line) < 20


def test_above_the_ceiling_it_vents_by_itself():
    line, driver = armed(ceiling=150)
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.FREEZE_SENSOR)
    line.box.output.measured = 151

    with pytest.raises(ControllerRefusedError, match="above the ceiling"):
        driver.hold({0: 120})

    assert not line.box.output.is_on


def test_a_hold_that_nobody_renewed_is_vented_at_the_next_word():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.sleep(1.1)

    seen = driver.read()

    assert seen.faults is Faults.LEASE
    assert not line.box.output.is_on


def test_the_seconds_inflated_have_an_end():
    line, driver = armed(max_inflated_s=5)

    with pytest.raises(ControllerRefusedError, match="as long as was allowed"):
        hold_for(line, driver, 9)

    assert not line.box.output.is_on


def test_a_session_is_not_begun_over_a_full_cuff_or_by_an_older_owner():
    line, driver = armed()
    hold_for(line, driver, 3)
    driver.vent()
    with pytest.raises(ControllerRefusedError, match="holds pressure"):
        driver.arm(fence=2, ceiling=100, max_inflated_s=60)
    read_for(line, driver, 2)

    driver.arm(fence=9, ceiling=100, max_inflated_s=60)
    with pytest.raises(ControllerRefusedError, match="newer session"):
        driver.arm(fence=8, ceiling=100, max_inflated_s=60)


def test_it_has_one_channel_and_drives_its_own_valves():
    _, driver = armed()

    with pytest.raises(ControllerRefusedError, match="first channel"):
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


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.GARBAGE, Fault.TRUNCATE])
def test_a_vent_that_was_not_answered_is_not_believed_and_yet_obeyed(fault):
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(fault)

    assert driver.vent() is False

    line.sleep(2)
    assert pressure(line) < 20


class Belated(Overheard):
    """A line on which a late answer comes before the one that is asked for."""

    behind = b""

    def _exchange(self, frame, timeout_s):
        fresh = super()._exchange(frame, timeout_s)
        late, self.behind = self.behind, b""
        return late + fresh


def test_a_late_answer_costs_its_own_look_and_not_the_next():
    line = Belated(Pace(presets=["arm"]))
    line.sleep(0.5)
    driver = PaceController(line)
    driver.arm(fence=1, ceiling=200, max_inflated_s=600)
    line.behind = b":OUTP1:STAT 1;:SENS1:PRES 199.0\n"

    seen = driver.read()

    assert seen[0].pressure == pytest.approx(0, abs=3)


def test_a_garbled_question_costs_one_look_and_no_session():
    line, driver = armed()
    hold_for(line, driver, 3)
    line.box.faults_on.add(Fault.SILENT)
    with pytest.raises(ControllerLostError):
        driver.hold({0: 120})
    line.box.answer(":SE#S1:PR")
    line.box.faults_on.clear()

    assert hold_for(line, driver, 10 * TICK_S).faults is Faults(0)


class Replayed(DirectLine):
    """A line that answers with what was said some exchanges ago."""

    behind = 0

    def __init__(self, *terms):
        super().__init__(*terms)
        self.heard: list[bytes] = []

    def _exchange(self, frame, timeout_s):
        self.heard.append(super()._exchange(frame, timeout_s))
        return self.heard[-1 - self.behind]


@pytest.mark.parametrize("behind", range(1, 8))
@pytest.mark.parametrize("ask", [lambda box: box.hold({0: 120}), lambda box: box.read()])
def test_none_of_the_last_seven_answers_is_taken_for_a_new_one(behind, ask):
    line = Replayed(Pace(presets=["arm"]))
    line.sleep(0.5)
    driver = PaceController(line)
    driver.arm(fence=1, ceiling=200, max_inflated_s=600)
    hold_for(line, driver, 5)

    line.behind = behind

    with pytest.raises(ControllerLostError, match="does not answer"):
        ask(driver)


@pytest.mark.parametrize("shown", [-40.0, 400.0])
def test_a_pressure_that_can_not_be_is_not_used(shown):
    line, driver = armed()
    line.box.faults_on.add(Fault.FREEZE_SENSOR)
    line.box.output.measured = shown

    with pytest.raises(ControllerLostError, match="can't be"):
        driver.read()


def test_a_pressure_that_jumps_faster_than_any_cuff_is_not_used():
    line, driver = armed()
    driver.read()
    line.box.faults_on.add(Fault.FREEZE_SENSOR)
    line.box.output.measured = 300

    with pytest.raises(ControllerLostError, match="jumped"):
        driver.read()


def test_the_vent_bytes_are_known_without_a_driver():
    frame = PaceController.vent_frames[0]
    line, driver = armed()
    hold_for(line, driver, 3)

    heard = line.box.hear(frame.order)

    assert frame.answer in heard.replies[0][0]
    assert heard.vent_began
    assert wire.line((), [wire.OUTPUT], b"\r").endswith(b"?\r")


WISHES = {
    "hold": lambda driver, amount: driver.hold({0: amount}, 300),
    "arm": lambda driver, amount: driver.arm(fence=1, ceiling=amount, max_inflated_s=60),
    "read": lambda driver, _: driver.read(),
    "vent": lambda driver, _: driver.vent(),
    "clear": lambda driver, _: driver.clear(),
    "wait": lambda driver, amount: driver._line.sleep(amount / 400),
    "fault": lambda driver, amount: driver._line.box.faults_on.add(BROKEN_LINES[int(amount) % 6]),
    "mend": lambda driver, _: driver._line.box.faults_on.clear(),
    "off": lambda driver, _: driver._line.box.answer(":OUTP:STAT 0"),
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(WISHES)), st.floats(1, 400)), max_size=30))
def test_whatever_happens_it_stays_below_the_ceiling_and_a_vent_empties_the_cuff(wishes):
    line, driver = plugged_in()
    driver.identify()
    ceiling = 0.0
    for wish, amount in wishes:
        if wish == "arm":
            ceiling = max(ceiling, min(amount, 300))
        with contextlib.suppress(ControllerLostError, ControllerRefusedError):
            WISHES[wish](driver, amount)
        assert line.box.output.wanted <= ceiling

    line.box.faults_on.clear()
    driver.vent()
    line.sleep(5)

    assert pressure(line) < 20
