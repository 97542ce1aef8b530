"""Samples go in and come out as they were, to a tenth of a unit and a millisecond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain import trace
from sessions.domain.trace import Point

tenths = st.integers(-32767, 32767).map(lambda n: n / 10)
points = st.builds(
    Point,
    t_s=st.integers(-1000, 2**31 - 1).map(lambda ms: ms / 1000),
    pressure=st.none() | tenths,
    target=tenths,
    interval=st.integers(-1, 400),
)


@given(st.lists(points, max_size=60))
def test_what_is_packed_comes_back_exactly(samples):
    assert trace.unpack(trace.pack(samples)) == samples


def test_a_reading_that_is_no_number_comes_back_as_not_known():
    packed = trace.pack([Point(0.0, float("nan"), 120.0, 0)])

    assert trace.unpack(packed) == [Point(0.0, None, 120.0, 0)]


def test_ten_minutes_at_twenty_hertz_take_little_room():
    samples = [Point(n / 20, 120 + n % 7 / 10, 120.0, 0) for n in range(12_000)]

    assert len(trace.pack(samples)) < 20_000


@pytest.mark.parametrize(
    "block", [b"", b"abcdef", b"\x02" + trace.pack([])[1:], trace.pack([Point(0, 1, 1, 0)])[:-3]]
)
def test_damaged_bytes_are_refused(block):
    with pytest.raises(trace.TraceError):
        trace.unpack(block)


def test_a_hole_longer_than_the_lease_is_a_stretch_without_a_reading():
    samples = [Point(t, 100.0, 100.0, 0) for t in (0.0, 1.0, 2.1, 2.2)]

    assert trace.unread(samples) == [(1.0, 2.1)]


def test_a_stretch_without_a_reading_lasts_to_the_next_one_or_to_the_end():
    seen = [100.0, None, None, 100.0, 100.0, None, None]
    samples = [Point(float(t), pressure, 100.0, 0) for t, pressure in enumerate(seen)]

    assert trace.unread(samples) == [(1.0, 3.0), (5.0, 6.0)]
    assert trace.unread([*samples, Point(9.0, 100.0, 100.0, 0)])[-1] == (5.0, 9.0)
    assert trace.unread([]) == []
