from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain.air import Sight
from devices.domain.units import Scale
from protocols.domain.plan import Plan, cycles_at, sets_at
from sessions.domain import live, telemetry
from sessions.domain.commands import Command, Verb
from sessions.domain.state import NOTHING, Live, Observation, Outcome, State, begin
from sessions.domain.stop_table import AtRest, in_force

SETS = Plan(
    Scale.MMHG,
    sets_at(60, (30, 15), rest_s=30),
    ceiling=150,
    max_inflated_s=600,
    max_total_s=1200,
    lop_mmhg=160,
)
CYCLE = Plan(
    Scale.SKU, cycles_at((100, 150), on_s=20, off_s=5), ceiling=250, max_inflated_s=600, max_total_s=1200
)


def seen(pressure: float | None, fault: str | None = None) -> Observation:
    """What one exchange with a healthy line tells of one cuff."""
    return NOTHING if pressure is None else Observation((Sight(pressure),), "HOLDING", fault)


class Walk:
    """A session on a clock of our own, with a cuff that is always at its target unless told otherwise.

    As on every living limb, no two readings in a row are the same.
    """

    def __init__(self, plan: Plan = SETS) -> None:
        self.live = begin(plan, now=0.0)
        self.pressure: float | None = None
        self.tick()

    def tick(
        self, *commands: Command, pressure: float | None = -1.0, fault: str | None = None, dt: float = 0.05
    ) -> Live:
        pressure = self.live.target if pressure == -1.0 else pressure
        moving = None if pressure is None else pressure + 0.3 * (self.live.n % 2)
        self.live = live.step(self.live, self.live.now + dt, seen(moving, fault), commands)
        return self.live

    def do(self, verb: Verb, **fields) -> Live:
        """Who inflates has heard the alarms."""
        if verb is Verb.INFLATE:
            self.tick(Command(Verb.SOUND_CHECK, signal="HEARD"))
        return self.tick(Command(verb, seen_n=self.live.n, **fields))

    def enter(self, signal: str, value: float) -> Live:
        return self.do(Verb.ENTER, signal=signal, value=value)

    def pass_time(self, seconds: float, *, watched: bool = True, **fields) -> Live:
        for _ in range(round(seconds / 0.05)):
            self.tick(*([Command(Verb.WATCH)] if watched else []), **fields)
        return self.live

    def recheck(self) -> None:
        """What is looked at after a vent, all well."""
        for signal, value in (("SYSTOLIC", 126), ("DIASTOLIC", 78), ("CRT", 1), ("WELL", 1)):
            self.enter(signal, value)

    def last_ack(self):
        return self.live.acks[-1]


def inflated(plan: Plan = SETS) -> Walk:
    walk = Walk(plan)
    walk.do(Verb.INFLATE)
    return walk


def test_an_open_session_holds_nothing():
    assert Walk().live.target == 0


def test_inflate_begins_the_first_interval():
    assert inflated().live.target == 60


def test_stop_opens_the_cuff_at_once_and_for_good():
    walk = inflated()
    walk.do(Verb.STOP)
    assert walk.live.target == 0

    walk.do(Verb.INFLATE)
    walk.do(Verb.RESUME)
    walk.pass_time(1)

    assert walk.live.target == 0
    assert walk.live.ending.outcome is Outcome.STOPPED


def test_stop_wins_over_an_inflate_of_the_same_tick():
    walk = Walk()
    walk.tick(Command(Verb.INFLATE, seen_n=1), Command(Verb.STOP))
    assert walk.live.target == 0
    assert walk.live.ending


def test_a_pause_is_recorded_once_although_the_air_takes_a_while_to_leave():
    walk, kinds = inflated(), []
    for _tick in range(round(122 / 0.05)):
        walk.tick(Command(Verb.WATCH), pressure=60.0)
        kinds += [event.kind for event in walk.live.events]
    assert walk.live.paused_because == "Nobody has touched the console for 120 s."
    assert kinds.count("CRITERION_PAUSE") == 1


def test_the_last_that_a_console_hears_threatens_with_no_end_that_has_come():
    walk = inflated()
    while not walk.live.is_over:
        walk.tick(Command(Verb.WATCH))
    told = {one["code"]: one["is"] for one in telemetry.sample(walk.live, 0.0)["alarms"]}
    assert walk.live.ending.code == "UNTOUCHED"
    assert told["UNTOUCHED_SOON"] == "LATCHED"


def test_a_session_is_over_when_the_air_is_out_not_when_we_asked():
    walk = inflated()

    assert walk.tick(Command(Verb.STOP), pressure=60).state is State.ENDING
    assert walk.tick(pressure=19).state is State.ENDED
    assert walk.live.vented is True


def test_a_vent_that_is_never_seen_is_closed_as_not_confirmed():
    walk = inflated()
    walk.do(Verb.STOP)
    walk.pass_time(live.CONFIRM_VENT_WITHIN_S + 1, pressure=55)
    assert walk.live.is_over
    assert walk.live.vented is False


@pytest.mark.parametrize("shown", [-3276.8, -60.0, 3276.7])
def test_a_reading_that_can_not_be_is_unknown_and_never_an_open_cuff(shown):
    walk = inflated()
    walk.pass_time(1.0)

    walk.do(Verb.STOP)
    walk.pass_time(1.0, pressure=shown)

    told = telemetry.sample(walk.live, 0.0)
    assert (told["pressure"], told["vented"]) == (None, None)
    assert not walk.live.is_over


@pytest.mark.parametrize("shown", [60.0, None])
def test_a_vent_that_was_not_confirmed_keeps_the_box_from_the_next_session(shown):
    walk = inflated()

    walk.do(Verb.STOP)
    walk.pass_time(live.CONFIRM_VENT_WITHIN_S + 1, pressure=shown)

    assert walk.live.is_over
    assert walk.live.ending.outcome is Outcome.STOPPED
    assert walk.live.ending.latches


def test_a_vent_in_silence_is_unknown_not_fine():
    walk = inflated()
    walk.tick(Command(Verb.STOP), pressure=60)
    walk.pass_time(live.CONFIRM_VENT_WITHIN_S + 1, pressure=None)
    assert walk.live.is_over
    assert walk.live.vented is None


def test_a_finished_set_leads_to_the_rest_and_the_rest_to_the_next_set():
    walk = inflated()
    walk.pass_time(3)
    walk.do(Verb.NEXT)
    assert (walk.live.index, walk.live.target) == (1, 60)

    walk.pass_time(30.1)

    assert walk.live.index == 2


def test_after_the_last_set_the_session_is_completed():
    walk = inflated()
    walk.do(Verb.NEXT)
    walk.pass_time(30.1)
    walk.do(Verb.NEXT)
    assert walk.live.ending.outcome is Outcome.COMPLETED


def test_a_kaatsu_cycle_opens_the_cuff_between_its_steps():
    walk = inflated(CYCLE)
    assert walk.live.target == 100
    walk.pass_time(20.1)
    assert walk.live.target == 0
    walk.pass_time(5.1)
    assert walk.live.target == 150


def test_pause_vents_and_resume_wants_the_person_checked_and_a_reason():
    walk = inflated()
    walk.do(Verb.PAUSE)
    assert walk.live.target == 0

    walk.do(Verb.RESUME, words="A break was planned.")
    assert "Capillary refill" in walk.last_ack().words
    assert walk.live.target == 0

    walk.recheck()
    walk.do(Verb.RESUME)
    assert walk.last_ack().words == "Say why it is right to inflate again."

    walk.do(Verb.RESUME, words="A break was planned.")
    assert walk.live.target == 60


@pytest.mark.parametrize(
    ("signal", "value"), [("DIZZINESS", 1), ("SYSTOLIC", 205), ("CRT", 4), ("SWELLING", 1)]
)
def test_a_check_that_finds_something_is_no_check(signal, value):
    walk = inflated()
    walk.do(Verb.PAUSE)
    walk.recheck()

    walk.enter(signal, value)
    walk.do(Verb.RESUME, words="A break was planned.")

    assert walk.last_ack().outcome == "REFUSED"
    assert walk.live.target == 0


def test_resume_waits_for_an_open_cuff():
    walk = inflated()
    walk.do(Verb.PAUSE)
    walk.tick(Command(Verb.ENTER, signal="CRT", value=1, seen_n=walk.live.n), pressure=60)
    walk.tick(Command(Verb.RESUME, seen_n=walk.live.n), pressure=45)
    assert walk.last_ack().words == "The cuff is not confirmed open yet."


def test_a_console_that_shows_old_data_may_not_inflate():
    walk = Walk()
    walk.pass_time(5)
    walk.tick(Command(Verb.INFLATE, seen_n=2))
    assert walk.last_ack().outcome == "REFUSED"
    assert walk.live.target == 0


def test_a_console_that_claims_a_sample_of_the_future_may_not_inflate():
    walk = Walk()
    walk.tick(Command(Verb.INFLATE, seen_n=walk.live.n + 1000))
    assert walk.last_ack().outcome == "REFUSED"
    assert walk.live.target == 0


def test_a_console_that_shows_old_data_may_stop():
    walk = inflated()
    walk.pass_time(5)
    walk.tick(Command(Verb.STOP, seen_n=1))
    assert walk.live.target == 0


def test_an_unknown_pressure_is_not_inflated_upon():
    walk = Walk()
    walk.tick(Command(Verb.INFLATE, seen_n=1), pressure=None)
    assert walk.last_ack().outcome == "REFUSED"


def test_the_same_command_twice_is_done_once():
    walk = inflated()
    press = Command(Verb.REPETITION, seen_n=walk.live.n)
    walk.tick(press)
    walk.tick(press)
    assert walk.live.repetitions == 1


@pytest.mark.parametrize(
    ("signal", "value"), [("PAIN", 6), ("CRT", 3.5), ("NUMBNESS", 1), ("SYSTOLIC", 200), ("RPE", 9)]
)
def test_a_pause_criterion_opens_the_cuff(signal, value):
    walk = inflated()
    walk.enter(signal, value)
    assert walk.live.state is State.PAUSED
    assert walk.live.target == 0


@pytest.mark.parametrize(
    ("signal", "value"), [("PAIN", 8), ("CHEST", 1), ("FAINT", 1), ("DIASTOLIC", 115), ("SYSTOLIC", 85)]
)
def test_an_end_criterion_ends_the_session_and_asks_for_a_report(signal, value):
    walk = inflated()
    walk.enter(signal, value)
    assert walk.live.ending.outcome is Outcome.CRITERION
    assert walk.live.ending.needs_report


def test_a_second_pause_by_a_criterion_ends_the_session():
    walk = inflated()
    walk.enter("PAIN", 6)
    walk.recheck()
    walk.do(Verb.RESUME, words="The knee has settled.")
    walk.enter("DISCOMFORT", 8)
    assert walk.live.ending.outcome is Outcome.CRITERION


def test_slow_refill_again_after_loosening_ends_the_session():
    walk = inflated()
    walk.enter("CRT", 4)
    walk.enter("CRT", 4)
    assert walk.live.ending.outcome is Outcome.CRITERION


def test_an_entry_that_cannot_be_is_refused_in_words():
    walk = inflated()
    walk.enter("PAIN", 11)
    assert "between 0 and 10" in walk.last_ack().words
    walk.enter("MOOD", 3)
    assert walk.last_ack().outcome == "REFUSED"


def test_nobody_at_a_console_warns_after_5_s_and_opens_after_10():
    walk = inflated()
    walk.pass_time(6, watched=False)
    assert "UNWATCHED_SOON" in dict(walk.live.warnings)
    assert walk.live.target == 60

    walk.pass_time(5, watched=False)

    assert walk.live.target == 0
    assert walk.live.ending.outcome is Outcome.FAULT


def test_a_silent_controller_ends_the_session_within_300_ms():
    walk = inflated()
    walk.pass_time(1)
    walk.pass_time(0.3, pressure=None)
    assert walk.live.ending.outcome is Outcome.FAULT


def test_a_reading_at_the_limit_ends_the_session_on_the_spot():
    walk = inflated()
    walk.tick(pressure=150)
    assert walk.live.ending.outcome is Outcome.FAULT


def test_full_occlusion_ends_the_session_even_below_the_ceiling():
    walk = inflated(replace(SETS, lop_mmhg=120))
    walk.tick(pressure=120)
    assert walk.live.ending.outcome is Outcome.FAULT


def test_muscle_peaks_pass_but_a_lasting_excess_does_not():
    walk = inflated()
    assert walk.pass_time(1.4, pressure=95).order == (60,)
    let_down = walk.pass_time(0.2, pressure=95)
    assert (let_down.order, let_down.target) == ((0,), 60)
    held_again = walk.tick(pressure=58)
    assert (held_again.order, held_again.ending) == ((60,), None)


def test_a_pressure_that_is_too_high_again_and_again_ends_the_session():
    walk = inflated()
    for _ in range(3):
        walk.pass_time(1.6, pressure=95)
        walk.pass_time(0.5, pressure=58)
    assert walk.live.ending.outcome is Outcome.FAULT
    assert walk.live.ending.latches


def test_an_excess_that_can_not_be_let_down_is_a_blocked_line():
    walk = inflated()
    walk.pass_time(4, pressure=95)
    assert "quick release" in walk.live.ending.words


def test_a_cuff_that_loses_air_ends_the_session():
    walk = inflated()
    walk.pass_time(2)
    walk.pass_time(5.2, pressure=40)
    assert walk.live.ending.words == "The cuff loses air."


def test_a_cuff_that_does_not_fill_ends_the_session():
    walk = inflated()
    walk.pass_time(30.2, pressure=3)
    assert walk.live.ending.words == "The cuff does not fill."


def test_the_words_of_a_box_fault_reach_the_ending():
    walk = inflated()
    walk.tick(fault="its own stop button was pressed")
    assert walk.live.ending.words == "its own stop button was pressed"


def test_the_longest_inflation_pauses():
    walk = inflated(replace(SETS, max_inflated_s=20))
    walk.pass_time(17)
    assert "TIME_SOON" in dict(walk.live.warnings)
    walk.pass_time(4)
    assert walk.live.state is State.PAUSED


def test_the_longest_restriction_of_a_session_ends_it():
    walk = inflated(replace(SETS, max_total_s=20))
    walk.pass_time(21)
    assert walk.live.ending.outcome is Outcome.CRITERION


def test_three_minutes_open_do_not_set_the_longest_restriction_back():
    walk = inflated(replace(SETS, max_total_s=20))
    walk.pass_time(15)
    walk.do(Verb.PAUSE)
    walk.pass_time(95)
    walk.recheck()
    walk.pass_time(95)
    walk.do(Verb.RESUME, words="The person has recovered")
    walk.pass_time(6)

    assert walk.live.ending.outcome is Outcome.CRITERION
    assert "does not set this back" in walk.live.ending.words


def test_an_abandoned_console_closes_an_open_session():
    walk = Walk()
    walk.pass_time(61, watched=False)
    assert walk.live.ending.outcome is Outcome.NOT_STARTED


def test_time_in_band_counts_from_reaching_the_target():
    walk = inflated()
    walk.pass_time(5, pressure=20)
    walk.pass_time(9)
    walk.pass_time(1, pressure=50)
    assert walk.live.in_band == pytest.approx(0.9, abs=0.01)


verbs = st.builds(
    Command,
    verb=st.sampled_from(Verb),
    seen_n=st.integers(0, 500) | st.none(),
    signal=st.sampled_from(["PAIN", "CRT", "RPE", "CHEST", "SYSTOLIC", ""]),
    value=st.floats(0, 250) | st.none(),
)
ticks = st.tuples(st.floats(0, 5), st.floats(-50, 500) | st.none(), st.lists(verbs, max_size=4))


def _reason(state):
    """Why it ends; that the box latches, too, may turn out later."""
    return state.ending.outcome, state.ending.words, state.ending.at


@given(st.sampled_from([SETS, CYCLE]), st.lists(ticks, max_size=60))
def test_whatever_happens_the_target_stays_in_bounds(plan, events):
    state = begin(plan, now=0)
    for wait, pressure, commands in events:
        ending = state.ending
        state = live.step(state, state.now + wait, seen(pressure), commands)
        assert 0 <= state.target <= plan.ceiling
        assert ending is None or (
            _reason(state) == (ending.outcome, ending.words, ending.at) and state.target == 0
        )
        assert not any(command.verb is Verb.STOP for command in commands) or state.target == 0


@given(st.lists(ticks, max_size=60))
def test_nothing_is_held_before_someone_inflates(events):
    state = begin(SETS, now=0)
    for wait, pressure, commands in events:
        quiet = [command for command in commands if command.verb is not Verb.INFLATE]
        state = live.step(state, state.now + wait, seen(pressure), quiet)
        assert state.target == 0


def test_a_pause_criterion_before_the_first_squeeze_closes_the_session():
    walk = Walk()
    walk.enter("PAIN", 6)
    assert walk.live.ending.outcome is Outcome.NOT_STARTED


def test_the_words_of_a_warning_answer_the_entry():
    walk = inflated()
    walk.enter("PAIN", 4)
    assert walk.last_ack().outcome == "CONFIRMED"
    assert walk.last_ack().words == "Joint pain is 4 or more."


def test_a_paused_session_says_why():
    walk = inflated(replace(SETS, max_inflated_s=20))
    walk.pass_time(21)
    assert "inflated for its longest time" in telemetry.sample(walk.live, 0.0)["alarms"][0]["words"]
    walk.recheck()
    walk.do(Verb.RESUME, words="A break was planned.")
    assert walk.live.paused_because == ""


def test_an_unwatched_console_is_no_adverse_event():
    walk = inflated()
    walk.pass_time(11, watched=False)
    assert not walk.live.ending.needs_report


def test_nobody_touching_the_console_warns_then_opens_the_cuff_then_ends_the_session():
    walk = inflated()
    walk.pass_time(61)
    assert "UNTOUCHED_SOON" in dict(walk.live.warnings)
    assert walk.live.target == 60

    walk.pass_time(60)
    assert walk.live.state is State.PAUSED

    walk.pass_time(60)
    assert walk.live.ending.outcome is Outcome.CRITERION


def test_a_hand_on_the_console_is_enough():
    walk = inflated()
    walk.pass_time(59)
    walk.tick(Command(Verb.WATCH, value=1))
    walk.pass_time(59)

    assert walk.live.target == 60
    assert "UNTOUCHED_SOON" not in dict(walk.live.warnings)


def test_a_pressure_that_falls_while_the_person_is_dizzy_ends_the_session():
    table = in_force(AtRest(systolic_mmhg=128))
    walk = inflated()
    walk.live = replace(walk.live, table=table)

    walk.enter("SYSTOLIC", 116)
    assert walk.live.target == 60
    walk.enter("DIZZINESS", 1)

    assert walk.live.ending.outcome is Outcome.CRITERION
    assert walk.live.ending.needs_report
