"""What is known of a patient: clearance, screening, flare, measured numbers, and the flags of the banner.

The facts of one patient are few; they are read from the related managers, so that a list may prefetch them (`with_facts`).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaatsu_clinic.accounts.models import Role, User
from patients.domain import clearance, screening
from patients.domain.clearance import Facts, Standing
from patients.domain.findings import Finding
from patients.domain.screening import Verdict
from patients.models import Clearance, Flare, Measurement, Patient, PatientQuerySet, Screening


@dataclass(frozen=True)
class Trend:
    """The newest and the first measurement of one kind, of `count`."""

    newest: Measurement
    first: Measurement
    count: int

    @property
    def change(self) -> float | None:
        """Newest less first, in the unit of the kind. None while there is only one."""
        return self.newest.value - self.first.value if self.count > 1 else None


def with_facts(patients: PatientQuerySet) -> PatientQuerySet:
    """The same patients, with all that `flags` looks at, in a fixed number of queries."""
    return patients.prefetch_related("screenings", "clearances__screening", "flares")


def latest_screening(patient: Patient) -> Screening | None:
    """The screening made last."""
    return max(patient.screenings.all(), key=lambda one: (one.screened_at, one.pk), default=None)


def latest_decision(patient: Patient) -> Clearance | None:
    """The decision signed last, whatever it says. Only this one counts: an older one never comes back."""
    return max(patient.clearances.all(), key=lambda one: (one.signed_at, one.pk), default=None)


def findings_of(record: Screening) -> list[Finding]:
    """What the screening found, the gravest first."""
    return screening.in_order(Finding.from_json(one) for one in record.findings)


def verdict_of(record: Screening) -> Verdict:
    """Where the screening leads."""
    return screening.verdict(findings_of(record))


def reasons_of(record: Screening) -> list[str]:
    """The words of the findings that decide, the gravest first."""
    return screening.reasons(findings_of(record))


def signed_reasons(decision: Clearance) -> list[tuple[str, str]]:
    """What the physician weighed: the finding in words, and the reason given."""
    found = findings_of(decision.screening)
    return [(one.words, decision.reasons[one.name]) for one in found if one.name in decision.reasons]


def standing(patient: Patient, today: date) -> Standing:
    """What the latest decision is worth today."""
    return clearance.standing(_facts(latest_decision(patient), latest_screening(patient)), today)


def current_clearance(patient: Patient, today: date) -> Clearance | None:
    """The clearance that lets this person train today, if there is one."""
    return latest_decision(patient) if standing(patient, today).lets_train else None


def open_flare(patient: Patient) -> Flare | None:
    """The flare that has not ended."""
    return max(
        (one for one in patient.flares.all() if not one.ended_on), key=lambda one: one.began_on, default=None
    )


def flags(patient: Patient, today: date) -> list[str]:
    """Short words for the banner: what stands in the way of training. Empty means that nothing here does."""
    flare = open_flare(patient)
    words = [
        "" if latest_screening(patient) else _("Not screened"),
        _clearance_flag(patient, today),
        _("Flare since {day}").format(day=_day(flare.began_on, today)) if flare else "",
    ]
    return [word for word in words if word]


def awaiting_clearance(user: User) -> QuerySet[Screening]:
    """The latest screenings that no decision followed, oldest first, where this person signs."""
    newer = Screening.objects.filter(patient=OuterRef("patient")).filter(
        Q(screened_at__gt=OuterRef("screened_at"))
        | Q(screened_at=OuterRef("screened_at"), pk__gt=OuterRef("pk"))
    )
    decided = Clearance.objects.filter(patient=OuterRef("patient"), signed_at__gte=OuterRef("screened_at"))
    return (
        Screening.objects.filter(patient__clinic__in=user.clinics_as(Role.MEDICAL_LEAD))
        .exclude(Exists(newer))
        .exclude(Exists(decided))
        .select_related("patient", "screened_by")
        .order_by("screened_at", "pk")
    )


def measured(patient: Patient, kind: str) -> QuerySet[Measurement]:
    """Measurements of one kind, oldest first."""
    return patient.measurements.filter(kind=kind).order_by("measured_at", "pk")


def series(patient: Patient, kind: str) -> list[tuple[datetime, float]]:
    """When and how much, oldest first, in the unit of the kind."""
    return list(measured(patient, kind).values_list("measured_at", "value"))


def latest(patient: Patient, kind: str) -> Measurement | None:
    """The newest measurement of a kind."""
    return measured(patient, kind).last()


def trends(patient: Patient) -> list[Trend]:
    """Each kind that was ever measured: the newest value, and the change since the first."""
    rows: dict[str, list[Measurement]] = {}
    for one in patient.measurements.order_by("measured_at", "pk"):
        rows.setdefault(one.kind, []).append(one)
    return [
        Trend(rows[kind][-1], rows[kind][0], len(rows[kind])) for kind in Measurement.Kind if kind in rows
    ]


def next_free_number(clinic_id: int) -> str:
    """A record number to suggest: one more than there are patients, and not taken."""
    taken = set(Patient.objects.filter(clinic_id=clinic_id).values_list("number", flat=True))
    count = len(taken) + 1
    while f"P-{count:04}" in taken:
        count += 1
    return f"P-{count:04}"


def _facts(decision: Clearance | None, latest: Screening | None) -> Facts:
    """What the domain wants to know. A decision without a screening can't be: the record demands one."""
    found = findings_of(latest) if latest else []
    is_barred = screening.verdict(found) is Verdict.BARRED
    if decision is None:
        return Facts(is_barred=is_barred)
    return Facts(
        decided_until=decision.valid_until,
        is_refused=decision.decision == Clearance.Decision.REFUSED,
        is_withdrawn=decision.withdrawn_at is not None,
        is_barred=is_barred,
        has_new_findings=bool(screening.unanswered_by(findings_of(decision.screening), found)),
    )


def _clearance_flag(patient: Patient, today: date) -> str:
    """Short words, or nothing while a clearance is in force for a good while."""
    state, decision = standing(patient, today), latest_decision(patient)
    if decision and state is Standing.ENDED:
        return _("Clearance ended {day}").format(day=_day(decision.valid_until, today))
    if decision and state is Standing.ENDS_SOON:
        return _ends_soon((decision.valid_until - today).days)
    return {
        Standing.BARRED: _("Barred by screening"),
        Standing.NONE: _("No clearance"),
        Standing.REFUSED: _("Clearance refused"),
        Standing.WITHDRAWN: _("Clearance withdrawn"),
        Standing.OUTDATED: _("New findings since the clearance"),
    }.get(state, "")


def _ends_soon(days: int) -> str:
    if days == 0:
        return _("Clearance ends today")
    return ngettext("Clearance ends in {days} day", "Clearance ends in {days} days", days).format(days=days)


def _day(day: date, today: date) -> str:
    """With its year, unless that is this year's."""
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")
