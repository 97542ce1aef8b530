"""What a session did, written to the station's disk before anyone is told. Append-only; read back after a crash.

A frame is a length, a checksum and JSON. Events are forced to the disk at once, samples within each second. A torn tail
is the end of the record, not an error. The writer holds a lock on the file: a record that nobody holds has lost its
session. A reserve beside it is given up when the disk is full, so that the end of the session can still be written.
"""

import errno
import fcntl
import json
import os
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

HEAD = struct.Struct("<II")
LARGEST_FRAME = 64 * 1024
SYNC_SAMPLES_EVERY_S = 0.8
"""With the writing itself, less than a second is ever at risk (programme setting)."""
STANDS_STILL_AFTER_S = 2.0
"""A disk that has kept an entry waiting for longer counts as one that can't be written (programme setting)."""
RESERVE = 256 * 1024
SUFFIX, RESERVE_SUFFIX = ".journal", ".reserve"


class JournalError(Exception):
    """The journal can't be written or is held by someone else; says why."""


@dataclass(frozen=True)
class Entry:
    """One frame: `is_event` entries are on the disk before the next is taken."""

    record: dict[str, Any]
    is_event: bool = False


def path_of(folder: Path, session_id: int) -> Path:
    """Where a session's journal lies."""
    return folder / f"{session_id}{SUFFIX}"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Every whole record in order. Stops at a torn or damaged frame."""
    with path.open("rb") as file:
        while head := file.read(HEAD.size):
            if len(head) < HEAD.size:
                return
            length, checksum = HEAD.unpack(head)
            payload = file.read(length) if length <= LARGEST_FRAME else b""
            if not length or len(payload) < length or zlib.crc32(payload) != checksum:
                return  # a file that grew without its data holds zeros
            yield json.loads(payload)


def is_held(path: Path) -> bool:
    """Whether a running session is writing this journal."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def remove(path: Path) -> None:
    """Take a journal away that has been stored elsewhere."""
    path.unlink(missing_ok=True)
    path.with_suffix(RESERVE_SUFFIX).unlink(missing_ok=True)


class Journal:
    """Takes entries from the loop without making it wait: a thread writes, forces to disk, then passes on.

    `unwritten`, once closed, is what found no place on the disk. A disk that does not answer at the end keeps its writer,
    which holds the file until all is written.
    """

    def __init__(self, path: Path, pass_on: Callable[[Entry], None]) -> None:
        self._trouble: str | None = None
        self._pass_on = pass_on
        self._queue: SimpleQueue[tuple[float, Entry] | None] = SimpleQueue()
        self._writing_since: float | None = None
        self._synced_at = time.monotonic()
        self._reserve = path.with_suffix(RESERVE_SUFFIX)
        self._waiting: list[bytes] = []
        self._size = 0
        self._file = self._open(path)
        self._thread = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._thread.start()

    def _open(self, path: Path) -> int:
        """Locked before it has its name, so that nobody finds it without a holder."""
        unnamed = path.with_suffix(".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _set_aside(self._reserve)
            unnamed.rename(path)
            _sync_names(path.parent)
        except BlockingIOError as error:
            raise JournalError("Another process is running this session.") from error
        except OSError as error:
            raise JournalError(f"The record of the session can't be written: {error.strerror}.") from error
        return file

    def keep(self, entry: Entry) -> None:
        """Hand an entry over; returns at once."""
        self._queue.put((time.monotonic(), entry))

    def close(self, within_s: float = 5.0) -> None:
        """Write what is left, then let go of the file. Waits at most so long; may be asked again."""
        self._queue.put(None)
        self._thread.join(timeout=within_s)

    @property
    def behind_s(self) -> float:
        """How long the entry that is being written has waited; 0 while none is."""
        since = self._writing_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def trouble(self) -> str | None:
        """None while all is well, else why the record is no longer kept, in words: the loop must end then."""
        if self.behind_s > STANDS_STILL_AFTER_S:
            self._know("the disk does not answer")
        return self._trouble

    @property
    def unwritten(self) -> list[dict[str, Any]]:
        """What is waiting for a place on the disk, and nobody is writing any more."""
        if self._thread.is_alive():
            return []
        return [json.loads(frame[HEAD.size :]) for frame in self._waiting]

    def _write_all(self) -> None:
        try:
            while taken := self._queue.get():
                self._writing_since, entry = taken
                self._attempt(partial(self._write, entry))
                self._pass_on(entry)
                self._writing_since = None
            self._attempt(self._sync)
        finally:
            os.close(self._file)
        self._reserve.unlink(missing_ok=True)

    def _attempt(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError as error:
            self._know(str(error.strerror))

    def _know(self, cause: str) -> None:
        """The first trouble is the one that is told."""
        self._trouble = self._trouble or f"The record of the session can't be written: {cause}."

    def _write(self, entry: Entry) -> None:
        payload = json.dumps(entry.record, separators=(",", ":")).encode()
        if len(payload) > LARGEST_FRAME:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        self._waiting.append(HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
        try:
            self._append()
        except OSError:
            self._reserve.unlink(missing_ok=True)
            self._append()
            raise
        if entry.is_event or time.monotonic() - self._synced_at >= SYNC_SAMPLES_EVERY_S:
            self._sync()

    def _append(self) -> None:
        """Write all that waits, or nothing of it: half a frame would hide what comes after it."""
        frames = b"".join(self._waiting)
        try:
            if os.write(self._file, frames) < len(frames):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(frames)
        self._waiting.clear()

    def _sync(self) -> None:
        os.fdatasync(self._file)
        self._synced_at = time.monotonic()


def _set_aside(reserve: Path) -> None:
    """Take room on the disk that can be given back when there is no other."""
    file = os.open(reserve, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(file, 0, RESERVE)
    finally:
        os.close(file)


def _sync_names(folder: Path) -> None:
    """Force the folder's list of names to the disk: a file without a name is lost with the power."""
    listed = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(listed)
    finally:
        os.close(listed)
