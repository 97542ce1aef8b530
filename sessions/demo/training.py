"""The sessions of an invented person: supervised ones with trace, dose and events, and those logged at home."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from protocols.domain.plan import Plan
from protocols.models import Prescription
from protocols.services import keep_tolerated
from sessions.demo.course import Course, vitals
from sessions.demo.pressure import lasts_s, simulate
from sessions.domain import dose, trace
from sessions.domain.closing import ClosingReason
from sessions.domain.home import Symptom
from sessions.domain.preflight import PAIN_BLOCK_NRS
from sessions.domain.state import Outcome
from sessions.domain.trace import Point
from sessions.models import AdverseEvent, HomeSession, PressureTrace, SessionEvent, TrainingSession

USUAL_OUTCOMES = {Outcome.COMPLETED: 92, Outcome.STOPPED: 5, Outcome.FAULT: 1.5, Outcome.INTERRUPTED: 1.5}
WORDS = {
    Outcome.COMPLETED: "The plan was done.",
    Outcome.STOPPED: "Stopped from the console.",
    Outcome.CRITERION: "Dizzy or sick.",
    Outcome.FAULT: "The controller did not answer.",
    Outcome.INTERRUPTED: "The station's program was interrupted. The cuff opens by itself within a second.",
}
REASONS = {
    Outcome.COMPLETED: ClosingReason.PLANNED,
    Outcome.STOPPED: ClosingReason.PATIENT,
    Outcome.FAULT: ClosingReason.DEVICE,
    Outcome.INTERRUPTED: ClosingReason.DEVICE,
}
ADHERENCE = 0.85
GAP_SAMPLES = 6


def supervised(course: Course, day: date, outcome: Outcome | None = None) -> TrainingSession:
    """One session in the clinic. Without an outcome, chance decides, as a rule in favour of a completed one."""
    outcome = outcome or course.rng.choices(list(USUAL_OUTCOMES), list(USUAL_OUTCOMES.values()))[0]
    opened_at = course.at(day)
    before = vitals(course, opened_at - timedelta(minutes=3))
    plan = Plan.from_json(course.prescription.plan)
    points = _points(course, plan, outcome)
    session = _session(course, opened_at, outcome, points, plan, before)
    course.rows.sessions.append(session)
    course.rows.blocks.append(
        PressureTrace(session=session, number=0, samples=len(points), data=trace.pack(points))
    )
    course.rows.events += _events(course, session, points, before)
    if outcome is Outcome.COMPLETED:
        keep_tolerated(course.prescription, session.ended_at or opened_at)
    return session


def at_home(course: Course, day: date, symptom: Symptom | None = None) -> HomeSession | None:
    """One session at home, logged soon after. None where the person did not train, or did not say so."""
    if symptom is None and course.rng.random() > ADHERENCE:
        return None
    done_at = course.at(day, course.rng.randrange(0, 90))
    pain = course.pain_now()
    session = HomeSession(
        id=course.uuid(),
        patient=course.patient,
        prescription=course.prescription,
        done_at=done_at,
        logged_at=done_at + timedelta(minutes=course.rng.randrange(5, 180)),
        logged_by=course.patient.user or course.house.physio,
        completed=symptom is None and course.rng.random() < 0.93,
        pain_before=pain,
        pain_after=max(0, pain + course.rng.choice([-1, -1, 0, 0, 1])),
        effort=course.rng.choice([3, 4, 4, 5, 5, 6]),
        symptoms=[symptom] if symptom else course.rng.choice([[], [], [], [], [Symptom.SORE_MUSCLES.value]]),
    )
    course.rows.home_sessions.append(session)
    return session


def adverse_event(
    course: Course,
    *,
    words: str,
    at: datetime,
    session: TrainingSession | None = None,
    severity: int | None = None,
    resolved_at: datetime | None = None,
) -> None:
    """Something untoward: a draft without a severity, or graded and over."""
    event = AdverseEvent(
        patient=course.patient,
        session=session,
        occurred_at=at,
        reported_by=course.house.physio,
        words=words,
        severity=severity,
        resolved_at=resolved_at,
    )
    course.rows.adverse_events.append(event)


def _points(course: Course, plan: Plan, outcome: Outcome) -> list[Point]:
    """What was sampled: all of it, or up to where it broke off, with a gap where the line was lost."""
    whole_s = sum(lasts_s(interval) for interval in plan.intervals)
    until_s = None if outcome is Outcome.COMPLETED else whole_s * course.rng.uniform(0.35, 0.8)
    points = simulate(plan, course.noise(), until_s=until_s)
    if outcome not in (Outcome.FAULT, Outcome.INTERRUPTED):
        return points
    cut = len(points) // 2
    return points[:cut] + points[cut + GAP_SAMPLES :]


def _session(
    course: Course,
    opened_at: datetime,
    outcome: Outcome,
    points: list[Point],
    plan: Plan,
    before: Mapping[str, float],
) -> TrainingSession:
    prescription: Prescription = course.prescription
    channel = course.house.channels[course.scale]
    reason = REASONS.get(outcome)
    return TrainingSession(
        patient=course.patient,
        prescription=prescription,
        channel=channel,
        controller=channel.controller,
        supervisor=course.house.physio,
        status=TrainingSession.Status.ENDED,
        scale=prescription.scale,
        plan=prescription.plan,
        preflight={kind.lower(): str(value) for kind, value in before.items()},
        opened_at=opened_at,
        claimed_at=opened_at + timedelta(seconds=1),
        ended_at=opened_at + timedelta(seconds=1 + points[-1].t_s),
        outcome=outcome,
        ending_reason=WORDS[outcome],
        vent_confirmed=None if outcome is Outcome.INTERRUPTED else True,
        summary=asdict(dose.summary(points, plan)),
        closing_reason=reason or "",
        closed_by=course.house.physio if reason else None,
    )


def _events(
    course: Course, session: TrainingSession, points: list[Point], before: Mapping[str, float]
) -> list[SessionEvent]:
    """The squeeze, what was asked in the middle, and the end."""
    lasted_s = points[-1].t_s
    told: list[tuple[str, float, dict[str, Any]]] = [
        ("INFLATE", 0.0, {}),
        (
            "ENTER",
            lasted_s * 0.6,
            {"signal": "PAIN", "value": min(before["PAIN_NRS"] + 1, PAIN_BLOCK_NRS - 1)},
        ),
        ("ENTER", lasted_s * 0.6 + 4, {"signal": "RPE", "value": course.rng.randrange(3, 7)}),
        ("ENDED", lasted_s, {"words": session.ending_reason}),
    ]
    return [
        SessionEvent(
            session=session,
            key=course.uuid(),
            kind=kind,
            detail={"t_s": round(t_s, 1), **detail},
            happened_at=session.opened_at + timedelta(seconds=1 + t_s),
            by=None if kind == "ENDED" else course.house.physio,
        )
        for kind, t_s, detail in told
    ]
