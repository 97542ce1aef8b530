"""The `alicat` package's own client against a port: what it does and sees, as JSON. Runs in the peer's environment."""

import asyncio
import json
import sys
from typing import Any

from alicat.driver import FlowController

BAUD_RATE = 115_200
PRESSURE_FRAME = ["pressure", "setpoint"]
"""The client counts on a flow controller's frame unless it is told."""


async def visit(port: str) -> dict[str, Any]:
    """Everything the client can do with a pressure controller."""
    seen: dict[str, Any] = {}
    async with FlowController(port, baudrate=BAUD_RATE, timeout=2) as controller:
        controller.keys = list(PRESSURE_FRAME)
        seen["empty"] = await controller.get()
        seen["firmware"] = await controller.get_firmware()
        await controller.set_maxramp(400, "s")
        seen["ramp"] = await controller.get_maxramp()
        seen["pid"] = await controller.get_pid()
        await controller.lock()
        seen["locked"] = await controller.is_locked()
        await controller.unlock()
        await controller.set_pressure(80)
        seen["held"] = await _settled(controller, 80)
        await controller.hold()
        await controller.cancel_hold()
        await controller.set_pressure(0)
        seen["vented"] = await _settled(controller, 0)
    return seen


async def _settled(controller: FlowController, pressure: float) -> dict[str, Any]:
    for _ in range(400):
        seen: dict[str, Any] = await controller.get()
        if abs(seen["pressure"] - pressure) < 4:
            return seen
        await asyncio.sleep(0.02)
    raise SystemExit(f"It never came to {pressure}: {seen}")


print(json.dumps(asyncio.run(visit(sys.argv[1]))))
