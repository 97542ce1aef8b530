"""Each interlock: what it catches, how soon, and what it lets pass."""

from collections.abc import Callable

import pytest

from devices.domain import interlock
from devices.domain.air import AT_FIRST, Air, Order, Sight, breathe
from devices.domain.interlock import Line

TICK_S = 0.05
HOLDS = Order(target=100, limit=150)
WORKS = Order(target=100, limit=150, is_moving=True)
VENTS = Order(target=0, limit=150)
Given = Callable[[float], Sight]


def run(order: Order, seen: Given, seconds: float, air: Air = AT_FIRST) -> Air:
    """The air after so many seconds of what is seen at each."""
    for n in range(round(seconds / TICK_S)):
        air = breathe(air, order, seen(n * TICK_S), TICK_S)
    return air


def found(air: Air) -> set[str]:
    return {one.code for one in interlock.AIR if one.holds(air)}


def alive(pressure: float, **fields: float | None) -> Given:
    """A reading that moves a little, as all do."""
    return lambda t: Sight(pressure + 0.3 * (round(t / TICK_S) % 2), **fields)


HELD = run(HOLDS, alive(100), 2)


def test_a_quiet_hold_is_nothing():
    assert found(run(HOLDS, alive(100, second=101, pump=0.05, setpoint=100), 60, HELD)) == set()


def test_a_slow_pump_may_take_its_time():
    def filling(t: float) -> Sight:
        return Sight(100 * t / 22 + 0.3 * (round(t / TICK_S) % 2), pump=1.0)

    assert found(run(HOLDS, filling, 22)) == set()


def test_peaks_of_a_muscle_pass():
    def beating(t: float) -> Sight:
        return Sight(100 + (45 if t % 2.5 < 1.2 else 0.3 * (round(t / TICK_S) % 2)))

    assert found(run(WORKS, beating, 30, HELD)) == set()


@pytest.mark.parametrize(
    ("code", "order", "seen", "bound_s"),
    [
        ("OVER_LIMIT", HOLDS, alive(150), 0.05),
        ("SENSOR_STUCK", WORKS, lambda t: Sight(100), 3.1),
        ("SENSOR_STUCK", HOLDS, lambda t: Sight(98, pump=0.3), 1.1),
        ("IMPLAUSIBLE", HOLDS, alive(-25), 0.1),
        ("IMPLAUSIBLE", Order(100, 500), alive(351), 0.1),
        ("IMPLAUSIBLE", HOLDS, lambda t: Sight(100 + 80 * (round(t / TICK_S) % 2 == 0)), 0.15),
        ("SENSORS_APART", HOLDS, alive(100, second=120), 0.4),
        ("TOO_HIGH", HOLDS, alive(135), 1.5),
        ("LEAK", HOLDS, alive(80), 5.1),
        ("AIR_MISSING", HOLDS, alive(80), 1.1),
        ("PUMPS_ON", HOLDS, alive(98, pump=1.0), 9.1),
        ("SETPOINT", HOLDS, alive(100, setpoint=0), 0.1),
        ("PUMP_RUNS_ON", VENTS, alive(5, pump=0.5), 0.6),
        ("PUMP_RUNS_ON", HOLDS, alive(120, pump=0.5), 0.6),
        ("BLEEDS_ON", HOLDS, alive(103, pump=0.0, exhaust=0.5), 4.1),
        ("BLOCKED", VENTS, alive(90), 2.1),
    ],
)
def test_each_fault_is_found_within_its_bound_and_not_at_once(code, order, seen, bound_s):
    assert code in found(run(order, seen, bound_s, HELD))
    if bound_s > 0.1:
        assert code not in found(run(order, seen, bound_s / 2, HELD))


def test_a_cuff_that_does_not_fill_is_found():
    assert "NO_FILL" in found(run(HOLDS, alive(3), 30.1))
    assert "NO_FILL" not in found(run(HOLDS, alive(3), 29))


def test_a_cuff_on_no_limb_fills_too_fast():
    assert "RUSH" in found(run(Order(200, 280), lambda t: Sight(100 * t, pump=1.0), 1.2))


def test_a_vent_that_empties_the_cuff_is_not_blocked():
    assert "BLOCKED" not in found(run(VENTS, lambda t: Sight(100 * 0.7**t), 10, HELD))


def test_a_pressure_that_was_let_down_is_held_again_and_counted():
    high = run(HOLDS, alive(135), 1.6, HELD)
    assert high.is_bleeding
    low = run(HOLDS, alive(99), 0.1, high)
    assert (low.is_bleeding, low.bleedings) == (False, 1)


def test_a_tight_limit_leaves_room_for_the_target():
    assert found(run(Order(145, 150), alive(146), 5)) == set()


def test_a_valve_that_opens_with_each_repetition_or_lets_the_pressure_down_is_no_stuck_pump():
    def works(t):
        return Sight(100 + round(t / TICK_S) % 2, exhaust=0.5 if t % 4 < 2 else 0.0, pump=0.0)

    assert "BLEEDS_ON" not in found(run(HOLDS, works, 20, HELD))
    assert "BLEEDS_ON" not in found(run(HOLDS, lambda t: Sight(160 - 5 * t, exhaust=0.5, pump=0.0), 6, HELD))


def test_nothing_is_learned_from_silence():
    silent = run(HOLDS, lambda t: Sight(), 60, HELD)
    assert found(silent) == set()
    assert silent.pressure == HELD.pressure


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        (Line(), set()),
        (Line(silent_s=0.1), {"NO_SAMPLE"}),
        (Line(silent_s=0.26), {"NO_SAMPLE", "SILENT"}),
        (Line(took_s=0.16), {"LATE"}),
        (Line(took_s=0.16, period_s=0.1), set()),
        (Line(took_s=0.51), {"LATE", "STALLED"}),
        (Line(fault="it restarted by itself"), {"BOX_FAULT"}),
    ],
)
def test_the_line_and_our_own_clock_are_watched(line, codes):
    assert {one.code for one in interlock.LINE if one.holds(line)} == codes


def test_every_threshold_says_where_it_is_from():
    assert all(one.origin for one in interlock.AIR)
    assert all(one.origin for one in interlock.LINE)
