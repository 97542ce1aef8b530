"""What a driver keeps for a box that can't: fence, ceiling, seconds, lease and faults, on a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.control.guard import HANGS_AFTER_S
from devices.domain.box import BoxState, Faults
from devices.drivers import ControllerRefusedError
from devices.drivers.terms import LOOK_FIRST_AFTER_S, Terms


@pytest.fixture
def terms() -> Terms:
    made = Terms()
    made.arm(fence=5, ceiling=180, max_inflated_s=60, pressure=0.3)
    return made


def test_nothing_is_ordered_before_arming():
    with pytest.raises(ControllerRefusedError, match="not armed"):
        Terms().order(100, 30, 0, 0)


def test_an_older_session_is_refused_and_the_same_one_is_not(terms):
    terms.arm(fence=5, ceiling=100, max_inflated_s=60, pressure=0)

    with pytest.raises(ControllerRefusedError, match="newer session"):
        terms.arm(fence=4, ceiling=100, max_inflated_s=60, pressure=0)


def test_a_full_cuff_is_not_armed(terms):
    with pytest.raises(ControllerRefusedError, match="holds pressure"):
        terms.arm(fence=6, ceiling=100, max_inflated_s=60, pressure=20)


def test_it_climbs_by_the_slew_and_falls_at_once(terms):
    assert terms.order(100, 30, 0.3, now=0) == 1
    assert terms.order(100, 30, 0.3, now=0.1) == pytest.approx(4)
    assert terms.order(100, 30, 0.3, now=0.2) == pytest.approx(7)
    assert terms.order(5, 30, 0.3, now=0.3) == 5
    assert terms.order(0, 30, 0.3, now=0.4) == 0


def test_after_a_gap_it_does_not_catch_up(terms):
    terms.order(100, 30, 50, now=0)

    assert terms.order(100, 30, 50, now=0.6) == pytest.approx(50 + 30 * 0.25)


def test_a_lapsed_lease_is_a_fault_until_the_next_session(terms):
    terms.order(100, 30, 0, now=0)
    terms.lapse(now=1.01)

    assert terms.state(50) is BoxState.FAULT
    with pytest.raises(ControllerRefusedError, match="nobody asked"):
        terms.order(100, 30, 50, now=1.1)
    terms.arm(fence=6, ceiling=100, max_inflated_s=60, pressure=2)
    assert terms.found is Faults(0)


def test_an_order_looks_first_before_the_guard_can_have_vented(terms):
    terms.order(100, 30, 0, now=0)

    assert terms.must_look_first(now=HANGS_AFTER_S)
    assert LOOK_FIRST_AFTER_S < HANGS_AFTER_S


def test_a_box_that_is_empty_though_it_was_just_told_to_hold_has_restarted(terms):
    terms.order(100, 30, 0, now=0)
    terms.emptied(now=0.1)

    assert terms.found is Faults.WATCHDOG


def test_nothing_lapses_while_nothing_is_held(terms):
    terms.order(0, 30, 0, now=0)
    terms.lapse(now=100)

    assert terms.found is Faults(0)


def test_seconds_inflated_are_counted_together(terms):
    for tick in range(1300):
        terms.look(80 if tick % 2 else 10, Faults(0), now=tick * 0.1)

    assert terms.found is Faults.INFLATED_TOO_LONG


def test_above_the_ceiling_is_a_fault_that_wants_a_person(terms):
    terms.order(180, 30, 0, now=0)
    terms.look(181, Faults(0), now=0.1)

    with pytest.raises(ControllerRefusedError, match="above the ceiling"):
        terms.arm(fence=6, ceiling=100, max_inflated_s=60, pressure=0)
    with pytest.raises(ControllerRefusedError, match="not empty"):
        terms.clear(25, Faults(0))
    with pytest.raises(ControllerRefusedError, match="cause"):
        terms.clear(5, Faults.SENSOR)
    terms.clear(5, Faults(0))
    assert terms.state(5) is BoxState.VENTED


@given(
    st.floats(0, 300),
    st.lists(st.tuples(st.floats(-50, 900), st.floats(0.1, 500), st.floats(-5, 400), st.floats(0, 1))),
)
def test_no_setpoint_is_ever_above_the_ceiling_or_the_target(ceiling, orders):
    terms, now = Terms(), 0.0
    terms.arm(fence=1, ceiling=ceiling, max_inflated_s=1e9, pressure=0)

    for target, slew, pressure, wait in orders:
        now += wait
        setpoint = terms.order(target, slew, pressure, now)
        assert 0 <= setpoint <= min(ceiling, max(0, target))
