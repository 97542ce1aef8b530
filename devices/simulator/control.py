"""Poke a running simulator: one JSON object a line over a Unix socket, one line back.

`{"do": "state"}`, `{"do": "fault", "name": "leak", "on": true}`, `{"do": "move", "on": true}`, `{"do": "list"}`,
`{"do": "jerk", "mmhg": 60}`, `{"do": "reset_maximum"}`, `{"do": "swap"}` for the first two boxes. Add `"serial": "SIM00002"` to mean another box than the first.
"""

import json
import socket
from pathlib import Path
from typing import Any

from devices.simulator.faults import ABOUT, ONCE, Fault
from devices.simulator.port import SimulatedPort

TIMEOUT_S = 5.0


class UnknownWishError(Exception):
    """A line that asks for nothing we know. Its text goes back to whoever sent it."""


def answer(ports: list[SimulatedPort], line: bytes) -> bytes:
    """What one line gets back; an error is an answer, too."""
    try:
        said = _obey(ports, json.loads(line))
    except (UnknownWishError, ValueError, KeyError, AttributeError) as error:
        said = {"error": str(error)}
    return json.dumps(said).encode() + b"\n"


def _obey(ports: list[SimulatedPort], wish: dict[str, Any]) -> dict[str, Any]:
    port = _meant(ports, wish.get("serial"))
    port.advance()
    match wish.get("do"):
        case "state":
            return state(port)
        case "list":
            return {
                "controllers": [state(each) for each in ports],
                "faults": {f.value: ABOUT[f] for f in Fault},
            }
        case "fault":
            set_fault(port, Fault(wish["name"]), bool(wish.get("on", True)))
        case "move" | "jerk" | "reset_maximum":
            _touch(port, wish)
        case "swap":
            _swap(*ports[:2])
        case other:
            raise UnknownWishError(f"There is nothing called {other!r} to do.")
    return state(port)


def _touch(port: SimulatedPort, wish: dict[str, Any]) -> None:
    """What is done to the limbs and not to the box."""
    match wish["do"]:
        case "move":
            _move(port, bool(wish.get("on", True)))
        case "jerk":
            _jerk(port, float(wish["mmhg"]))
        case _:
            _reset_maximum(port)


def _meant(ports: list[SimulatedPort], serial: str | None) -> SimulatedPort:
    for port in ports:
        if serial in (None, port.box.serial_number):
            return port
    raise UnknownWishError(f"No box here has the serial number {serial}.")


def state(port: SimulatedPort) -> dict[str, Any]:
    """The truth about a box, which its own sensors may not tell."""
    box = port.box
    return {
        "serial": box.serial_number,
        "link": str(port.link),
        "port": port.device,
        "faults_on": sorted(box.faults_on),
        "pressure": [limb.pressure_mmhg for limb in box.limbs],
        "pressure_max": [limb.pressure_max for limb in box.limbs],
        "last_vent_request_monotonic": port.last_vent_request_monotonic,
        **box.truth(),
    }


def set_fault(port: SimulatedPort, fault: Fault, is_on: bool) -> None:
    """Switch a fault. Those that happen once leave nothing switched on."""
    if fault in ONCE:
        if is_on:
            _happen(port, fault)
        return
    (port.box.faults_on.add if is_on else port.box.faults_on.discard)(fault)
    if fault is Fault.UNPLUGGED:
        (port.unplug if is_on else port.plug_in)()


def _happen(port: SimulatedPort, fault: Fault) -> None:
    if fault is Fault.RESET:
        port.box.reset()
        return
    port.unplug()
    port.plug_in()


def _swap(one: SimulatedPort, other: SimulatedPort) -> None:
    """Both are unplugged, and each comes back under the other's name."""
    for port in (one, other):
        port.unplug()
    one.link, other.link = other.link, one.link
    for port in (one, other):
        port.plug_in()


def _move(port: SimulatedPort, is_on: bool) -> None:
    for limb in port.box.limbs:
        limb.is_moving = is_on


def _jerk(port: SimulatedPort, mmhg: float) -> None:
    for limb in port.box.limbs:
        limb.jerk(mmhg)


def _reset_maximum(port: SimulatedPort) -> None:
    for limb in port.box.limbs:
        limb.pressure_max = limb.pressure_mmhg


class Control:
    """The other end, for tests, benchmarks and demos."""

    def __init__(self, path: Path | str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(TIMEOUT_S)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")

    def ask(self, do: str, **wish: Any) -> dict[str, Any]:
        """Send one wish and return the answer. Raises UnknownWishError with the simulator's words."""
        self._socket.sendall(json.dumps({"do": do, **wish}).encode() + b"\n")
        said: dict[str, Any] = json.loads(self._lines.readline())
        if "error" in said:
            raise UnknownWishError(said["error"])
        return said

    def state(self, serial: str | None = None) -> dict[str, Any]:
        """The truth about one box."""
        return self.ask("state", serial=serial)

    def fault(self, name: str, on: bool = True, serial: str | None = None) -> dict[str, Any]:
        """Switch a fault on or off."""
        return self.ask("fault", name=name, on=on, serial=serial)

    def move(self, on: bool = True, serial: str | None = None) -> dict[str, Any]:
        """Let the limb repeat its exercise, or rest."""
        return self.ask("move", on=on, serial=serial)

    def swap(self) -> dict[str, Any]:
        """Two boxes change places on the station."""
        return self.ask("swap")

    def jerk(self, mmhg: float, serial: str | None = None) -> dict[str, Any]:
        """Let the limb jerk, by so much within a tenth of a second."""
        return self.ask("jerk", mmhg=mmhg, serial=serial)

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
