"""The questions after a session: scheduled when it ends, answered on the phone or by a call, acted upon where the answer is red."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaatsu_clinic.accounts.models import User
from patients.models import Patient, SwollenLeg
from patients.services import report_swollen_leg
from sessions.domain import followups
from sessions.domain.followups import Question
from sessions.domain.state import Outcome
from sessions.models import FollowUp, TrainingSession, WeeklyAnswer
from sessions.selectors.aftercare import due_weekly
from sessions.services.after import report_adverse_event

UNUSED = (Outcome.NOT_STARTED, "")


class AnsweredBeforeError(Exception):
    """Someone has answered in the meantime. It is not overwritten."""


@dataclass(frozen=True)
class Answer:
    """What was said. `words` sum up the red ones for who reads the adverse event."""

    given: Mapping[str, bool]
    note: str = ""
    words: str = ""
    by_phone: bool = False


def schedule_followups(session: TrainingSession, ended_at: datetime) -> None:
    """Once for each session in which a cuff may have been closed."""
    if not session.is_training or session.outcome in UNUSED:
        return
    for window, (due_at, late_at) in followups.times(ended_at).items():
        FollowUp.objects.get_or_create(
            session=session, window=window, defaults={"due_at": due_at, "late_at": late_at}
        )


@transaction.atomic
def answer_followup(*, followup: FollowUp, answer: Answer, by: User, now: datetime) -> tuple[Question, ...]:
    """Keep the answers; what is red opens an adverse event, a swelling the path for a clot. Raises AnsweredBeforeError."""
    row = FollowUp.objects.select_for_update().filter(pk=followup.pk, answered_at=None).first()
    if row is None:
        raise AnsweredBeforeError
    row.answers, row.note, row.by_phone = dict(answer.given), answer.note, answer.by_phone
    row.answered_at, row.answered_by = now, by
    row.save(update_fields=["answers", "note", "by_phone", "answered_at", "answered_by"])
    return _act_on(answer, row.session.wearer, by, now, session=row.session)


@transaction.atomic
def answer_weekly(*, patient: Patient, answer: Answer, by: User, now: datetime) -> tuple[Question, ...]:
    """The same for a week at home. Raises AnsweredBeforeError if it is not due any more."""
    row = Patient.objects.select_for_update().get(pk=patient.pk)
    if due_weekly(row, now) is None:
        raise AnsweredBeforeError
    WeeklyAnswer.objects.create(
        patient=row,
        answers=dict(answer.given),
        note=answer.note,
        answered_at=now,
        answered_by=by,
        by_phone=answer.by_phone,
    )
    return _act_on(answer, row, by, now)


def _act_on(
    answer: Answer, patient: Patient, by: User, now: datetime, session: TrainingSession | None = None
) -> tuple[Question, ...]:
    red = followups.red(answer.given)
    if red:
        report_adverse_event(patient=patient, words=answer.words, occurred_at=now, by=by, session=session)
    if Question.SWELLING in red:
        leg = SwollenLeg.Leg.NOT_KNOWN
        report_swollen_leg(patient=patient, leg=leg, words=answer.words[:200], by=by, now=now)
    return red
