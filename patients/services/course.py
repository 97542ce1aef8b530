"""Where a patient goes: a move that a person decides, a step back that a rule takes, suspensions, flares, competence."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import CLINICIANS, Role, User
from patients import selectors
from patients.domain import flare as flares
from patients.domain import setbacks
from patients.domain.phases import Phase, Requirement, before, is_forward, is_open, may_follow, unmet
from patients.domain.setbacks import Effect, Rule
from patients.models import CompetenceCheck, Flare, Measurement, Patient, PhaseChange, Suspension
from patients.services.refusal import RefusedError

Kind = Measurement.Kind
NOTHING_TOLD = flares.Told()


@transaction.atomic
def change_phase(
    *,
    patient: Patient,
    to_phase: str,
    reason: str,
    by: User,
    now: datetime,
    gate: Sequence[Requirement] = (),
    is_override: bool = False,
    responsible: User | None = None,
) -> PhaseChange:
    """Move a person between phases. Raises RefusedError with every objection.

    Forward only through an open gate, or by the override of a medical lead of this clinic, with a reason, which is kept with
    what the gate showed. Nobody goes forward past what holds training: that is ended first, on its own page. Home needs a
    clinician who is responsible. Back is always open.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    current, wanted = Phase(patient.phase), Phase(to_phase)
    is_open_by_force = is_override and not is_open(gate)
    objections = _move_objections(current, wanted, reason)
    if is_forward(current, wanted):
        objections |= _forward_objections(patient, wanted, gate, by, responsible, is_override=is_override)
        objections |= _hold_objections(patient, now)
    if objections:
        raise RefusedError(objections)
    return _move(
        patient,
        wanted,
        now,
        reason=reason.strip(),
        decided_by=by,
        responsible=responsible,
        gate=[one.to_json() for one in gate],
        is_override=is_forward(current, wanted) and is_open_by_force,
    )


def _move(patient: Patient, wanted: Phase, now: datetime, **fields: Any) -> PhaseChange:
    change = PhaseChange.objects.create(
        patient=patient, from_phase=patient.phase, to_phase=wanted.value, decided_at=now, **fields
    )
    patient.phase = wanted.value
    patient.save(update_fields=["phase"])
    return change


def _move_objections(current: Phase, wanted: Phase, reason: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if not reason.strip():
        found["reason"] = _("Write why this person moves.")
    if not may_follow(current, wanted):
        found["to_phase"] = _("One step forward at a time: clinical, transition, home.")
    return found


def _forward_objections(
    patient: Patient,
    wanted: Phase,
    gate: Sequence[Requirement],
    by: User,
    responsible: User | None,
    *,
    is_override: bool,
) -> dict[str, str]:
    found: dict[str, str] = {}
    if not is_open(gate) and not is_override:
        shut = "; ".join(f"{one.wanted}: {one.found}" for one in unmet(gate)) or _("nothing is known")
        found[""] = _("The gate is not open. {why}.").format(why=shut)
    elif not is_open(gate) and not _is_lead(patient, by):
        found["is_override"] = _("Only a medical lead of this patient's clinic may override the gate.")
    if wanted is Phase.HOME and not (responsible and _is_clinician(patient, responsible)):
        found["responsible"] = _("Name the clinician who is responsible while this person trains at home.")
    return found


def _hold_objections(patient: Patient, now: datetime) -> dict[str, str]:
    """An absolute contraindication, a suspected clot, a suspension: no override reaches past them."""
    holds = selectors.training_holds(patient, timezone.localdate(now))
    return {"": " ".join(hold.words for hold in holds)} if holds else {}


def _is_lead(patient: Patient, person: User) -> bool:
    return person.clinics_as(Role.MEDICAL_LEAD).filter(pk=patient.clinic_id).exists()


def _is_clinician(patient: Patient, person: User) -> bool:
    return person.clinics_as(*CLINICIANS).filter(pk=patient.clinic_id).exists()


@transaction.atomic
def set_back(*, patient: Patient, rule: Rule, cause: str, now: datetime, detail: str = "") -> bool:
    """Do what a rule demands, by itself: one phase back, or suspended. True if something changed.

    The same cause never counts twice. In the clinic there is no phase to go back to.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    words = f"{rule.words} {detail}".strip()
    if rule.effect is Effect.SUSPEND:
        return Suspension.objects.get_or_create(
            patient=patient, rule=rule.name, cause=cause, defaults={"reason": words, "began_at": now}
        )[1]
    target = before(Phase(patient.phase))
    if target is None or patient.phase_changes.filter(rule=rule.name, cause=cause).exists():
        return False
    _move(patient, target, now, reason=words, rule=rule.name, cause=cause)
    return True


def end_suspensions(*, patient: Patient, reason: str, by: User, now: datetime) -> None:
    """A medical lead lets someone train again. Raises RefusedError for anyone else, or without a reason."""
    if not _is_lead(patient, by):
        raise RefusedError({"": _("Only a medical lead of this patient's clinic may end a suspension.")})
    if not reason.strip():
        raise RefusedError({"reason": _("Write why this person may train again.")})
    with transaction.atomic():
        for one in patient.suspensions.select_for_update().filter(ended_at=None):
            one.ended_at, one.ended_by, one.ending_reason = now, by, reason.strip()
            one.save(update_fields=["ended_at", "ended_by", "ending_reason"])


def notice_measurements(*, patient: Patient, kinds: Collection[str], by: User, now: datetime) -> None:
    """Let the rules that live on numbers see new ones: blood pressure, and the indices of the disease."""
    if {Kind.SYSTOLIC_MMHG, Kind.DIASTOLIC_MMHG} & set(kinds):
        _notice_blood_pressure(patient, now)
    if set(kinds) - {Kind.SYSTOLIC_MMHG, Kind.DIASTOLIC_MMHG, Kind.HEART_RATE_BPM}:
        _notice_flare(patient, by, now)


def _notice_blood_pressure(patient: Patient, now: datetime) -> None:
    change = selectors.latest_phase_change(patient)
    readings = selectors.resting_mmhg(patient, since=change.decided_at if change else None)
    if setbacks.is_high_twice(readings):
        words = ", ".join(f"{systolic:g}/{diastolic:g}" for systolic, diastolic in readings[-2:])
        set_back(
            patient=patient,
            rule=setbacks.BLOOD_PRESSURE,
            cause=f"measured {now:%Y-%m-%d %H:%M}",
            now=now,
            detail=f"({words})",
        )


def _notice_flare(patient: Patient, by: User, now: datetime) -> None:
    """Numbers that meet a flare rule open a flare, if none is open since."""
    hits = flares.hits(patient.diagnosis, selectors.flare_facts(patient))
    if hits and not selectors.open_flare(patient):
        on = timezone.localdate(now)
        _open_flare(
            patient, now, began_on=on, words=_("Seen in the measurements."), reported_by=by, hits=hits
        )


@transaction.atomic
def report_flare(
    *,
    patient: Patient,
    began_on: date,
    words: str,
    by: User,
    now: datetime,
    control: str = flares.Control.NOT_KNOWN,
    told: flares.Told = NOTHING_TOLD,
) -> Flare:
    """Open a flare. Raises RefusedError if one is open already, or for a day that can't be.

    Whoever reports a flare has one: the rules only add what they see.
    """
    if began_on < patient.birth_date:
        raise RefusedError({"began_on": _("Check the year: this person was not born yet.")})
    if selectors.open_flare(patient):
        raise RefusedError({"": _("A flare is open already.")})
    return _open_flare(
        patient,
        now,
        began_on=began_on,
        words=words,
        control=control,
        signs=sorted(told.signs),
        usual_pain_nrs=told.usual_pain_nrs,
        pain_nrs=told.pain_nrs,
        lasted_h=told.lasted_h,
        reported_by=by,
        hits=flares.hits(patient.diagnosis, selectors.flare_facts(patient, told)),
    )


def _open_flare(patient: Patient, now: datetime, *, hits: Sequence[flares.Hit], **fields: Any) -> Flare:
    words = " ".join(f"{hit.words} ({hit.source.words}, {hit.source.origin.value})" for hit in hits)
    flare = Flare.objects.create(patient=patient, rule_words=words, **fields)
    set_back(patient=patient, rule=setbacks.FLARE, cause=f"flare {flare.pk}", now=now, detail=words)
    return flare


def end_flare(*, flare: Flare, ended_on: date, by: User) -> None:
    """Close a flare. Raises RefusedError for a day before it began.

    One that is not known to be under control has suspended training: only a medical lead ends it.
    """
    if ended_on < flare.began_on:
        raise RefusedError({"ended_on": _("It can't end before it began.")})
    if not flare.is_controlled and not _is_lead(flare.patient, by):
        raise RefusedError(
            {"": _("This flare is not known to be under control: a medical lead says when it is over.")}
        )
    flare.ended_on, flare.ended_by = ended_on, by
    flare.save(update_fields=["ended_on", "ended_by"])


def notice_screening(
    *, patient: Patient, before: Mapping[str, str], answers: Mapping[str, str], cause: str, now: datetime
) -> None:
    """A drug that is new since the screening before sends back."""
    if drugs := setbacks.new_drugs(before, answers):
        words = ", ".join(drugs).replace("_", " ")
        set_back(patient=patient, rule=setbacks.NEW_DRUG, cause=cause, now=now, detail=f"({words})")


def record_competence(
    *,
    patient: Patient,
    shown: Mapping[str, bool | float | None],
    device_has_own_limits: bool,
    adult_is_present: bool,
    note: str,
    by: User,
    now: datetime,
) -> CompetenceCheck:
    """Keep what a person demonstrated. The newest check counts, whatever an older one said."""
    return CompetenceCheck.objects.create(
        patient=patient,
        shown=dict(shown),
        device_has_own_limits=device_has_own_limits,
        adult_is_present=adult_is_present,
        note=note,
        checked_at=now,
        checked_by=by,
    )
