"""What the station's journal holds, brought into the database: trace, events and how the session ended."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from devices.services import latch_fault
from kaatsu_clinic.accounts.models import User
from protocols.domain.plan import Plan
from sessions import bus
from sessions.domain import dose, record, self_test_verdict, trace
from sessions.domain.state import Outcome
from sessions.models import AdverseEvent, OcclusionSearch, PressureTrace, SessionEvent, TrainingSession
from sessions.services.aftercare import schedule_followups
from sessions.services.setbacks import after_session

Traces = Sequence[Sequence[trace.Point]]
"""Samples of each cuff."""

BLOCK_SAMPLES = 600
"""Samples in a block of the stored trace: half a minute at 20 Hz."""


def store_record(session: TrainingSession, kept: record.Record) -> None:
    """Bring what a journal holds into the database. Doing it twice changes nothing."""
    with transaction.atomic():
        _store_blocks(session, kept.traces, whole=kept.end is not None)
        for one in kept.events:
            _store_event(session, one)
        for number, stages in kept.orders.items():
            _store_order(session, number, stages)
        if kept.end:
            _store_end(session, kept.traces, kept.end)


def close_interrupted(session: TrainingSession, traces: Traces, vented: bool | None, now: datetime) -> None:
    """End a session whose process died, with the trace up to then. It is never resumed."""
    words = "The station's program was interrupted. The cuff opens by itself within a second."
    with suppress(bus.BusDownError):  # consoles show lost data without it, too
        bus.tell_ended(session.pk, Outcome.INTERRUPTED, words, vented)
    _store_blocks(session, traces, whole=True)
    _close(session, Outcome.INTERRUPTED, words, vented, traces, session.ended_at or now)
    schedule_followups(session, session.ended_at or now)


def _store_blocks(session: TrainingSession, traces: Traces, *, whole: bool) -> None:
    """Full blocks of each cuff once; the last, unfinished one only when no more will come."""
    stored = set(session.trace.values_list("cuff", "number"))
    for cuff, points in enumerate(traces):
        for number, first in enumerate(range(0, len(points), BLOCK_SAMPLES)):
            block = points[first : first + BLOCK_SAMPLES]
            if (cuff, number) not in stored and (whole or len(block) == BLOCK_SAMPLES):
                PressureTrace.objects.create(
                    session=session, cuff=cuff, number=number, samples=len(block), data=trace.pack(block)
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
            "by": _person(one.get("by")),
        },
    )
    if not is_new and "t_s" not in event.detail:
        event.detail |= outcome | {"refused": one["kind"] == "REFUSED"}
        event.save(update_fields=["detail"])


def _person(user_id: int | None) -> User | None:
    """Who a signed link was given to; None for the program's own events, and for records from before they told."""
    return User.objects.filter(pk=user_id).first() if user_id else None


def _store_order(session: TrainingSession, number: int, stages: Sequence[dict[str, Any]]) -> None:
    """An order to the box with the second of each stage that it has reached so far."""
    reached = {one["stage"]: one["t"] for one in stages}
    SessionEvent.objects.update_or_create(
        session=session,
        key=record.order_key(session.pk, number),
        defaults={
            "kind": "ORDER",
            "detail": {"t_s": stages[0]["t"], "order": stages[0]["order"], "stages": reached},
            "happened_at": datetime.fromtimestamp(stages[0]["at"], UTC),
        },
    )


def _store_end(session: TrainingSession, traces: Traces, end: dict[str, Any]) -> None:
    ended_at = datetime.fromtimestamp(end["at"], UTC)
    _close(session, Outcome(end["outcome"]), end["words"], end["vented"], traces, ended_at, end["loop"])
    if end.get("latches", end["outcome"] == Outcome.FAULT) or end["vented"] is False:
        latch_fault(controller=session.controller, reason=_why_latched(end), now=ended_at)
    if not session.is_self_test:
        _follow_up(session, end, ended_at)


def _follow_up(session: TrainingSession, end: dict[str, Any], ended_at: datetime) -> None:
    """What the end of a session means for its patient."""
    if end["needs_report"]:
        AdverseEvent.objects.get_or_create(
            session=session,
            words=end["words"],
            defaults={"patient": session.wearer, "occurred_at": ended_at},
        )
    if session.is_training:
        schedule_followups(session, ended_at)
        after_session(session, ended_at)
    else:
        _store_found(session, end)


def _why_latched(end: dict[str, Any]) -> str:
    """What the next person has to look at; why the session ended is not always it."""
    found = [
        end["words"],
        end.get("latched_by", ""),
        "" if end["vented"] else "The cuff was not confirmed open.",
    ]
    return " ".join(one for one in found if one)


def _store_found(session: TrainingSession, end: dict[str, Any]) -> None:
    """What a measurement came to. One that was stopped has found nothing, and says why."""
    found = end["found"] or {"mmhg": None, "plus_minus_mmhg": None, "words": end["words"]}
    OcclusionSearch.objects.filter(session=session).update(
        found_mmhg=found["mmhg"], plus_minus_mmhg=found["plus_minus_mmhg"], words=found["words"]
    )


def _close(
    session: TrainingSession,
    outcome: Outcome,
    words: str,
    vented: bool | None,
    traces: Traces,
    ended_at: datetime,
    loop: dict[str, Any] | None = None,
) -> None:
    _add_up(session, traces)
    session.status, session.outcome, session.ending_reason = TrainingSession.Status.ENDED, outcome, words
    session.vent_confirmed, session.ended_at, session.loop = vented, ended_at, loop
    session.save(
        update_fields=[
            "status",
            "outcome",
            "ending_reason",
            "vent_confirmed",
            "ended_at",
            "summary",
            "cuff_summaries",
            "steps",
            "loop",
        ]
    )


def _add_up(session: TrainingSession, traces: Traces) -> None:
    """The dose of each cuff and of the session; of a self-test what it found. Without samples there is no dose."""
    plan = Plan.from_json(session.plan)
    if session.is_self_test:
        session.steps = [step.to_json() for step in self_test_verdict.judge(traces, plan)]
        return
    doses = [dose.summary(points, plan.alone(cuff)) for cuff, points in enumerate(traces)]
    session.summary = asdict(dose.together(doses)) if doses else None
    session.cuff_summaries = [asdict(one) for one in doses] if len(doses) > 1 else []
