"""Examine a controller on this station: the acceptance test that decides whether it may be armed."""

import json
import time
from argparse import ArgumentParser
from contextlib import closing
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from devices import selectors, services
from devices.control.acceptance import LONGEST_S, Examination
from devices.control.guard import Guard, GuardError, Limits
from devices.control.priority import ahead_of_others, without_collections
from devices.domain import acceptance
from devices.domain.acceptance import Step
from devices.drivers import DRIVERS, ControllerError, Driver, open_controller
from devices.models import AcceptanceTest, Controller
from kaatsu_clinic.accounts.models import User


class Command(BaseCommand):
    """It inflates: put the cuff on a cylinder, or on a limb whose owner agrees, with a hand on the quick release."""

    help = "Run the acceptance test of a controller that is plugged into this computer, and keep the result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which box, how high, how long."""
        parser.add_argument("controller", type=int, metavar="ID", help="as `manage.py controllers` lists it")
        parser.add_argument(
            "--target",
            type=float,
            default=120.0,
            help="in the controller's scale; below 100 it is a trial, not an acceptance",
        )
        parser.add_argument(
            "--seconds", type=float, default=60.0, help="how long it must hold; under 30 it is a trial"
        )
        parser.add_argument("--exercise", action="store_true", help="the limb in the cuff moves meanwhile")
        parser.add_argument("--on-limb", action="store_true", help="not on a cylinder: tissue gives way")
        parser.add_argument("--by", metavar="EMAIL", help="who answers for it; else who registered the box")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        """Examine, keep, tell. A failed test ends with an error; a trial that passed accepts nothing and says so."""
        box = _controller(options["controller"])
        _must_suit(box, options)
        by = _person(box, options["by"])
        firmware = _firmware(box)
        steps = [step for channel in range(box.channels.count()) for step in _examined(box, channel, options)]
        kept = services.record_acceptance(
            controller=box,
            examined=services.Examined(
                steps, firmware, options["target"], options["seconds"], options["exercise"]
            ),
            by=by,
            now=timezone.now(),
        )
        self.stdout.write(json.dumps(_told(kept)) if options["json"] else _table(kept))
        if not kept.passed:
            raise CommandError(f"{box.name} did not pass. It can't be armed.")


def _controller(pk: int) -> Controller:
    try:
        return Controller.objects.select_related("station", "registered_by").get(pk=pk)
    except Controller.DoesNotExist:
        raise CommandError(f"There is no controller {pk}. `manage.py controllers` lists them.") from None


def _must_suit(box: Controller, options: dict[str, Any]) -> None:
    highest = box.rated_maximum * acceptance.MOST_OF_RATED
    if not acceptance.LOWEST_TRIAL <= options["target"] <= highest:
        raise CommandError(f"The target must lie between {acceptance.LOWEST_TRIAL:g} and {highest:g}.")
    shortest, longest = acceptance.SHORTEST_TRIAL_S, acceptance.LONGEST_HELD_S
    if not shortest <= options["seconds"] <= longest:
        raise CommandError(f"It must hold for {shortest:g} to {longest:g} seconds.")


def _person(box: Controller, email: str | None) -> User:
    if not email:
        return box.registered_by
    found = selectors.workers_at(box.station).filter(email=email).first()
    if found is None:
        raise CommandError(f"Nobody who works in this clinic signs in as {email}.")
    return found


def _firmware(box: Controller) -> str:
    """What the box says that it runs now. It may have been changed since it was registered."""
    try:
        with closing(_opened(box)) as opened:
            firmware = opened.identify().firmware
    except ControllerError as trouble:
        raise CommandError(str(trouble)) from trouble
    if objections := services.objections_to_firmware(box.driver, firmware):
        raise CommandError(" ".join(objections))
    return firmware


def _opened(box: Controller) -> Driver:
    return open_controller(driver=box.driver, port=box.port, expected_serial=box.serial_number)


def _examined(box: Controller, channel: int, options: dict[str, Any]) -> list[Step]:
    """Once more from the start, if the examination broke off and this computer stood still meanwhile.

    A guard opens the cuff of a host that stands still, and a lease runs out: that proves nothing against the box. One that
    is slow itself breaks off again.
    """
    steps, stood_still = _examined_once(box, channel, options)
    if stood_still and not all(step.passed for step in steps):
        steps, _ = _examined_once(box, channel, options)
    return _named(steps, channel, of=box.channels.count())


def _examined_once(box: Controller, channel: int, options: dict[str, Any]) -> tuple[list[Step], bool]:
    """On the real port, with a guard beside it: for boxes without a lease it is the guard that must vent."""
    try:
        with (
            ahead_of_others(),
            without_collections(),
            Guard(box.port, DRIVERS[box.driver].vent_frames, Limits(LONGEST_S, LONGEST_S)) as guard,
            closing(_opened(box)) as opened,
        ):
            examination = Examination(
                opened,
                options["target"],
                options["seconds"],
                time.monotonic,
                time.sleep,
                channel=channel,
                exercise=options["exercise"],
                on_limb=options["on_limb"],
                beat=lambda is_inflated: guard.trouble(is_inflated=is_inflated),
            )
            return examination.run(), examination.stood_still
    except (ControllerError, GuardError) as trouble:
        raise CommandError(str(trouble)) from trouble


def _named(steps: list[Step], channel: int, *, of: int) -> list[Step]:
    """With the channel in front, where a box has several."""
    return [replace(step, name=f"{channel + 1}: {step.name}") for step in steps] if of > 1 else steps


def _told(kept: AcceptanceTest) -> dict[str, Any]:
    return {
        "id": kept.pk,
        "controller": kept.controller_id,
        "passed": kept.passed,
        "is_acceptance": kept.passed and not kept.is_trial,
        "valid_until": str(kept.valid_until) if kept.valid_until else None,
        "steps": kept.steps,
    }


def _table(kept: AcceptanceTest) -> str:
    rows = [
        f"{'passed' if step['passed'] else 'FAILED'}  {step['name']:<24} {step['found']:<12} {step['limit']}"
        for step in kept.steps
    ]
    return "\n".join([*rows, _verdict(kept)])


def _verdict(kept: AcceptanceTest) -> str:
    if not kept.passed:
        return "Not passed."
    if not kept.is_trial:
        return f"Passed, holds until {kept.valid_until}."
    least = acceptance.least_target(kept.controller.rated_maximum)
    return (
        f"A trial, not an acceptance: it held {kept.target:g} for {kept.seconds} s. "
        f"To be armed a controller must hold at least {least:g} for {acceptance.LEAST_HELD_S:g} s."
    )
