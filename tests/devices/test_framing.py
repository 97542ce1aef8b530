"""Both serial forms of Modbus: frames worked by hand, and that nothing but the right bytes is ever believed."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain import wire
from devices.domain.framing import Ascii, Rtu
from devices.domain.wire import BadFrameError, Function, Refusal, RefusedError, Request

FORMS = [Rtu(16), Ascii(16)]
WORDS = st.integers(0, 0xFFFF)
READS = st.builds(
    Request, st.sampled_from([Function.READ_HOLDING, Function.READ_INPUT]), WORDS, st.integers(1, 40)
)
WRITES = st.builds(Request, st.just(Function.WRITE_ONE), write_at=WORDS, values=st.tuples(WORDS))
REQUESTS = READS | WRITES


def lrc_by_hand(body: bytes) -> int:
    """As the specification words it: add all bytes, drop the carries, take the two's complement."""
    total = 0
    for byte in body:
        total = (total + byte) % 256
    return (256 - total) % 256


def spelt_by_hand(body: bytes) -> bytes:
    return b":" + b"".join(b"%02X" % byte for byte in (*body, lrc_by_hand(body))) + b"\r\n"


def read_of(request: Request) -> tuple[int, ...]:
    return tuple(range(request.read_count))


@pytest.mark.parametrize(
    ("form", "request_", "frame"),
    [
        (Rtu(1), Request(Function.WRITE_ONE, write_at=4112, values=(160,)), "01 06 10 10 00 A0 8C B7"),
        (Rtu(16), Request(Function.READ_INPUT, 262, 1), "10 04 01 06 00 01 D3 76"),
    ],
)
def test_frames_with_a_crc(form, request_, frame):
    assert form.request_frame(request_) == bytes.fromhex(frame)


def test_frames_with_an_lrc():
    asked = Request(Function.WRITE_ONE, write_at=4112, values=(160,))

    assert Ascii(16).request_frame(asked) == b":1006101000A02A\r\n"
    assert Ascii(1).request_frame(Request(Function.READ_INPUT, 262, 1)) == b":010401060001F3\r\n"


@given(REQUESTS)
def test_an_ascii_frame_is_what_the_specification_says(request_):
    assert Ascii(16).request_frame(request_) == spelt_by_hand(Rtu(16).request_frame(request_)[:-2])


@pytest.mark.parametrize("form", FORMS)
@given(request_=REQUESTS)
def test_requests_and_replies_survive_the_line(form, request_):
    asked, answered = form.request_frame(request_), form.reply_frame(request_, read_of(request_))

    assert form.request_length(asked) == len(asked)
    assert form.parse_request(asked) == request_
    assert form.expected_length(request_, answered) == len(answered)
    assert form.parse_reply(request_, answered) == read_of(request_)


@pytest.mark.parametrize("form", FORMS)
@given(request_=REQUESTS, refusal=st.sampled_from(Refusal))
def test_a_refusal_survives_the_line(form, request_, refusal):
    frame = form.refusal_frame(request_.function, refusal)

    assert form.expected_length(request_, frame) == len(frame)
    with pytest.raises(RefusedError) as caught:
        form.parse_reply(request_, frame)
    assert caught.value.refusal is refusal


@pytest.mark.parametrize("form", [Rtu, Ascii])
@given(request_=REQUESTS)
def test_what_another_unit_says_is_never_believed(form, request_):
    with pytest.raises(BadFrameError):
        form(16).parse_reply(request_, form(1).reply_frame(request_, read_of(request_)))
    with pytest.raises(BadFrameError):
        form(16).parse_request(form(1).request_frame(request_))


@pytest.mark.parametrize("form", FORMS)
@given(request_=REQUESTS, data=st.data())
def test_a_part_of_a_reply_is_never_believed(form, request_, data):
    frame = form.reply_frame(request_, read_of(request_))
    kept = data.draw(st.integers(0, len(frame) - 1))

    with pytest.raises(BadFrameError):
        form.parse_reply(request_, frame[:kept])


@pytest.mark.parametrize("form", FORMS)
@given(request_=REQUESTS, data=st.data())
def test_one_wrong_byte_is_always_seen(form, request_, data):
    frame = bytearray(form.reply_frame(request_, read_of(request_)))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(BadFrameError):
        form.parse_reply(request_, bytes(frame))


HEXADECIMAL = st.text("0123456789ABCDEF:\r\n", max_size=200).map(str.encode)


@pytest.mark.parametrize("form", FORMS)
@given(request_=REQUESTS, noise=st.binary(max_size=300) | HEXADECIMAL)
def test_noise_never_becomes_a_reading(form, request_, noise):
    with pytest.raises(BadFrameError):
        form.parse_reply(request_, noise)


@pytest.mark.parametrize("form", FORMS)
@given(noise=st.binary(max_size=300) | HEXADECIMAL, body=st.binary(min_size=2, max_size=60))
def test_any_bytes_are_taken_as_a_request_or_refused_in_order(form, noise, body):
    for frame in (noise, wire.seal(bytes((16,)) + body), spelt_by_hand(bytes((16,)) + body)):
        with contextlib.suppress(BadFrameError, RefusedError):
            form.request_length(frame)
        with contextlib.suppress(BadFrameError, RefusedError):
            assert isinstance(form.parse_request(frame), Request)


def believed_though_spoilt(form: Rtu, streams: int) -> int:
    """How many answers of so many, each with up to three bytes wrong or its end missing, gave a wrong value."""
    chance = random.Random(3)
    asked = Request(Function.READ_INPUT, 262, 14)
    whole = form.reply_frame(asked, read_of(asked))
    wrong = 0
    for _ in range(streams):
        spoilt = bytearray(whole)
        for at in chance.sample(range(len(whole)), chance.randint(1, 3)):
            spoilt[at] = chance.randrange(256)
        del spoilt[chance.choice((len(whole), chance.randrange(len(whole)))) :]
        with contextlib.suppress(BadFrameError):
            wrong += form.parse_reply(asked, bytes(spoilt)) != read_of(asked)
    return wrong


def test_twenty_thousand_spoilt_answers_give_no_value():
    assert believed_though_spoilt(Rtu(16), 20_000) == 0


def test_the_checksum_of_ascii_is_weaker_and_no_more_so_than_is_said():
    assert believed_though_spoilt(Ascii(16), 20_000) < 20_000 / 256


def test_a_new_colon_begins_anew():
    whole = Ascii(16).request_frame(Request(Function.READ_INPUT, 262, 1))

    assert Ascii(16).parse_request(whole[:6] + whole).read_at == 262


def test_a_line_without_an_end_is_given_up():
    with pytest.raises(BadFrameError):
        Ascii().request_length(b":" + b"0" * 600)
