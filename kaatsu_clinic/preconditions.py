"""What must hold before anything starts: a free port, a folder that can be written, room on its disk. Used by `launch`."""

import errno
import fcntl
import shutil
import socket
from pathlib import Path
from typing import TextIO

from kaatsu_clinic.redis_server import HOST

ROOM_NEEDED_MB = 200


class CannotStartError(Exception):
    """Something outside of the program is in the way. One sentence that says what to do."""


def checked_port(text: str) -> int:
    """The number, if it is one and nobody listens there."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CannotStartError(
            f"PORT must be a number from 1 to 65535, and {text!r} is not. Try: make run PORT=8000"
        )
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, int(text)))
    except OSError as error:
        raise CannotStartError(_port_refusal(int(text), error)) from None
    return int(text)


def _port_refusal(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop the program that uses it, or choose another: make run PORT={port % 65535 + 1}"
    return f"Port {port} can't be opened ({error.strerror}). Choose another, above 1024: make run PORT=8000"


def checked_folder(text: str) -> Path:
    """The folder for all data, made if need be, if it can be written and has room."""
    folder = Path(text).expanduser().absolute()
    try:
        for part in ("dev", "journal", "log", "run", "static"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "run" / "probe").write_text("writable")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CannotStartError(
                f"The disk of {folder} is full. Make room, or choose another folder: make run DATA=/path/to/folder"
            ) from None
        raise CannotStartError(
            f"The folder {folder} can't be written ({error.strerror}). Choose another: make run DATA=/path/to/folder"
        ) from None
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < ROOM_NEEDED_MB:
        raise CannotStartError(
            f"The disk of {folder} has {free_mb} MB left, and {ROOM_NEEDED_MB} MB are needed. Make room, or choose another folder: make run DATA=/path/to/folder"
        )
    return folder


def locked(folder: Path) -> TextIO:
    """The open lock of the folder: one instance at a time."""
    lock = (folder / "run" / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStartError(
            f"Another instance runs on the data in {folder}. Stop it, or choose another folder and port: make run DATA=var2 PORT=8001"
        ) from None
    return lock
