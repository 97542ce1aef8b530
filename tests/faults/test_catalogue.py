"""Every fault of the catalogue: how the pressure ends, how soon, what is told, what is kept, and that nothing begins again."""

from collections.abc import Callable

import pytest

from devices.domain.units import VENTED_BELOW
from devices.drivers import ControllerError
from devices.simulator.faults import ONCE
from sessions.domain import live
from sessions.domain.commands import Command, Verb
from sessions.domain.state import NOTHING, Live
from tests.faults.cases import Case, InTheLoop, Safe
from tests.faults.catalogue import CASES
from tests.faults.walk import Walk

AFTERWARDS_S = 10.0
NOISE = 3.0
Measured = Callable[[str, object], None]


def rows(kind: type[Case]) -> list[object]:
    return [pytest.param(n, case, id=case.name) for n, case in enumerate(CASES, 1) if isinstance(case, kind)]


@pytest.mark.parametrize(("number", "case"), rows(InTheLoop))
def test_a_fault_in_the_loop_ends_safely_is_told_and_kept(number, case, tmp_path, record_property: Measured):
    walk = Walk(case, tmp_path)
    ended = walk.walk()

    check_told(walk, ended)
    check_kept(walk)
    took_s = {Safe.OPEN: check_open, Safe.SHUT: check_shut, Safe.HELD: check_held}[case.safe](walk, ended)
    assert took_s <= case.bound_s
    check_no_resumption(walk, ended)
    highest = max(moment.truth[0] for moment in walk.since)
    record_property("measured", (number, (took_s, highest)))


def check_told(walk: Walk, ended: Live) -> None:
    """Which interlock found it, and the words on the console."""
    codes = {one["code"] for moment in walk.since for one in moment.told["alarms"] if one["level"] != "INFO"}
    assert ended.ending.outcome == walk.case.outcome, ended.ending
    assert ended.ending.latches is walk.case.latches
    if walk.case.safe is Safe.HELD:
        assert codes <= {"LATE"}
        return
    assert walk.case.code in codes
    assert walk.told_after_s(walk.case.alarm) >= 0


def check_kept(walk: Walk) -> None:
    """The journal has the ending with its reason, and every sample."""
    kept, last = walk.kept, walk.history[-1].told
    assert [event["kind"] for event in kept.events][-1] == "ENDED"
    assert any(event["kind"] == "ENDING" for event in kept.events)
    assert (kept.end["outcome"], kept.end["words"]) == (walk.case.outcome, last["ending"]["words"])
    assert (kept.end["vented"], kept.end["latches"]) == (last["vented"], walk.case.latches)
    assert len(kept.traces[0]) == len(walk.history)


def check_open(walk: Walk, ended: Live) -> float:
    """The cuff is open within its bound, and where that could not be read, nobody is told so."""
    assert walk.truth[0] < VENTED_BELOW
    return walk.opened_after_s(walk.broke_at)


def check_shut(walk: Walk, ended: Live) -> float:
    """No order opens this cuff: it is never called open, the session does not close before 15 s of trying."""
    assert walk.truth[0] >= VENTED_BELOW
    assert ended.vented is not True
    assert all(moment.told["vented"] is not True for moment in walk.since)
    assert ended.now - ended.ending.at >= live.CONFIRM_VENT_WITHIN_S
    return walk.told_after_s(walk.case.alarm)


def check_held(walk: Walk, ended: Live) -> float:
    """It goes on within its limits until somebody stops it."""
    above = sum(moment.truth[0] > walk.case.plan.ceiling for moment in walk.history)
    assert above * walk.period_s <= walk.case.over_ceiling_s
    assert walk.truth[0] < VENTED_BELOW
    return walk.opened_after_s(ended.ending.at)


def check_no_resumption(walk: Walk, ended: Live) -> None:
    """Ten seconds later, the fault gone: no command is taken, no order either, and nothing has inflated by itself."""
    asked = [Command(Verb.INFLATE, seen_n=ended.n), Command(Verb.RESUME, seen_n=ended.n)]
    after = live.step(ended, ended.now + 1, NOTHING, asked)
    assert {ack.outcome for ack in after.acks if ack.key in [one.key for one in asked]} == {"REFUSED"}
    assert after.is_over
    assert after.target == 0
    highest_then = max(moment.truth[0] for moment in walk.since)
    if walk.case.fault and walk.case.fault not in ONCE:
        walk.breaks(walk.case.fault, on=False)
    for _ in range(10):
        with pytest.raises(ControllerError):
            walk.driver.hold({0: 60.0})
        walk.line.sleep(AFTERWARDS_S / 10)
        most = highest_then if walk.case.safe is Safe.SHUT else VENTED_BELOW
        assert walk.truth[0] < most + NOISE
