"""The flags of the banner, and measured numbers: what they come to over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.domain import outcomes
from patients.domain.clearance import Standing
from patients.domain.outcomes import Reading
from patients.models import Measurement, Patient, PatientQuerySet
from patients.selectors.course import open_flare, readings
from patients.selectors.screening import due_reasons, latest_decision, latest_screening, standing


@dataclass(frozen=True)
class Trend:
    """A measure or an index over time: its readings, oldest first, and what they come to.

    `state` is what the newest value of an index stands for.
    """

    name: str
    words: str
    readings: Sequence[Reading]
    state: str = ""

    @property
    def first(self) -> Reading:
        """Where it began."""
        return self.readings[0]

    @property
    def newest(self) -> Reading:
        """Where it is now."""
        return self.readings[-1]

    @property
    def change(self) -> float | None:
        """Newest less first, in the unit of the kind. None while there is only one."""
        return self.newest.value - self.first.value if len(self.readings) > 1 else None

    @property
    def newest_words(self) -> str:
        """The newest value, with no more digits than it has."""
        return f"{round(self.newest.value, 2):g}"

    @property
    def change_words(self) -> str:
        """The change with its sign, and where it began. Empty while there is only one value."""
        if self.change is None:
            return ""
        if not self.change:
            return _("unchanged")
        return _("{change} from {first}").format(
            change=f"{round(self.change, 2):+g}", first=f"{round(self.first.value, 2):g}"
        )

    @property
    def verdict(self) -> outcomes.Verdict | None:
        """Whether the change is more than error and more than nothing. None while there is only one value."""
        return (
            outcomes.judge(self.name, self.first.value, self.newest.value)
            if self.change is not None
            else None
        )

    @property
    def yardstick(self) -> str:
        """What the change was held against."""
        return outcomes.yardstick(self.name, self.first.value)


def with_facts(patients: PatientQuerySet) -> PatientQuerySet:
    """The same patients, with all that `flags` looks at, in a fixed number of queries."""
    return patients.prefetch_related(
        "screenings", "clearances__screening", "flares", "suspensions", "health_events", "swollen_legs"
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
    """The indices of the disease, then each kind that was ever measured."""
    known = readings(patient)
    kinds = [Trend(kind.value, str(kind.label), known[kind]) for kind in Measurement.Kind if kind in known]
    return [*_indices(patient, known), *kinds]


def _indices(patient: Patient, known: outcomes.Readings) -> list[Trend]:
    """Those that could be counted, the most complete version of each."""
    made = {
        index: rows
        for index in outcomes.indices_for(patient.diagnosis)
        if (rows := outcomes.series(index, known))
    }
    names = {index.name for index in made}
    return [
        Trend(index.name, index.name, rows, index.states.words(rows[-1].value))
        for index, rows in made.items()
        if index.stands_in_for not in names
    ]


def uncounted(patient: Patient) -> list[tuple[str, list[str]]]:
    """Indices of the disease that lack something today: the name, and what is missing in words."""
    known = readings(patient)
    lacking = (
        (index.name, outcomes.missing(index, known))
        for index in outcomes.indices_for(patient.diagnosis)
        if not index.stands_in_for
    )
    return [(name, [str(Measurement.Kind(kind).label) for kind in kinds]) for name, kinds in lacking if kinds]


def next_free_number(clinic_id: int) -> str:
    """A record number to suggest: one more than there are patients, and not taken."""
    taken = set(Patient.objects.filter(clinic_id=clinic_id).values_list("number", flat=True))
    count = len(taken) + 1
    while f"P-{count:04}" in taken:
        count += 1
    return f"P-{count:04}"


def _clearance_flag(patient: Patient, today: date) -> str:
    """Short words, or nothing while a clearance is in force for a good while."""
    state, decision = standing(patient, today), latest_decision(patient)
    if decision and state is Standing.ENDED:
        return _("Clearance ended {day}").format(day=_day(decision.valid_until, today))
    if decision and state is Standing.ENDS_SOON:
        return _ends_soon((decision.valid_until - today).days)
    return {
        Standing.BARRED: _("Barred by screening"),
        Standing.SUSPENDED: _("Training suspended"),
        Standing.NONE: _("No clearance"),
        Standing.REFUSED: _("Clearance refused"),
        Standing.WITHDRAWN: _("Clearance withdrawn"),
        Standing.SUSPECTED_CLOT: _("Swollen leg: may be a clot"),
        Standing.SCREENING_DUE: _("Screen again: {why}").format(why="; ".join(due_reasons(patient))),
        Standing.OUTDATED: _("New findings since the clearance"),
    }.get(state, "")


def _ends_soon(days: int) -> str:
    if days == 0:
        return _("Clearance ends today")
    return ngettext("Clearance ends in {days} day", "Clearance ends in {days} days", days).format(days=days)


def _day(day: date, today: date) -> str:
    """With its year, unless that is this year's."""
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")
