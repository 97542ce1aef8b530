"""What the note of a session is drafted from, the note as it stands, and which notes still wait for a signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from devices.domain.units import Scale
from kaatsu_clinic.accounts.models import User
from protocols.domain.plan import Plan
from sessions import selectors
from sessions.domain import note
from sessions.domain.dose import Dose
from sessions.domain.note_response import Before
from sessions.domain.sets import SetDone, sets_done
from sessions.domain.state import Outcome
from sessions.domain.told import Told
from sessions.domain.trace import Point, TraceError
from sessions.models import NoteDraft, NoteEntry, TrainingSession


@dataclass(frozen=True)
class Signed:
    """One signed entry, and whether it still is what was signed."""

    entry: NoteEntry
    is_whole: bool

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Its headings, each with what stands below it."""
        return note.sections(self.entry.text)


def drafted(session: TrainingSession) -> str:
    """The note as the record has it now."""
    return note.draft(facts_of(session))


def draft_of(session: TrainingSession) -> NoteDraft | None:
    """What was written and not signed yet."""
    return NoteDraft.objects.filter(session=session).select_related("saved_by").first()


def signed(session: TrainingSession) -> list[Signed]:
    """The note and its amendments in order. An entry that was changed under its seal is not whole, nor is any after it."""
    found: list[Signed] = []
    before, is_whole = "", True
    for entry in session.note_entries.order_by("number"):
        is_whole = is_whole and entry.number == len(found) and entry.digest == entry.sealed_after(before)
        found.append(Signed(entry, is_whole))
        before = entry.digest
    return found


def unsigned(user: User) -> QuerySet[TrainingSession]:
    """Training that has ended without a signed note, of a clinician's clinics, the oldest first."""
    ended = TrainingSession.objects.visible_to(user).trainings()
    rows = ended.filter(status=TrainingSession.Status.ENDED, note_entries=None)
    rows = rows.exclude(outcome=Outcome.NOT_STARTED).select_related("patient", "supervisor", "note_draft")
    return rows.order_by("ended_at", "pk")


def told_of(session: TrainingSession) -> list[Told]:
    """The session's events as its note and tables read them."""
    rows = session.events.order_by("happened_at", "pk").values_list("kind", "detail", "by__full_name")
    told = [
        Told(
            kind=kind,
            t_s=detail.get("t_s"),
            words=str(detail.get("words") or ""),
            signal=str(detail.get("signal") or ""),
            value=_number(detail.get("value")),
            is_refused=bool(detail.get("refused")),
            by=by or "",
        )
        for kind, detail, by in rows
    ]
    return sorted(told, key=lambda one: float("inf") if one.t_s is None else one.t_s)


def sets_of(session: TrainingSession, told: Sequence[Told]) -> tuple[SetDone, ...]:
    """Plan against deed, set by set. None of a measurement. Raises TraceError."""
    plan = selectors.plan_of(session)
    return sets_done(plan, told, _traces(session, plan)) if session.is_training else ()


def ending_signals(told: Sequence[Told]) -> list[str]:
    """What the criteria were about that opened the cuff."""
    return [one.signal for one in told if one.kind in ("CRITERION_PAUSE", "CRITERION_END")]


def facts_of(session: TrainingSession) -> note.Facts:
    """All that the record says of an ended session."""
    told = told_of(session)
    sets, trouble = _sets_or_trouble(session, told)
    return note.Facts(
        what=_what(session),
        posture=str((session.prescription or session.occlusion_search).get_posture_display()).lower(),
        scale=Scale(session.scale),
        supervisor=str(session.supervisor),
        opened_at=timezone.localtime(session.opened_at),
        ended_at=timezone.localtime(session.ended_at) if session.ended_at else None,
        limbs=_limbs(session),
        eased=tuple(session.eased),
        before=_before(session),
        sets=sets,
        told=tuple(told),
        outcome=session.outcome,
        ending=session.ending_reason,
        reason=_reason(session),
        vent_confirmed=session.vent_confirmed,
        adverse_events=tuple(_events(session)),
        followups=tuple(_due(session)),
        trouble=trouble,
        found="" if session.is_training else _found(session),
    )


def _sets_or_trouble(session: TrainingSession, told: Sequence[Told]) -> tuple[tuple[SetDone, ...], str]:
    try:
        return sets_of(session, told), ""
    except TraceError:
        return (), "The stored trace is damaged: what was done in each set is not known."


def _traces(session: TrainingSession, plan: Plan) -> list[list[Point]]:
    return [selectors.points_of(session, cuff) for cuff in range(len(plan.each_cuff))]


def _what(session: TrainingSession) -> str:
    if session.prescription:
        return str(session.prescription.protocol)
    return f"Measurement of the limb occlusion pressure, {session.occlusion_search.get_method_display()}"


def _found(session: TrainingSession) -> str:
    """What a measurement came to, or why it came to nothing."""
    search = session.occlusion_search
    if session.outcome != Outcome.COMPLETED or search.found_mmhg is None:
        return f"No limb occlusion pressure was found. {search.words}".strip()
    error = "" if search.plus_minus_mmhg is None else f" ± {search.plus_minus_mmhg:.0f}"
    return f"Limb occlusion pressure found: {search.found_mmhg:.0f}{error} mmHg."


def _limbs(session: TrainingSession) -> tuple[note.OnLimb, ...]:
    """Each cuff with its limits and its dose."""
    plan, kept = selectors.plan_of(session), session.cuff_summaries
    whole = selectors.dose_of(session)
    models = {
        one.number: str(one.cuff_model) for one in session.controller.channels.select_related("cuff_model")
    }
    return tuple(
        note.OnLimb(
            limb=cuff.label or session.limb_words,
            cuff=models.get(cuff.channel, "cuff not known"),
            target=max(cuff.targets, default=0.0),
            ceiling=cuff.ceiling,
            lop_mmhg=cuff.lop_mmhg,
            dose=Dose(**kept[number]) if kept else whole,
        )
        for number, cuff in enumerate(plan.each_cuff)
    )


def _before(session: TrainingSession) -> Before:
    known = session.preflight
    return Before(
        pain=_number(known.get("pain_nrs")),
        systolic_mmhg=_number(known.get("systolic_mmhg")),
        diastolic_mmhg=_number(known.get("diastolic_mmhg")),
        heart_rate_bpm=_number(known.get("heart_rate_bpm")),
    )


def _reason(session: TrainingSession) -> str:
    if not session.closing_reason:
        return ""
    words = [session.get_closing_reason_display()]
    words += [session.get_closing_detail_display()] if session.closing_detail else []
    said = f"{': '.join(words)} ({session.closed_by})." if session.closed_by else f"{': '.join(words)}."
    return f"{said} {session.closing_note}".strip()


def _events(session: TrainingSession) -> list[str]:
    return [
        f"{one.words} {'Not graded yet.' if one.severity is None else f'CTCAE grade {one.severity}.'}"
        for one in session.adverse_events.order_by("occurred_at", "pk")
    ]


def _due(session: TrainingSession) -> list[datetime]:
    due = session.followups.order_by("due_at").values_list("due_at", flat=True)
    return [timezone.localtime(one) for one in due]


def _number(said: object) -> float | None:
    try:
        return float(str(said))
    except ValueError:
        return None
