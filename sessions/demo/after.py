"""What came after the demo's sessions: notes that were signed, and the questions a day and days later.

Most of it is done. A few of each are left over, so that there is something to do: notes to sign, questions due and late.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from patients.models import Patient
from sessions.demo.house import House
from sessions.domain import followups
from sessions.domain.followups import Question, Window
from sessions.domain.state import Outcome
from sessions.models import FollowUp, NoteDraft, NoteEntry, TrainingSession
from sessions.selectors import note as notes

BATCH = 500
SIGNED_AFTER = timedelta(minutes=12)
DRAFTED_SINCE = timedelta(weeks=3)
"""Older notes are one line: reading every trace of half a year takes longer than the program should to start."""
TO_SIGN = {"Tanaka", "Kim", "Murphy", "Costa"}
"""Whose last session still wants a signature."""
BEGUN = "Costa"
AMENDED = "Fischer"
NOT_ASKED: Mapping[str, frozenset[Window]] = {
    "Weber": frozenset(Window),
    "Jensen": frozenset({Window.DAYS}),
    "Walker": frozenset({Window.DAYS}),
    "Okafor": frozenset({Window.DAYS}),
}
"""Whose questions after the last session nobody has answered."""


def come_after(house: House, now: datetime) -> None:
    """Sign the notes and answer the questions of every session of the demo, but for those that are left over."""
    trainings = TrainingSession.objects.trainings().select_related("patient", "prescription__protocol")
    ended = list(trainings.exclude(outcome=Outcome.NOT_STARTED).order_by("ended_at", "pk"))
    last = {one.wearer.pk: one.pk for one in ended}
    rows = [
        row for one in ended for row in _questions(one, house, now, is_last=last[one.wearer.pk] == one.pk)
    ]
    FollowUp.objects.bulk_create(rows, batch_size=BATCH)
    signed = [_signed(one, house, now) for one in ended if not _is_left_over(one, last)]
    amended = next(one for one in reversed(signed) if one.session.wearer.family_name == AMENDED)
    NoteEntry.objects.bulk_create([*signed, _amendment(amended, house)], batch_size=BATCH)
    NoteDraft.objects.bulk_create(
        [_begun(one, house) for one in ended if one.pk in last.values() and one.wearer.family_name == BEGUN]
    )


def answer_weekly(house: House, now: datetime) -> None:
    """Who trains at home has answered this week; one of them is due."""
    at_home = Patient.objects.filter(clinic=house.clinic, phase=Patient.Phase.HOME).order_by("pk")
    answers = {one.value: False for one in Question}
    for number, patient in enumerate(at_home):
        at = now - (timedelta(days=8) if number == 0 else timedelta(days=3))
        patient.weekly_answers.create(
            answers=answers, answered_at=at, answered_by=patient.user or house.physio
        )


def _is_left_over(session: TrainingSession, last: Mapping[int, int]) -> bool:
    is_last = last[session.wearer.pk] == session.pk
    return not session.closing_reason or (is_last and session.wearer.family_name in TO_SIGN)


def _signed(session: TrainingSession, house: House, now: datetime) -> NoteEntry:
    drafted = notes.drafted(session) if session.opened_at > now - DRAFTED_SINCE else ""
    entry = NoteEntry(session=session, number=0, text=f"{drafted}Tolerated well. As before next time.\n")
    entry.drafted = drafted
    return _by_the_physio(entry, (session.ended_at or session.opened_at) + SIGNED_AFTER, house)


def _amendment(note: NoteEntry, house: House) -> NoteEntry:
    entry = NoteEntry(session=note.session, number=1, reason="Forgotten at the signature")
    entry.text = "Reported a cold right hand before the session; warm again after it."
    return _by_the_physio(entry, note.signed_at + timedelta(hours=2), house, note.digest)


def _by_the_physio(entry: NoteEntry, at: datetime, house: House, after: str = "") -> NoteEntry:
    entry.signed_at, entry.signed_by = at, house.physio
    entry.signed_name, entry.signed_role = house.physio.full_name, "Physiotherapist"
    entry.digest = entry.sealed_after(after)
    return entry


def _begun(session: TrainingSession, house: House) -> NoteDraft:
    drafted = notes.drafted(session)
    return NoteDraft(
        session=session,
        drafted=drafted,
        text=f"{drafted}Wants to try the other leg first next time.\n",
        revision=1,
        saved_at=(session.ended_at or session.opened_at) + SIGNED_AFTER,
        saved_by=house.physio,
    )


def _questions(session: TrainingSession, house: House, now: datetime, *, is_last: bool) -> list[FollowUp]:
    """Both questions, answered by telephone as soon as they were due, but for those that are left over."""
    not_asked = NOT_ASKED.get(session.wearer.family_name, frozenset()) if is_last else frozenset()
    made = []
    for window, (due_at, late_at) in followups.times(session.ended_at or session.opened_at).items():
        row = FollowUp(session=session, window=window, due_at=due_at, late_at=late_at)
        if window not in not_asked and due_at <= now:
            row.answers = {one.value: False for one in Question}
            row.answered_at, row.answered_by, row.by_phone = (
                min(due_at + SIGNED_AFTER, now),
                house.physio,
                True,
            )
        made.append(row)
    return made
