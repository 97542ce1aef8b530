"""Why a person is in the programme, what they agreed to, and what intake showed."""

from django.db.models import Q, QuerySet

from kaatsu_clinic.accounts.models import CLINICIANS, User
from patients.domain.consent import CONSENT_VERSION
from patients.domain.intake import Intake, IntakeItem, Observation
from patients.models import Consent, DiseaseStatus, Goal, Known, Measurement, Patient


def current_goal(patient: Patient) -> Goal | None:
    """The goal set last."""
    return patient.goals.select_related("set_by").order_by("set_at", "pk").last()


def current_status(patient: Patient) -> DiseaseStatus | None:
    """The disease as it was judged last."""
    return patient.disease_statuses.select_related("judged_by").order_by("judged_at", "pk").last()


def latest_consent(patient: Patient) -> Consent | None:
    """The consent recorded last, withdrawn or not."""
    return (
        patient.consents.select_related("explained_by", "withdrawn_by").order_by("recorded_at", "pk").last()
    )


def current_consent(patient: Patient) -> Consent | None:
    """The consent that holds: to the present text, and not withdrawn."""
    latest = latest_consent(patient)
    holds = latest is not None and latest.version == CONSENT_VERSION and latest.withdrawn_at is None
    return latest if holds else None


def clinicians_of(patient: Patient) -> QuerySet[User]:
    """Those who treat people in the patient's clinic."""
    of_clinic = Q(memberships__clinic=patient.clinic_id, memberships__role__in=CLINICIANS)
    return User.objects.filter(of_clinic, is_active=True).distinct().order_by("full_name", "pk")


def measure_label(kind: str) -> str:
    """What a kind of measurement is called."""
    return str(Measurement.Kind(kind).label)


def intake_facts(patient: Patient) -> Intake:
    """What the gate to transition reads: the newest observation of each item, goal, consent, the disease."""
    rows = patient.intake_observations.select_related("recorded_by").order_by("recorded_at", "pk")
    status = current_status(patient)
    return Intake(
        observations={
            IntakeItem(row.item): Observation(row.is_met, row.observed_on, str(row.recorded_by), row.words)
            for row in rows
        },
        has_goal=patient.goals.exists(),
        has_consent=current_consent(patient) is not None,
        is_stable=STABLE[status.is_stable] if status else None,
    )


STABLE = {Known.YES.value: True, Known.NO.value: False, Known.NOT_KNOWN.value: None}
