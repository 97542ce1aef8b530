"""STOP without Redis: a datagram to the session's process, where web and station share a computer.

Abstract Unix sockets: gone with the process, no file to clean up. The name holds where this clinic keeps its data, so
that two clinics on one computer do not hear each other.
"""

import socket
import zlib
from contextlib import suppress

from django.conf import settings

LARGEST = 4096
LISTEN_S = 0.2


def _address(session_id: int) -> str:
    return f"\0kaatsu-{zlib.crc32(str(settings.DATA_DIR).encode()):08x}-{session_id}"


def listen(session_id: int) -> socket.socket:
    """The session's end. Its `recv` raises TimeoutError every LISTEN_S, to look whether to go on."""
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    ear.bind(_address(session_id))
    ear.settimeout(LISTEN_S)
    return ear


def send(session_id: int, line: str) -> bool:
    """Whether somebody on this computer took the line. Never waits."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth, suppress(OSError):
        mouth.setblocking(False)
        mouth.sendto(line.encode(), _address(session_id))
        return True
    return False
