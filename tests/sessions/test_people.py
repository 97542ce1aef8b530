"""One console controls a session, the others watch: who may do what, and how control passes."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.domain import live, telemetry
from sessions.domain.commands import INFLATING, Command, Verb
from sessions.domain.obey import WANT_CONTROL
from sessions.domain.people import LEFT_AFTER_S, Seat
from sessions.domain.state import Event, State, begin
from tests.sessions.closed_loop import ClosedLoop
from tests.sessions.test_live import SETS, seen


def seat(user: int, name: str) -> Seat:
    return Seat(user, str(uuid.UUID(int=user * 100 + len(name))), name)


ANNA, BEN, CHRIS = seat(1, "Anna Berg"), seat(2, "Ben Ito"), seat(3, "Chris Moreau")
ANNAS_TABLET = replace(ANNA, console=str(uuid.UUID(int=999)))
PEOPLE = (ANNA, ANNAS_TABLET, BEN, CHRIS)


class Room:
    """A session that Anna opened. Everybody who came in is heard every second, until they leave. All have checked their sounds."""

    def __init__(self, *people: Seat) -> None:
        self.live = begin(SETS, now=0.0, opener=ANNA.user)
        self.present = list(people)
        self.events: list[Event] = []
        self.pass_time(0.05)
        self._tick(*[self.say(one, Verb.SOUND_CHECK, signal="HEARD") for one in PEOPLE])

    def pass_time(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / 0.05))):
            self._tick(*[self.say(one, Verb.WATCH) for one in self.present] if self.live.n % 20 == 0 else [])

    def say(self, who: Seat, verb: Verb, **fields) -> Command:
        return Command(verb, seen_n=self.live.n, console=who.console, **fields).said_by(who.user, who.name)

    def _tick(self, *commands: Command) -> None:
        pressure = self.live.target + 0.3 * (self.live.n % 2)
        self.live = live.step(self.live, self.live.now + 0.05, seen(pressure), commands)
        self.events += self.live.events

    def ask(self, who: Seat, verb: Verb, **fields) -> tuple[str, str]:
        """The answer to a command: outcome and words."""
        command = self.say(who, verb, **fields)
        self._tick(command)
        self._tick()
        ack = next(one for one in self.live.acks if one.key == command.key)
        return ack.outcome, ack.words

    def take(self, who: Seat, words: str = "") -> tuple[str, str]:
        controller = self.live.people.controller
        return self.ask(who, Verb.TAKE, other=controller.console if controller else "", words=words)

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = telemetry.sample(self.live, 0.0)["people"]
        return told


def test_the_first_console_of_the_person_who_opened_the_session_controls_it():
    room = Room(BEN, ANNA)
    room.pass_time(1.1)

    assert room.live.people.controller == ANNA
    assert room.told()["controller"]["name"] == "Anna Berg"
    assert {one["name"] for one in room.told()["here"]} == {"Anna Berg", "Ben Ito"}
    [event] = [one for one in room.events if one.kind == "CONTROL"]
    assert event.by == ANNA.user


def test_a_second_tablet_of_the_same_person_watches():
    room = Room(ANNA, ANNAS_TABLET)
    assert room.ask(ANNAS_TABLET, Verb.INFLATE) == (
        "REFUSED",
        "You control this session at another console. Take over here first.",
    )
    assert room.take(ANNAS_TABLET) == ("CONFIRMED", "From Anna Berg.")
    assert room.ask(ANNA, Verb.INFLATE)[0] == "REFUSED"
    assert room.ask(ANNAS_TABLET, Verb.INFLATE)[0] == "CONFIRMED"


def test_another_person_at_the_same_console_watches():
    room = Room(ANNA)
    assert room.ask(replace(BEN, console=ANNA.console), Verb.INFLATE)[0] == "REFUSED"


@pytest.mark.parametrize("verb", sorted(WANT_CONTROL))
def test_whoever_only_watches_is_refused_in_words(verb):
    room = Room(ANNA, BEN)
    assert room.ask(BEN, verb, signal="PAIN", value=1.0, words="because") == (
        "REFUSED",
        "Anna Berg controls this session. Take over first.",
    )


def test_everything_that_may_inflate_wants_control():
    assert INFLATING <= WANT_CONTROL


def test_whoever_watches_may_open_the_cuff():
    room = Room(ANNA, BEN)
    room.ask(ANNA, Verb.INFLATE)

    assert room.ask(BEN, Verb.PAUSE)[0] == "CONFIRMED"
    assert room.live.state is State.PAUSED
    assert [one.by for one in room.events if one.kind == "PAUSE"] == [BEN.user]


def test_stop_is_for_anybody_even_for_who_was_never_heard():
    room = Room(ANNA)
    room.ask(ANNA, Verb.INFLATE)
    room._tick(Command(Verb.STOP))
    assert room.live.is_venting


def test_nobody_controls_before_the_opener_was_heard_but_anybody_may_take_over():
    room = Room(BEN)
    assert room.told()["controller"] is None
    assert room.ask(BEN, Verb.INFLATE) == ("REFUSED", "Nobody controls this session yet. Take over first.")

    assert room.take(BEN) == ("CONFIRMED", "Nobody was in control before.")
    assert room.ask(BEN, Verb.INFLATE)[0] == "CONFIRMED"


def test_the_opener_who_comes_late_does_not_take_control_back_by_being_heard():
    room = Room(BEN)
    room.take(BEN)
    room.present.append(ANNA)
    room.pass_time(3)
    assert room.live.people.controller == BEN


def test_taking_over_from_someone_who_is_there_wants_a_reason():
    room = Room(ANNA, BEN)
    assert room.take(BEN) == ("REFUSED", "Anna Berg is at the console. Say why you take over.")

    assert room.take(BEN, "They had to leave.") == ("CONFIRMED", "From Anna Berg. Why: They had to leave.")
    assert room.live.people.controller == BEN
    assert room.ask(ANNA, Verb.INFLATE)[1] == "Ben Ito controls this session. Take over first."
    [event] = [one for one in room.events if one.kind == "TAKE"]
    assert (event.by, event.words) == (BEN.user, "From Anna Berg. Why: They had to leave.")


def test_taking_over_from_a_console_that_died_wants_none_and_keeps_the_cuff_closed():
    room = Room(ANNA, BEN)
    room.ask(ANNA, Verb.INFLATE)
    room.present.remove(ANNA)
    room.pass_time(LEFT_AFTER_S + 1.5)
    assert room.told()["is_here"] is False
    assert "UNWATCHED_SOON" in dict(room.live.warnings)

    assert room.take(BEN) == ("CONFIRMED", "From Anna Berg. Their console was not answering.")
    room.pass_time(15)
    assert room.live.state is State.RUNNING


def test_beats_of_the_old_controller_that_come_back_after_a_takeover_are_a_watchers():
    room = Room(ANNA, BEN)
    room.ask(ANNA, Verb.INFLATE)
    room.take(BEN, "We agreed on it")
    room.present.remove(BEN)  # and Anna goes on
    room.pass_time(10.5)

    assert room.live.is_venting
    assert room.live.ending
    assert room.live.ending.words == "The console in control has not been heard for 10 s."


def test_of_two_who_take_over_at_once_the_second_is_refused():
    room = Room(ANNA, BEN, CHRIS)
    both = [room.say(who, Verb.TAKE, other=ANNA.console, words="Now.") for who in (BEN, CHRIS)]
    room._tick(*both)

    assert [one.outcome for one in room.live.acks[-2:]] == ["CONFIRMED", "REFUSED"]
    assert room.live.acks[-1].words == "Ben Ito has control now. Look again, then decide."
    assert room.live.people.controller == BEN


def test_who_is_not_connected_can_not_take_over():
    room = Room(ANNA)
    assert room.take(BEN, "Because.") == (
        "REFUSED",
        "This console is not connected to the session. Reload the page.",
    )


def test_an_inflation_that_is_on_its_way_is_answered_although_control_has_passed():
    room = Room(ANNA, BEN)
    inflate = room.say(ANNA, Verb.INFLATE)
    room._tick(inflate, room.say(BEN, Verb.TAKE, other=ANNA.console, words="Now."))
    room._tick()

    outcomes = {one.key: one.outcome for one in room.live.acks}
    assert outcomes[inflate.key] == "CONFIRMED"
    assert room.live.people.controller == BEN
    room.pass_time(12)
    assert room.live.state is State.RUNNING


def test_an_inflation_asked_for_after_control_has_passed_is_refused_in_the_same_tick():
    room = Room(ANNA, BEN)
    inflate = room.say(ANNA, Verb.INFLATE)
    room._tick(room.say(BEN, Verb.TAKE, other=ANNA.console, words="Now."), inflate)
    assert room.live.acks[-1].outcome == "REFUSED"
    assert room.live.target == 0


def test_a_handover_passes_control_only_when_it_is_taken():
    room = Room(ANNA, BEN)
    assert room.ask(ANNA, Verb.HAND, other=BEN.console) == ("CONFIRMED", "Offered to Ben Ito, not taken yet.")
    assert room.live.people.controller == ANNA
    assert room.told()["offered_to"]["name"] == "Ben Ito"

    assert room.take(BEN) == ("CONFIRMED", "Handed over by Anna Berg.")
    assert room.live.people.controller == BEN
    assert room.told()["offered_to"] is None


def test_whoever_is_offered_control_may_decline_and_the_one_who_offered_is_told():
    room = Room(ANNA, BEN, CHRIS)
    room.ask(ANNA, Verb.HAND, other=BEN.console)
    assert room.ask(CHRIS, Verb.HAND, other="")[0] == "REFUSED"

    assert room.ask(BEN, Verb.HAND, other="") == ("CONFIRMED", "Ben Ito declined.")

    assert room.told()["offered_to"] is None
    assert room.told()["declined_by"]["name"] == "Ben Ito"
    assert room.live.people.controller == ANNA
    room.ask(ANNA, Verb.HAND, other=CHRIS.console)
    assert room.told()["declined_by"] is None


def test_an_offer_is_for_the_one_it_names():
    room = Room(ANNA, BEN, CHRIS)
    room.ask(ANNA, Verb.HAND, other=BEN.console)
    assert room.take(CHRIS)[0] == "REFUSED"


def test_an_offer_can_be_withdrawn_and_lapses_when_the_other_leaves():
    room = Room(ANNA, BEN)
    room.ask(ANNA, Verb.HAND, other=BEN.console)
    assert room.ask(ANNA, Verb.HAND, other="") == ("CONFIRMED", "No longer offered to Ben Ito.")
    assert room.take(BEN)[0] == "REFUSED"

    room.ask(ANNA, Verb.HAND, other=BEN.console)
    room.present.remove(BEN)
    room.pass_time(LEFT_AFTER_S + 1.1)
    assert room.told()["offered_to"] is None
    assert room.ask(ANNA, Verb.HAND, other=BEN.console) == (
        "REFUSED",
        "This person has left. Look again who is here.",
    )


def test_whoever_left_is_no_longer_listed():
    room = Room(ANNA, BEN)
    room.present.remove(BEN)
    room.pass_time(LEFT_AFTER_S + 1.1)
    assert [one["name"] for one in room.told()["here"]] == ["Anna Berg"]


def test_a_hand_on_a_watching_console_is_no_hand_with_the_person():
    room = Room(ANNA, BEN)
    room.ask(ANNA, Verb.INFLATE)
    before = room.live.touched_at
    room._tick(room.say(BEN, Verb.WATCH, value=1.0), room.say(BEN, Verb.REPETITION))
    assert room.live.touched_at == before


def test_nothing_passes_once_the_session_is_ending():
    room = Room(ANNA, BEN)
    room.ask(ANNA, Verb.INFLATE)
    room._tick(Command(Verb.STOP))
    assert room.take(BEN, "Now.") == ("REFUSED", "This session has ended.")


def test_the_beats_of_a_watcher_do_not_keep_a_cuff_closed():
    """The whole loop: the controller's page dies, a watcher's stays open, and the air is out in time."""
    loop = ClosedLoop(opener=ANNA.user)

    def say(who: Seat, verb: Verb) -> None:
        loop.press(verb, console=who.console, user=who.user, who=who.name)

    beats = {ANNA: 0.0, BEN: 0.5}
    inflates_at, dies_at = 0.3, 6.0
    todo = [Verb.INFLATE]

    def script(t: float) -> None:
        for who, due in beats.items():
            if t >= due and not (who is ANNA and t > dies_at):
                beats[who] = due + 1.0
                say(who, Verb.WATCH)
        if todo and t >= inflates_at:
            say(ANNA, todo.pop())

    loop.is_watched = False
    ended = loop.run(script)

    assert ended.ending
    assert ended.ending.words == "The console in control has not been heard for 10 s."
    began = loop.history[0].t
    assert max(one.truth[0] for one in loop.history) > 50
    assert ended.ending.at - began <= dies_at + 10.1
    assert loop.truth[0] < 20
    assert [one["name"] for one in loop.history[-1].told["people"]["here"]] == ["Ben Ito"]


MOVES = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(
        [Verb.WATCH, Verb.WATCH, Verb.TAKE, Verb.HAND, Verb.INFLATE, Verb.PAUSE, Verb.REPETITION]
    ),
    st.sampled_from([*PEOPLE, None]),
    st.booleans(),
    st.sampled_from([0.05, 0.05, 1.0, 6.0]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(MOVES, max_size=40))
def test_however_orders_interleave_only_who_controls_inflates_and_control_passes_only_by_a_takeover(moves):
    room = Room()
    for who, verb, other, says_why, dt in moves:
        before = room.live
        if verb in (Verb.TAKE, Verb.HAND):
            aim = other.console if other else ""
            command = room.say(who, verb, other=aim, words="Why." if says_why else "")
        else:
            command = room.say(who, verb)
        pressure = before.target + 0.3 * (before.n % 2)
        after = room.live = live.step(before, before.now + dt, seen(pressure), [command])

        if after.target > before.target:
            assert verb is Verb.INFLATE
            assert before.people.controller == who
        if after.repetitions > before.repetitions:
            assert before.people.controller == who
        if after.watched_at > before.watched_at:
            assert after.people.controller == who
        if after.people.controller != before.people.controller:
            assert after.people.controller == who
            is_first = before.people.controller is None and verb is Verb.WATCH and who.user == ANNA.user
            assert is_first or (
                verb is Verb.TAKE
                and before.people.is_here(who, after.now)
                and command.other == (before.people.controller.console if before.people.controller else "")
            )


def test_nobody_says_for_somebody_elses_console_what_is_heard_there():
    room = Room(ANNA)
    forged = replace(ANNA, user=BEN.user, name=BEN.name)

    assert room.ask(forged, Verb.SOUND_CHECK, signal="HEARD")[0] == "REFUSED"
    assert room.ask(ANNA, Verb.SOUND_CHECK, signal="HEARD")[0] == "CONFIRMED"
