"""Bytes as they were captured from hardware or read in the maker's primer, and what is made of them."""

import contextlib
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.domain import alicat as wire
from devices.domain.alicat import (
    GAUGE,
    GAUGE_SETPOINT,
    MMHG,
    BadReplyError,
    Field,
    Frame,
    Layout,
    RefusedError,
)

PCD = Layout((Field(GAUGE, (7, 2), MMHG), Field(GAUGE_SETPOINT, (7, 2), MMHG)))
MAKER = (
    b"A  M00 ALICAT SCIENTIFIC\rA  M01 www.alicat.com\rA  M02 Ph   520-290-6060\rA  M03 info@alicat.com\r"
    b"A  M04 Model Number MC-500SCCM-D\rA  M05 Serial Number 521641\rA  M06 Date Manufactured 03/02/2025\r"
    b"A  M07 Date Calibrated   03/02/2025\rA  M08 Calibrated By     BL\rA  M09 Software Revision 10v20.0-R24\r"
)
FLOW_LAYOUT = (
    b"A D00 ID_ NAME______________________ TYPE_______ WIDTH NOTES___________________\r"
    b"A D01 700 Unit ID                    string          1\r"
    b"A D02 002 Abs Press                  s decimal     7/2 010 02 PSIA\r"
    b"A D03 003 Flow Temp                  s decimal     7/2 002 02 `C\r"
    b"A D04 004 Volu Flow                  s decimal     7/2 012 02 CCM\r"
    b"A D05 005 Mass Flow                  s decimal     7/2 012 02 SCCM\r"
    b"A D06 037 Mass Flow Setpt            s decimal     7/2 012 02 SCCM\r"
    b"A D07 703 Gas                        string          6\r"
    b"A D08 701 *Error                     string          3 ADC\r"
    b"A D09 702 *Status                    string          3 OPL\r"
    b"A D10 702 *Status                    string          3 HLD\r\r"
)
PCD_LAYOUT = (
    b"A D00 ID_ NAME______________________ TYPE_______ WIDTH NOTES___________________\r"
    b"A D01 700 Unit ID                    string          1\r"
    b"A D02 006 Gauge Press                s decimal     7/2 014 02 mmHg\r"
    b"A D03 038 Gauge Press Setpt          s decimal     7/2 014 02 mmHg\r"
    b"A D04 702 *Status                    string          3 LCK\r\r"
)
PARSERS = {
    wire.parse_setpoint: b"A +119.98 +120.00 14 mmHg\r",
    wire.parse_unit: b"A 14 mmHg\r",
    wire.parse_full_scale: b"A +775.72 14 mmHg\r",
    wire.parse_loop_variable: b"A 38\r",
    wire.parse_source: b"A S\r",
    wire.parse_ramp: b"A 25.0 14 4 mmHg/s\r",
    wire.parse_firmware: b"A   10v20.0-R24 Jan  9 2025,15:04:07\r",
    wire.parse_maker: MAKER,
    wire.parse_layout: PCD_LAYOUT,
    PCD.parse: b"A +119.87 +120.00 LCK\r",
}


def test_every_answer_is_read_as_it_is_meant():
    read = [parse(reply) for parse, reply in PARSERS.items()]

    assert read == [
        (119.98, 120.0),
        14,
        775.72,
        38,
        "S",
        25.0,
        "10v20",
        ("MC-500SCCM-D", "521641"),
        PCD,
        Frame(119.87, 120.0, ("LCK",)),
    ]


def test_commands_are_an_id_words_and_a_carriage_return():
    assert wire.command("") == b"A\r"
    assert wire.command(wire.setpoint(120)) == b"ALS 120.00\r"
    assert wire.command("FPF 6") == b"AFPF 6\r"


@pytest.mark.parametrize("words", ["49408", "0", "LS 1\rA49408", "Ł"])
def test_what_must_never_be_said_is_not(words):
    with pytest.raises(ValueError, match="may"):
        wire.command(words)


@given(st.floats(0, 300))
def test_no_setpoint_ever_looks_like_the_old_integer(pressure):
    sent = wire.command(wire.setpoint(pressure))

    assert sent.startswith(b"ALS ")
    assert float(sent[4:]) == pytest.approx(pressure, abs=0.0051)


@pytest.mark.parametrize("reply", [b"?\r", b"A ?\r"])
@pytest.mark.parametrize("parse", PARSERS)
def test_a_question_mark_is_a_refusal(parse, reply):
    with pytest.raises(RefusedError):
        parse(reply)


def test_the_layout_of_a_flow_controller_is_read_and_is_not_ours():
    layout = wire.parse_layout(FLOW_LAYOUT)

    assert [field.statistic for field in layout.fields] == [2, 3, 4, 5, 37, 703]
    assert not layout.is_ours
    assert wire.parse_layout(PCD_LAYOUT).is_ours


@pytest.mark.parametrize(
    ("before", "after"), [(b"014 02 mmHg", b"010 02 PSIG"), (b"7/2", b"7/3"), (b"006 Gauge", b"002 Abs  ")]
)
def test_a_layout_in_other_units_or_digits_or_of_another_pressure_is_not_ours(before, after):
    assert not wire.parse_layout(PCD_LAYOUT.replace(before, after, 1)).is_ours


def test_values_that_we_do_not_need_are_counted_and_passed_over():
    layout = Layout((*PCD.fields, Field(3, (7, 2), 2), Field(703, None, None)))

    assert layout.parse(b"A -000.31 +000.00 +021.89     N2 HLD LCK\r") == Frame(-0.31, 0.0, ("HLD", "LCK"))
    with pytest.raises(BadReplyError):
        layout.parse(b"A -000.31 +000.00\r")


@pytest.mark.parametrize(
    "reply",
    [
        b"A +119.87 +120.00",
        b"B +119.87 +120.00\r",
        b"A +119.87\r",
        b"A +19.87 +120.00\r",
        b"A +119.8 +120.00\r",
        b"A +119.87 +120.00 +003.00\r",
        b"A +119.87 +120.00 lck\r",
        b"A +119.87 +1\xb20.00\r",
        b"A +119.87 +120.00\rA +119.87 +120.00\r",
        b"@ +119.87 +120.00\r",
        b"\r",
        b"",
    ],
)
def test_a_frame_that_is_cut_foreign_or_garbled_is_never_read(reply):
    with pytest.raises(BadReplyError):
        PCD.parse(reply)


def test_lists_end_where_they_end():
    for length_of, whole in ((wire.maker_length, MAKER), (wire.layout_length, PCD_LAYOUT)):
        assert all(length_of(whole[:n]) > n for n in range(len(whole)))
        assert length_of(whole) == len(whole)
        assert length_of(whole + b"\r") == len(whole) + 1
        assert length_of(whole + b"A +") == len(whole)


@given(st.binary(max_size=60) | st.text("A?+-.0123456789 mHgLCKM\r", max_size=60).map(str.encode))
@example(b"A +119.87 +120.00 \xff\r")
def test_any_bytes_are_read_or_refused_in_the_wires_own_words(noise):
    for parse in PARSERS:
        try:
            parse(noise)
        except (BadReplyError, RefusedError):
            continue
        assert noise.startswith(b"A ")
        assert noise.endswith(b"\r")


def test_twenty_thousand_spoilt_answers_are_read_as_what_they_say_or_not_at_all():
    spoiler = random.Random(20)
    for _ in range(20_000):
        parse, whole = spoiler.choice(list(PARSERS.items()))
        reply = bytearray(whole)
        for _ in range(spoiler.randint(1, 4)):
            at = spoiler.randrange(len(reply) + 1)
            reply[at : at + spoiler.randint(0, 3)] = spoiler.randbytes(spoiler.randint(0, 3))
        with contextlib.suppress(BadReplyError, RefusedError):
            parse(bytes(reply))
            assert reply.startswith(b"A ")
            assert reply.endswith(b"\r")


@given(st.sampled_from(list(PARSERS)), st.data())
def test_no_part_of_an_answer_is_an_answer(parse, data):
    whole = PARSERS[parse]
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]

    with pytest.raises(BadReplyError):
        parse(part)


@given(st.sampled_from(list(PARSERS)), st.sampled_from("BCDEFGZ@*a"))
def test_another_unit_is_never_listened_to(parse, unit_id):
    with pytest.raises(BadReplyError):
        parse(PARSERS[parse].replace(b"A", unit_id.encode()))


@given(st.sampled_from(list(PARSERS)), st.sampled_from(list(PARSERS)))
def test_an_answer_to_another_question_is_never_read(asked, answered):
    reply = PARSERS[answered]
    if asked == answered:
        return

    with pytest.raises(BadReplyError):
        asked(reply)
