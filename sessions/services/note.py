"""The note of a session: saved as a draft, signed once, amended afterwards. Nothing that was signed is ever written over."""

from datetime import UTC, datetime

from django.db import transaction

from kaatsu_clinic.accounts.models import CLINICIANS, User
from sessions.domain.note import fingerprint, news
from sessions.domain.state import Outcome
from sessions.models import NoteDraft, NoteEntry, TrainingSession
from sessions.selectors import note as notes


class NoteTooEarlyError(Exception):
    """There is nothing to sign yet; says why."""


class NoteMovedError(Exception):
    """Somebody else has written in the meantime. Nothing was kept of what was sent; it is the sender's to decide."""


class SignedBeforeError(Exception):
    """The note is signed: it can only be amended."""


class NotSignedError(Exception):
    """There is no signed note that could be amended."""


class NoteBehindError(Exception):
    """The record has said more since the page was shown: `news` are its lines that the text has not."""

    def __init__(self, news: tuple[str, ...]) -> None:
        super().__init__(" ".join(news))
        self.news = news


class NoSignatoryError(Exception):
    """Only a clinician of the patient's clinic signs."""


def save_draft(
    *, session: TrainingSession, text: str, revision: int, record: str, by: User, now: datetime
) -> NoteDraft:
    """Keep a draft. `revision` is the one that was seen, 0 for none; `record` the fingerprint of the record beside it.

    Raises SignedBeforeError, NoteMovedError.
    """
    return _save(session, text, revision, by, now, _beside(session, text, record))


def keep_typing(
    *, session: TrainingSession, text: str, revision: int, record: str, by: User, now: datetime
) -> NoteDraft:
    """The same while it is being written, beside what the record said when the draft was begun or last saved."""
    kept = notes.draft_of(session)
    return _save(session, text, revision, by, now, kept.drafted if kept else _beside(session, text, record))


def _beside(session: TrainingSession, text: str, record: str) -> str:
    """What the record says now; where another was seen, all of it that the text has not is news to its writer."""
    drafted = notes.drafted(session)
    return drafted if record == fingerprint(drafted) else text


def _save(
    session: TrainingSession, text: str, revision: int, by: User, now: datetime, drafted: str
) -> NoteDraft:
    """The record was read before: a long trace takes a while, and the row is held as short as may be."""
    with transaction.atomic():
        kept = _unsigned(session)
        if kept and (kept.text, kept.drafted) == (text, drafted):
            return kept
        if revision != (kept.revision if kept else 0) and not (kept and kept.text == text):
            raise NoteMovedError
        fields = {"drafted": drafted, "text": text, "revision": (kept.revision if kept else 0) + 1}
        draft, _ = NoteDraft.objects.update_or_create(
            session=session, defaults=fields | {"saved_at": now, "saved_by": by}
        )
    return draft


def sign_note(
    *, session: TrainingSession, text: str, revision: int, record: str, by: User, now: datetime
) -> NoteEntry:
    """Sign the text as it was seen, beside the record as it was seen. `record` as for a draft.

    Raises NoteTooEarlyError, NoSignatoryError, NoteMovedError, NoteBehindError, SignedBeforeError.
    """
    drafted = notes.drafted(session)
    with transaction.atomic():
        kept, locked = _unsigned(session), _lock(session)
        if locked.reason_kept != session.reason_kept:  # changed in this very moment
            session, drafted = locked, notes.drafted(locked)
        if kept and kept.text != text and kept.revision != revision:
            raise NoteMovedError
        if words := _too_early(session, text):
            raise NoteTooEarlyError(words)
        if record != fingerprint(drafted) and (unseen := news(text, drafted)):
            raise NoteBehindError(unseen)
        entry = NoteEntry(session=session, number=0, text=text, drafted=drafted)
        _sign(entry, by, now, after="")
        NoteDraft.objects.filter(session=session).delete()
    return entry


def amend_note(
    *, session: TrainingSession, text: str, reason: str, seen: int, by: User, now: datetime
) -> NoteEntry:
    """Add to a signed note. `seen` counts the entries that were read; the same amendment again is the one that is there.

    Raises NotSignedError, NoSignatoryError, NoteMovedError.
    """
    with transaction.atomic():
        _lock(session)
        last = session.note_entries.order_by("-number").first()
        if last is None:
            raise NotSignedError
        if (last.text, last.reason, last.signed_by_id) == (text, reason, by.pk):
            return last
        if last.number + 1 != seen:
            raise NoteMovedError
        entry = NoteEntry(session=session, number=seen, text=text, reason=reason)
        _sign(entry, by, now, after=last.digest)
    return entry


def _unsigned(session: TrainingSession) -> NoteDraft | None:
    """The draft, with the session's row held until the end of the transaction. Raises SignedBeforeError."""
    _lock(session)
    if session.note_entries.exists():
        raise SignedBeforeError
    return NoteDraft.objects.filter(session=session).first()


def _lock(session: TrainingSession) -> TrainingSession:
    return TrainingSession.objects.select_for_update().get(pk=session.pk)


def _too_early(session: TrainingSession, text: str) -> str:
    """Why it can't be signed yet, in words. Empty if it can."""
    if session.status != TrainingSession.Status.ENDED:
        return "The session has not ended."
    if session.outcome == Outcome.NOT_STARTED:
        return "Nothing was inflated: there is nothing to sign."
    if not session.closing_reason:
        return "Say first why the session ended."
    return "" if text.strip() else "The note is empty."


def _sign(entry: NoteEntry, by: User, now: datetime, *, after: str) -> None:
    """Name and role as of now. Raises NoSignatoryError."""
    roles = by.memberships.filter(clinic=entry.session.wearer.clinic_id, role__in=CLINICIANS)
    if not (membership := roles.order_by("role").first()):
        raise NoSignatoryError
    entry.signed_at, entry.signed_by = now.astimezone(UTC), by
    entry.signed_name, entry.signed_role = by.full_name, str(membership.get_role_display())
    entry.digest = entry.sealed_after(after)
    entry.save(force_insert=True)
