"""People: who they are, whether they may train, where they stand. Clinical records are appended, never edited."""

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaatsu_clinic.accounts.models import CLINICIANS, Clinic, User


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients, by who asks."""

    def visible_to(self, user: User) -> "PatientQuerySet":
        """The patients of a clinician's clinics, oneself, and those one cares for. Nobody for anyone else."""
        return self.filter(
            Q(clinic__in=user.clinics_as(*CLINICIANS)) | Q(user=user) | Q(carers__carer=user)
        ).distinct()

    def treated_by(self, user: User) -> "PatientQuerySet":
        """The patients of the clinics where this person is a clinician; not those they only care for."""
        return self.filter(clinic__in=user.clinics_as(*CLINICIANS))

    def matching(self, words: str) -> "PatientQuerySet":
        """Patients whose name or number holds every word."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(family_name__icontains=word) | Q(given_name__icontains=word) | Q(number__icontains=word)
            )
        return found


class Patient(models.Model):
    """A person in the programme of one clinic."""

    class Diagnosis(models.TextChoices):
        RA = "RA", _("Rheumatoid arthritis")
        PSA = "PSA", _("Psoriatic arthritis")
        OA = "OA", _("Osteoarthritis")
        PMR = "PMR", _("Polymyalgia rheumatica")

    class Sex(models.TextChoices):
        FEMALE = "FEMALE", _("Female")
        MALE = "MALE", _("Male")
        OTHER = "OTHER", _("Other")
        UNKNOWN = "UNKNOWN", _("Not known")

    class Phase(models.TextChoices):
        CLINICAL = "CLINICAL", _("Clinical")
        TRANSITION = "TRANSITION", _("Transition")
        HOME = "HOME", _("Home")

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="patients")
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="patient")
    number = models.CharField(_("record number"), max_length=30)
    family_name = models.CharField(_("family name"), max_length=80)
    given_name = models.CharField(_("given name"), max_length=80)
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    diagnosis = models.CharField(_("diagnosis"), max_length=5, choices=Diagnosis.choices)
    diagnosis_detail = models.CharField(_("joints and detail"), max_length=200, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices, default=Phase.CLINICAL)
    registered_at = models.DateTimeField(_("registered"))
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "number"], name="one_patient_per_number")]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"


class Care(models.Model):
    """A carer who acts for a patient, signing in as themself."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="carers")
    carer = models.ForeignKey(User, models.CASCADE, related_name="cares_for")
    since = models.DateField(_("since"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "carer"], name="one_care_per_carer")]

    def __str__(self) -> str:
        return f"{self.carer} for {self.patient}"


class Screening(models.Model):
    """The answers to one round of the screening questions, and the findings that followed from them.

    `answers` maps question name to YES, NO or NOT_KNOWN. `findings` is a list of
    {"name", "severity", "words", "source", "origin"}, as `domain.screening.findings` gave them.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="screenings")
    answers = models.JSONField()
    findings = models.JSONField()
    questions_version = models.PositiveIntegerField()
    screened_at = models.DateTimeField()
    screened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField()

    def __str__(self) -> str:
        return f"Screening of {self.patient_id} on {self.screened_at:%Y-%m-%d}"


class Clearance(models.Model):
    """A medical lead's signed decision with an end date. Withdrawn, never edited."""

    class Decision(models.TextChoices):
        CLEARED = "CLEARED", _("Cleared to train")
        REFUSED = "REFUSED", _("Not cleared")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="clearances")
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="clearances")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    reasons = models.JSONField(default=dict, help_text="finding name -> the physician's reason")
    conditions = models.TextField(_("conditions"), blank=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.get_decision_display()} for {self.patient_id} until {self.valid_until}"


class PhaseChange(models.Model):
    """A move between phases: who decided, when, and why."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="phase_changes")
    from_phase = models.CharField(max_length=12, choices=Patient.Phase.choices)
    to_phase = models.CharField(max_length=12, choices=Patient.Phase.choices)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.patient_id}: {self.from_phase} to {self.to_phase}"


class Measurement(models.Model):
    """One measured number. The unit is part of the kind."""

    class Kind(models.TextChoices):
        PAIN_NRS = "PAIN_NRS", _("Pain (0-10)")
        SYSTOLIC_MMHG = "SYSTOLIC_MMHG", _("Systolic blood pressure (mmHg)")
        DIASTOLIC_MMHG = "DIASTOLIC_MMHG", _("Diastolic blood pressure (mmHg)")
        HEART_RATE_BPM = "HEART_RATE_BPM", _("Heart rate (bpm)")
        CRP_MG_L = "CRP_MG_L", _("CRP (mg/L)")
        CHAIR_STANDS_30S = "CHAIR_STANDS_30S", _("30 s chair stand (count)")

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="measurements")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.FloatField()
    measured_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "kind", "measured_at"], name="measurement_series")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value:g} of {self.patient_id}"


class Flare(models.Model):
    """A spell of higher disease activity. Training through it is suspended until it ends."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="flares")
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    words = models.TextField(_("what happened"))

    def __str__(self) -> str:
        return f"Flare of {self.patient_id} from {self.began_on}"


for model in (Patient, Care, Screening, Clearance, PhaseChange, Measurement, Flare):
    auditlog.register(model)
