"""The stop criteria: those in force for a session, and what a clinic or a clinician has made stricter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from devices.domain import interlock
from kaatsu_clinic.accounts.models import Clinic
from patients.models import Patient
from sessions.domain import home, preflight, trips
from sessions.domain.stop_table import NOT_IN_FORCE, AtRest, Tightened, in_force
from sessions.domain.stopping import PROGRAMME, Action, Criterion
from sessions.models import StopLimit, TrainingSession


@dataclass(frozen=True)
class Line:
    """One row of the table as people read it. `set_by` is empty for a built-in number."""

    action: Action
    words: str
    origin: str
    set_by: str = ""


def current_limits(clinic: Clinic, patient: Patient | None = None) -> dict[str, StopLimit]:
    """The newest word on each rule, of the clinic or of one patient. One that was taken back has no number."""
    rows = StopLimit.objects.filter(clinic=clinic, patient=patient).order_by("set_at", "pk")
    return {row.key: row for row in rows.select_related("set_by")}


def limit_history(clinic: Clinic, patient: Patient | None = None) -> QuerySet[StopLimit]:
    """Every change, the newest first."""
    rows = StopLimit.objects.filter(clinic=clinic, patient=patient).select_related("set_by")
    return rows.order_by("-set_at", "-pk")


def of_clinic(clinic: Clinic) -> dict[str, Tightened]:
    """What the clinic asks of all its patients."""
    return _asked(current_limits(clinic), _("the clinic"))


def tightenings(patient: Patient) -> tuple[Mapping[str, Tightened], ...]:
    """What the clinic and the patient's clinician ask for."""
    return (
        of_clinic(patient.clinic),
        _asked(current_limits(patient.clinic, patient), _("for this patient")),
    )


def _asked(limits: Mapping[str, StopLimit], set_by: str) -> dict[str, Tightened]:
    return {key: Tightened(one.number, set_by) for key, one in limits.items() if one.number is not None}


def table_for(patient: Patient, facts: preflight.Facts, today: date) -> tuple[Criterion, ...]:
    """The criteria for a session of this person, who was measured so today."""
    return in_force(at_rest(patient, facts, today), *tightenings(patient))


def at_rest(patient: Patient, facts: preflight.Facts, today: date) -> AtRest:
    """What the rules count from."""
    born = patient.birth_date
    return AtRest(
        facts.systolic_mmhg,
        facts.diastolic_mmhg,
        facts.heart_rate_bpm,
        facts.spo2_percent,
        facts.pain_nrs,
        today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
    )


def stop_table_of(session: TrainingSession) -> tuple[Criterion, ...]:
    """The criteria frozen with a session; of one from before they were, the built-in ones."""
    return tuple(Criterion.from_json(row) for row in session.stop_table) or in_force(AtRest())


def groups(table: tuple[Criterion, ...], *, with_home: bool = False) -> list[tuple[str, list[Line]]]:
    """The whole table as people read it: a title, and its rows. With those for home it stands for no session in particular."""
    no_session = NOT_IN_FORCE if with_home else ""
    found = [
        (
            _("What the person says and you measure"),
            [Line(row.action, row.words.removesuffix(no_session), row.origin, row.set_by) for row in table],
        ),
        (_("Time and watching"), [Line(one.action, one.words, str(one.origin)) for one in trips.TRIPS]),
        (
            _("Pressure, sensors and the line to the box"),
            [*map(_of_the_device, interlock.AIR), *map(_of_the_device, interlock.LINE)],
        ),
    ]
    return [*found, (_("At home, where nobody is beside the patient"), _at_home())] if with_home else found


def _of_the_device(one: interlock.Interlock[interlock.Seen]) -> Line:
    return Line(Action.WARN if one.only_warns else Action.END, one.words, str(one.origin))


def _at_home() -> list[Line]:
    return [
        Line(Action.PAUSE, _("Effort is {n} or more.").format(n=home.EFFORT_TO_EASE), PROGRAMME),
        Line(Action.END, _("Pain afterwards is {n} or more.").format(n=home.PAIN_TO_CALL), PROGRAMME),
        Line(Action.END, _("Pain rises by {n} or more.").format(n=home.PAIN_RISE_TO_CALL), PROGRAMME),
        Line(Action.END, _("Any warning sign. There is no second session on that day."), PROGRAMME),
    ]
