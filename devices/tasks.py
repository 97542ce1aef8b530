"""What a station is asked about its ports. The tasks run on the station's own queue, where the cables are.

They return plain values. `ask_*` call them from the web and turn every way to fail into words for people.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from celery import Task, shared_task
from celery.exceptions import TimeoutError as NoAnswerError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from devices.domain.box import BoxState, Faults, Identity
from devices.domain.units import VENTED_BELOW, Scale
from devices.drivers import ControllerError, Driver, Readout, open_controller
from devices.models import Controller, Station

ANSWER_WITHIN_S = 5.0
NO_BROKER = gettext_lazy(
    "The message broker does not answer, so no station can be asked. Tell whoever keeps the server."
)
NO_STATION = gettext_lazy("The station does not answer. Is its computer on, and does its worker run?")
TROUBLES = {
    "PortMissingError": gettext_lazy("There is no such port on this station. Is the cable plugged in?"),
    "PortBusyError": gettext_lazy("The port is in use: a session runs on it, or another program holds it."),
    "ControllerLostError": gettext_lazy("Nothing on this port answers as a controller. Is it switched on?"),
    "WrongControllerError": gettext_lazy("Another box than expected is on this port."),
    "ControllerRefusedError": gettext_lazy("The controller refused."),
}


class StationError(Exception):
    """The station could not do it. Its text may be shown to people."""


@shared_task(ignore_result=False, max_retries=0)
def identify(*, driver: str, port: str) -> dict[str, Any]:
    """Who is on a port."""
    try:
        box = open_controller(driver=driver, port=port, expected_serial=None)
        with closing(box):
            return {"identity": asdict(box.identify())}
    except ControllerError as error:
        return _told(error)


@shared_task(ignore_result=False, max_retries=0)
def look(*, driver: str, port: str, serial_number: str) -> dict[str, Any]:
    """How a registered box is."""
    return _condition(driver, port, serial_number, lambda box: box.read())


@shared_task(ignore_result=False, max_retries=0)
def clear_fault(*, driver: str, port: str, serial_number: str) -> dict[str, Any]:
    """Take a latched fault back, because a person said so."""
    return _condition(driver, port, serial_number, lambda box: box.clear())


def _condition(
    driver: str, port: str, serial_number: str, act: Callable[[Driver], Readout]
) -> dict[str, Any]:
    """Open the box that belongs there, act, and tell how it is then."""
    try:
        box = open_controller(driver=driver, port=port, expected_serial=serial_number)
        with closing(box):
            seen = act(box)
    except ControllerError as error:
        return _told(error)
    pressures = [one.pressure for one in seen.channels]
    return {"state": seen.state, "faults": seen.faults, "pressures": pressures}


def _told(error: ControllerError) -> dict[str, Any]:
    return {"trouble": type(error).__name__, "sentence": error.sentence}


@dataclass(frozen=True)
class Condition:
    """How a box is, in its own scale."""

    state: BoxState
    faults: Faults
    pressures: tuple[float, ...]

    @property
    def has_fault(self) -> bool:
        """It says that something is wrong."""
        return bool(self.faults) or self.state is BoxState.FAULT

    @property
    def is_well(self) -> bool:
        """No fault, and every cuff empty."""
        return not self.has_fault and all(pressure < VENTED_BELOW for pressure in self.pressures)


def ask_identity(*, station: Station, driver: str, port: str) -> Identity:
    """Who is on a station's port. Raises StationError."""
    told = _ask(identify, station, {"driver": driver, "port": port})["identity"]
    return Identity(**{**told, "scale": Scale(told["scale"])})


def ask_condition(controller: Controller) -> Condition:
    """How a registered box is now. Raises StationError."""
    return _condition_of(_ask(look, controller.station, _address(controller)))


def ask_to_clear_fault(controller: Controller) -> Condition:
    """Have a latched fault taken back. Raises StationError."""
    return _condition_of(_ask(clear_fault, controller.station, _address(controller)))


def _address(controller: Controller) -> dict[str, str]:
    return {"driver": controller.driver, "port": controller.port, "serial_number": controller.serial_number}


def _condition_of(told: dict[str, Any]) -> Condition:
    return Condition(BoxState(told["state"]), Faults(told["faults"]), tuple(told["pressures"]))


def _ask(task: "Task[Any, dict[str, Any]]", station: Station, terms: dict[str, str]) -> dict[str, Any]:
    """Send a task to a station and wait. Whatever goes wrong becomes a StationError with a sentence."""
    try:
        answer = task.apply_async(kwargs=terms, queue=station.queue, expires=ANSWER_WITHIN_S, retry=False)
        told: dict[str, Any] = answer.get(timeout=ANSWER_WITHIN_S)
    except NoAnswerError:
        raise StationError(str(NO_STATION)) from None
    except (
        OperationalError,
        RedisError,
        RuntimeError,
    ) as error:  # the last is Celery's, when it gives up reconnecting
        raise StationError(str(NO_BROKER)) from error
    if "trouble" in told:
        raise StationError(_words_for(told))
    return told


def _words_for(told: dict[str, Any]) -> str:
    """Our sentence for the kind of trouble, then what exactly was seen."""
    words = TROUBLES.get(told["trouble"], _("The station could not do it."))
    return f"{words} ({told['sentence']})"
