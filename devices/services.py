"""Changes to the fleet: accept a controller after it said who it is, take it out of use, take it back; its faults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.domain import acceptance, calibration
from devices.domain.acceptance import Step
from devices.domain.box import Identity
from devices.domain.calibration import Point
from devices.models import (
    AcceptanceTest,
    Calibration,
    Channel,
    Controller,
    ControllerFault,
    CuffModel,
    Station,
)
from kaatsu_clinic.accounts.models import User

SUPPORTED_FIRMWARE = {
    "alicat": frozenset({"10v20"}),
    "pace": frozenset({"02.00.07"}),
    "pace_cr": frozenset({"02.00.07"}),
    "pgva": frozenset({"2.0.45", "2.1.3"}),
    "pgva_ascii": frozenset({"2.0.45", "2.1.3"}),
    "reference": frozenset({"1.0", "1.1", "1.2"}),
    "reference_host": frozenset({"1.0", "1.1", "1.2"}),
}
"""Firmware tried with our tests, by driver. Anything else is refused until it was tried."""


@dataclass(frozen=True)
class Examined:
    """An acceptance test as it was run: on which firmware, at which target and for how long."""

    steps: Sequence[Step]
    firmware: str
    target: float
    seconds: float
    exercise: bool


class NotAcceptedError(Exception):
    """The controller may not be used. `objections` says why, in words for people."""

    def __init__(self, objections: list[str]) -> None:
        super().__init__(" ".join(objections))
        self.objections = objections


@transaction.atomic
def register_controller(
    *,
    station: Station,
    name: str,
    identity: Identity,
    port: str,
    driver: str,
    cuff_models: Sequence[CuffModel],
    by: User,
    now: datetime,
) -> Controller:
    """Accept a box that has just said who it is, with one kind of cuff per channel. Raises NotAcceptedError."""
    if objections := [
        *_about_box(identity, driver),
        *_about_place(station, port),
        *_about_cuffs(identity, cuff_models),
    ]:
        raise NotAcceptedError(objections)
    controller = Controller.objects.create(
        station=station,
        name=name,
        driver=driver,
        port=port,
        serial_number=identity.serial_number,
        firmware=identity.firmware,
        scale=identity.scale.value,
        rated_maximum=identity.rated_maximum,
        registered_at=now,
        registered_by=by,
    )
    for number, model in enumerate(cuff_models):
        Channel.objects.create(controller=controller, number=number, cuff_model=model)
    return controller


def _about_box(identity: Identity, driver: str) -> Iterator[str]:
    yield from objections_to_firmware(driver, identity.firmware)
    if not identity.serial_number:
        yield _("The controller has no serial number, so it could be mistaken for another.")
    elif known := Controller.objects.filter(serial_number=identity.serial_number).first():
        yield _("Controller %(serial)s is already registered as “%(name)s”.") % {
            "serial": identity.serial_number,
            "name": known.name,
        }


def objections_to_firmware(driver: str, firmware: str) -> list[str]:
    """Why a box with this firmware may not be used, in words; empty if it was tried."""
    tried = SUPPORTED_FIRMWARE.get(driver, frozenset())
    if firmware in tried:
        return []
    known = ", ".join(sorted(tried)) or _("none")
    words = _("Firmware %(version)s has not been tried with this program. Supported: %(known)s.")
    return [words % {"version": firmware, "known": known}]


def _about_place(station: Station, port: str) -> Iterator[str]:
    if taken := Controller.objects.filter(station=station, port=port).first():
        yield _("Port %(port)s of this station belongs to “%(name)s”.") % {"port": port, "name": taken.name}


def _about_cuffs(identity: Identity, cuff_models: Sequence[CuffModel]) -> Iterator[str]:
    if len(cuff_models) != identity.channels:
        yield ngettext(
            "This controller has %(count)d channel. Name a cuff for each channel and no more.",
            "This controller has %(count)d channels. Name a cuff for each channel and no more.",
            identity.channels,
        ) % {"count": identity.channels}
    for model in dict.fromkeys(cuff_models):
        if model.scale != identity.scale.value:
            yield _(
                "“%(cuff)s” counts in %(cuffs)s, this controller in %(boxes)s. The two are never mixed."
            ) % {
                "cuff": model.name,
                "cuffs": model.get_scale_display(),
                "boxes": identity.scale.symbol,
            }


@transaction.atomic
def record_acceptance(
    *, controller: Controller, examined: Examined, by: User, now: datetime
) -> AcceptanceTest:
    """Keep an acceptance test, and the firmware that was found. A controller whose last one did not pass can't be armed.

    A passed run that was too low or too short is kept as a trial: it accepts nothing.
    """
    controller.firmware = examined.firmware
    controller.save(update_fields=["firmware"])
    passed = bool(examined.steps) and all(step.passed for step in examined.steps)
    is_trial = acceptance.is_trial(examined.target, examined.seconds, controller.rated_maximum)
    return AcceptanceTest.objects.create(
        controller=controller,
        performed_at=now,
        performed_by=by,
        firmware=examined.firmware,
        target=examined.target,
        seconds=round(examined.seconds),
        exercise=examined.exercise,
        steps=[step.to_json() for step in examined.steps],
        passed=passed,
        is_trial=is_trial,
        valid_until=_holds_until(now, acceptance.VALID_DAYS) if passed and not is_trial else None,
    )


@transaction.atomic
def record_calibration(
    *,
    channel: Channel,
    points: Sequence[Point],
    gauge: str,
    gauge_valid_until: date,
    by: User,
    now: datetime,
) -> Calibration:
    """Keep a calibration; one that fails takes the controller out of use. Raises NotAcceptedError for one that is none."""
    controller = channel.controller
    highest = min(controller.rated_maximum, channel.cuff_model.rated_maximum)
    objections = calibration.incomplete(points, highest)
    if gauge_valid_until < timezone.localdate(now):
        objections.append(_("The reference gauge's own certificate has run out."))
    if objections:
        raise NotAcceptedError(objections)
    passed, worst = calibration.passes(points), calibration.worst_error(points)
    if not passed:
        words = _("Calibration failed: %(error)+.1f at worst.") % {"error": worst}
        quarantine(controller=controller, reason=words, now=now)
    return Calibration.objects.create(
        controller=controller,
        channel=channel.number,
        performed_at=now,
        performed_by=by,
        gauge=gauge,
        gauge_valid_until=gauge_valid_until,
        points=[[point.gauge, point.reading] for point in points],
        worst_error=worst,
        mean_error=calibration.mean_error(points),
        has_drifted=_has_drifted(channel, points),
        passed=passed,
        valid_until=_holds_until(now, calibration.VALID_DAYS) if passed else None,
    )


def _has_drifted(channel: Channel, points: Sequence[Point]) -> bool:
    """Whether the gauge has moved since this channel's last calibration. Without one there is nothing to compare."""
    before = channel.controller.calibrations.filter(channel=channel.number).order_by("performed_at").last()
    return before is not None and calibration.has_drifted(points, [Point(*pair) for pair in before.points])


def _holds_until(now: datetime, days: int) -> date:
    return timezone.localdate(now) + timedelta(days=days)


def quarantine(*, controller: Controller, reason: str, now: datetime) -> None:
    """Take a controller out of use. No session opens on it until someone takes it back."""
    controller.quarantined_at, controller.quarantine_reason = now, reason
    controller.save(update_fields=["quarantined_at", "quarantine_reason"])


def return_to_use(*, controller: Controller) -> None:
    """End a quarantine."""
    controller.quarantined_at, controller.quarantine_reason = None, ""
    controller.save(update_fields=["quarantined_at", "quarantine_reason"])


def latch_fault(*, controller: Controller, reason: str, now: datetime) -> ControllerFault:
    """Keep a controller from the next session until someone has looked at it. The first of several faults stands."""
    fault, _is_new = ControllerFault.objects.get_or_create(
        controller=controller, cleared_at=None, defaults={"reason": reason, "since": now}
    )
    return fault


def clear_fault(*, controller: Controller, reason: str, by: User, now: datetime) -> None:
    """Take a fault back, after the box itself has said that it is well and empty. Nothing happens if none stands."""
    for fault in controller.faults.filter(cleared_at=None):
        fault.cleared_at, fault.cleared_by, fault.clearing_reason = now, by, reason
        fault.save(update_fields=["cleared_at", "cleared_by", "clearing_reason"])
