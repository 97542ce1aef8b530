"""Poke a running simulator: one JSON object a line over a Unix socket, one line back.

`{"do": "state"}`, `{"do": "fault", "name": "leak", "on": true}`, `{"do": "move", "on": true}`, `{"do": "list"}`,
`{"do": "reset_maximum"}`. Add `"serial": "SIM00002"` to mean another box than the first.
"""

import json
import socket
from pathlib import Path
from typing import Any

from devices.simulator.faults import ABOUT, Fault
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
        case "move":
            _move(port, bool(wish.get("on", True)))
        case "reset_maximum":
            _reset_maximum(port)
        case other:
            raise UnknownWishError(f"There is nothing called {other!r} to do.")
    return state(port)


def _meant(ports: list[SimulatedPort], serial: str | None) -> SimulatedPort:
    for port in ports:
        if serial in (None, port.firmware.serial_number):
            return port
    raise UnknownWishError(f"No box here has the serial number {serial}.")


def state(port: SimulatedPort) -> dict[str, Any]:
    """The truth about a box, which its own sensors may not tell."""
    box = port.firmware
    return {
        "serial": box.serial_number,
        "link": str(port.link),
        "port": port.device,
        "state": box.state.name,
        "faults": [fault.name for fault in box.latched],
        "faults_on": sorted(box.faults_on),
        "is_armed": box.is_armed,
        "uptime_s": box.uptime_s,
        "pressure": [channel.limb.pressure_mmhg for channel in box.channels],
        "pressure_max": [channel.pressure_max for channel in box.channels],
        "target": [channel.target for channel in box.channels],
        "valve_open": [channel.exhaust == 1.0 for channel in box.channels],
        "last_vent_request_monotonic": port.last_vent_request_monotonic,
        "vent_frames": box.vent_frames,
        "fence": box.fence,
    }


def set_fault(port: SimulatedPort, fault: Fault, is_on: bool) -> None:
    """Switch a fault. A reset happens once and leaves nothing switched on."""
    if fault is Fault.RESET:
        if is_on:
            port.firmware.reset()
        return
    (port.firmware.faults_on.add if is_on else port.firmware.faults_on.discard)(fault)
    if fault is Fault.UNPLUGGED:
        (port.unplug if is_on else port.plug_in)()


def _move(port: SimulatedPort, is_on: bool) -> None:
    for channel in port.firmware.channels:
        channel.limb.is_moving = is_on


def _reset_maximum(port: SimulatedPort) -> None:
    for channel in port.firmware.channels:
        channel.pressure_max = channel.limb.pressure_mmhg


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

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
