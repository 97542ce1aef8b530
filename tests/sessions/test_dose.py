"""The dose of a session: what is measured counts, what is not known is never fine."""

from dataclasses import astuple, replace

from hypothesis import given
from hypothesis import strategies as st

from devices.domain.units import Scale
from protocols.domain.plan import Interval, IntervalKind, Plan
from sessions.domain import dose
from sessions.domain.dose import WhyPart
from sessions.domain.trace import Point

PLAN = Plan(
    Scale.MMHG,
    (
        Interval(IntervalKind.WORK, 100.0, 1, seconds=10),
        Interval(IntervalKind.REST, 100.0, 1, seconds=10),
        Interval(IntervalKind.RELEASE, 0.0, 1, seconds=10),
    ),
    ceiling=150,
    max_inflated_s=60,
    max_total_s=120,
)


def held(
    pressure: float | None,
    *,
    interval: int = 0,
    start: float = 0.0,
    seconds: float = 10,
    target: float = 100.0,
):
    return [Point(start + n / 10, pressure, target, interval) for n in range(round(seconds * 10) + 1)]


def test_a_pressure_on_target_is_all_in_band():
    found = dose.summary(held(100.0), PLAN)

    assert found.time_in_band == 1.0
    assert found.inflated_s == found.longest_inflation_s == 10
    assert found.pressure_minutes == 16.7
    assert (found.peak, found.samples, found.missing_s) == (100.0, 101, 0)


def test_the_band_is_narrower_at_rest():
    reached = held(100.0, seconds=10)

    at_work = dose.summary(reached + held(108.0, start=10.1), PLAN)
    at_rest = dose.summary(reached + held(108.0, interval=1, start=10.1), PLAN)

    assert (at_work.time_in_band, at_rest.time_in_band) == (1.0, round(10.1 / 20.1, 4))


def test_the_way_up_is_not_held_yet():
    found = dose.summary(held(50.0) + held(100.0, start=10.1), PLAN)

    assert found.time_in_band == 1.0
    assert found.inflated_s == 20.1


def test_a_target_that_was_never_reached_has_no_time_in_band():
    assert dose.summary(held(80.0), PLAN).time_in_band is None


def test_nothing_held_has_no_time_in_band():
    found = dose.summary(held(3.0, interval=2, target=0.0), PLAN)

    assert found.time_in_band is None
    assert found.inflated_s == 0


def test_no_samples_have_no_dose():
    assert astuple(dose.summary([], PLAN)) == (None, None, 0, 0, 0, 0, 0, None, 0, 0, 0, 0)


def test_a_gap_is_not_time_in_band_and_counts_as_inflated():
    found = dose.summary(held(100.0) + held(100.0, start=20), PLAN)

    assert found.time_in_band == round(20 / 30, 4)
    assert found.missing_s == 10
    assert found.longest_inflation_s == 30


def test_readings_that_are_not_known_are_missing_time():
    found = dose.summary(held(None), PLAN)

    assert (found.time_in_band, found.missing_s, found.inflated_s, found.peak) == (None, 10, 10, None)


def test_what_was_seen_of_an_inflation_is_kept_beside_what_counts():
    found = dose.summary(held(100.0) + held(100.0, start=20, seconds=4), PLAN)

    assert (found.inflated_s, found.longest_inflation_s) == (24, 24)
    assert (found.seen_inflated_s, found.longest_seen_s, found.unseen_s) == (14, 10, 10)


def test_what_nobody_saw_of_an_open_cuff_that_was_to_stay_open_is_not_missed():
    resting = held(3.0, interval=2, target=0.0, seconds=1)

    still_open = dose.summary([*resting, *held(None, start=1.1, interval=2, target=0.0)], PLAN)
    inflating = dose.summary([*resting, *held(None, start=1.1)], PLAN)

    assert (still_open.unseen_s, inflating.unseen_s) == (0, 10)


def test_a_dose_is_whole_only_with_every_reading_and_a_cuff_seen_open():
    whole = dose.summary(held(100.0), PLAN)
    with_a_gap = dose.summary(held(100.0) + held(100.0, start=20), PLAN)
    from_before = replace(with_a_gap, unseen_s=None)

    assert dose.why_part(whole, True) == []
    assert dose.why_part(whole, None) == [WhyPart.NOT_SEEN_OPEN]
    assert dose.why_part(whole, False) == [WhyPart.NOT_SEEN_OPEN]
    assert dose.why_part(with_a_gap, True) == [WhyPart.UNREAD]
    assert dose.why_part(from_before, True) == [WhyPart.UNREAD]
    assert dose.together([whole, with_a_gap]).unseen_s == 10


def test_the_longest_inflation_ends_where_the_air_is_out():
    found = dose.summary(
        held(100.0) + held(5.0, start=10.1, target=0.0) + held(100.0, start=20.2, seconds=4), PLAN
    )

    assert found.longest_inflation_s == 10.1
    assert round(found.inflated_s, 1) == 14.1


def test_the_valley_is_the_lowest_pressure_after_the_target_was_reached():
    inflating, reached = held(20.0, seconds=1), held(100.0, start=1.1, seconds=2)
    dipped, vented = held(71.5, start=3.2, seconds=1), held(3.0, start=4.3, seconds=1, target=0.0)

    assert dose.summary([*inflating, *reached, *dipped, *vented], PLAN).valley == 71.5
    assert dose.summary(inflating, PLAN).valley is None


def test_seconds_above_the_ceiling_are_counted_whatever_the_target():
    points = held(150.0) + held(150.1, start=10.1, seconds=2) + held(180.0, start=12.2, seconds=1, target=0.0)

    assert dose.summary(points, PLAN).over_ceiling_s == 3.1


samples = st.builds(
    Point,
    st.floats(0, 600),
    st.none() | st.floats(0, 400),
    st.sampled_from([0.0, 100.0, 160.0]),
    st.integers(-1, 3),
)


@given(st.lists(samples, max_size=40))
def test_whatever_was_sampled_the_sums_stay_within_the_session(points):
    found = dose.summary(points, PLAN)

    lasted = max((p.t_s for p in points), default=0) - min((p.t_s for p in points), default=0)
    assert found.time_in_band is None or 0 <= found.time_in_band <= 1
    assert found.longest_inflation_s <= found.inflated_s + 0.1 <= lasted + 0.2
    assert 0 <= found.missing_s <= lasted + 0.1
