"""What is asked for when, what counts as an answer, and what is told of those that nobody gave."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from devices.domain.units import Scale
from protocols.domain.asking import Ask, Asked, Moment, asks_of
from protocols.domain.catalogue import BUILT_IN
from protocols.domain.plan import IntervalKind, Plan, build_up_at, sets_at, vented_sets_at
from protocols.domain.terms import Terms
from sessions.domain import prompting, telemetry
from sessions.domain.commands import Verb
from sessions.domain.prompting import FRESH_S, LATE_AFTER_S, NOTHING_ASKED, Place, Prompts
from sessions.domain.state import State
from sessions.domain.stopping import Signal
from tests.sessions.test_live import SETS, Walk, inflated

EVERYTHING: dict[str, str] = dict.fromkeys(
    (Asked.PAIN, Asked.RPE, Asked.CRT, Asked.BLOOD_PRESSURE), Moment.EACH_PAUSE
)


def asking(plan: Plan, **schedule: str) -> Plan:
    """The same plan, asking for these."""
    return replace(plan, asks=asks_of(schedule or EVERYTHING))


def asked(walk: Walk) -> list[str]:
    """What a console is told to ask for."""
    return [one["what"] for one in telemetry.sample(walk.live, 0.0)["prompts"]]


def kept(walk: Walk, kind: str) -> list[str]:
    return [event.words for event in walk.live.events if event.kind == kind]


def at_rest(plan: Plan, **schedule: str) -> Walk:
    walk = inflated(asking(plan, **schedule))
    walk.pass_time(1)
    walk.do(Verb.NEXT)
    return walk


def test_the_pause_after_a_set_asks_in_an_order_that_begins_with_what_is_quick():
    walk = at_rest(SETS)
    assert asked(walk) == ["PAIN", "RPE", "CRT", "BLOOD_PRESSURE"]
    assert len(kept(walk, "ASKED")) == 4


def test_an_answer_closes_its_question_and_blood_pressure_wants_both_numbers():
    walk = at_rest(SETS)
    walk.enter("PAIN", 2)
    walk.enter("SYSTOLIC", 130)
    assert asked(walk) == ["RPE", "CRT", "BLOOD_PRESSURE"]
    walk.enter("DIASTOLIC", 80)
    assert asked(walk) == ["RPE", "CRT"]


def test_an_answer_that_meets_a_criterion_opens_the_cuff_at_once():
    walk = at_rest(SETS)
    walk.enter("PAIN", 6)
    assert walk.live.state is State.PAUSED
    assert walk.live.target == 0


def test_what_is_checked_before_the_cuff_is_filled_again_is_asked_for_first():
    walk = at_rest(SETS)
    walk.enter("PAIN", 6)
    assert asked(walk) == ["BLOOD_PRESSURE", "CRT", "WELL", "RPE"]
    walk.enter("CRT", 1)
    walk.enter("WELL", 1)
    assert asked(walk) == ["BLOOD_PRESSURE", "RPE"]


def test_what_is_not_possible_is_an_answer_with_its_reason():
    walk = at_rest(SETS, CRT=Moment.EACH_PAUSE)
    walk.do(Verb.NOT_POSSIBLE, signal="CRT")
    assert walk.last_ack().outcome == "REFUSED"
    walk.do(Verb.NOT_POSSIBLE, signal="CRT", words="The skin is too dark to see it.")
    assert asked(walk) == []
    assert kept(walk, "NOT_POSSIBLE") == ["The skin is too dark to see it."]
    assert kept(walk, "UNANSWERED") == []


def test_only_what_is_asked_for_can_be_impossible():
    walk = at_rest(SETS, CRT=Moment.EACH_PAUSE)
    walk.do(Verb.NOT_POSSIBLE, signal="PAIN", words="Asleep.")
    assert walk.last_ack().outcome == "REFUSED"


def test_a_question_stays_into_the_next_set_warns_and_is_told_when_nobody_answers():
    walk = at_rest(SETS, PAIN=Moment.EACH_PAUSE)
    walk.pass_time(30.2)
    walk.pass_time(LATE_AFTER_S - 31)
    assert asked(walk) == ["PAIN"]
    assert "PROMPT_LATE" not in dict(walk.live.warnings)

    walk.pass_time(2)
    assert walk.live.interval.kind is IntervalKind.WORK
    assert dict(walk.live.warnings)["PROMPT_LATE"].endswith("joint pain.")

    walk.do(Verb.STOP)
    assert kept(walk, "UNANSWERED") == ["Joint pain, set 1."]
    assert asked(walk) == []


def test_what_comes_round_again_leaves_its_forerunner_unanswered():
    three = replace(SETS, intervals=sets_at(60, (5, 5, 5), rest_s=30))
    walk = at_rest(three, PAIN=Moment.EACH_PAUSE)
    walk.pass_time(30.1)
    walk.do(Verb.NEXT)
    assert kept(walk, "UNANSWERED") == ["Joint pain, set 1."]
    assert asked(walk) == ["PAIN"]


def test_what_was_entered_just_before_is_not_asked_for_again():
    walk = inflated(asking(SETS, PAIN=Moment.EACH_PAUSE))
    walk.enter("PAIN", 2)
    walk.pass_time(FRESH_S - 1)
    walk.do(Verb.NEXT)
    assert asked(walk) == []


def test_refill_is_asked_for_once_the_cuff_is_tight():
    walk = inflated(asking(SETS, CRT=Moment.EACH_SET))
    walk.tick(pressure=20)
    assert asked(walk) == []
    walk.pass_time(0.2)
    assert asked(walk) == ["CRT"]


def test_the_clock_of_the_questions_stands_still_in_a_pause():
    walk = inflated(asking(replace(SETS, max_inflated_s=900), PAIN=Moment.OFTEN))
    for _ in range(4):
        walk.pass_time(20)
        walk.enter("RPE", 3)
    walk.do(Verb.PAUSE)
    walk.pass_time(20, pressure=0)
    assert "PAIN" not in asked(walk)
    walk.recheck()
    walk.do(Verb.RESUME, words="A break was planned")
    walk.pass_time(11)
    assert asked(walk) == ["PAIN"]


def test_with_a_cuff_on_both_arms_blood_pressure_waits_until_they_are_open_for_long_enough():
    schedule = asks_of({Asked.BLOOD_PRESSURE: Moment.EACH_PAUSE})
    tight = replace(SETS, asks=schedule, arms=("LEFT", "RIGHT"))
    opens = replace(tight, intervals=vented_sets_at(60, (5, 5), rest_s=60))
    briefly = replace(tight, intervals=vented_sets_at(60, (5, 5), rest_s=20))
    one = replace(tight, arms=("LEFT",))
    for plan, is_asked in ((tight, False), (opens, True), (briefly, False), (one, True)):
        walk = inflated(plan)
        walk.pass_time(1)
        walk.do(Verb.NEXT)
        assert (asked(walk) == ["BLOOD_PRESSURE"]) is is_asked

    walk = inflated(tight)
    walk.do(Verb.NEXT)
    walk.do(Verb.STOP)
    assert kept(walk, "UNANSWERED") == ["Blood pressure, set 1: it could not be asked for."]


def test_a_short_opening_within_a_cycle_is_no_pause_between_sets():
    plan = Plan(Scale.SKU, build_up_at((80, 100), 2, on_s=20, off_s=5, between_s=60), 250, 600, 1200)
    places = [Place(plan, index, 0.0, is_tight=True) for index in range(len(plan.intervals))]
    assert [one.pauses_after_set for one in places] == [False, False, False, True, False, False, False]
    assert [one.begins_set for one in places] == [True, False, False, False, True, False, False]


def test_every_protocol_of_the_catalogue_says_what_is_asked_for_when():
    for entry in BUILT_IN:
        assert "asks" in entry.terms
        asks = {one.what for one in Terms.from_json(entry.terms).asks}
        wanted = {Asked.PAIN, Asked.RPE, Asked.CRT, Asked.BLOOD_PRESSURE}
        assert asks == (wanted if entry.scale else wanted - {Asked.CRT})


def test_a_plan_from_before_plans_asked_asks_for_what_is_usual():
    old = {name: value for name, value in SETS.to_json().items() if name not in ("asks", "tempo", "arms")}
    plan = Plan.from_json(old)
    assert {one.what for one in plan.asks} == {Asked.PAIN, Asked.RPE, Asked.CRT, Asked.BLOOD_PRESSURE}
    assert plan.tempo.whole_s == 4
    assert Plan.from_json(plan.to_json()) == plan


asks = st.lists(
    st.builds(Ask, st.sampled_from([one for one in Asked if one is not Asked.WELL]), st.sampled_from(Moment)),
    max_size=5,
    unique_by=lambda one: one.what,
)
plans = st.builds(
    lambda intervals, asks, arms: replace(SETS, intervals=intervals, asks=tuple(asks), arms=tuple(arms)),
    st.sampled_from(
        [
            sets_at(60, (5, 5, 5), rest_s=30),
            vented_sets_at(60, (5, 5, 5), rest_s=60),
            build_up_at((50, 60), 3, on_s=20, off_s=5, between_s=60),
        ]
    ),
    asks,
    st.lists(st.sampled_from(["LEFT", "RIGHT"]), max_size=2),
)
steps = st.lists(
    st.tuples(st.floats(0, 30), st.integers(0, 1), st.booleans(), st.sampled_from([None, *Signal])),
    max_size=40,
)


@given(plans, steps)
def test_a_question_is_open_until_it_is_answered_and_never_asked_twice_at_once(plan, steps):
    prompts, now, index, arose, gone = NOTHING_ASKED, 0.0, 0, 0, 0
    entered: dict[Signal, float] = {}
    for wait, onward, is_tight, signal in steps:
        now, index = now + wait, min(index + onward, len(plan.intervals) - 1)
        entered = entered | ({signal: now} if signal else {})
        before = prompts
        turn = prompting.ask(prompts, Place(plan, index, now, is_tight), entered, now)
        prompts = turn.prompts
        answered = [one for one in before.open if one.is_answered(entered)]
        arose, gone = arose + len(turn.arose), gone + len(answered) + len(turn.unanswered)
        assert len({one.ask for one in prompts.open}) == len(prompts.open) == arose - gone
        assert not any(one.is_answered(entered) for one in prompts.open)
        assert all(one.due_at is None or one.asked_at <= one.due_at <= now for one in prompts.open)
        assert not (
            len(set(plan.arms)) > 1
            and any(_is_wrong(one, place_kind(plan, index)) for one in new_due(before, prompts))
        )


def place_kind(plan: Plan, index: int) -> IntervalKind:
    return plan.intervals[index].kind


def new_due(before: Prompts, prompts: Prompts) -> list[prompting.Prompt]:
    """What has become due in this turn."""
    was_due = {one.ask for one in before.open if one.due_at is not None}
    return [one for one in prompts.open if one.due_at is not None and one.ask not in was_due]


def _is_wrong(one: prompting.Prompt, kind: IntervalKind) -> bool:
    return one.what is Asked.BLOOD_PRESSURE and kind is not IntervalKind.RELEASE


def test_each_walk_is_asked_about_by_itself():
    walking = Terms.from_json(next(one.terms for one in BUILT_IN if one.slug == "bfr-walking"))
    plan = Plan(Scale.MMHG, walking.work.intervals(60.0, 1), 90.0, 150.0, 1200.0, asks=walking.asks)
    prompts, asked = NOTHING_ASKED, []
    for index in range(len(plan.intervals)):
        turn = prompting.ask(prompts, Place(plan, index, 0.0, True), {}, 100.0 * index)
        prompts = turn.prompts
        asked.append([one.what for one in turn.arose])

    walk, first, second = [Asked.CRT], [Asked.RPE], [Asked.RPE, Asked.BLOOD_PRESSURE]
    assert asked == [walk, first, walk, second, walk, first, walk, second, walk]


def test_the_inflations_of_one_flat_cycle_stay_one_set():
    flat = {
        "inflations": 3,
        "on_s": 20,
        "off_s": 5,
        "first_percent": 100,
        "between_s": 60,
        "cycles_by_week": [1],
    }
    assert {one.set_number for one in Terms.from_json(flat).work.intervals(150.0, 1)} == {1}


def test_nobody_at_the_console_is_told_how_soon_the_cuff_opens_and_a_touch_takes_it_back():
    walk = inflated()
    walk.pass_time(59)
    assert telemetry.sample(walk.live, 0.0)["touch_within_s"] is None
    walk.pass_time(11)
    assert 49 <= telemetry.sample(walk.live, 0.0)["touch_within_s"] <= 51
    walk.do(Verb.WATCH, value=1.0)
    assert telemetry.sample(walk.live, 0.0)["touch_within_s"] is None
    assert walk.live.state is State.RUNNING


def test_the_pace_counts_from_a_tight_cuff():
    walk = inflated()
    walk.pass_time(2, pressure=20)
    assert telemetry.sample(walk.live, 0.0)["interval"]["tight_s"] is None
    walk.pass_time(2)
    assert 1.8 <= telemetry.sample(walk.live, 0.0)["interval"]["tight_s"] <= 2
