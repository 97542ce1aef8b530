"""Lines as they were seen on hardware or in clients that others wrote for it, and what is made of them."""

import contextlib
import math
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.domain import pace as wire
from devices.domain.pace import BadReplyError, Complaint, Header, Maker, Order, VentStatus

ASKED = (wire.ERROR, wire.SETPOINT, wire.PRESSURE)
ANSWER = b":SYST:ERR 0, No error;:SOUR1:PRES:LEV:IMM:AMPL 120.000;:SENS1:PRES 118.5\n"
VALUE_PARSERS = (
    wire.number,
    wire.switch,
    wire.vent_status,
    wire.complaint,
    wire.maker,
    wire.highest,
)


@pytest.mark.parametrize(
    ("reply", "asked", "value"),
    [
        (b":SENS:PRES 118.5\r", wire.PRESSURE, "118.5"),
        (b":SENS:PRES 118.5\n", wire.PRESSURE, "118.5"),
        (b":SENS:PRES 118.5\r\n", wire.PRESSURE, "118.5"),
        (b"\n:SENS1:PRES -0.03\r", wire.PRESSURE, "-0.03"),
        (b":SOUR:PRES:LEV:IMM:AMPL 60.0\r", wire.SETPOINT, "60.0"),
        (b":SOURCE1:PRESSURE:LEVEL:IMMEDIATE:AMPLITUDE 60.0\r", wire.SETPOINT, "60.0"),
        (b":SOUR:PRES:LEV:IMM:AMPL:VENT 1\r", wire.VENT, "1"),
        (b":SYST:ERR 0, No error\n", wire.ERROR, "0, No error"),
        (b":INST:SENS:FULL 1500.0, -750.0\r", wire.FULL_SCALE, "1500.0, -750.0"),
        (b":UNIT:PRES MMHG\r", wire.PRESSURE_UNIT, "MMHG"),
    ],
)
def test_an_answer_names_what_was_asked_in_any_form_and_any_end(reply, asked, value):
    assert wire.reply_length(reply, [asked]) == len(reply)
    assert wire.answers(reply, [asked]) == (value,)


def test_several_questions_go_in_one_line_and_come_back_in_one():
    orders = [Order(wire.SETPOINT, 120)]

    assert wire.line(orders, ASKED, b"\r") == (
        b":SOUR1:PRES:LEV:IMM:AMPL 120;:SYST:ERR?;:SOUR1:PRES:LEV:IMM:AMPL?;:SENS1:PRES?\r"
    )
    assert wire.answers(ANSWER, ASKED) == ("0, No error", "120.000", "118.5")


def test_a_semicolon_in_an_error_is_a_part_of_it():
    said = b':SYST:ERR -222,"Data out of range; too high";:SENS:PRES 1.0\n'

    error, _ = wire.answers(said, (wire.ERROR, wire.PRESSURE))

    assert wire.complaint(error) == Complaint(-222, "Data out of range; too high")


def test_a_line_is_never_longer_than_the_box_can_take():
    with pytest.raises(ValueError, match="128"):
        wire.line((), [wire.VENT] * 5, b"\n")


def test_it_says_who_it_is():
    seen = wire.maker("GE Druck,Pace5000 User Interface,3213201,02.00.07")
    older = wire.maker("GE Druck,PACE5000,10388796,DK0367  v02.02.14")

    assert seen == Maker("Pace5000 User Interface", "3213201", "02.00.07")
    assert older.firmware == "02.02.14"
    with pytest.raises(BadReplyError, match="Something else"):
        wire.maker("KEITHLEY INSTRUMENTS,MODEL 6487,1,A")


def test_values_are_what_they_say():
    assert wire.vent_status("3") is VentStatus.TRAPPED
    assert wire.complaint("202, No query allowed") == Complaint(202, "No query allowed")
    assert wire.highest("1500.0, -750.0") == 1500
    assert Order(wire.SLEW_MODE, "LIN").is_done_by("LINEAR")
    assert Order(wire.SETPOINT, 60.0).is_done_by("60.0041")
    assert not Order(wire.SETPOINT, 60.0).is_done_by("60.01")


@pytest.mark.parametrize("value", ["", "x", "1e999", "nan", "--1", "1_0", "12 3", "1,2"])
def test_what_is_not_a_number_is_none(value):
    with pytest.raises(BadReplyError):
        wire.number(value)


@pytest.mark.parametrize(
    "reply",
    [
        b":SENS1:PRES 118.5;:SOUR1:PRES:LEV:IMM:AMPL 120.000;:SYST:ERR 0, No error\n",
        b":SYST:ERR 0, No error;:SOUR1:PRES:LEV:IMM:AMPL 120.000\n",
        b":SYST:ERR 0, No error;:SOUR2:PRES:LEV:IMM:AMPL 120.000;:SENS1:PRES 118.5\n",
        b":SYST:ERR 0, No error;:SOUR1:PRES:LEV:IMM:AMPL:VENT 1;:SENS1:PRES 118.5\n",
        b":SYST:ERR 0, No error;:SOUR1:PRES:LEV:IMM:AMPL 120.000;:SENS1:PRES\n",
        ANSWER[:-1] + b";:OUTP1:STAT 1\n",
        ANSWER + ANSWER,
        b"NACK\n",
    ],
)
def test_an_answer_to_something_else_is_none(reply):
    with pytest.raises(BadReplyError):
        wire.answers(reply, ASKED)


LATE = b":OUTP1:STAT 1;:SENS1:PRES 99.0\r\n"


def test_a_late_answer_before_the_one_that_was_asked_for_is_left_out():
    for before in (b"", b"\n", LATE, b"NACK\n" + LATE):
        assert wire.reply_length(before, ASKED) > len(before)
        assert wire.reply_length(before + ANSWER[:-1], ASKED) > len(before + ANSWER) - 1
        assert wire.reply_length(before + ANSWER, ASKED) == len(before + ANSWER)
        assert wire.answers(wire.last_line(before + ANSWER), ASKED) == wire.answers(ANSWER, ASKED)
    assert wire.reply_length(ANSWER + LATE, ASKED) == len(ANSWER)


@given(st.integers(0, len(ANSWER) - 1))
def test_no_part_of_an_answer_is_an_answer(size):
    part = ANSWER[:size]

    assert wire.reply_length(part, ASKED) > len(part)
    with pytest.raises(BadReplyError):
        wire.answers(part, ASKED)


def test_twenty_thousand_spoilt_answers_are_the_answer_or_none():
    """One that still names all that was asked may have other values: the line has no checksum."""
    spoiler = random.Random(20)
    for _ in range(20_000):
        reply = bytearray(ANSWER)
        for _ in range(spoiler.randint(1, 4)):
            at = spoiler.randrange(len(reply) + 1)
            reply[at : at + spoiler.randint(0, 3)] = spoiler.randbytes(spoiler.randint(0, 3))
        with contextlib.suppress(BadReplyError):
            error, setpoint, pressure = wire.answers(bytes(reply), ASKED)
            assert math.isfinite(wire.number(setpoint) + wire.number(pressure) + wire.complaint(error).code)
            assert b":SENS" in bytes(reply)
            assert bytes(reply[-1:]) in (b"\r", b"\n")


WORDS = st.text(":SENSOURPLVIMAT1?;,. 0123456789-\r\n", max_size=80).map(str.encode)


@given(st.binary(max_size=80) | WORDS | st.tuples(st.binary(max_size=3), st.just(ANSWER)).map(b"".join))
@example(b":SENS:PRES \xff\r")
@example(b"\r\n")
def test_any_bytes_are_an_answer_or_refused_in_the_wires_own_words(noise):
    try:
        values = wire.answers(noise, ASKED)
    except BadReplyError:
        return
    assert noise.lstrip(b"\r\n") == ANSWER
    assert values == wire.answers(ANSWER, ASKED)


@given(st.text(max_size=30))
@example("²")
@example("٣")
def test_any_value_is_read_or_refused_in_the_wires_own_words(value):
    for parse in VALUE_PARSERS:
        try:
            parse(value)
        except BadReplyError:
            continue


@given(st.sampled_from([wire.SETPOINT, wire.VENT, wire.SLEW, wire.OUTPUT, wire.PRESSURE, wire.ERROR]))
def test_what_is_said_in_short_is_understood_by_nothing_else(header: Header):
    known = [wire.SETPOINT, wire.VENT, wire.SLEW, wire.SLEW_MODE, wire.OUTPUT, wire.PRESSURE, wire.ERROR]

    assert [one for one in known if one.is_named_by(header.text)] == [header]
