"""A session that measures the occlusion pressure: its plan, what a person marks, and how it concludes."""

from dataclasses import replace

from devices.domain import lop_ramp, lop_steps
from devices.domain.lop import NEVER_ABOVE_MMHG, Estimate
from devices.domain.lop_steps import Mark
from devices.domain.units import Scale
from kaatsu_clinic.thresholds import Area, Thresholds
from protocols.domain.plan import Interval, IntervalKind, Plan, Search
from sessions.domain.state import Event, Live, Outcome, State
from sessions.domain.transitions import end, enter_interval

THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
HIGHEST_MMHG = NEVER_ABOVE_MMHG
ROOM_MMHG = THRESHOLDS.of(10.0, "mmHg", "Guided steps: the last lies this far below the ceiling")
"""So that a beat does not end the measurement."""
AT_STEP_MMHG = THRESHOLDS.of(4.0, "mmHg", "Guided steps: a pulse is felt for this near to the step")
LONGEST_STEP_S = THRESHOLDS.of(
    60.0, "s", "Guided steps: one is held no longer while somebody looks for the pulse"
)
LONGEST_GUIDED_S = THRESHOLDS.of(600.0, "s", "Guided steps: all together, no longer")


def plan(search: Search, ceiling: float) -> Plan:
    """The session of a measurement, up to a ceiling in mmHg. A guided one grows by a step with each mark."""
    if search.is_automatic:
        first, longest_s, total_s = lop_ramp.START_MMHG, lop_ramp.LONGEST_S, lop_ramp.LONGEST_S
    else:
        first, longest_s, total_s = lop_steps.FIRST_MMHG, LONGEST_STEP_S, LONGEST_GUIDED_S
    begin = Interval(IntervalKind.REST, first, set_number=1)
    return Plan(Scale.MMHG, (begin,), ceiling, longest_s, total_s, search=search)


def asks(live: Live) -> bool:
    """Whether a person is to say now if there is a pulse: the cuff is at this step, and stays there."""
    if live.plan.search is None or live.is_ramping or live.state is not State.RUNNING or live.target <= 0:
        return False
    return live.pressure is not None and abs(live.pressure - live.target) <= AT_STEP_MMHG


def mark(live: Live, has_pulse: bool) -> Live:
    """Note what was felt at this step, and go on to the next or to the answer."""
    search, here = live.plan.search, live.interval
    assert search
    assert here
    marks = (*live.marks, Mark(here.target, has_pulse))
    live, terms = replace(live, marks=marks), (marks, search.systolic_mmhg, _highest(live.plan))
    following = lop_steps.next_mmhg(*terms)
    if following is None:
        return conclude(live, lop_steps.answer(*terms))
    return enter_interval(_with_step(live, following), live.index + 1)


def marked_words(live: Live, has_pulse: bool) -> str:
    """What is marked, for the record."""
    return f"{'Pulse' if has_pulse else 'No pulse'} at {live.target:.0f} mmHg."


def why_not_unmark(live: Live) -> str | None:
    """Why no mark can be taken back, in words."""
    if live.plan.search is None or not live.marks:
        return "Nothing was marked yet."
    return None if live.state is State.RUNNING else "Marks are taken back while the measurement runs."


def unmark(live: Live) -> Live:
    """Take the last mark back: the cuff opens as between two steps, then the same step comes again."""
    *marks, wrong = live.marks
    done = replace(live.plan, intervals=live.plan.intervals[: live.index])
    return enter_interval(_with_step(replace(live, marks=tuple(marks), plan=done), wrong.mmhg), live.index)


def unmarked_words(live: Live) -> str:
    """What is taken back, for the record."""
    wrong = live.marks[-1]
    return f"{'Pulse' if wrong.has_pulse else 'No pulse'} at {wrong.mmhg:.0f} mmHg no longer counts."


def conclude(live: Live, found: Estimate) -> Live:
    """The measurement is over: it found a value, or says why none can be had."""
    words = (
        f"LOP {found.mmhg:.0f} mmHg, \N{PLUS-MINUS SIGN}{found.plus_minus_mmhg:.0f}."
        if found.mmhg
        else found.words
    )
    event = Event("OCCLUSION", words, value=found.mmhg)
    return end(replace(live, found=found, events=(*live.events, event)), Outcome.COMPLETED, words)


def _highest(plan: Plan) -> float:
    return plan.ceiling - ROOM_MMHG


def _with_step(live: Live, mmhg: float) -> Live:
    """The plan with an open cuff and one more step behind it."""
    number = len(live.marks) + 1
    step = (
        Interval(IntervalKind.RELEASE, 0.0, number - 1, seconds=lop_steps.OPEN_S),
        Interval(IntervalKind.REST, mmhg, number),
    )
    intervals = (*live.plan.intervals, *step)
    terms = replace(live.cuffs[0].terms, targets=tuple(one.target for one in intervals))
    cuff = replace(live.cuffs[0], terms=terms)
    return replace(live, plan=replace(live.plan, intervals=intervals), cuffs=(cuff,))
