"""Alarms over time: raised, latched, acknowledged, silenced. No step of a person makes one less grave, and none gets lost."""

import re
import uuid
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.domain import interlock
from sessions.domain import alarms
from sessions.domain.alarms import (
    AUDIO_PAUSED_S,
    ESCALATES_AFTER_S,
    NO_ALARMS,
    SORTS,
    STAYS_S,
    Alarm,
    Book,
    Condition,
    Kind,
    Priority,
    What,
    sort_of,
)
from sessions.domain.commands import ALARMING, Command, Verb
from sessions.domain.state import State
from sessions.domain.stop_table import RULES
from sessions.domain.trips import TRIPS
from tests.sessions.test_live import SETS, Walk, inflated

STYLES = Path(__file__).parents[2] / "static/css/console/alarms.css"
TICK_S = 0.05
HIGH, MEDIUM, LOW, NOTE = "OVER_LIMIT", "LEAK", "LATE", "PAUSED"
CODES = (HIGH, MEDIUM, LOW, NOTE, "BLOCKED", "TIME_SOON")


class Station:
    """A book of alarms on a clock of our own."""

    def __init__(self) -> None:
        self.book, self.now = NO_ALARMS, 0.0
        self.news: list[tuple[What, Alarm | None]] = []

    def hold(self, *codes: str, seconds: float = TICK_S) -> Book:
        """These conditions hold for so long."""
        found = [Condition(code, f"{code}.") for code in codes]
        for _ in range(max(1, round(seconds / TICK_S))):
            self.now += TICK_S
            self.book, news = alarms.follow(self.book, self.now, found)
            self.news += news
        return self.book

    def acknowledge(self, by: str = "Anna") -> Book:
        self.book = alarms.acknowledge(self.book, self.book.count, by)
        return self.book

    def pause(self) -> Book:
        self.book = alarms.pause_audio(self.book, self.now, "Anna", self.book.count)
        return self.book

    def sound(self) -> Priority | None:
        return self.book.sound

    @property
    def said(self) -> list[What]:
        return [what for what, _alarm in self.news]


@pytest.fixture
def station() -> Station:
    return Station()


def codes(book: Book) -> list[str]:
    return [one.code for one in book.listed]


def test_everything_that_can_be_warned_of_has_a_sort():
    found = [[one.code for one in table] for table in (interlock.AIR, interlock.LINE, TRIPS)]
    told = {*chain(*found), "ORDER_NOT_KNOWN"}
    assert told <= set(SORTS)
    assert {sort_of(f"{rule.signal}_{rule.action.name}").kind for rule in RULES} == {Kind.PHYSIOLOGICAL}


def test_what_nobody_has_sorted_is_grave():
    assert sort_of("SOMETHING_NEW").priority is Priority.HIGH


def test_one_of_several_cuffs_is_sorted_like_a_single_one():
    assert sort_of("LEAK_1") == sort_of("LEAK")


def test_a_medium_one_that_is_over_stays_in_sight_for_a_while_and_goes(station):
    station.hold(MEDIUM)
    assert station.sound() is Priority.MEDIUM
    station.hold(seconds=2)
    assert (codes(station.book), station.sound()) == ([MEDIUM], None)
    station.hold(seconds=STAYS_S)
    assert station.book.listed == ()
    assert station.said == [What.RAISED, What.OVER]


def test_a_high_one_is_latched_until_somebody_says_that_they_saw_it(station):
    station.hold(HIGH)
    station.hold(seconds=600)
    assert station.book.listed[0].is_latched
    assert station.sound() is Priority.HIGH

    station.acknowledge()
    assert station.sound() is None
    assert station.book.listed[0].acknowledged_by == "Anna"
    station.hold(seconds=STAYS_S)
    assert station.book.listed == ()


def test_an_acknowledged_one_stays_in_sight_while_it_holds_and_sounds_when_it_comes_back(station):
    station.hold(HIGH)
    station.acknowledge()
    station.hold(HIGH, seconds=300)
    assert (codes(station.book), station.sound()) == ([HIGH], None)

    station.hold(seconds=2)
    station.hold(HIGH)
    assert station.sound() is Priority.HIGH
    assert station.book.listed[0].acknowledged_by is None


def test_an_acknowledgement_is_not_of_what_was_raised_since_the_list_was_drawn(station):
    station.hold(HIGH)
    drawn = station.book.count
    station.hold("BLOCKED", HIGH)
    book = alarms.acknowledge(station.book, drawn, "Anna")
    assert [one.code for one in book.listed if one.asks] == ["BLOCKED"]


def test_sounds_are_paused_for_thirty_seconds_and_come_back_by_themselves(station):
    station.hold(HIGH)
    station.pause()
    station.hold(HIGH, seconds=AUDIO_PAUSED_S - 1)
    assert station.sound() is None
    assert station.book.listed[0].acknowledged_by is None
    station.hold(HIGH, seconds=2)
    assert station.sound() is Priority.HIGH
    assert station.said[-1] is What.AUDIO_RESUMED


def test_a_new_one_sounds_although_the_older_ones_are_paused(station):
    station.hold(HIGH)
    station.pause()
    station.hold(MEDIUM, HIGH)
    assert station.sound() is Priority.MEDIUM


def test_what_was_raised_while_the_pause_was_on_its_way_sounds(station):
    station.hold(MEDIUM)
    seen = station.book.count
    station.hold(MEDIUM, HIGH)
    station.book = alarms.pause_audio(station.book, station.now, "Anna", seen)
    station.hold(MEDIUM, HIGH)
    assert station.sound() is Priority.HIGH


def test_a_medium_one_that_nobody_acknowledges_becomes_a_high_one_and_sounds_anew(station):
    station.hold(MEDIUM, seconds=ESCALATES_AFTER_S - 1)
    before = station.book.listed[0].number
    station.pause()
    station.hold(MEDIUM, seconds=2)
    assert station.sound() is Priority.HIGH
    assert station.book.listed[0].number > before
    assert What.ESCALATED in station.said


def test_an_acknowledged_one_does_not_become_graver(station):
    station.hold(MEDIUM)
    station.acknowledge()
    station.hold(MEDIUM, seconds=2 * ESCALATES_AFTER_S)
    assert station.book.listed[0].priority is Priority.MEDIUM


def test_only_a_low_one_about_the_equipment_may_be_switched_off_and_it_stays_in_sight(station):
    station.hold(LOW)
    station.book = alarms.inactivate(station.book, LOW)
    assert (codes(station.book), station.sound()) == ([LOW], None)
    for code in (HIGH, MEDIUM, "TIME_SOON", "PAIN_WARN", "SOMETHING_NEW"):
        with pytest.raises(ValueError, match="may not be inactivated"):
            alarms.inactivate(station.book, code)


def test_what_flickers_is_one_alarm_and_not_twenty(station):
    for _ in range(20):
        station.hold(MEDIUM)
        station.hold()
    assert (codes(station.book), station.said) == ([MEDIUM], [What.RAISED])


def test_what_is_no_alarm_makes_no_sound(station):
    station.hold(NOTE)
    assert station.sound() is None


@pytest.mark.parametrize(("level", "slowest", "fastest"), [("high", 1.4, 2.8), ("medium", 0.4, 0.8)])
def test_an_alarm_flashes_as_fast_as_its_priority_wants_and_never_three_times_a_second(
    level, slowest, fastest
):
    looks = STYLES.read_text()
    seconds = re.search(rf"animation: alarm-{level} ([.\d]+)s", looks)
    assert seconds
    assert slowest <= 1 / float(seconds.group(1)) <= fastest < 3
    assert "@media (prefers-reduced-motion: reduce)" in looks


steps = st.lists(
    st.one_of(
        st.tuples(st.just("hold"), st.sets(st.sampled_from(CODES)), st.floats(0.05, 40.0)),
        st.tuples(st.just("acknowledge"), st.sampled_from(("", *CODES)), st.integers(0, 30)),
        st.tuples(st.just("pause"), st.none(), st.none()),
        st.tuples(st.just("inactivate"), st.just(LOW), st.none()),
    ),
    max_size=30,
)


def do(station: Station, what: str, which, how) -> None:
    """One step of a walk."""
    if what == "hold":
        station.hold(*sorted(which), seconds=how)
    elif what == "acknowledge":
        station.book = alarms.acknowledge(station.book, how, "Anna", which)
    elif what == "pause":
        station.pause()
    else:
        station.book = alarms.inactivate(station.book, which)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_no_high_one_goes_without_an_acknowledgement_and_no_pause_lasts(walk):
    station = Station()
    for what, which, how in walk:
        before = station.book
        do(station, what, which, how)
        after = {one.number: one for one in station.book.listed}
        waiting = [
            one for one in before.listed if one.priority is Priority.HIGH and one.acknowledged_by is None
        ]
        assert all(one.number in after for one in waiting)
        assert all(after[one.number].priority >= one.priority for one in before.listed if one.number in after)
        assert (station.book.paused_until or 0.0) - station.now <= AUDIO_PAUSED_S + 1e-6
    station.hold(*sorted(CODES), seconds=AUDIO_PAUSED_S + 1)
    assert station.book.paused_until is None


def alarm(walk: Walk, code: str) -> Alarm:
    return next(one for one in walk.live.alarms.listed if one.code == code)


def say(walk: Walk, verb: Verb, **fields) -> str:
    """What became of a command about alarms."""
    walk.do(verb, **fields)
    return walk.live.acks[-1].outcome


def test_a_session_raises_an_alarm_and_keeps_what_becomes_of_it():
    walk = inflated(replace(SETS, max_inflated_s=10.0))
    walk.pass_time(9)
    assert alarm(walk, "TIME_SOON").priority is Priority.LOW

    assert say(walk, Verb.ACKNOWLEDGE, value=walk.live.alarms.count, who="Anna") == "CONFIRMED"
    assert alarm(walk, "TIME_SOON").acknowledged_by == "Anna"
    assert ("ACKNOWLEDGE", "Open soon.") in [(one.kind, one.words) for one in walk.live.events]


def test_the_reason_of_an_end_is_an_alarm_until_it_is_over():
    walk = inflated()
    for _ in range(300):
        walk.tick()
        if walk.live.ending:
            break
    assert walk.live.ending.code == "UNWATCHED"
    assert alarm(walk, "UNWATCHED").priority is Priority.HIGH


def test_a_cuff_that_is_told_to_open_and_is_not_seen_open_is_a_high_alarm():
    walk = inflated()
    walk.pass_time(5)
    walk.do(Verb.PAUSE)
    walk.pass_time(1.5, pressure=55)
    assert "VENT_NOT_CONFIRMED" not in codes(walk.live.alarms)
    walk.pass_time(0.7, pressure=55)
    assert alarm(walk, "VENT_NOT_CONFIRMED").priority is Priority.HIGH


def test_one_missing_reading_of_an_open_cuff_is_no_grave_alarm():
    walk = inflated()
    walk.pass_time(5)
    walk.do(Verb.PAUSE)
    walk.pass_time(5)
    walk.tick(pressure=None)
    assert max(one.priority for one in walk.live.alarms.listed) is Priority.LOW


def test_what_a_person_feels_is_an_alarm_until_it_is_said_to_be_over():
    walk = inflated()
    walk.enter("NUMBNESS", 1)
    assert alarm(walk, "NUMBNESS_PAUSE").priority is Priority.MEDIUM
    walk.enter("WELL", 1)
    assert alarm(walk, "NUMBNESS_PAUSE").over_at is not None


def test_a_stop_by_a_person_makes_no_alarm_sound_and_the_state_is_told():
    walk = inflated()
    walk.pass_time(5)
    walk.do(Verb.STOP)
    assert walk.live.alarms.sound is None
    assert codes(walk.live.alarms) == ["STOPPED"]


def test_nothing_is_inflated_from_a_console_whose_alarms_nobody_has_heard():
    walk = Walk()
    walk.tick(Command(Verb.INFLATE, seen_n=walk.live.n))
    assert walk.last_ack().outcome == "REFUSED"
    assert say(walk, Verb.SOUND_CHECK, signal="NOT_HEARD") == "CONFIRMED"
    walk.tick(Command(Verb.INFLATE, seen_n=walk.live.n))
    assert walk.live.index < 0
    say(walk, Verb.SOUND_CHECK, signal="WITHOUT")
    assert walk.live.events[-1].words == "This console goes on without sound."
    walk.tick(Command(Verb.INFLATE, seen_n=walk.live.n))
    assert walk.live.state is State.RUNNING


def test_the_check_of_one_console_is_not_that_of_another():
    walk = Walk()
    other = Command(Verb.SOUND_CHECK, signal="HEARD", console=str(uuid.uuid4()))
    walk.tick(other)
    assert walk.last_ack().outcome == "CONFIRMED"
    walk.tick(Command(Verb.INFLATE, seen_n=walk.live.n))
    assert walk.live.state is State.READY


@pytest.mark.parametrize("verb", sorted(ALARMING - {Verb.SOUND_CHECK}))
def test_who_only_watches_silences_nothing(verb):
    walk = inflated()
    walk.pass_time(3, fault="it reports a fault")
    before = walk.live.alarms
    watcher = Command(verb, signal="LATE", value=1.0, seen_n=walk.live.n).said_by(77, "Somebody")
    walk.tick(replace(watcher, console=str(uuid.uuid4())), fault="it reports a fault")
    assert walk.last_ack().outcome == "REFUSED"
    assert [one.acknowledged_by for one in walk.live.alarms.listed] == [
        one.acknowledged_by for one in before.listed
    ]
    assert walk.live.alarms.paused_until is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            Command,
            verb=st.sampled_from(sorted(set(Verb) - {Verb.STOP})),
            signal=st.sampled_from(("", "HEARD", "LATE", "PAIN", "OVER_LIMIT", *CODES)),
            value=st.sampled_from((None, 0.0, 1.0, 5.0, 99.0)),
            words=st.just("why"),
            seen_n=st.integers(0, 200),
        ),
        max_size=25,
    )
)
def test_no_command_lowers_a_priority_or_hides_an_alarm(commands):
    walk = inflated()
    walk.pass_time(2)
    walk.pass_time(0.4, pressure=None)
    for command in commands:
        before = {one.number: one.priority for one in walk.live.alarms.listed if one.is_active}
        walk.tick(command, pressure=None)
        after = {one.number: one.priority for one in walk.live.alarms.listed}
        assert all(after.get(number, Priority.INFO) >= level for number, level in before.items())
