import pytest

from devices.domain.units import Scale
from sessions.domain.commands import Verb
from sessions.domain.state import Outcome
from sessions.domain.trips import TRIPS
from sessions.templatetags.training_words import detail_words, event_words, vent_words


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.WATCH])
def test_every_order_of_a_console_has_words(verb):
    assert event_words(verb) != verb.capitalize() or verb in {"INFLATE", "RESUME", "PAUSE", "REPETITION"}


def test_the_parts_of_a_plan_are_told_in_words():
    assert detail_words({"t_s": 5.0, "words": "", "signal": "RELEASE", "value": 1}) == "at 5 s; cuff open"


@pytest.mark.parametrize("code", [*Outcome, *(trip.code for trip in TRIPS)])
def test_what_has_words_shows_no_code(code):
    told = detail_words(
        {"t_s": 6.0, "words": "The console in control has not been heard for 10 s.", "signal": code}
    )
    assert told == "at 6 s; The console in control has not been heard for 10 s."


def test_a_code_without_words_is_shown_rather_than_nothing():
    assert detail_words({"t_s": 6.0, "words": "", "signal": "ODD"}) == "at 6 s; ODD"


def test_what_was_observed_is_said_once():
    detail = {"t_s": 7.0, "words": "Numbness or tingling.", "signal": "NUMBNESS", "value": 1.0}
    assert detail_words(detail) == "at 7 s; Numbness or tingling."
    assert detail_words(detail | {"words": ""}) == "at 7 s; Numbness or tingling"
    assert detail_words(detail | {"words": "Ended."}) == "at 7 s; Numbness or tingling; Ended."


@pytest.mark.parametrize("scale", Scale)
def test_a_pressure_below_which_a_cuff_is_open_has_its_unit(scale):
    assert vent_words(True, scale.value) == f"Confirmed below 20 {scale.symbol}"


def test_a_refusal_names_its_order_once():
    detail = {"t_s": 7.0, "words": "NEXT: There is no set to finish now.", "refused": True}
    assert detail_words(detail) == "at 7 s; refused; There is no set to finish now."


def test_an_order_that_the_station_never_answered_says_so():
    assert detail_words({}) == "no answer of the station is recorded"
    assert detail_words({"signal": "PAIN", "value": 3}).endswith("no answer of the station is recorded")
