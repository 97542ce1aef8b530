"""Rooms full of cuffs: a station has controllers, a controller has channels, a channel has a cuff. Knows no people."""

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
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

    @property
    def standing_fault(self) -> "ControllerFault | None":
        """The fault that keeps this box from being used, None if there is none."""
        return self.faults.filter(cleared_at=None).select_related("controller").first()


class ControllerFault(models.Model):
    """A fault that ended a session. It stands until a named person has looked and takes it back, with the reason."""

    controller = models.ForeignKey(Controller, models.CASCADE, related_name="faults")
    reason = models.TextField(_("what went wrong"))
    since = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    clearing_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["controller"],
                condition=models.Q(cleared_at=None),
                name="one_standing_fault_per_controller",
            ),
            models.CheckConstraint(
                condition=models.Q(cleared_at=None)
                | (models.Q(cleared_by__isnull=False) & ~models.Q(clearing_reason="")),
                name="a_fault_is_cleared_by_someone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.controller}: {self.reason}"


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


class Proof(models.Model):
    """What was found out about a box by someone on a day, and until when it holds. Kept for good."""

    performed_at = models.DateTimeField()
    performed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    passed = models.BooleanField()
    valid_until = models.DateField(null=True)

    class Meta:
        abstract = True


class AcceptanceTest(Proof):
    """A controller's acceptance test. `steps` is a list of {"name", "found", "limit", "origin", "passed"}.

    `is_trial`: too low or too short to accept anything by; it holds for no day, and takes nothing away if it passed.
    """

    controller = models.ForeignKey(Controller, models.CASCADE, related_name="acceptance_tests")
    firmware = models.CharField(max_length=40)
    target = models.FloatField(_("target, in the controller's scale"))
    seconds = models.PositiveIntegerField(_("seconds held"))
    exercise = models.BooleanField(_("while the limb moved"))
    steps = models.JSONField()
    is_trial = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=True, is_trial=False, valid_until__isnull=False)
                | (Q(passed=False) | Q(is_trial=True)) & Q(valid_until=None),
                name="only_a_passed_test_holds",
            )
        ]

    def __str__(self) -> str:
        return f"Acceptance test of {self.controller_id} at {self.performed_at:%Y-%m-%d}"


class Calibration(Proof):
    """One channel beside a reference gauge. `points` is a list of [gauge, reading] in the controller's scale."""

    controller = models.ForeignKey(Controller, models.CASCADE, related_name="calibrations")
    channel = models.PositiveSmallIntegerField(_("channel"))
    gauge = models.CharField(_("reference gauge, serial number"), max_length=80)
    gauge_valid_until = models.DateField(_("the gauge's own certificate holds until"))
    points = models.JSONField()
    worst_error = models.FloatField()
    mean_error = models.FloatField()
    has_drifted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=True, valid_until__isnull=False) | Q(passed=False, valid_until=None),
                name="only_a_passed_calibration_holds",
            )
        ]

    def __str__(self) -> str:
        return f"Calibration of {self.controller_id}, channel {self.channel + 1}, at {self.performed_at:%Y-%m-%d}"


for model in (Station, CuffModel, Controller, ControllerFault, Channel, AcceptanceTest, Calibration):
    auditlog.register(model)
