"""One invented person's way: screened, cleared, measured, prescribed, trained, moved on. By the real services."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import numpy as np
from django.utils import timezone

from devices.domain.units import Scale
from patients import selectors, services
from patients.domain import competence, phases
from patients.domain.consent import CONSENT_VERSION
from patients.domain.intake import Intake, IntakeItem, Observation
from patients.domain.limbs import Limb
from patients.domain.questions import QUESTIONS
from patients.models import Goal, Known, Measurement, Patient, Screening
from protocols.domain import sku_ramp
from protocols.domain.terms import Terms
from protocols.models import OcclusionMeasurement, Posture, Prescription, Side
from protocols.services import Wish, prescribe, record_occlusion, record_ramp
from sessions.demo.house import House
from sessions.demo.people import Person, Twist
from sessions.demo.rows import Rows
from sessions.domain.preflight import PAIN_BLOCK_NRS

RESCREEN_WEEKS, REPRESCRIBE_WEEKS, BLOOD_WEEKS = 10, 4, 6
HOME_PROTOCOL = {Scale.MMHG: "home-sit-to-stand"}
FIRST_SLOT, SLOT = time(8), timedelta(minutes=14)
DAYS_BEFORE_TODAY = {Twist.FRESH: 1, Twist.AWAITING: 3, Twist.BARRED: 6}
SEEN = {item: Observation(True, date(2026, 1, 5), "Physiotherapist") for item in IntakeItem}
READY = phases.Facts(
    completed_sessions=12,
    days_since_first=42,
    unbroken_sessions=6,
    resting_mmhg=((128, 78), (131, 80), (126, 77)),
    exertion_systolic_mmhg=152,
    open_grades=(),
    in_flare=False,
    needs_occlusion=True,
    occlusion_age_days=12,
    followups_due=12,
    followups_answered=11,
    intake=Intake(SEEN, has_goal=True, has_consent=True, is_stable=True),
    watched_sessions=4,
    missing_skills=(),
    screening_days_left=30,
    is_cleared=True,
    device_has_own_limits=True,
)
"""What stood in the record of someone who moved on, as the gate saw it then."""
WEIGHED = "Weighed with the patient: low pressure, measured LOP, watched closely."


@dataclass
class Course:
    """What is known of one person while their history is made. `pain` is how it is now, 0 to 10."""

    person: Person
    index: int
    house: House
    rows: Rows
    today: date
    rng: Random
    patient: Patient = field(init=False)
    prescription: Prescription = field(init=False)
    lop_mmhg: int = field(init=False)
    pain: float = field(init=False)
    crp_mg_l: float = field(init=False)
    systolic_mmhg: int = field(init=False)

    def __post_init__(self) -> None:
        inflamed = self.person.diagnosis != Patient.Diagnosis.OA
        self.lop_mmhg = self.rng.randrange(150, 200)
        self.pain = self.rng.uniform(4.0, 6.4)
        self.crp_mg_l = self.rng.uniform(6, 24) if inflamed else self.rng.uniform(1, 5)
        self.systolic_mmhg = self.rng.randrange(116, 146)

    @property
    def phases(self) -> list[Patient.Phase]:
        """The phase of each week so far."""
        return [phase for phase, weeks in self.person.weeks for _ in range(weeks)]

    @property
    def began_on(self) -> date:
        """The day of registration."""
        weeks = len(self.phases) + self.person.lapsed_weeks
        return self.today - (timedelta(weeks=weeks) or timedelta(days=DAYS_BEFORE_TODAY[self.person.twist]))

    @property
    def scale(self) -> Scale:
        """The scale of the person's cuff."""
        return Scale(self.house.protocols[self.person.kit].scale)

    def at(self, day: date, minutes: int = 0) -> datetime:
        """The person's own slot on a day, so that no two meet on one controller."""
        slot = datetime.combine(day, FIRST_SLOT) + self.index * SLOT + timedelta(minutes=minutes)
        return timezone.make_aware(slot)

    def uuid(self) -> uuid.UUID:
        """An id that is the same whenever the demo is made."""
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def noise(self) -> np.random.Generator:
        """A source of noise for one trace."""
        return np.random.default_rng(self.rng.getrandbits(32))

    def pain_now(self) -> int:
        """Today's pain, as a person would say it."""
        return round(min(10.0, max(0.0, self.rng.gauss(self.pain, 0.7))))


def register(course: Course) -> None:
    """Make the patient's record."""
    person = course.person
    course.patient = services.register_patient(
        clinic=course.house.clinic,
        number=f"P-{course.index + 1:04}",
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=date(person.birth_year, course.rng.randrange(1, 13), course.rng.randrange(1, 28)),
        sex=person.sex,
        diagnosis=person.diagnosis,
        diagnosis_detail=person.detail,
        by=course.house.physio,
        now=course.at(course.began_on, -30),
    )


def screen(course: Course, day: date) -> Screening:
    """Ask all questions: everything is no but what the person is known for, on the left leg where it is of a limb."""
    answers = {question.name: "YES" if question.name in course.person.yes else "NO" for question in QUESTIONS}
    return services.record_screening(
        patient=course.patient,
        answers=answers,
        limbs={question.name: [Limb.LEFT_LEG] for question in QUESTIONS if question.limbs},
        readings={
            "systolic_mmhg": course.systolic_mmhg,
            "diastolic_mmhg": round(course.systolic_mmhg * 0.6),
            "height_cm": 158 + course.index % 27,
            "weight_kg": 58 + course.index % 31,
        },
        by=course.house.physio,
        now=course.at(day, -20),
    )


def agree(course: Course, day: date) -> None:
    """Why the person is here, how the disease is, and that they agree."""
    patient, by, now = course.patient, course.house.physio, course.at(day, -28)
    is_walker = course.person.diagnosis == Patient.Diagnosis.PMR
    services.set_goal(
        patient=patient,
        kind=Goal.Kind.WALKING_TOLERANCE if is_walker else Goal.Kind.QUADRICEPS_STRENGTH,
        measure=Measurement.Kind.CHAIR_STANDS_30S,
        target_value=13,
        by=by,
        now=now,
    )
    services.judge_disease(
        patient=patient, is_stable=Known.YES, is_medication_stable=Known.YES, by=by, now=now
    )
    services.record_consent(
        patient=patient, version=CONSENT_VERSION, given_on=day, explained_by=by, by=by, now=now
    )


def watch_first_sessions(course: Course, day: date) -> None:
    """What the first clinical sessions showed."""
    for item in IntakeItem:
        services.record_intake(
            patient=course.patient,
            item=item,
            is_met=True,
            observed_on=day,
            by=course.house.physio,
            now=course.at(day, -13),
        )


def clear(course: Course, day: date) -> None:
    """Screen and sign."""
    screening = screen(course, day)
    reasons = {finding.name: WEIGHED for finding in selectors.findings_of(screening) if finding.needs_reason}
    services.sign_clearance(
        screening=screening,
        reasons=reasons,
        valid_until=screening.valid_until,
        by=course.house.lead,
        now=course.at(day, -15),
    )


def move(course: Course, day: date, phase: Patient.Phase) -> None:
    """Change the phase, if it is another one."""
    if course.patient.phase == phase:
        return
    is_back = phase == Patient.Phase.CLINICAL
    if phase == Patient.Phase.TRANSITION:
        watch_first_sessions(course, day)
    if phase == Patient.Phase.HOME:
        _show_competence(course, day)
    reason = "Back to the clinic after a flare." if is_back else "Tolerated well; knows the stop signs."
    services.change_phase(
        patient=course.patient,
        to_phase=phase,
        reason=reason,
        by=course.house.lead,
        now=course.at(day, -12),
        gate=phases.gate(phases.Phase(phase), READY),
        responsible=course.house.physio,
    )
    course.patient.refresh_from_db(fields=["phase"])


def _show_competence(course: Course, day: date) -> None:
    """All of the list, before someone trains at home."""
    shown: dict[str, bool | float | None] = {skill.name: True for skill in competence.TICKED}
    services.record_competence(
        patient=course.patient,
        shown=shown | {"stop_signs": 9, "vent_s": round(course.rng.uniform(2, 4.5), 1)},
        device_has_own_limits=True,
        adult_is_present=course.rng.random() < 0.7,
        note="",
        by=course.house.physio,
        now=course.at(day, -13),
    )


def measure_and_prescribe(course: Course, day: date, number: int) -> None:
    """A fresh LOP where there is one, and a prescription for the phase."""
    is_home = course.patient.phase == Patient.Phase.HOME
    slug = HOME_PROTOCOL.get(course.scale, course.person.kit) if is_home else course.person.kit
    protocol = course.house.protocols[slug]
    if course.scale is Scale.SKU:
        _ramp(course, day)
    wish = Wish(
        patient=course.patient,
        protocol=protocol,
        setting=Prescription.Setting.HOME if is_home else Prescription.Setting.CLINIC,
        side=Side.RIGHT,
        posture=Posture.SEATED,
        cuff_model=course.house.channels[course.scale].cuff_model,
        occlusion=_occlusion(course, day) if course.scale is Scale.MMHG else None,
        wished=_wish(Terms.from_json(protocol.terms), number),
        load_percent_1rm=_load(Terms.from_json(protocol.terms)),
        cycles=min(3, 1 + number // 2),
    )
    course.prescription = prescribe(
        wish,
        instructions="Sit on a firm chair. Keep your phone within reach." if is_home else "",
        by=course.house.physio,
        now=course.at(day, -5),
    )


def vitals(course: Course, at: datetime) -> dict[str, float]:
    """Blood pressure, heart rate and pain at one time. With more pain nobody trains that day."""
    systolic = course.systolic_mmhg + course.rng.randrange(-7, 8)
    values: dict[str, float] = {
        Measurement.Kind.SYSTOLIC_MMHG: systolic,
        Measurement.Kind.DIASTOLIC_MMHG: round(systolic * 0.6) + course.rng.randrange(-4, 5),
        Measurement.Kind.HEART_RATE_BPM: course.rng.randrange(60, 82),
        Measurement.Kind.PAIN_NRS: min(course.pain_now(), PAIN_BLOCK_NRS - 1),
    }
    keep(course, values, at)
    return values


def blood_and_chair(course: Course, day: date, number: int) -> None:
    """CRP, pain and the chair stand, every few weeks."""
    if number % BLOOD_WEEKS:
        return
    values: dict[str, float] = {
        Measurement.Kind.CRP_MG_L: round(max(0.3, course.rng.gauss(course.crp_mg_l, course.crp_mg_l / 8)), 1),
        Measurement.Kind.PAIN_NRS: course.pain_now(),
        Measurement.Kind.CHAIR_STANDS_30S: round(9 + number * 0.18 + course.rng.gauss(0, 1)),
    }
    keep(course, values, course.at(day))


def keep(course: Course, values: dict[str, float], at: datetime) -> None:
    """Measurements to be written at the end."""
    course.rows.measurements += [
        Measurement(
            patient=course.patient, kind=kind, value=value, measured_at=at, recorded_by=course.house.physio
        )
        for kind, value in values.items()
    ]


def get_better(course: Course) -> None:
    """A week of training: a little less pain, with no promise."""
    course.pain = max(1.0, course.pain - course.rng.gauss(0.13, 0.12))
    course.crp_mg_l *= course.rng.uniform(0.955, 1.01)


def _occlusion(course: Course, day: date) -> OcclusionMeasurement:
    return record_occlusion(
        patient=course.patient,
        limb=course.house.protocols[course.person.kit].limb,
        side=Side.RIGHT,
        posture=Posture.SEATED,
        cuff_model=course.house.channels[course.scale].cuff_model,
        method=OcclusionMeasurement.Method.DOPPLER,
        value_mmhg=course.lop_mmhg + course.rng.randrange(-4, 5),
        by=course.house.physio,
        now=course.at(day, -8),
    )


def _ramp(course: Course, day: date) -> None:
    record_ramp(
        patient=course.patient,
        limb=course.house.protocols[course.person.kit].limb,
        side=Side.RIGHT,
        cuff_model=course.house.channels[course.scale].cuff_model,
        base_sku=40,
        steps=[sku_ramp.Step(sku, 1.5, has_symptoms=False) for sku in (80, 120, 150)],
        by=course.house.physio,
        now=course.at(day, -8),
    )


def _wish(terms: Terms, number: int) -> float:
    """The protocol's usual target at first, a step more after some weeks."""
    if terms.percent_lop is not None:
        return min(terms.percent_lop + 5 * (number // 4), 50)
    return min(0.8 * (terms.target_sku or 0) + 10 * (number // 4), 150)


def _load(terms: Terms) -> float | None:
    return terms.load_percent_1rm
