"""What was screened and signed: the latest of each, what it found, and what it is worth today."""

from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from kaatsu_clinic.accounts.models import Role, User
from patients.domain import clearance, screening
from patients.domain.clearance import Facts, Standing
from patients.domain.events import EventKind
from patients.domain.findings import Finding
from patients.domain.limbs import Limb, on_side
from patients.domain.questions import QUESTIONS_VERSION
from patients.domain.screening import Verdict
from patients.models import Clearance, HealthEvent, Patient, PhaseChange, Screening, SwollenLeg
from patients.selectors.course import open_suspensions

SHOWN_SIGNED = 200
"""More than anybody reads at once; older ones stand on the patients' pages."""


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
    return [(one.full_words, decision.reasons[one.name]) for one in found if one.name in decision.reasons]


def sheet_of(record: Screening) -> screening.Sheet:
    """The round as it was weighed on its day."""
    patient = record.patient
    return screening.Sheet(
        age_years=age_on(patient, timezone.localdate(record.screened_at)),
        is_female=is_female(patient),
        answers=record.answers,
        limbs=record.limbs,
        readings=record.readings,
    )


def answers_kept(patient: Patient) -> dict[str, tuple[str, str]]:
    """Answers that can't have changed since: question name -> answer and the day (ISO) on which it was given.

    None of them once the questions themselves have changed.
    """
    last = latest_screening(patient)
    if last is None or last.questions_version != QUESTIONS_VERSION:
        return {}
    asked_on = timezone.localdate(last.screened_at).isoformat()
    return {
        name: (last.answers[name], last.answered_on.get(name, asked_on))
        for name in screening.still_true(last.answers)
    }


def age_on(patient: Patient, day: date) -> int:
    """Full years on a day."""
    born = patient.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_female(patient: Patient) -> bool | None:
    """None where it is not known or neither."""
    return {Patient.Sex.FEMALE: True, Patient.Sex.MALE: False}.get(Patient.Sex(patient.sex))


def barred_limbs(patient: Patient) -> dict[Limb, list[str]]:
    """Limbs on which no cuff may sit, with the reasons: found by the latest screening, or left out by the physician."""
    latest, decision = latest_screening(patient), latest_decision(patient)
    barred = screening.barred_limbs(findings_of(latest)) if latest else {}
    for limb in decision.limbs_left_out if decision else []:
        barred.setdefault(Limb(limb), []).append(_("The physician left this limb out of the clearance."))
    return barred


def limb_bars(patient: Patient, *, limb: str, side: str) -> list[str]:
    """Why no cuff may sit on this limb, in words for the clinician. `limb` and `side` as a prescription names them."""
    named = on_side(limb, side)
    return [f"{named.words.capitalize()}: {words}" for words in barred_limbs(patient).get(named, [])]


def open_swollen_leg(patient: Patient) -> SwollenLeg | None:
    """The report of a swollen leg that nobody has closed."""
    return next((one for one in patient.swollen_legs.all() if one.closed_at is None), None)


def events_since_screening(patient: Patient) -> QuerySet[HealthEvent]:
    """What has happened that no screening has asked about yet."""
    latest = latest_screening(patient)
    return (
        patient.health_events.filter(reported_at__gt=latest.screened_at)
        if latest
        else patient.health_events.all()
    )


def due_reasons(patient: Patient) -> list[str]:
    """What has happened since the latest screening, so that it is due at once. Empty while there is none to renew."""
    latest = latest_screening(patient)
    if latest is None:
        return []
    screened_on = timezone.localdate(latest.screened_at)
    events = [one for one in patient.health_events.all() if one.reported_at > latest.screened_at]
    ends = [one.ended_on for one in patient.flares.all() if one.ended_on and one.ended_on > screened_on]
    return [
        *(f"{EventKind(one.kind).words}, {formats.date_format(one.happened_on, 'j M Y')}" for one in events),
        *(_("Flare, over since {day}").format(day=formats.date_format(day, "j M Y")) for day in ends),
    ]


def standing(patient: Patient, today: date) -> Standing:
    """What the latest decision is worth today."""
    facts = replace(
        _facts(latest_decision(patient), latest_screening(patient)),
        is_suspended=bool(open_suspensions(patient)),
        is_screening_due=bool(due_reasons(patient)),
        has_suspected_clot=open_swollen_leg(patient) is not None,
    )
    return clearance.standing(facts, today)


def current_clearance(patient: Patient, today: date) -> Clearance | None:
    """The clearance that lets this person train today, if there is one."""
    return latest_decision(patient) if standing(patient, today).lets_train else None


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


def moved_in_spite(user: User) -> QuerySet[PhaseChange]:
    """Moves to another phase by override of a gate, where this person signs, the newest first."""
    moves = PhaseChange.objects.filter(
        patient__clinic__in=user.clinics_as(Role.MEDICAL_LEAD), is_override=True
    ).select_related("patient", "decided_by")
    return moves.order_by("-decided_at", "-pk")[:SHOWN_SIGNED]


def signed_in_spite(user: User) -> list[tuple[Clearance, list[tuple[str, str]]]]:
    """Clearances that were signed in spite of a finding, where this person signs, the newest first."""
    signed = Clearance.objects.filter(
        patient__clinic__in=user.clinics_as(Role.MEDICAL_LEAD), decision=Clearance.Decision.CLEARED
    )
    rows = signed.exclude(reasons={}).select_related("patient", "screening", "signed_by")
    return [(one, signed_reasons(one)) for one in rows.order_by("-signed_at", "-pk")[:SHOWN_SIGNED]]


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
