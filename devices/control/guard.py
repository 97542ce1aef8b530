"""A small process beside the loop that opens every valve when the loop dies, hangs or goes on for too long (map D6).

The loop's side is `Guard`; the other side is this file run by itself, with nothing but the standard library, so that it
starts in hundredths of a second and shares no fault with the loop. They are joined by two pipes: the kernel closes them
when the loop's process ends, however that comes. A box with a lease of its own has that as the last word; for one
without, this is it.
"""

import contextlib
import errno
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

LOOKS, LOOK_S = 5, 0.05
HANGS_AFTER_S = LOOKS * LOOK_S
"""No beat in so many looks of so long, with air in a cuff, and the loop hangs (programme setting). A look during which
the whole computer stood still counts once however long it was: then the loop had no chance to beat either."""

OVERTIME_S = 15.0
"""By how much the loop may miss its own time limits before the guard ends it: venting and looking takes as long at most."""

READY_WITHIN_S = 3.0
ANSWERS_WITHIN_S = 2.0
"""A guard that does not answer beats for this long has stopped (programme setting)."""
ENDS_WITHIN_S = 2.0
ANSWER_WITHIN_S = 0.1
VENT_TRIES = 10
CANNOT_WATCH = (
    "The guard that vents when this program dies can't watch the port: "
    "another program holds it, or the cable is not plugged in."
)
GONE = "The guard that vents when this program dies is gone."
OPEN, INFLATED, GOODBYE = b".", b"+", b"q"
READY, HEARD, HUNG, TOO_LONG = b"r", b".", b"h", b"t"
WORDS = {
    HUNG: "The program that holds the pressure stood still. The guard opened the cuff.",
    TOO_LONG: "The cuff was inflated for too long. The guard opened it.",
}
"""What the guard says when it has opened the valves."""


class VentFrame(Protocol):
    """As the drivers define it, but without them: this file runs by itself."""

    @property
    def order(self) -> bytes: ...

    @property
    def answer(self) -> bytes: ...


class GuardError(Exception):
    """The guard can't stand by. Its text may be shown to people."""


@dataclass(frozen=True)
class Limits:
    """The longest inflation at one go and all of them together, in seconds."""

    one_go_s: float
    total_s: float


class Guard:
    """Stands by while a controller is in use. Enter it before the port is opened: afterwards nobody else may open it."""

    def __init__(self, port: str, frames: Iterable[VentFrame], limits: Limits) -> None:
        words = [f"{frame.order.hex()}:{frame.answer.hex()}" for frame in frames]
        times = [str(limits.one_go_s + OVERTIME_S), str(limits.total_s + OVERTIME_S)]
        self._command = [sys.executable, "-E", "-S", __file__, port, *times, *words]
        self._process: subprocess.Popen[bytes] | None = None
        self._to = self._from = -1
        self._heard_at = 0.0
        self._trouble: str | None = None

    def __enter__(self) -> "Guard":
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._command, bufsize=0, stdin=pipe, stdout=pipe, start_new_session=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        said = os.read(self._from, 1) if select.select([self._from], [], [], READY_WITHIN_S)[0] else b""
        if said != READY:
            self._end()
            raise GuardError(CANNOT_WATCH)
        os.set_blocking(self._from, False)
        self._heard_at = time.monotonic()
        return self

    def trouble(self, *, is_inflated: bool) -> str | None:
        """Tell the guard that the loop lives, once a tick and before the tick's order. A sentence if all is not well.

        `is_inflated`: there is air in a cuff, or about to be, or nobody knows.
        """
        try:
            os.write(self._to, INFLATED if is_inflated else OPEN)
            self._trouble = self._trouble or self._said()
        except OSError:
            self._trouble = self._trouble or GONE
        return self._trouble

    def _said(self) -> str | None:
        """What the guard has said since the last tick. Raises OSError where there is none."""
        with contextlib.suppress(BlockingIOError):
            said = os.read(self._from, 4096)
            if not said:
                return GONE
            self._heard_at = time.monotonic()
            return WORDS.get(said.replace(HEARD, b"")[:1])
        return GONE if time.monotonic() - self._heard_at > ANSWERS_WITHIN_S else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send it home; after an error it vents first, to be sure."""
        if kind is None:
            with contextlib.suppress(OSError):
                os.write(self._to, GOODBYE)
        self._end()

    def _end(self) -> None:
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDS_WITHIN_S)
            return
        self._process.kill()
        self._process.wait()


class Watch:
    """How long there has been air in a cuff, by the beats alone: the guard can't know a pressure."""

    def __init__(self, one_go_s: float, total_s: float) -> None:
        self._longest = Limits(one_go_s, total_s)
        self._one_go_s = self._total_s = 0.0
        self._inflated_at: float | None = None

    def is_too_long(self, is_inflated: bool, now: float) -> bool:
        """Count up to this beat. True if a limit is passed, and again each time that the overtime is."""
        took_s = 0.0 if self._inflated_at is None else now - self._inflated_at
        self._inflated_at = now if is_inflated else None
        self._one_go_s = self._one_go_s + took_s if is_inflated else 0.0
        self._total_s += took_s
        if self._one_go_s < self._longest.one_go_s and self._total_s < self._longest.total_s:
            return False
        self._longest = Limits(self._one_go_s + OVERTIME_S, self._total_s + OVERTIME_S)
        return True


def stand_by(port: str, watch: Watch, frames: Sequence[tuple[bytes, bytes]]) -> None:
    """The guard's own life: wait for beats, vent when they stop or go on too long, go when told or when nobody is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    line = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    os.set_blocking(1, False)
    _tell(READY)
    heard = b""
    while GOODBYE not in heard:
        while INFLATED in heard and _hangs():
            _tell(HUNG)
            if _vent(line, frames):
                break
        heard = os.read(0, 4096)  # after a vent it waits here, for as long as the loop stands still
        if not heard:
            _vent(line, frames)
            return
        _tell(HEARD)
        if watch.is_too_long(INFLATED in heard, time.monotonic()):
            _vent(line, frames)
            _tell(TOO_LONG)


def _hangs() -> bool:
    """Whether no beat comes for so many looks."""
    return not any(select.select([0], [], [], LOOK_S)[0] for _ in range(LOOKS))


def _tell(word: bytes) -> None:
    """A loop that does not read is no reason to stop."""
    with contextlib.suppress(OSError):
        os.write(1, word)


def _vent(line: int, frames: Sequence[tuple[bytes, bytes]]) -> bool:
    """Say it until it is acknowledged. False if it never was; a line that is gone has nobody to say it to."""
    for _ in range(VENT_TRIES):
        try:
            heard = [_say(line, order, answer) for order, answer in frames]
            if all(heard):
                return True
        except BlockingIOError:
            termios.tcflush(line, termios.TCOFLUSH)
        except OSError as error:
            if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO):
                return True
    return False


def _say(line: int, order: bytes, answer: bytes) -> bool:
    """Write one frame. Whether its answer came."""
    os.write(line, order)
    received = b""
    while answer not in received:
        if not select.select([line], [], [], ANSWER_WITHIN_S)[0]:
            return False
        chunk = os.read(line, 256)
        if not chunk:
            return False  # hung up: readable for ever, and nothing comes
        received += chunk
    return True


if __name__ == "__main__":
    pairs = [word.partition(":") for word in sys.argv[4:]]
    stand_by(
        sys.argv[1],
        Watch(float(sys.argv[2]), float(sys.argv[3])),
        [(bytes.fromhex(order), bytes.fromhex(answer)) for order, _, answer in pairs],
    )
