"""Twenty thousand byte streams into each driver: noise, spoilt frames, parts of frames, other boxes' frames.

A driver may raise its own errors and nothing else. What it returns must be what an untouched answer says; on lines without
a checksum, where a changed digit can't be told, the pressure must at least stand in what was heard as a whole.
"""

import random
import re

import pytest

from devices.domain.units import VENTED_BELOW, Scale
from devices.drivers import DRIVERS, ControllerError, Driver, Readout
from devices.simulator.options import KINDS
from tests.direct import DirectLine

STREAMS = 20_000
REPLY_TIMEOUT_S = 0.05
WITHOUT_A_CHECKSUM = ("alicat", "pace")
ROUNDING, LOOKS = 0.006, 20
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?")
ALPHABET = b"A?+-.0123456789 mHgLCKM:;,SENSPRS\r\n"


class Fuzzer:
    """Byte streams out of a seed: some from nothing, most out of real answers."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._ways = (
            lambda reply: reply,
            self._noise,
            self._letters,
            self._part,
            self._changed,
            self._changed,
            self._twice,
            self._foreign,
        )
        self.foreign: list[bytes] = []

    def stream(self, reply: bytes) -> bytes:
        """What comes instead of a reply."""
        return self._chance.choice(self._ways)(reply)

    def _noise(self, reply: bytes) -> bytes:
        return self._chance.randbytes(self._chance.choice((len(reply), self._chance.randrange(80))))

    def _letters(self, reply: bytes) -> bytes:
        return bytes(self._chance.choices(ALPHABET, k=self._chance.randrange(60))) + b"\r"

    def _part(self, reply: bytes) -> bytes:
        return reply[: self._chance.randrange(max(1, len(reply)))]

    def _changed(self, reply: bytes) -> bytes:
        changed = bytearray(reply)
        for _ in range(self._chance.randint(1, 3)):
            at = self._chance.randrange(len(changed) + 1)
            changed[at : at + self._chance.randint(0, 2)] = self._chance.randbytes(self._chance.randint(0, 2))
        return bytes(changed)

    def _twice(self, reply: bytes) -> bytes:
        return reply + reply[self._chance.randrange(max(1, len(reply))) :]

    def _foreign(self, reply: bytes) -> bytes:
        return self._chance.choice(self.foreign)


class FuzzedLine(DirectLine):
    """A line into a box that says something else, while it is told to."""

    def __init__(self, kind: str, fuzzer: Fuzzer) -> None:
        super().__init__(KINDS[kind](serial_number="SIM00001", presets=["arm"], scale=Scale.MMHG, seed=1))
        self._fuzzer = fuzzer
        self.is_fuzzed = self.is_touched = False
        self.heard, self.answers, self.streams = b"", list[bytes](), 0

    def begin(self) -> None:
        """From now on nothing is what the box said."""
        self.is_fuzzed, self.is_touched, self.heard = True, False, b""

    def _exchange(self, frame: bytes, timeout_s: float) -> bytes:
        reply = super()._exchange(frame, timeout_s)
        if not self.is_fuzzed:
            self.answers.append(reply)
            return reply
        said = self._fuzzer.stream(reply)
        self.streams += said != reply
        self.is_touched = self.is_touched or said != reply
        self.heard += said
        return said


def real_answers(kind: str) -> list[bytes]:
    """What a box of another kind says while it is identified and read."""
    line = FuzzedLine(kind, Fuzzer(0))
    driver = DRIVERS[kind](line, REPLY_TIMEOUT_S)
    driver.identify()
    driver.read()
    return line.answers


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_that_comes_back_is_believed_unless_it_is_the_answer(kind):
    fuzzer = Fuzzer(len(kind))
    fuzzer.foreign = [answer for other in KINDS if other != kind for answer in real_answers(other)]
    line = FuzzedLine(kind, fuzzer)
    driver = DRIVERS[kind](line, REPLY_TIMEOUT_S)
    driver.identify()
    believed = 0
    while line.streams < STREAMS:
        line.begin()
        try:
            seen = driver.read()
        except ControllerError:
            continue
        check(kind, line, seen)
        believed += 1
    assert believed
    line.is_fuzzed = False
    line.sleep(0.1)
    assert recovered(driver)


def check(kind: str, line: FuzzedLine, seen: Readout) -> None:
    """With a checksum only untouched answers are believed; without one, what is believed was said."""
    if kind not in WITHOUT_A_CHECKSUM:
        assert not line.is_touched, line.heard
        return
    assert any(abs(number - seen[0].pressure) < ROUNDING for number in numbers(line.heard)), line.heard


def numbers(heard: bytes) -> list[float]:
    return [float(found) for found in NUMBER.findall(heard.decode("ascii", "replace"))]


def recovered(driver: Driver) -> bool:
    """Whether the driver reads on as soon as the line is good again, after at most a few looks."""
    for _ in range(LOOKS):
        try:
            return driver.read()[0].pressure < VENTED_BELOW
        except ControllerError:
            continue
    return False
