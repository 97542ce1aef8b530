"""People: who they are, whether they may train, where they stand. Clinical records are appended, never edited."""

from auditlog.registry import auditlog

from patients.models.candidate import Consent, DiseaseStatus, Goal, IntakeObservation, Known
from patients.models.clearance import Clearance, Screening
from patients.models.course import CompetenceCheck, Flare, PhaseChange, Suspension
from patients.models.events import HealthEvent, SwollenLeg, WellsScore
from patients.models.measurement import JointCount, Measurement
from patients.models.people import Care, Patient, PatientQuerySet

__all__ = [
    "Care",
    "Clearance",
    "CompetenceCheck",
    "Consent",
    "DiseaseStatus",
    "Flare",
    "Goal",
    "HealthEvent",
    "IntakeObservation",
    "JointCount",
    "Known",
    "Measurement",
    "Patient",
    "PatientQuerySet",
    "PhaseChange",
    "Screening",
    "Suspension",
    "SwollenLeg",
    "WellsScore",
]

for model in (
    Patient,
    Care,
    Goal,
    DiseaseStatus,
    Consent,
    Screening,
    Clearance,
    HealthEvent,
    SwollenLeg,
    WellsScore,
    IntakeObservation,
    PhaseChange,
    CompetenceCheck,
    Suspension,
    Measurement,
    JointCount,
    Flare,
):
    auditlog.register(model)
