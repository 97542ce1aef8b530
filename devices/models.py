"""Rooms full of cuffs: a station has controllers, a controller has channels, a channel has a cuff. Knows no people."""

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from kaatsu_clinic.accounts.models import Clinic, Role, User


class StationQuerySet(models.QuerySet["Station"]):
    """Stations, by who asks."""

    def visible_to(self, user: User) -> "StationQuerySet":
        """Those of the clinics where this person works."""
        return self.filter(clinic__in=user.clinics_as(Role.PHYSIOTHERAPIST, Role.MEDICAL_LEAD, Role.ADMIN))


class Station(models.Model):
    """A computer with serial ports. Its worker listens on its own queue."""

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="stations")
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), unique=True)

    objects = StationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def queue(self) -> str:
        """The Celery queue that only this station's worker consumes (map D4)."""
        return f"station.{self.slug}"


class CuffModel(models.Model):
    """A kind of cuff: its scale and width decide what may be prescribed on it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    scale = models.CharField(_("scale"), max_length=4, choices=[(s.value, s.symbol) for s in Scale])
    width_cm = models.FloatField(_("width (cm)"))
    rated_maximum = models.FloatField(_("rated maximum, in its scale"))

    def __str__(self) -> str:
        return f"{self.name}, {self.width_cm:g} cm"


class ControllerQuerySet(models.QuerySet["Controller"]):
    """Controllers, by who asks."""

    def visible_to(self, user: User) -> "ControllerQuerySet":
        """Those on the stations of the clinics where this person works."""
        return self.filter(station__in=Station.objects.visible_to(user))


class Controller(models.Model):
    """A pneumatic box on a serial port, accepted after its identity was read from it."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="controllers")
    name = models.CharField(_("name"), max_length=80)
    driver = models.CharField(_("driver"), max_length=40, default="reference")
    port = models.CharField(_("port"), max_length=200)
    serial_number = models.CharField(_("serial number"), max_length=40)
    firmware = models.CharField(_("firmware"), max_length=40)
    scale = models.CharField(_("scale"), max_length=4, choices=[(s.value, s.symbol) for s in Scale])
    rated_maximum = models.FloatField(_("rated maximum, in its scale"))
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    quarantined_at = models.DateTimeField(null=True, blank=True)
    quarantine_reason = models.CharField(max_length=200, blank=True)

    objects = ControllerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "port"], name="one_controller_per_port"),
            models.UniqueConstraint(fields=["serial_number"], name="one_controller_per_serial_number"),
        ]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """One pneumatic output of a controller and the cuff on it. `number` counts from 0, as on the wire."""

    controller = models.ForeignKey(Controller, models.CASCADE, related_name="channels")
    number = models.PositiveSmallIntegerField(_("number"))
    cuff_model = models.ForeignKey(CuffModel, models.PROTECT, related_name="channels")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["controller", "number"], name="one_channel_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.controller}, channel {self.number + 1}: {self.cuff_model}"


for model in (Station, CuffModel, Controller, Channel):
    auditlog.register(model)
