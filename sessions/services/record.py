"""What the station's journal holds, brought into the database: trace, events and how the session ended."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from protocols.domain.plan import Plan
from sessions import bus
from sessions.domain import dose, record, trace
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, PressureTrace, SessionEvent, TrainingSession

BLOCK_SAMPLES = 600
"""Samples in a block of the stored trace: half a minute at 20 Hz."""


def store_record(session: TrainingSession, kept: record.Record) -> None:
    """Bring what a journal holds into the database. Doing it twice changes nothing."""
    with transaction.atomic():
        _store_blocks(session, kept.points, whole=kept.end is not None)
        for one in kept.events:
            _store_event(session, one)
        if kept.end:
            _store_end(session, kept.points, kept.end)


def close_interrupted(
    session: TrainingSession, points: Sequence[trace.Point], vented: bool | None, now: datetime
) -> None:
    """End a session whose process died, with the trace up to then. It is never resumed."""
    words = "The station's program was interrupted. The cuff opens by itself within a second."
    with suppress(bus.BusDownError):  # consoles show lost data without it, too
        bus.tell_ended(session.pk, Outcome.INTERRUPTED, words, vented)
    _store_blocks(session, points, whole=True)
    _close(session, Outcome.INTERRUPTED, words, vented, points, session.ended_at or now)


def _store_blocks(session: TrainingSession, points: Sequence[trace.Point], *, whole: bool) -> None:
    """Full blocks once; the last, unfinished one only when no more will come."""
    stored = set(session.trace.values_list("number", flat=True))
    for number, first in enumerate(range(0, len(points), BLOCK_SAMPLES)):
        block = points[first : first + BLOCK_SAMPLES]
        if number not in stored and (whole or len(block) == BLOCK_SAMPLES):
            PressureTrace.objects.create(
                session=session, number=number, samples=len(block), data=trace.pack(block)
            )


def _store_event(session: TrainingSession, one: dict[str, Any]) -> None:
    """A command is there already with who asked it; what became of it is added."""
    outcome = {"t_s": one["t"], "words": one["words"]}
    event, is_new = SessionEvent.objects.get_or_create(
        session=session,
        key=record.event_key(session.pk, one),
        defaults={
            "kind": one["kind"],
            "detail": outcome | {"signal": one["signal"], "value": one["value"]},
            "happened_at": datetime.fromtimestamp(one["at"], UTC),
        },
    )
    if not is_new and "t_s" not in event.detail:
        event.detail |= outcome | {"refused": one["kind"] == "REFUSED"}
        event.save(update_fields=["detail"])


def _store_end(session: TrainingSession, points: Sequence[trace.Point], end: dict[str, Any]) -> None:
    ended_at = datetime.fromtimestamp(end["at"], UTC)
    _close(session, Outcome(end["outcome"]), end["words"], end["vented"], points, ended_at, end["loop"])
    if end["needs_report"]:
        AdverseEvent.objects.get_or_create(
            session=session,
            words=end["words"],
            defaults={"patient": session.patient, "occurred_at": ended_at},
        )


def _close(
    session: TrainingSession,
    outcome: Outcome,
    words: str,
    vented: bool | None,
    points: Sequence[trace.Point],
    ended_at: datetime,
    loop: dict[str, Any] | None = None,
) -> None:
    session.summary = asdict(dose.summary(points, Plan.from_json(session.plan))) if points else None
    session.status, session.outcome, session.ending_reason = TrainingSession.Status.ENDED, outcome, words
    session.vent_confirmed, session.ended_at, session.loop = vented, ended_at, loop
    session.save(
        update_fields=["status", "outcome", "ending_reason", "vent_confirmed", "ended_at", "summary", "loop"]
    )
