"""Drivers by name. Everyone else says `open_controller` and talks in verbs.

A new kind of box is a class with the verbs of ReferenceController and a line in DRIVERS.
"""

from collections.abc import Callable

from devices.drivers.errors import (
    ControllerError,
    ControllerLostError,
    ControllerRefusedError,
    PortBusyError,
    PortMissingError,
    WrongControllerError,
)
from devices.drivers.reference import REPLY_TIMEOUT_S, Capabilities, Reading, ReferenceController

DRIVERS: dict[str, Callable[[str, float], ReferenceController]] = {"reference": ReferenceController}

__all__ = [
    "DRIVERS",
    "Capabilities",
    "ControllerError",
    "ControllerLostError",
    "ControllerRefusedError",
    "PortBusyError",
    "PortMissingError",
    "Reading",
    "ReferenceController",
    "WrongControllerError",
    "open_controller",
]


def open_controller(
    *, driver: str, port: str, expected_serial: str | None, reply_timeout_s: float = REPLY_TIMEOUT_S
) -> ReferenceController:
    """Open a port and make sure the right box is on it. `expected_serial` None takes any, to register a new one.

    Raises PortBusyError, PortMissingError, ControllerLostError or WrongControllerError; the port is closed again.
    """
    if driver not in DRIVERS:
        raise WrongControllerError(f"There is no driver called {driver}.")
    box = DRIVERS[driver](port, reply_timeout_s)
    try:
        _must_be(box, expected_serial)
    except ControllerError:
        box.close()
        raise
    return box


def _must_be(box: ReferenceController, expected_serial: str | None) -> None:
    found = box.identify().serial_number
    if expected_serial is not None and found != expected_serial:
        raise WrongControllerError(f"Controller {found} is on this port; {expected_serial} was expected.")
