"""Looks at the fleet: stations with their controllers, and the cuffs that a session may use."""

from datetime import date

from django.db.models import Prefetch, QuerySet

from devices.domain import fitness
from devices.models import (
    AcceptanceTest,
    Calibration,
    Channel,
    Controller,
    ControllerFault,
    CuffModel,
    Station,
)
from kaatsu_clinic.accounts.models import Clinic, Role, User

KEEPERS = (Role.MEDICAL_LEAD, Role.ADMIN)
"""Who may add controllers and take them back into use."""


def fleet(user: User, today: date) -> list[tuple[Station, list[tuple[Controller, list[str]]]]]:
    """The stations this person may see, each with its controllers and what speaks against arming them."""
    channels = Channel.objects.order_by("number").select_related("cuff_model")
    controllers = Controller.objects.order_by("name").prefetch_related(Prefetch("channels", channels))
    stations = Station.objects.visible_to(user).select_related("clinic").order_by("clinic__name", "name")
    return [
        (station, [(box, why_not_fit(box, today)) for box in station.controllers.all()])
        for station in stations.prefetch_related(Prefetch("controllers", controllers))
    ]


def ready_channels(clinic: Clinic) -> QuerySet[Channel]:
    """The channels of a clinic that are not in quarantine, in the order of rooms."""
    ready = Channel.objects.filter(controller__station__clinic=clinic, controller__quarantined_at=None)
    in_order = ready.order_by("controller__station__name", "controller__name", "number")
    return in_order.select_related("controller__station", "cuff_model")


def fitness_facts(controller: Controller) -> fitness.Facts:
    """What decides whether a controller may be armed. The last test and the last calibration of each channel count.

    A trial that passed counts for nothing; one that failed, failed.
    """
    counting = controller.acceptance_tests.exclude(passed=True, is_trial=True)
    accepted = counting.order_by("performed_at", "pk").last()
    return fitness.Facts(
        quarantine=(controller.quarantine_reason or None) if controller.quarantined_at else "",
        fault=fault.reason if (fault := controller.standing_fault) else "",
        accepted_until=accepted.valid_until if accepted else None,
        accepted_firmware=accepted.firmware if accepted else None,
        firmware=controller.firmware,
        calibrated_until=_calibrated_until(controller),
    )


def _calibrated_until(controller: Controller) -> date | None:
    """The day on which the first of its channels falls due; None if one never was, or failed."""
    last = {one.channel: one.valid_until for one in controller.calibrations.order_by("performed_at")}
    days = [last.get(channel.number) for channel in controller.channels.all()]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def why_not_fit(controller: Controller, today: date) -> list[str]:
    """Every reason not to arm it, in words."""
    return fitness.objections(fitness_facts(controller), today)


def last_acceptance(controller: Controller) -> AcceptanceTest | None:
    """The newest acceptance test, passed or not."""
    return controller.acceptance_tests.select_related("performed_by").order_by("performed_at").last()


def calibrations_of(controller: Controller) -> QuerySet[Calibration]:
    """Every calibration, newest first."""
    return controller.calibrations.select_related("performed_by").order_by("-performed_at", "channel")


def channels_of(controller: Controller) -> list[Channel]:
    """A controller's channels with their cuffs."""
    return list(controller.channels.order_by("number").select_related("cuff_model"))


def cleared_faults(controller: Controller) -> QuerySet[ControllerFault]:
    """What went wrong with a controller before and was taken back, newest first."""
    cleared = controller.faults.exclude(cleared_at=None).select_related("cleared_by")
    return cleared.order_by("-since", "-pk")


def stations_kept_by(user: User) -> QuerySet[Station]:
    """The stations to which this person may add a controller."""
    return Station.objects.filter(clinic__in=user.clinics_as(*KEEPERS)).order_by("name")


def workers_at(station: Station) -> QuerySet[User]:
    """Who may answer for what was found on a station: those who may see it, and still sign in."""
    roles = (Role.PHYSIOTHERAPIST, *KEEPERS)
    here = User.objects.filter(memberships__clinic=station.clinic_id, memberships__role__in=roles)
    return here.filter(is_active=True).distinct()


def is_kept_by(controller: Controller, user: User) -> bool:
    """True if this person may take the controller back into use."""
    return stations_kept_by(user).filter(pk=controller.station_id).exists()


def cuff_models() -> QuerySet[CuffModel]:
    """Every kind of cuff."""
    return CuffModel.objects.order_by("name")
