"""A simulated box behind a real pseudo-terminal: bytes in, bytes out, at the pace of its line.

A link at a path of one's choice stands for the device file. The box's time is this machine's monotonic clock.
"""

import contextlib
import fcntl
import os
import pty
import random
import termios
import time
import tty
from collections import deque
from pathlib import Path

from devices.simulator.far_end import FarEnd, Streams
from devices.simulator.faults import Fault, arrived, spoilt

BITS_PER_BYTE = 10
LATE_BY_S = 0.5
READ_AT_ONCE = 512
TIOCGEXCL = 0x80045440


class SimulatedPort:
    """One box on one pseudo-terminal. Its owner calls `receive` when the line has bytes, and `work` often."""

    def __init__(self, box: FarEnd, link: Path) -> None:
        self.box, self.link = box, link
        self.last_vent_request_monotonic: float | None = None
        self._clock = time.monotonic()
        self._buffer, self._buffer_began = b"", 0.0
        self._outbox: deque[tuple[float, bytes]] = deque()
        self._last_reply = b""
        self._noise = random.Random(7)
        self.master: int | None = None
        self.times_plugged_in = 0
        self._slave = -1
        self.plug_in()

    def plug_in(self) -> None:
        """Make the pseudo-terminal and put the link to it. Its own end stays open, so that it never hangs up by itself."""
        if self.master is not None:
            return
        self.master, self._slave = pty.openpty()
        self.times_plugged_in += 1
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        beside = self.link.with_name(self.link.name + ".new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.ttyname(self._slave))
        beside.replace(self.link)

    def unplug(self) -> None:
        """Pull the cable: the line hangs up and its name is gone."""
        if self.master is None:
            return
        self.link.unlink(missing_ok=True)
        os.close(self.master)
        os.close(self._slave)
        self.master, self._buffer = None, b""
        self._outbox.clear()

    @property
    def is_listening(self) -> bool:
        """Whether it takes what is written to it."""
        return self.master is not None and Fault.BLOCKED_WRITE not in self.box.faults_on

    @property
    def device(self) -> str:
        """The pseudo-terminal behind the link; empty while unplugged."""
        return os.ttyname(self._slave) if self.master is not None else ""

    def advance(self) -> None:
        """Bring the box up to now."""
        now = time.monotonic()
        self.box.advance(now - self._clock)
        self._clock = now

    def work(self) -> None:
        """Move the box on, send what is due, and free a lock that a dead program left."""
        self.advance()
        if isinstance(self.box, Streams) and (said := self.box.unasked()):
            self._outbox.append((time.monotonic(), said))
        self._send_due()
        self._free_dead_lock()

    def due_in_s(self) -> float | None:
        """Seconds until the next reply is to be sent; None if there is none."""
        return max(0.0, self._outbox[0][0] - time.monotonic()) if self._outbox else None

    def receive(self) -> None:
        """Take what is on the line and answer every whole request in it."""
        assert self.master is not None
        arrived_at = time.monotonic()
        try:
            chunk = arrived(self.box.faults_on, os.read(self.master, READ_AT_ONCE))
        except OSError:
            return
        if self._is_cut_off(arrived_at):
            self._buffer = b""
        if not self._buffer:
            self._buffer_began = arrived_at
        self.advance()
        heard = self.box.hear(self._buffer + chunk)
        self._buffer = heard.rest
        if heard.vent_began:
            self.last_vent_request_monotonic = arrived_at
        for reply, size in heard.replies:
            self._reply(reply, arrived_at, size)

    def _is_cut_off(self, now: float) -> bool:
        """Whether a silence has ended the frame in the buffer, on a wire where silence does."""
        silence = self.box.frame_silence_s
        return silence is not None and bool(self._buffer) and now - self._buffer_began > silence

    def _reply(self, reply: bytes, arrived_at: float, size: int) -> None:
        """Queue a reply for when the request's and its own bytes would have been on the line."""
        before, self._last_reply = self._last_reply, reply
        due = arrived_at + (size + len(reply)) * BITS_PER_BYTE / self.box.baud_rate + self.box.turnaround_s
        if Fault.LATE_REPLY in self.box.faults_on:
            due += LATE_BY_S
        self._outbox.append((due, spoilt(self.box.faults_on, reply, before, self._noise)))

    def _send_due(self) -> None:
        while self.master is not None and self._outbox and self._outbox[0][0] <= time.monotonic():
            with contextlib.suppress(BlockingIOError):
                os.write(self.master, self._outbox[0][1])
            self._outbox.popleft()

    def _free_dead_lock(self) -> None:
        """Undo TIOCEXCL once nobody holds the port. On a real line the last close does that; our own end stays open."""
        if self.master is None or not _is_exclusive(self._slave):
            return
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._slave, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.ioctl(self._slave, termios.TIOCNXCL)
            fcntl.flock(self._slave, fcntl.LOCK_UN)


def _is_exclusive(fd: int) -> bool:
    return any(fcntl.ioctl(fd, TIOCGEXCL, bytes(4)))
