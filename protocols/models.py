"""Training plans: the catalogue, limb occlusion pressures, and what is prescribed to whom. Appended, never edited."""

from typing import Any

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from devices.domain.units import Scale
from devices.models import CuffModel
from kaatsu_clinic.accounts.models import CLINICIANS, Clinic, User
from patients.models import Patient
from protocols.domain.plan import Plan


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
        TIMED = "TIMED", _("By the clock with the cuff inflated")
        NO_CUFF = "NO_CUFF", _("Resistance training without a cuff")

    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, related_name="protocols")
    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    scale = models.CharField(max_length=4, choices=[(s.value, s.symbol) for s in Scale], blank=True)
    limb = models.CharField(max_length=4, choices=Limb.choices)
    posture = models.CharField(_("posture"), max_length=8, choices=Posture.choices, blank=True)
    exercise = models.CharField(_("exercise"), max_length=120)
    description = models.TextField(_("description"))
    instructions = models.TextField(_("instructions for the patient"), blank=True)
    load_rule = models.CharField(_("load rule"), max_length=300, blank=True)
    terms = models.JSONField()
    origin = models.TextField(_("where the numbers are from"))
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Published once, it is only retired: an edit is a new version."""
        if self.pk and set(kwargs.get("update_fields") or ()) != {"retired_at"}:
            raise ValueError("A published protocol is never edited. Publish a new version.")
        super().save(*args, **kwargs)


class OcclusionMeasurement(models.Model):
    """The limb occlusion pressure of one limb, in one posture, under one kind of cuff.

    `value_mmhg` None means *not determinable*: it was tried and there is no answer. `plus_minus_mmhg` is how far off the
    value may be, None where the method does not say; `basis` tells what an estimate stands on.
    """

    class Method(models.TextChoices):
        DOPPLER = "DOPPLER", _("Hand-held Doppler")
        AUTOMATED = "AUTOMATED", _("Automated by the controller")
        BY_HAND = "BY_HAND", _("Pulse felt by hand")
        ESTIMATED = "ESTIMATED", _("Estimated, not measured (a fallback)")

    MEASURED = Method.choices[:-1]

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="occlusion_measurements")
    limb = models.CharField(_("limb"), max_length=4, choices=Limb.choices)
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    posture = models.CharField(_("posture"), max_length=8, choices=Posture.choices)
    cuff_model = models.ForeignKey(CuffModel, models.PROTECT, verbose_name=_("cuff"), related_name="+")
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    value_mmhg = models.PositiveSmallIntegerField(_("LOP (mmHg)"), null=True, blank=True)
    plus_minus_mmhg = models.PositiveSmallIntegerField(_("may be off by (mmHg)"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    measured_at = models.DateTimeField()
    measured_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField()

    def __str__(self) -> str:
        return f"LOP of {self.patient_id} {self.limb} {self.side}"


class SkuRamp(models.Model):
    """Steps of a KAATSU band with what was seen at each: {"sku", "crt_s", "has_symptoms"}.

    `optimal_sku` is the highest step that was tolerated, None: not even the first was.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="sku_ramps")
    limb = models.CharField(_("limb"), max_length=4, choices=Limb.choices)
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    cuff_model = models.ForeignKey(CuffModel, models.PROTECT, verbose_name=_("band"), related_name="+")
    base_sku = models.FloatField(_("base SKU"))
    steps = models.JSONField()
    optimal_sku = models.FloatField(_("optimal SKU"), null=True)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField()

    def __str__(self) -> str:
        return f"Ramp of {self.patient_id} {self.limb} {self.side}"


class OwnLimitQuerySet(models.QuerySet["OwnLimit"]):
    """Limits of clinics and patients."""

    def in_force(self) -> "OwnLimitQuerySet":
        """Those that nobody has ended."""
        return self.filter(ended_at=None)

    def on(self, patient: Patient) -> "OwnLimitQuerySet":
        """The patient's own and those of the whole clinic."""
        return self.in_force().filter(Q(patient=patient) | Q(clinic=patient.clinic_id, patient=None))


class OwnLimit(models.Model):
    """A limit that a medical lead has set for a clinic, or with `patient` for one person. It only tightens.

    `unit` is a `Scale` or an `envelope.Unit`. An empty `limb` or `setting` means every one.
    """

    class Unit(models.TextChoices):
        MMHG = "MMHG", _("Pressure (mmHg)")
        SKU = "SKU", _("Pressure (SKU)")
        PERCENT_LOP = "PERCENT_LOP", _("Share of LOP (%)")
        PERCENT_1RM = "PERCENT_1RM", _("Load (% of 1RM)")
        SESSIONS_PER_WEEK = "SESSIONS_PER_WEEK", _("Sessions a week")
        SECONDS_AT_ONCE = "SECONDS_AT_ONCE", _("Inflated at one go (s)")
        SECONDS_IN_ALL = "SECONDS_IN_ALL", _("Inflated in a session (s)")
        CYCLES = "CYCLES", _("KAATSU cycles in a session")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="own_limits")
    patient = models.ForeignKey(Patient, models.CASCADE, null=True, related_name="own_limits")
    unit = models.CharField(_("what is limited"), max_length=20, choices=Unit.choices)
    limb = models.CharField(_("limb"), max_length=4, choices=Limb.choices, blank=True)
    setting = models.CharField(
        _("where"), max_length=6, choices=[("CLINIC", _("In the clinic")), ("HOME", _("At home"))], blank=True
    )
    value = models.FloatField(_("at most"))
    reason = models.CharField(_("reason"), max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OwnLimitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.unit} at most {self.value:g}"


class PrescriptionQuerySet(models.QuerySet["Prescription"]):
    """Prescriptions, by what is in force."""

    def standing(self) -> "PrescriptionQuerySet":
        """Neither superseded nor withdrawn; the end date is the caller's to judge."""
        return self.filter(superseded_at=None, withdrawn_at=None)


class Prescription(models.Model):
    """A protocol made this patient's own: frozen plan, and every limit that shaped it.

    `plan` is `domain.plan.Plan.to_json()`. `limits` is a list of {"of", "name", "value", "unit", "source", "origin",
    "cut", "why"} as `domain.prescribing` gave them: what each limits, where it is from, and whether it cut the wish.
    `tolerated_at` is when a session last went through it to the end, None: never.
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
    posture_reason = models.CharField(_("why a LOP of another posture"), max_length=300, blank=True)
    volume_percent = models.PositiveSmallIntegerField(_("volume (% of the protocol's)"), default=100)
    load_percent_1rm = models.PositiveSmallIntegerField(_("load (% of 1RM)"), null=True, blank=True)
    sessions_per_week = models.PositiveSmallIntegerField(_("sessions a week"), default=2)
    plan = models.JSONField()
    limits = models.JSONField()
    instructions = models.TextField(_("instructions"), blank=True)
    prescribed_at = models.DateTimeField()
    prescribed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"))
    tolerated_at = models.DateTimeField(null=True)
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

    @property
    def percent_lop(self) -> float | None:
        """The target in percent of the LOP that it was made by. None in a scale that has none."""
        lop_mmhg = Plan.from_json(self.plan).lop_mmhg
        return 100 * self.target / lop_mmhg if lop_mmhg else None


class Decision(models.Model):
    """What a clinician did with a suggestion: taken up as a new prescription, or declined; a reason either way.

    `suggestion` is `domain.progression.Suggestion` as plain values, as it was shown.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="progression_decisions")
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="decisions")
    rule = models.CharField(max_length=30)
    suggestion = models.JSONField()
    is_accepted = models.BooleanField()
    reason = models.TextField(_("reason"))
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    led_to = models.ForeignKey(Prescription, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.rule} for {self.patient_id}"


class PlanItem(models.Model):
    """A part of the wider plan beside the cuff: shown to the patient until it is ended. Changed by ending and adding.

    `protocol` is set where a training without a cuff was taken from the catalogue.
    """

    class Kind(models.TextChoices):
        MOBILITY = "MOBILITY", _("Mobility")
        AEROBIC = "AEROBIC", _("Aerobic work")
        RESISTANCE = "RESISTANCE", _("Strength without a cuff")
        MEDICATION = "MEDICATION", _("Medicines")
        EDUCATION = "EDUCATION", _("To know")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="plan_items")
    kind = models.CharField(_("part"), max_length=10, choices=Kind.choices)
    words = models.TextField(_("what to do, in plain words"), max_length=1000)
    times_per_week = models.PositiveSmallIntegerField(_("times a week"), null=True, blank=True)
    protocol = models.ForeignKey(Protocol, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} of {self.patient_id}"


for model in (Protocol, OcclusionMeasurement, SkuRamp, OwnLimit, Prescription, Decision, PlanItem):
    auditlog.register(model)
