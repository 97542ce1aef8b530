import json

import pytest

from sessions.domain.commands import LARGEST_BYTES, BadCommandError, Command, Verb

KEY = "5b0d9c1e-6f2b-4d55-9a3e-0f6a4f1c7d28"


def line(**fields) -> str:
    return json.dumps({"verb": "ENTER", "key": KEY, **fields})


def test_a_command_comes_back_as_it_was_sent():
    sent = Command(Verb.ENTER, KEY, seen_n=7, signal="PAIN", value=3.0, words="said")
    assert Command.from_json(sent.to_json()) == sent


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b"[]",
        b'"STOP"',
        b"\xff\xfe",
        b"[" * 4000,
        b'{"verb": "EXPLODE", "key": "%b"}' % KEY.encode(),
        line(seen_n=float("inf")),
        line(seen_n=float("nan")),
        line(seen_n=-1),
        line(signal="PAIN", value=float("nan")),
        line(signal="PAIN", value=float("inf")),
        line(signal="PAIN", value=True),
        line(signal="A" * 21),
        line(signal="\x00"),
        line(signal="\ud800"),
        line(words="\ud800"),
        line(words="a\x00b"),
        line(words="A" * LARGEST_BYTES),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(body):
    with pytest.raises(BadCommandError, match="This command"):
        Command.from_json(body)


def test_a_number_too_long_to_read_is_refused():
    with pytest.raises(BadCommandError):
        Command.from_json('{"verb": "NEXT", "seen_n": %s}' % ("9" * 5000))
