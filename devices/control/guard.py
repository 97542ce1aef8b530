"""A small process beside the loop that opens every valve when the loop dies or hangs (map D6).

The loop's side is `Guard`; the other side is this file run by itself, with nothing but the standard library, so that it
starts in hundredths of a second and shares no fault with the loop. They are joined by a pipe: the kernel closes it when
the loop's process ends, however that comes. The box's own lease stays the last word.
"""

import contextlib
import errno
import os
import select
import signal
import subprocess
import sys
import termios
from types import TracebackType

HANGS_AFTER_S = 0.8
"""No beat for this long and the guard vents: before the box's lease of 1 s does (programme setting)."""

READY_WITHIN_S = 3.0
ENDS_WITHIN_S = 2.0
ANSWER_WITHIN_S = 0.1
VENT_TRIES = 10
CANNOT_WATCH = (
    "The guard that vents when this program dies can't watch the port: "
    "another program holds it, or the cable is not plugged in."
)
BEAT, GOODBYE, READY = b".", b"q", b"ready"


class GuardError(Exception):
    """The guard can't stand by. Its text may be shown to people."""


class Guard:
    """Stands by while a controller is in use. Enter it before the port is opened: afterwards nobody else may open it."""

    def __init__(self, port: str, vent_bytes: bytes) -> None:
        self._command = [sys.executable, "-E", "-S", __file__, port, vent_bytes.hex()]
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    def __enter__(self) -> "Guard":
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._command, bufsize=0, stdin=pipe, stdout=pipe, start_new_session=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._pipe = self._process.stdin.fileno()
        os.set_blocking(self._pipe, False)
        stdout = self._process.stdout
        said = stdout.read(16) if select.select([stdout], [], [], READY_WITHIN_S)[0] else b""
        if said != READY:
            self._end()
            raise GuardError(CANNOT_WATCH)
        return self

    def trouble(self) -> str | None:
        """Tell the guard that all is well, once a tick. A sentence if there is no guard to hear it."""
        try:
            os.write(self._pipe, BEAT)
        except OSError:
            return "The guard that vents when this program dies is gone."
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send it home; after an error it vents first, to be sure."""
        if kind is None:
            with contextlib.suppress(OSError):
                os.write(self._pipe, GOODBYE)
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


def stand_by(port: str, vent_bytes: bytes) -> None:
    """The guard's own life: wait for beats, vent when they stop, go when told or when there is nobody left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    line = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    os.write(1, READY)
    heard = b""
    while GOODBYE not in heard:
        if not _hears_within(None if not heard else HANGS_AFTER_S):
            _vent(line, vent_bytes)
            heard = b""
            continue
        heard = os.read(0, 4096)
        if not heard:
            _vent(line, vent_bytes)
            return


def _hears_within(seconds: float | None) -> bool:
    return bool(select.select([0], [], [], seconds)[0])


def _vent(line: int, vent_bytes: bytes) -> None:
    """Say it until it is acknowledged. A line that is gone has a box that vents by its lease."""
    for _ in range(VENT_TRIES):
        try:
            os.write(line, vent_bytes)
            if _is_acknowledged(line, vent_bytes):
                return
        except BlockingIOError:
            termios.tcflush(line, termios.TCOFLUSH)
        except OSError as error:
            if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO):
                return


def _is_acknowledged(line: int, vent_bytes: bytes) -> bool:
    received = b""
    while vent_bytes not in received:
        if not select.select([line], [], [], ANSWER_WITHIN_S)[0]:
            return False
        chunk = os.read(line, 256)
        if not chunk:
            return False  # hung up: readable for ever, and nothing comes
        received += chunk
    return True


if __name__ == "__main__":
    stand_by(sys.argv[1], bytes.fromhex(sys.argv[2]))
