"""A simulated box behind a real pseudo-terminal: bytes in, bytes out, at the pace of 115200 baud.

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

from devices.domain import wire
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware

BYTE_S = 10 / 115_200
TURNAROUND_S = 0.001
SILENCE_ENDS_FRAME_S = 0.005
LATE_BY_S = 0.5
READ_AT_ONCE = 512
TIOCGEXCL = 0x80045440
VENT_FRAME = wire.request_frame(wire.Request(wire.Function.WRITE_COIL, values=(wire.COIL_ON,)))


class SimulatedPort:
    """One box on one pseudo-terminal. Its owner calls `receive` when the line has bytes, and `work` often."""

    def __init__(self, firmware: Firmware, link: Path) -> None:
        self.firmware, self.link = firmware, link
        self.last_vent_request_monotonic: float | None = None
        self._clock = time.monotonic()
        self._buffer, self._buffer_began = b"", 0.0
        self._outbox: deque[tuple[float, bytes]] = deque()
        self._last_reply = b""
        self._noise = random.Random(7)
        self.master: int | None = None
        self._slave = -1
        self.plug_in()

    def plug_in(self) -> None:
        """Make the pseudo-terminal and put the link to it. Its own end stays open, so that it never hangs up by itself."""
        if self.master is not None:
            return
        self.master, self._slave = pty.openpty()
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
    def device(self) -> str:
        """The pseudo-terminal behind the link; empty while unplugged."""
        return os.ttyname(self._slave) if self.master is not None else ""

    def advance(self) -> None:
        """Bring the box up to now."""
        now = time.monotonic()
        self.firmware.advance(now - self._clock)
        self._clock = now

    def work(self) -> None:
        """Move the box on, send what is due, and free a lock that a dead program left."""
        self.advance()
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
            chunk = os.read(self.master, READ_AT_ONCE)
        except OSError:
            return
        if self._buffer and arrived_at - self._buffer_began > SILENCE_ENDS_FRAME_S:
            self._buffer = b""
        if not self._buffer:
            self._buffer_began = arrived_at
        self._buffer += chunk
        self.advance()
        while self._take_one(arrived_at):
            pass

    def _take_one(self, arrived_at: float) -> bool:
        """Answer the first request in the buffer. False if there is no whole one."""
        try:
            length = wire.request_length(self._buffer)
            if length is None or len(self._buffer) < length:
                return False
            frame, rest = self._buffer[:length], self._buffer[length:]
            request = wire.parse_request(frame)
        except wire.BadFrameError:
            self._save_a_vent(arrived_at)
            return False
        except wire.RefusedError as refused:
            self._buffer = rest
            self._reply(wire.refusal_frame(frame[1], refused.refusal), arrived_at, len(frame))
            return True
        self._buffer = rest
        self._do(request, arrived_at, len(frame))
        return True

    def _save_a_vent(self, arrived_at: float) -> None:
        """Rubbish is thrown away, but a whole vent frame in it is obeyed: a host that died in mid-frame may be before it."""
        has_vent, self._buffer = VENT_FRAME in self._buffer, b""
        if has_vent:
            self._do(wire.parse_request(VENT_FRAME), arrived_at, len(VENT_FRAME))

    def _do(self, request: wire.Request, arrived_at: float, size: int) -> None:
        begun = self.firmware.vents_begun
        reply = self.firmware.answer(request)
        if self.firmware.vents_begun > begun:
            self.last_vent_request_monotonic = arrived_at
        self._reply(reply, arrived_at, size)

    def _reply(self, reply: bytes, arrived_at: float, size: int) -> None:
        """Queue a reply for when the request's and its own bytes would have been on the line."""
        before, self._last_reply = self._last_reply, reply
        due = arrived_at + (size + len(reply)) * BYTE_S + TURNAROUND_S
        faults = self.firmware.faults_on
        if Fault.LATE_REPLY in faults:
            due += LATE_BY_S
        self._outbox.append((due, self._spoilt(reply, before)))

    def _spoilt(self, reply: bytes, before: bytes) -> bytes:
        """The reply as a broken line or box would give it."""
        faults = self.firmware.faults_on
        if Fault.SILENT in faults:
            return b""
        if Fault.GARBAGE in faults:
            return self._noise.randbytes(len(reply))
        if Fault.BAD_CRC in faults:
            return reply[:-1] + bytes((reply[-1] ^ 1,))
        if Fault.TRUNCATE in faults:
            return reply[: len(reply) // 2]
        return before if Fault.OLD_REPLY in faults else reply

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
