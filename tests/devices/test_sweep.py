"""Air in a cuff that nobody holds is found and let out."""

import pytest

from devices.control.sweep import Found, Place, empty
from tests.waiting import until


@pytest.fixture
def left_inflated(start):
    """A box with no lease of its own, and nobody there."""
    bench = start("--preset", "arm", "--fault", "no_lease")
    bench.leave_inflated()
    return bench


def test_a_cuff_that_was_left_inflated_is_vented_and_seen_empty(left_inflated):
    place = Place("reference", left_inflated.port)
    found = empty([place])[place]
    assert found.was_inflated
    assert found.pressure == pytest.approx(80, abs=10)
    assert found.vented is True
    assert left_inflated.true_pressure < 20


def test_an_empty_box_is_left_alone(bench):
    place = Place("reference", bench.port)
    found = empty([place])[place]
    assert not found.was_inflated
    assert bench.control.state()["last_vent_request_monotonic"] is None


def test_a_box_that_does_not_answer_is_told_to_vent_and_is_not_called_empty(left_inflated):
    left_inflated.control.fault("silent")
    place = Place("reference", left_inflated.port)
    assert empty([place]) == {place: Found(None, None)}
    until(lambda: left_inflated.true_pressure < 20)


def test_a_port_in_use_and_one_that_is_gone_are_left_out(bench, box, tmp_path):
    assert empty([Place("reference", bench.port), Place("reference", str(tmp_path / "none"))]) == {}


def test_a_cuff_that_does_not_empty_is_said(left_inflated):
    left_inflated.control.fault("blocked_vent")
    place = Place("reference", left_inflated.port)
    assert empty([place])[place].vented is False
