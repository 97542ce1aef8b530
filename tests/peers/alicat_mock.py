"""The `alicat` package's own simulated flow controller on a pseudo-terminal. Runs in the peer's environment.

Prints the terminal's name, then each command that it heard, until its standard input ends.
"""

import asyncio
import os
import pty
import selectors
import sys
import tty

from alicat.mock import Client


def answer(box: Client, command: str) -> bytes:
    """What it says to a command; a question mark to what it does not know, as a real one does."""
    try:
        box._handle_write(command.encode())
    except NotImplementedError:
        return b"?\r"
    reply: bytes = asyncio.run(box._handle_read(b"\r"))
    return reply


def serve() -> None:
    """Answer until there is nobody left."""
    box = asyncio.run(_made())
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    print(os.ttyname(theirs), flush=True)
    selector = selectors.DefaultSelector()
    selector.register(ours, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    heard = b""
    while True:
        ready = {key.fd for key, _ in selector.select()}
        if sys.stdin.fileno() in ready:
            return
        *commands, heard = (heard + os.read(ours, 512)).split(b"\r")
        for command in commands:
            print(command.decode(), flush=True)
            os.write(ours, answer(box, command.decode()))


async def _made() -> Client:
    return Client("a pseudo-terminal")


serve()
