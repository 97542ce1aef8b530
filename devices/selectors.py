"""Looks at the fleet: stations with their controllers, and the cuffs that a session may use."""

from django.db.models import Prefetch, QuerySet

from devices.models import Channel, Controller, CuffModel, Station
from kaatsu_clinic.accounts.models import Clinic, Role, User

KEEPERS = (Role.MEDICAL_LEAD, Role.ADMIN)
"""Who may add controllers and take them back into use."""


def fleet(user: User) -> list[Station]:
    """The stations this person may see, each with its controllers, channels and cuffs at hand."""
    channels = Channel.objects.order_by("number").select_related("cuff_model")
    controllers = Controller.objects.order_by("name").prefetch_related(Prefetch("channels", channels))
    stations = Station.objects.visible_to(user).select_related("clinic").order_by("clinic__name", "name")
    return list(stations.prefetch_related(Prefetch("controllers", controllers)))


def ready_channels(clinic: Clinic) -> QuerySet[Channel]:
    """The channels of a clinic that are not in quarantine, in the order of rooms."""
    ready = Channel.objects.filter(controller__station__clinic=clinic, controller__quarantined_at=None)
    in_order = ready.order_by("controller__station__name", "controller__name", "number")
    return in_order.select_related("controller__station", "cuff_model")


def channels_of(controller: Controller) -> list[Channel]:
    """A controller's channels with their cuffs."""
    return list(controller.channels.order_by("number").select_related("cuff_model"))


def stations_kept_by(user: User) -> QuerySet[Station]:
    """The stations to which this person may add a controller."""
    return Station.objects.filter(clinic__in=user.clinics_as(*KEEPERS)).order_by("name")


def is_kept_by(controller: Controller, user: User) -> bool:
    """True if this person may take the controller back into use."""
    return stations_kept_by(user).filter(pk=controller.station_id).exists()


def cuff_models() -> QuerySet[CuffModel]:
    """Every kind of cuff."""
    return CuffModel.objects.order_by("name")
