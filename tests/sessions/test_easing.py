"""Go, go reduced or hold: never laxer for knowing less or for being worse, and a reduced plan is smaller in everything."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain.units import Scale
from protocols.domain.plan import (
    IntervalKind,
    Plan,
    build_up_at,
    cycles_at,
    sets_at,
    together,
    vented_sets_at,
)
from sessions.domain.easing import Verdict, decide, ease
from sessions.domain.preflight import Facts, Reaction
from sessions.domain.weekly import planned_minutes
from tests.make import FIT, TODAY
from tests.sessions.test_preflight import MAY_BE_UNKNOWN

WORSE: dict[str, list[Any]] = {
    "systolic_mmhg": [128, 159, 165, 185],
    "diastolic_mmhg": [78, 99, 102, 110],
    "pain_nrs": [0, 3, 4, 5, 6, 10],
    "stiffness_min": [0, 59, 60, 300],
    "infection": [False, True],
    "new_medicine": [False, True],
    "swelling": [False, True],
    "slept_badly": [False, True],
    "drank_little": [False, True],
    "reaction": [Reaction.NONE, Reaction.LASTING, Reaction.WARNING],
    "open_followups": [0, 1, 4],
    "sessions_in_7_days": [0, 2, 3, 7],
    "minutes_in_7_days": [0, 37, 38, 100],
    "planned_minutes": [0, 8, 26, 50],
    "open_adverse_event": [False, True],
    "in_flare": [False, True],
    "permitted_mmhg": [(179, 109), (165, 102), None],
}
"""From fine to bad."""
steps = st.fixed_dictionaries({name: st.integers(0, len(ladder) - 1) for name, ladder in WORSE.items()})


def at(step):
    return replace(FIT, **{name: WORSE[name][n] for name, n in step.items()})


def verdict(facts):
    return decide(facts, TODAY).verdict


@given(steps, st.data())
def test_being_worse_in_anything_is_never_laxer(step, data):
    worse = {name: data.draw(st.integers(n, len(WORSE[name]) - 1)) for name, n in step.items()}

    assert verdict(at(step)) <= verdict(at(worse))


@given(
    steps,
    st.sets(
        st.sampled_from([one.name for one in fields(Facts) if one.name not in MAY_BE_UNKNOWN]), min_size=1
    ),
)
def test_no_combination_with_an_unknown_is_a_go(step, unknown):
    assert verdict(replace(at(step), **dict.fromkeys(unknown))) is Verdict.HOLD


@pytest.mark.parametrize(
    "change",
    [
        {"pain_nrs": 4},
        {"stiffness_min": 60},
        {"slept_badly": True},
        {"drank_little": True},
        {"reaction": Reaction.LASTING},
        {"systolic_mmhg": 168, "permitted_mmhg": (170, 100)},
    ],
)
def test_each_reason_to_do_less_is_told(change):
    decision = decide(replace(FIT, **change), TODAY)

    assert decision.verdict is Verdict.GO_REDUCED
    assert len(decision.cautions) == 1


def plan(intervals, scale=Scale.MMHG):
    return Plan(scale, intervals, 150.0, 600.0, 1200.0)


reps = st.lists(st.integers(1, 40), min_size=1, max_size=6).map(tuple)
plans = st.one_of(
    st.builds(lambda target, one: plan(sets_at(target, one, 30)), st.floats(20, 150), reps),
    st.builds(lambda target, one: plan(vented_sets_at(target, one, 30)), st.floats(20, 150), reps),
    st.builds(
        lambda targets: plan(cycles_at(tuple(targets), 20, 5), Scale.SKU),
        st.lists(st.floats(20, 150), min_size=1, max_size=8),
    ),
    st.builds(
        lambda count: plan(build_up_at((80.0, 120.0), count, on_s=20, off_s=5, between_s=60), Scale.SKU),
        st.integers(1, 6),
    ),
)


@given(plans)
def test_a_reduced_plan_is_less_in_everything_and_never_nothing(planned):
    eased = ease(planned)

    assert (
        planned_minutes(eased) < planned_minutes(planned)
        or sum(one.repetitions or 0 for one in planned.intervals) == len(planned.intervals) == 1
    )
    assert eased.intervals[-1].kind is IntervalKind.WORK
    for mine, theirs in zip(eased.intervals, planned.intervals, strict=False):
        assert (mine.kind, mine.set_number) == (theirs.kind, theirs.set_number)
        assert mine.target <= 0.8 * theirs.target
        assert (mine.repetitions or 0) <= (theirs.repetitions or 0)
    assert (eased.ceiling, eased.max_total_s) == (planned.ceiling, planned.max_total_s)


@given(plans)
def test_each_cuff_is_reduced_with_the_plan(planned):
    both = ease(together([(0, "Left leg", planned), (1, "Right leg", planned)]))

    assert all(cuff.targets == tuple(one.target for one in ease(planned).intervals) for cuff in both.cuffs)
