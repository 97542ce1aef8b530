"""Several simulated boxes in one process: one loop that sleeps until a byte, a due reply or the next look at the time."""

import contextlib
import selectors
import socket
from collections.abc import Callable
from pathlib import Path

from devices.simulator import control
from devices.simulator.port import SimulatedPort

LOOK_EVERY_S = 0.05
"""Physics and leases are caught up in hundredths at each look, so a longer sleep loses nothing."""


class Rack:
    """Boxes and, if asked for, the socket to poke them."""

    def __init__(self, ports: list[SimulatedPort], control_path: Path | None = None) -> None:
        self.ports = ports
        self._control_path = control_path
        self._listener = _listen(control_path) if control_path else None
        self._watched: dict[tuple[int, int], SimulatedPort] = {}
        self._clients: dict[socket.socket, Callable[[], None]] = {}
        self._selector = selectors.DefaultSelector()
        if self._listener:
            self._selector.register(self._listener, selectors.EVENT_READ, self._welcome)

    def run(self, is_over: Callable[[], bool]) -> None:
        """Serve until `is_over`, then leave nothing behind."""
        try:
            while not is_over():
                self.turn()
        finally:
            self.close()

    def turn(self) -> None:
        """One look at everything."""
        self._watch_ports()
        for key, _ in self._selector.select(self._sleep_s()):
            key.data()
        for port in self.ports:
            port.work()

    def _sleep_s(self) -> float:
        due = [seconds for port in self.ports if (seconds := port.due_in_s()) is not None]
        return min([*due, LOOK_EVERY_S])

    def _watch_ports(self) -> None:
        """Follow ports that were plugged in or out since the last look."""
        now = {
            (port.master, port.times_plugged_in): port
            for port in self.ports
            if port.master is not None and port.is_listening
        }
        if now == self._watched:
            return
        for gone, _ in self._watched:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(gone)
        for (fd, _), port in now.items():
            self._selector.register(fd, selectors.EVENT_READ, port.receive)
        self._watched = now

    def _welcome(self) -> None:
        assert self._listener
        client, _ = self._listener.accept()
        client.setblocking(True)
        lines = client.makefile("rb")

        def hang_up() -> None:
            self._selector.unregister(client)
            del self._clients[client]
            lines.close()
            client.close()

        def serve() -> None:
            try:
                line = lines.readline()
                client.sendall(control.answer(self.ports, line) if line else b"")
            except OSError:
                line = b""
            if not line:
                hang_up()

        self._clients[client] = hang_up
        self._selector.register(client, selectors.EVENT_READ, serve)

    def close(self) -> None:
        """Take the links and the socket away."""
        for port in self.ports:
            port.unplug()
        for hang_up in list(self._clients.values()):
            hang_up()
        if self._listener and self._control_path:
            self._listener.close()
            self._control_path.unlink(missing_ok=True)
        self._selector.close()


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen()
    return listener
