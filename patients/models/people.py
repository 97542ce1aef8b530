"""Who the patients are, and who acts for them."""

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
