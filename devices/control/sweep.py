"""Looks for air where nobody holds any: a box may have been left inflated by a program that is gone, or by nobody we know.

All boxes are told to vent before any is waited for. A port that is in use has somebody who looks after it.
"""

import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from devices.domain.units import VENTED_BELOW
from devices.drivers import DRIVERS, Driver
from devices.drivers.contract import REPLY_TIMEOUT_S
from devices.drivers.errors import ControllerError, PortBusyError, PortMissingError
from devices.drivers.port import SerialPort

EMPTY_WITHIN_S = 5.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Place:
    """A registered port and what should be on it. Whatever is on it is vented."""

    driver: str
    port: str


@dataclass(frozen=True)
class Found:
    """How much air there was, None if the box did not say; and whether it is out now."""

    pressure: float | None
    vented: bool | None

    @property
    def was_inflated(self) -> bool:
        """Whether air was found."""
        return self.pressure is not None and self.pressure >= VENTED_BELOW


def empty(places: Iterable[Place]) -> dict[Place, Found]:
    """Vent every box that holds air or does not say, then wait for those that hold some. Ports in use are left out."""
    with ExitStack() as stack:
        boxes = {place: box for place in places if (box := _opened(place, stack)) is not None}
        pressures = {place: _looked_at(box) for place, box in boxes.items()}
        return {place: _found(boxes[place], pressure) for place, pressure in pressures.items()}


def _opened(place: Place, stack: ExitStack) -> Driver | None:
    kind = DRIVERS[place.driver]
    try:
        line = SerialPort(place.port, kind.baud_rate)
    except (PortBusyError, PortMissingError):
        return None
    stack.callback(line.close)
    return kind(line, REPLY_TIMEOUT_S)


def _looked_at(box: Driver) -> float | None:
    pressure = _highest(box)
    if pressure is None or pressure >= VENTED_BELOW:
        box.vent()
    return pressure


def _found(box: Driver, pressure: float | None) -> Found:
    found = Found(pressure, None if pressure is None else True)
    return Found(pressure, vented(box)) if found.was_inflated else found


def vented(box: Driver) -> bool | None:
    """Vent again and again until every cuff of a box is empty. False if one is not in time, None if that can't be read."""
    give_up_at = time.monotonic() + EMPTY_WITHIN_S
    pressure = None
    while time.monotonic() < give_up_at:
        box.vent()
        pressure = _highest(box)
        if pressure is not None and pressure < VENTED_BELOW:
            return True
        time.sleep(LOOK_EVERY_S)
    return None if pressure is None else False


def _highest(box: Driver) -> float | None:
    """The highest pressure in any cuff; None where the box gives no answer to trust."""
    with suppress(ControllerError):
        return max(one.pressure for one in box.read().channels)
    return None
