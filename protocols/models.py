"""Training plans: the catalogue, limb occlusion pressures, and what is prescribed to whom. Appended, never edited."""

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from devices.models import CuffModel
from kaatsu_clinic.accounts.models import CLINICIANS, Clinic, User
from patients.models import Patient


class Limb(models.TextChoices):
    """Where a cuff may sit."""

    ARM = "ARM", _("Upper arm")
    LEG = "LEG", _("Thigh")


class Side(models.TextChoices):
    """Left or right, always the patient's."""

    LEFT = "LEFT", _("Left")
    RIGHT = "RIGHT", _("Right")


class Posture(models.TextChoices):
    """How the person lies, sits or stands; LOP holds for one posture only."""

    SUPINE = "SUPINE", _("Lying on the back")
    SEATED = "SEATED", _("Seated")
    STANDING = "STANDING", _("Standing")


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    """Protocols, by who asks."""

    def visible_to(self, user: User) -> "ProtocolQuerySet":
        """The built-in ones and those of the person's clinics."""
        return self.filter(Q(clinic=None) | Q(clinic__in=user.clinics_as(*CLINICIANS)))


class Protocol(models.Model):
    """A published training protocol: one version, immutable. `clinic` None means built in.

    `terms` is what `domain.terms.Terms` reads. BFR_SETS: {"repetitions": [30, 15, 15, 15], "rest_s": 30,
    "percent_lop": 40}; KAATSU_CYCLE: {"inflations": 8, "on_s": 20, "off_s": 5, "first_percent": 50, "between_s": 60,
    "cycles_by_week": [1, 2, 3], "target_sku": 150}. Either may have "settings", "load_percent_1rm", "most_percent_lop".
    """

    class Kind(models.TextChoices):
        BFR_SETS = "BFR_SETS", _("Sets with the cuff inflated")
        KAATSU_CYCLE = "KAATSU_CYCLE", _("KAATSU cycle")

    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, related_name="protocols")
    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    scale = models.CharField(max_length=4, choices=[(s.value, s.symbol) for s in Scale])
    limb = models.CharField(max_length=4, choices=Limb.choices)
    exercise = models.CharField(_("exercise"), max_length=120)
    description = models.TextField(_("description"))
    terms = models.JSONField()
    origin = models.CharField(_("where the numbers are from"), max_length=300)
    published_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "slug", "version"], name="one_protocol_per_version"),
            models.UniqueConstraint(
                fields=["slug", "version"], condition=Q(clinic=None), name="one_built_in_protocol_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class OcclusionMeasurement(models.Model):
    """The limb occlusion pressure of one limb, in one posture, under one kind of cuff.

    `value_mmhg` None means *not determinable*: it was tried and there is no answer.
    """

    class Method(models.TextChoices):
        DOPPLER = "DOPPLER", _("Hand-held Doppler")
        AUTOMATED = "AUTOMATED", _("Automated by the controller")
        BY_HAND = "BY_HAND", _("Pulse felt by hand")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="occlusion_measurements")
    limb = models.CharField(_("limb"), max_length=4, choices=Limb.choices)
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    posture = models.CharField(_("posture"), max_length=8, choices=Posture.choices)
    cuff_model = models.ForeignKey(CuffModel, models.PROTECT, verbose_name=_("cuff"), related_name="+")
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    value_mmhg = models.PositiveSmallIntegerField(_("LOP (mmHg)"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    measured_at = models.DateTimeField()
    measured_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField()

    def __str__(self) -> str:
        return f"LOP of {self.patient_id} {self.limb} {self.side}"


class PrescriptionQuerySet(models.QuerySet["Prescription"]):
    """Prescriptions, by what is in force."""

    def standing(self) -> "PrescriptionQuerySet":
        """Neither superseded nor withdrawn; the end date is the caller's to judge."""
        return self.filter(superseded_at=None, withdrawn_at=None)


class Prescription(models.Model):
    """A protocol made this patient's own: frozen plan, and every limit that shaped it.

    `plan` is `domain.plan.Plan.to_json()`. `limits` is a list of {"of", "name", "value", "unit", "source", "origin",
    "cut", "why"} as `domain.prescribing` gave them: what each limits, where it is from, and whether it cut the wish.
    """

    class Setting(models.TextChoices):
        CLINIC = "CLINIC", _("Supervised in the clinic")
        HOME = "HOME", _("At home")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="prescriptions")
    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="prescriptions")
    setting = models.CharField(_("where"), max_length=6, choices=Setting.choices, default=Setting.CLINIC)
    limb = models.CharField(max_length=4, choices=Limb.choices)
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    posture = models.CharField(_("posture"), max_length=8, choices=Posture.choices)
    cuff_model = models.ForeignKey(CuffModel, models.PROTECT, verbose_name=_("cuff"), related_name="+")
    occlusion = models.ForeignKey(
        OcclusionMeasurement, models.PROTECT, null=True, related_name="prescriptions"
    )
    scale = models.CharField(max_length=4, choices=[(s.value, s.symbol) for s in Scale])
    target = models.FloatField(_("target, in its scale"))
    wished_target = models.FloatField(_("target wished for, in its scale"))
    load_percent_1rm = models.PositiveSmallIntegerField(_("load (% of 1RM)"), null=True, blank=True)
    sessions_per_week = models.PositiveSmallIntegerField(_("sessions a week"), default=2)
    plan = models.JSONField()
    limits = models.JSONField()
    instructions = models.TextField(_("instructions"), blank=True)
    prescribed_at = models.DateTimeField()
    prescribed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"))
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(blank=True)

    objects = PrescriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__lte=F("wished_target")), name="a_prescription_only_tightens"
            ),
            models.UniqueConstraint(
                fields=["patient", "setting", "limb", "side"],
                condition=Q(superseded_at=None, withdrawn_at=None),
                name="one_standing_prescription_per_limb",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} for {self.patient_id}"


for model in (Protocol, OcclusionMeasurement, Prescription):
    auditlog.register(model)
