"""Drivers by name. Everyone else says `open_controller` and talks in the verbs of `contract.Driver`.

A new kind of box is a class with those verbs and a line in DRIVERS.
"""

import time

from devices.drivers.alicat import AlicatController
from devices.drivers.contract import REPLY_TIMEOUT_S, Capabilities, Driver, Reading, Readout
from devices.drivers.errors import (
    ControllerError,
    ControllerLostError,
    ControllerRefusedError,
    PortBusyError,
    PortMissingError,
    WrongControllerError,
)
from devices.drivers.pace import PaceController, PaceCrController
from devices.drivers.pgva import PgvaAsciiController, PgvaController
from devices.drivers.port import SerialPort, VentFrame
from devices.drivers.reference import HostClosedReference, ReferenceController

DRIVERS: dict[str, type[Driver]] = {
    "alicat": AlicatController,
    "pace": PaceController,
    "pace_cr": PaceCrController,
    "pgva": PgvaController,
    "pgva_ascii": PgvaAsciiController,
    "reference": ReferenceController,
    "reference_host": HostClosedReference,
}

__all__ = [
    "DRIVERS",
    "Capabilities",
    "ControllerError",
    "ControllerLostError",
    "ControllerRefusedError",
    "Driver",
    "PortBusyError",
    "PortMissingError",
    "Reading",
    "Readout",
    "VentFrame",
    "WrongControllerError",
    "open_controller",
]


LOOK_TAKES_S = 0.5
"""The station looks at each port for a moment, every few seconds."""


def open_controller(
    *,
    driver: str,
    port: str,
    expected_serial: str | None,
    expected_firmware: str | None = None,
    reply_timeout_s: float = REPLY_TIMEOUT_S,
) -> Driver:
    """Open a port and make sure the right box is on it. `expected_serial` None takes any, to register a new one.

    Who is going to inflate names the firmware, too: another one than was tried is another box.

    Raises PortBusyError, PortMissingError, ControllerLostError or WrongControllerError; the port is closed again.
    """
    if driver not in DRIVERS:
        raise WrongControllerError(f"There is no driver called {driver}.")
    kind = DRIVERS[driver]
    box = kind(_line(port, kind.baud_rate), reply_timeout_s)
    try:
        _must_be(box, expected_serial, expected_firmware)
    except ControllerError:
        box.close()
        raise
    return box


def _line(port: str, baud_rate: int) -> SerialPort:
    """The port, waited for while somebody only looks whether its cuff is empty. Raises PortBusyError or PortMissingError."""
    give_up_at = time.monotonic() + LOOK_TAKES_S
    while True:
        try:
            return SerialPort(port, baud_rate)
        except PortBusyError:
            if time.monotonic() > give_up_at:
                raise
        time.sleep(0.02)


def _must_be(box: Driver, expected_serial: str | None, expected_firmware: str | None) -> None:
    found = box.identify()
    if expected_serial is not None and found.serial_number != expected_serial:
        raise WrongControllerError(
            f"Controller {found.serial_number} is on this port; {expected_serial} was expected."
        )
    if expected_firmware is not None and found.firmware != expected_firmware:
        raise WrongControllerError(
            f"The controller has firmware {found.firmware} now, and was examined with {expected_firmware}. "
            "Run its acceptance test again."
        )
