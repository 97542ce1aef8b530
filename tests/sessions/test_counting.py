"""Repetitions are counted by a person: one more, one less, or what the pressure showed, taken over on purpose."""

from typing import Any

import pytest

from protocols.domain.plan import IntervalKind
from sessions.domain import counting, telemetry
from sessions.domain.commands import Verb
from sessions.domain.ripple import Ripple
from sessions.domain.state import State
from tests.sessions.test_live import Walk, inflated


def told(walk: Walk) -> dict[str, Any]:
    return telemetry.sample(walk.live, 0.0)


def counted(times: int) -> Walk:
    walk = inflated()
    for _ in range(times):
        walk.do(Verb.REPETITION)
    return walk


def test_a_miscount_is_taken_back_with_an_event():
    walk = counted(3)
    walk.do(Verb.UNDO)
    assert told(walk)["interval"]["done"] == 2
    assert walk.live.events[-1].kind == "UNDO"


def test_nothing_is_taken_back_where_nothing_was_counted():
    walk = inflated()
    walk.do(Verb.UNDO)
    assert walk.last_ack().outcome == "REFUSED"
    assert told(walk)["interval"]["done"] == 0


def test_the_last_set_can_still_be_put_right_in_the_pause_after_it():
    walk = counted(3)
    walk.pass_time(9)
    walk.do(Verb.NEXT)
    walk.do(Verb.UNDO)
    assert [one[0] for one in told(walk)["counted"]] == [2]
    walk.do(Verb.COUNT, value=30)
    assert told(walk)["counted"] == [[30, 9]]
    assert told(walk)["interval"]["done"] == 0


def test_what_the_pressure_shows_changes_no_count_until_a_person_takes_it_over():
    walk = counted(3)
    ripple = Ripple(swings=(2.0,) * 7, peaks=tuple(4.0 * n for n in range(7)), count=11)
    walk.live = walk.live.__class__(**{**walk.live.__dict__, "ripples": (ripple,)})
    walk.tick()
    assert told(walk)["seen"] == {"count": 11, "doubt": None}
    assert told(walk)["interval"]["done"] == 3

    walk.do(Verb.COUNT, value=11)
    assert told(walk)["interval"]["done"] == 11


@pytest.mark.parametrize("value", [None, -1, 2.5, 201])
def test_no_set_has_such_a_number(value):
    walk = counted(3)
    walk.do(Verb.COUNT, value=value)
    assert walk.last_ack().outcome == "REFUSED"
    assert told(walk)["interval"]["done"] == 3


def test_an_unknown_pressure_leaves_the_set_not_determinable():
    walk = inflated()
    walk.pass_time(1)
    walk.tick(pressure=None)
    walk.pass_time(1)
    assert told(walk)["seen"] == {"count": None, "doubt": "GAP"}


def test_a_new_set_is_felt_anew_and_the_rest_still_shows_the_one_before():
    walk = inflated()
    walk.pass_time(1)
    walk.tick(pressure=None)
    walk.do(Verb.NEXT)
    assert told(walk)["seen"]["doubt"] == "GAP"
    walk.pass_time(30.1)
    assert walk.live.interval.kind is IntervalKind.WORK
    assert told(walk)["seen"]["doubt"] == "TOO_FEW"
    assert walk.live.state is State.RUNNING


def test_the_record_of_a_set_comes_to_what_the_console_showed():
    told = [("REPETITION", None)] * 4 + [("UNDO", None), ("ENTER", 3.0), ("COUNT", 9.0), ("REPETITION", None)]
    assert counting.counted(told) == 10
    assert counting.counted([("ENTER", 3.0)]) is None
    assert counting.counted([("UNDO", None)]) == 0
