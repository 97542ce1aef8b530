"""The `gepace` package's own client against a port: what it does and sees, as JSON. Runs in the peer's environment."""

import json
import sys
import time
from typing import Any

import serial
from gepace.pace import Pace, RateMode


class Connection:
    """What the client wants of a line: write, and write then read a line."""

    def __init__(self, port: str) -> None:
        self._serial = serial.Serial(port, 115_200, timeout=2)

    def write(self, data: bytes) -> None:
        self._serial.write(data)

    def write_readline(self, data: bytes) -> bytes:
        self._serial.write(data)
        return self._serial.readline()


def visit(port: str) -> dict[str, Any]:
    """Set a channel up, hold a pressure with it, let it out again."""
    pace = Pace(Connection(port), modules=(1,))
    return {"who": pace.idn(), **set_up(pace[1]), **hold(pace), **stop(pace)}


def set_up(channel: Any) -> dict[str, Any]:
    return {
        "unit_before": channel.unit(),
        "unit": channel.unit("MMHG"),
        "rate": channel.src_pressure_rate(200),
        "rate_mode": channel.src_pressure_rate_mode(RateMode.Linear).name,
        "overshoot": channel.src_pressure_rate_overshoot(False),
        "setpoint": channel.src_pressure_setpoint(80),
        "on": channel.start(),
    }


def hold(pace: Any) -> dict[str, Any]:
    channel = pace[1]
    seen = {"held": settled(channel, 80), "in_limits": channel.pressure_in_limits()}
    with pace as group:
        channel.pressure()
        channel.src_pressure_setpoint()
        channel.pressure_control()
        channel.src_pressure_effort()
        channel.src_pressure_pos_ve()
        channel.src_pressure_neg_ve()
        pace.error()
    return {**seen, "group": group.replies}


def stop(pace: Any) -> dict[str, Any]:
    channel = pace[1]
    channel.src_pressure_setpoint(0)
    seen = {"emptied": settled(channel, 0), "off": channel.stop(), "no_error": pace.error()}
    pace._conn.write(b":SENS1:NONSENSE 1\n")
    return {**seen, "error": pace.error()}


def settled(channel: Any, pressure: float) -> float:
    """Five readings near it in a row; the last of them."""
    near = 0
    for _ in range(100):
        seen: float = channel.pressure()
        near = near + 1 if abs(seen - pressure) < 4 else 0
        if near == 5:
            return seen
        time.sleep(0.02)
    raise SystemExit(f"It never came to {pressure}: {seen}")


print(json.dumps(visit(sys.argv[1])))
