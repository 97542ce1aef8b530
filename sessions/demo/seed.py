"""Makes the demo once: the clinic, about forty people, and half a year of what happened to them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from auditlog.context import disable_auditlog
from django.db import transaction
from django.utils import timezone

from kaatsu_clinic.accounts.models import Clinic, Role
from patients import services
from patients.models import Care, Flare, Patient
from protocols.services import publish_built_in, withdraw_prescription
from sessions.demo import after, house, training
from sessions.demo.course import (
    REPRESCRIBE_WEEKS,
    RESCREEN_WEEKS,
    Course,
    agree,
    blood_and_chair,
    clear,
    get_better,
    measure_and_prescribe,
    move,
    register,
    screen,
    vitals,
)
from sessions.demo.people import PEOPLE, Twist
from sessions.demo.rows import Rows
from sessions.domain.home import Symptom
from sessions.domain.state import Outcome

SEED = 2026
SESSION_DAYS = (1, 4)
"""Days of a week of the course: at least 36 h apart, and from today."""


def seed(*, devices_dir: Path, now: datetime) -> bool:
    """Make the demo's people; False if they are there already, then only the ports are brought up to date."""
    with transaction.atomic(), disable_auditlog():
        publish_built_in(now=now)
        if Clinic.objects.filter(slug=house.SLUG).exists():
            house.connect(devices_dir)
            return False
        _fill(house.build(devices_dir=devices_dir, now=now), now)
    return True


def _fill(home: house.House, now: datetime) -> None:
    rows, today = Rows(), timezone.localdate(now)
    for index, person in enumerate(PEOPLE):
        course = Course(person, index, home, rows, today, Random(f"{SEED} {index}"))
        register(course)
        if course.phases:
            agree(course, course.began_on)
        if person.has_account:
            _give_account(course)
        _live_through(course)
    rows.save()
    after.come_after(home, now)
    after.answer_weekly(home, now)


def _give_account(course: Course) -> None:
    """The patient who signs in, and the carer who helps."""
    course.patient.user = course.house.staff[Role.PATIENT]
    course.patient.save(update_fields=["user"])
    Care.objects.create(patient=course.patient, carer=course.house.staff[Role.CARER], since=course.began_on)


def _live_through(course: Course) -> None:
    for number, phase in enumerate(course.phases):
        _week(course, number, phase)
    if course.person.twist in (Twist.AWAITING, Twist.BARRED):
        screen(course, course.began_on)


def _week(course: Course, number: int, phase: Patient.Phase) -> None:
    """One week: what is due on its first day, then its sessions."""
    day = course.began_on + timedelta(weeks=number)
    is_new_phase = course.patient.phase != phase
    if number % RESCREEN_WEEKS == 0 or (is_new_phase and phase == Patient.Phase.CLINICAL):
        clear(course, day)
    if is_new_phase:
        _before_moving(course, day, phase)
        move(course, day, phase)
    if number % REPRESCRIBE_WEEKS == 0 or (is_new_phase and phase != Patient.Phase.TRANSITION):
        measure_and_prescribe(course, day, number)
    blood_and_chair(course, day, number)
    _sessions(course, day, number)
    get_better(course)


def _sessions(course: Course, day: date, number: int) -> None:
    is_last_week = number == len(course.phases) - 1
    if course.patient.phase == Patient.Phase.HOME:
        _home_week(course, day, weeks_left=len(course.phases) - 1 - number)
        return
    training.supervised(course, day + timedelta(days=SESSION_DAYS[0]))
    second = day + timedelta(days=SESSION_DAYS[1])
    if is_last_week and course.person.twist is Twist.IN_FLARE:
        _flare(course, second)
    elif is_last_week and course.person.twist is Twist.OPEN_EVENT:
        session = training.supervised(course, second, Outcome.CRITERION)
        training.adverse_event(course, words=session.ending_reason, at=session.opened_at, session=session)
    else:
        session = training.supervised(course, second, Outcome.COMPLETED if is_last_week else None)
        if course.person.twist is Twist.PAST_EVENT and number == 2:
            _bruise(course, session.opened_at)


def _home_week(course: Course, day: date, *, weeks_left: int) -> None:
    """Two sessions on the phone; blood pressure and pain in the clinic every second week."""
    warns = course.person.twist is Twist.HOME_WARNING and weeks_left == 3
    training.at_home(
        course, day + timedelta(days=SESSION_DAYS[0]), Symptom.NUMB_AFTERWARDS if warns else None
    )
    training.at_home(course, day + timedelta(days=SESSION_DAYS[1]))
    if warns:
        at = course.at(day + timedelta(days=SESSION_DAYS[0]))
        words = "Numb or tingling after the cuff was open. Gone the next morning."
        training.adverse_event(course, words=words, at=at, severity=1, resolved_at=at + timedelta(days=2))
    if weeks_left % 2 == 0:
        vitals(course, course.at(day))


def _before_moving(course: Course, day: date, phase: Patient.Phase) -> None:
    """Someone who goes back to the clinic does so after a flare."""
    if phase == Patient.Phase.CLINICAL:
        flare = _flare(course, day - timedelta(days=9))
        services.end_flare(flare=flare, ended_on=day - timedelta(days=1), by=course.house.lead)
        withdraw_prescription(
            prescription=course.prescription,
            reason="Back to the clinic after a flare.",
            now=course.at(day, -14),
        )
        course.pain -= 1.5


def _flare(course: Course, day: date) -> Flare:
    course.pain = min(8.0, course.pain + 2.5)
    return services.report_flare(
        patient=course.patient,
        began_on=day,
        words="Knees swollen and hot since yesterday.",
        by=course.house.physio,
        now=course.at(day),
    )


def _bruise(course: Course, at: datetime) -> None:
    words = "Bruise of 4 cm under the cuff, no pain."
    training.adverse_event(course, words=words, at=at, severity=1, resolved_at=at + timedelta(days=6))
