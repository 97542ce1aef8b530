"""A simulated box without a line in between and with a clock of its own: a driver talks to it faster than time.

For tests and benchmarks of what stands above the driver. The bytes are the real ones; time passes only in `ask` and `sleep`.
"""

import errno
import random
from collections.abc import Callable

from devices.drivers.errors import ControllerLostError
from devices.simulator.far_end import FarEnd
from devices.simulator.faults import Fault, arrived, spoilt

BITS_PER_BYTE = 10


class DirectLine:
    """A `devices.drivers.port.Line` straight into a box."""

    def __init__(self, box: FarEnd, seed: int = 7) -> None:
        self.box = box
        self.now = 0.0
        self._last_reply = b""
        self._noise = random.Random(seed)

    def clock(self) -> float:
        """Seconds of the box's own time since this line was made."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass for the box and for whoever reads the clock."""
        if seconds > 0:
            self.box.advance(seconds)
            self.now += seconds

    def ask(self, frame: bytes, length_of: Callable[[bytes], int], timeout_s: float) -> bytes:
        """Hand the frame over and return exactly the reply. Raises ControllerLostError as a serial port does."""
        try:
            received = self._exchange(frame, timeout_s)
        except OSError as error:
            raise ControllerLostError("The cable to the controller is gone.") from error
        if len(received) < length_of(received):
            raise ControllerLostError("The controller does not answer.")
        if len(received) > length_of(received):
            raise ControllerLostError("The controller said more than it was asked.")
        return received

    def ask_until(self, frame: bytes, answer: bytes, timeout_s: float) -> bool:
        """Hand the frame over; whether the answer is in what comes back. Raises OSError without a cable, as a port does."""
        return answer in self._exchange(frame, timeout_s)

    def _exchange(self, frame: bytes, timeout_s: float) -> bytes:
        """What comes back within the time; the time that it takes passes."""
        if Fault.UNPLUGGED in self.box.faults_on:
            raise OSError(errno.EIO, "The line has hung up.")
        if Fault.BLOCKED_WRITE in self.box.faults_on:
            raise BlockingIOError(errno.EAGAIN, "The line takes no more.")
        heard = self.box.hear(arrived(self.box.faults_on, frame))
        replies = b"".join(reply for reply, _ in heard.replies)
        before, self._last_reply = self._last_reply, replies
        received = spoilt(self.box.faults_on, replies, before, self._noise) if replies else b""
        took = (len(frame) + len(replies)) * BITS_PER_BYTE / self.box.baud_rate + self.box.turnaround_s
        is_late = Fault.LATE_REPLY in self.box.faults_on or not received
        self.sleep(timeout_s if is_late else min(took, timeout_s))
        return b"" if is_late else received

    def close(self) -> None:
        """Nothing to give back."""


class Overheard(DirectLine):
    """A line that remembers what was said."""

    def __init__(self, box: FarEnd) -> None:
        super().__init__(box)
        self.said: list[bytes] = []

    def _exchange(self, frame: bytes, timeout_s: float) -> bytes:
        self.said.append(frame)
        return super()._exchange(frame, timeout_s)
