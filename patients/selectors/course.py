"""Where a patient stands: phase, suspensions, competence, and what the flare rules may look at."""

from datetime import date, datetime

from django.utils import timezone

from patients.domain import competence, flare, outcomes
from patients.domain.flare import Pair, Told
from patients.domain.outcomes import Reading
from patients.models import CompetenceCheck, Flare, Measurement, Patient, PhaseChange, Suspension

Kind = Measurement.Kind


def open_flare(patient: Patient) -> Flare | None:
    """The flare that has not ended."""
    return max(
        (one for one in patient.flares.all() if not one.ended_on), key=lambda one: one.began_on, default=None
    )


def ended_flare(patient: Patient, today: date) -> Flare | None:
    """The latest flare, if it ended so lately that the dose is still to be brought back."""
    ended = [one for one in patient.flares.all() if one.ended_on and one.ended_on >= today - flare.EASED_FOR]
    return None if open_flare(patient) else max(ended, key=lambda one: one.ended_on or today, default=None)


def open_suspensions(patient: Patient) -> list[Suspension]:
    """What a medical lead has to end before anyone trains, the oldest first."""
    return sorted(
        (one for one in patient.suspensions.all() if not one.ended_at), key=lambda one: one.began_at
    )


def latest_phase_change(patient: Patient) -> PhaseChange | None:
    """The move that led to the present phase."""
    return (
        patient.phase_changes.select_related("decided_by", "responsible").order_by("decided_at", "pk").last()
    )


def phase_changes(patient: Patient) -> list[PhaseChange]:
    """Every move, the newest first."""
    changes = patient.phase_changes.select_related("decided_by", "responsible")
    return list(changes.order_by("-decided_at", "-pk"))


def latest_competence(patient: Patient) -> CompetenceCheck | None:
    """The newest check, with who made it."""
    return patient.competence_checks.select_related("checked_by").order_by("checked_at", "pk").last()


def missing_skills(check: CompetenceCheck | None) -> tuple[str, ...] | None:
    """What has not been demonstrated. None while nothing was looked at."""
    return competence.missing(check.shown) if check else None


def resting_mmhg(patient: Patient, since: datetime | None = None) -> list[tuple[float, float]]:
    """Resting blood pressures with both numbers, one a day (the last), oldest first."""
    pairs = patient.measurements.filter(kind__in=(Kind.SYSTOLIC_MMHG, Kind.DIASTOLIC_MMHG))
    if since:
        pairs = pairs.filter(measured_at__gt=since)
    taken: dict[datetime, dict[str, float]] = {}
    for kind, at, value in pairs.order_by("measured_at", "pk").values_list("kind", "measured_at", "value"):
        taken.setdefault(at, {})[kind] = value
    by_day = {
        timezone.localdate(at): (both[Kind.SYSTOLIC_MMHG], both[Kind.DIASTOLIC_MMHG])
        for at, both in taken.items()
        if len(both) == 2
    }
    return [by_day[day] for day in sorted(by_day)]


def readings(patient: Patient) -> dict[str, list[Reading]]:
    """Everything that was measured, by kind, oldest first."""
    found: dict[str, list[Reading]] = {}
    rows = patient.measurements.order_by("measured_at", "pk").values_list("kind", "measured_at", "value")
    for kind, at, value in rows:
        found.setdefault(kind, []).append(Reading(at, value))
    return found


def flare_facts(patient: Patient, told: Told | None = None) -> flare.Facts:
    """The newest value of each index with the one before it, and what was told.

    An index last taken before a flare ended belongs to that flare, and says nothing of a new one.
    """
    known, over = (
        readings(patient),
        max((one.ended_on for one in patient.flares.all() if one.ended_on), default=None),
    )
    every = ((index.name, outcomes.series(index, known)) for index in outcomes.indices_for(patient.diagnosis))
    made = {
        name: rows
        for name, rows in every
        if rows and (over is None or timezone.localdate(rows[-1].at) > over)
    }
    pairs = {name: Pair(rows[-2].value, rows[-1].value) for name, rows in made.items() if len(rows) > 1}
    polymyalgia = made.get("PMR-AS")
    return flare.Facts(pairs, polymyalgia[-1].value if polymyalgia else None, told or Told())
