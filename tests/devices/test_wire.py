"""Frames: worked examples by hand, and that nothing but the right bytes is ever believed."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain import wire
from devices.domain.wire import Function, Refusal, Request

WORDS = st.integers(0, 0xFFFF)
READS = st.builds(
    Request,
    st.sampled_from([Function.READ_HOLDING, Function.READ_INPUT]),
    WORDS,
    st.integers(1, wire.MAX_READ),
)
WRITES = st.builds(
    Request,
    st.just(Function.WRITE_MANY),
    write_at=WORDS,
    values=st.lists(WORDS, min_size=1, max_size=wire.MAX_WRITE).map(tuple),
)
SINGLES = st.builds(
    Request,
    st.sampled_from([Function.WRITE_ONE, Function.WRITE_COIL]),
    write_at=WORDS,
    values=st.tuples(WORDS),
)
BOTH = st.builds(
    Request,
    st.just(Function.WRITE_AND_READ),
    WORDS,
    st.integers(1, wire.MAX_READ),
    WORDS,
    st.lists(WORDS, min_size=1, max_size=wire.MAX_WRITE).map(tuple),
)
REQUESTS = st.one_of(READS, WRITES, SINGLES, BOTH)


def read_of(request: Request) -> tuple[int, ...]:
    return tuple(range(request.read_count))


@pytest.mark.parametrize(
    ("request_", "frame"),
    [
        (Request(Function.WRITE_COIL, write_at=0, values=(wire.COIL_ON,)), "01 05 00 00 FF 00 8C 3A"),
        (Request(Function.READ_INPUT, 0, 2), "01 04 00 00 00 02 71 CB"),
        (Request(Function.WRITE_ONE, write_at=2, values=(2,)), "01 06 00 02 00 02 A9 CB"),
    ],
)
def test_worked_frames(request_, frame):
    assert wire.request_frame(request_) == bytes.fromhex(frame)


def test_the_checksum_is_the_published_one():
    assert wire.crc16(b"123456789") == 0x4B37


@given(REQUESTS)
def test_a_request_survives_the_line(request_):
    frame = wire.request_frame(request_)

    assert wire.request_length(frame) == len(frame)
    assert wire.parse_request(frame) == request_


@given(REQUESTS)
def test_a_reply_survives_the_line(request_):
    frame = wire.reply_frame(request_, read_of(request_))

    assert wire.expected_length(request_, frame) == len(frame)
    assert wire.parse_reply(request_, frame) == read_of(request_)


@given(REQUESTS, st.sampled_from(Refusal))
def test_a_refusal_survives_the_line(request_, refusal):
    frame = wire.refusal_frame(request_.function, refusal)

    with pytest.raises(wire.RefusedError) as caught:
        wire.parse_reply(request_, frame)

    assert caught.value.refusal is refusal


@given(REQUESTS, st.binary(max_size=300))
def test_random_bytes_never_become_a_reading(request_, noise):
    if wire.is_intact(noise):
        return

    with pytest.raises(wire.BadFrameError):
        wire.parse_reply(request_, noise)


@given(REQUESTS, st.data())
def test_up_to_three_flipped_bits_are_always_seen(request_, data):
    frame = bytearray(wire.reply_frame(request_, read_of(request_)))
    flips = data.draw(st.sets(st.integers(0, 8 * len(frame) - 1), min_size=1, max_size=3))
    for bit in flips:
        frame[bit // 8] ^= 1 << bit % 8

    with pytest.raises((wire.BadFrameError, wire.RefusedError)) as caught:
        wire.parse_reply(request_, bytes(frame))

    assert caught.type is wire.BadFrameError


@given(REQUESTS, st.data())
def test_a_reply_cut_short_is_never_believed(request_, data):
    frame = wire.reply_frame(request_, read_of(request_))
    kept = data.draw(st.integers(0, len(frame) - 1))

    with pytest.raises(wire.BadFrameError):
        wire.parse_reply(request_, frame[:kept])


@given(READS, READS)
def test_an_answer_to_another_question_is_never_believed(asked, other):
    if (asked.function, asked.read_count) == (other.function, other.read_count):
        return

    with pytest.raises(wire.BadFrameError):
        wire.parse_reply(asked, wire.reply_frame(other, read_of(other)))


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_as_a_request_or_refused_in_order(noise):
    with contextlib.suppress(wire.BadFrameError, wire.RefusedError):
        length = wire.request_length(noise)
        if length is not None and len(noise) >= length:
            wire.parse_request(wire.seal(noise[: length - 2]))
