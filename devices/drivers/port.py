"""A serial port for one transaction at a time: flush, one write, read until the reply is whole or the time is up.

pyserial opens and sets the line; reading is our own, in chunks, because its `read_until` takes the interpreter lock
once per byte and misses deadlines when the process is busy.
"""

import contextlib
import errno
import fcntl
import os
import select
import termios
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import serial

from devices.drivers.errors import ControllerLostError, PortBusyError, PortMissingError

CHUNK = 256
VENT_TRIES = 3
TAKEN = {errno.EBUSY, errno.EAGAIN}


@dataclass(frozen=True)
class VentFrame:
    """Bytes that open valves whatever the box is doing, and a part of what it then says; nothing where it says nothing.

    Made beforehand, so that a guard can write them without a driver.
    """

    order: bytes
    answer: bytes = b""


class Line(Protocol):
    """What a driver speaks through: a serial port, or in fast tests the box itself with a clock of its own."""

    def ask(self, frame: bytes, length_of: Callable[[bytes], int], timeout_s: float) -> bytes:
        """Write a frame and return exactly the reply. Raises ControllerLostError for silence, half a reply or more than one."""
        ...

    def ask_until(self, frame: bytes, answer: bytes, timeout_s: float) -> bool:
        """Write a frame and wait for an answer, whatever else comes before it. Raises OSError or termios.error."""
        ...

    def clock(self) -> float:
        """Monotonic seconds, by which the freshness of answers is judged."""
        ...

    def close(self) -> None:
        """Give the line back."""
        ...


def say_vent(line: Line, frames: Iterable[VentFrame], timeout_s: float) -> bool:
    """Write the vent frames until they are answered. Whether they were; never raises."""
    return any(_say_vent_once(line, frames, timeout_s) for _ in range(VENT_TRIES))


def _say_vent_once(line: Line, frames: Iterable[VentFrame], timeout_s: float) -> bool:
    """Every frame is written, also after one that nobody answered."""
    try:
        heard = [line.ask_until(frame.order, frame.answer, timeout_s) for frame in frames]
    except (OSError, termios.error, ValueError):
        return False
    return all(heard)


def until(terminator: bytes) -> Callable[[bytes], int]:
    """Where a reply of text ends: the length that `Line.ask` waits for."""

    def length_of(received: bytes) -> int:
        found = received.find(terminator)
        return len(received) + 1 if found < 0 else found + len(terminator)

    return length_of


class SerialPort:
    """An exclusively opened serial line. Raises PortBusyError or PortMissingError when it can't be had."""

    def __init__(self, path: str, baud_rate: int) -> None:
        self.path = path
        self._serial = _opened(path, baud_rate)
        self._fd: int = self._serial.fileno()

    def ask(self, frame: bytes, length_of: Callable[[bytes], int], timeout_s: float) -> bytes:
        """Write a frame and return exactly the reply. Raises ControllerLostError for silence or half a reply."""
        deadline = time.monotonic() + timeout_s
        try:
            self._send(frame)
            return self._receive(length_of, deadline)
        except (OSError, termios.error, ValueError) as error:
            raise ControllerLostError("The cable to the controller is gone.") from error

    def ask_until(self, frame: bytes, answer: bytes, timeout_s: float) -> bool:
        """Write a frame and wait for an exact answer, whatever else comes before it. Raises OSError or termios.error."""
        deadline = time.monotonic() + timeout_s
        self._send(frame)
        received = b""
        while answer not in received:
            chunk = self._chunk(deadline)
            if not chunk:
                return False
            received += chunk
        return True

    def clock(self) -> float:
        """The monotonic clock of this computer."""
        return time.monotonic()

    def _send(self, frame: bytes) -> None:
        termios.tcflush(self._fd, termios.TCIFLUSH)
        written = os.write(self._fd, frame)
        if written != len(frame):
            raise OSError(errno.EIO, "The line took only a part of the frame.")

    def _receive(self, length_of: Callable[[bytes], int], deadline: float) -> bytes:
        received = b""
        while len(received) < length_of(received):
            chunk = self._chunk(deadline)
            if not chunk:
                raise ControllerLostError(_words_for_silence(received))
            received += chunk
        if len(received) > length_of(received):
            raise ControllerLostError("The controller said more than it was asked.")
        return received

    def _chunk(self, deadline: float) -> bytes:
        """What has arrived, or nothing when the time is up. A line that is ready but empty has hung up."""
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._fd], [], [], left)[0]:
            return b""
        chunk = os.read(self._fd, CHUNK)
        if not chunk:
            raise OSError(errno.EIO, "The line has hung up.")
        return chunk

    def close(self) -> None:
        """Give the port back. Closing twice, or after the cable is gone, is no error."""
        with contextlib.suppress(OSError, ValueError):
            fcntl.ioctl(self._fd, termios.TIOCNXCL)
        self._fd = -1
        self._serial.close()


def _words_for_silence(received: bytes) -> str:
    return "The controller's answer broke off." if received else "The controller does not answer."


def _opened(path: str, baud_rate: int) -> serial.Serial:
    """The line, locked twice: flock against programs that ask for a lock, TIOCEXCL against those that don't."""
    try:
        line = serial.Serial(path, baud_rate, timeout=0, write_timeout=0, exclusive=True)
        fcntl.ioctl(line.fileno(), termios.TIOCEXCL)
    except (OSError, termios.error) as error:
        if _is_taken(error):
            raise PortBusyError("Another program holds this port. Is a session running on it?") from error
        raise PortMissingError(f"The port {path} can't be opened. Is the cable plugged in?") from error
    return line


def _is_taken(error: BaseException) -> bool:
    """True if the port exists but is held. pyserial hides a failed lock behind its own words."""
    return getattr(error, "errno", None) in TAKEN or "exclusively lock" in str(error)
