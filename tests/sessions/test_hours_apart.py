"""Which sessions keep a patient from training again: all but those in which nothing was inflated for certain."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from sessions import selectors, services
from sessions.domain.dose import Dose
from sessions.models import TrainingSession
from tests import make

pytestmark = pytest.mark.django_db

TRAINED = Dose(80.0, 0.9, 300.0, 300.0, 350.0, 6000, 0.0)
HELD_NOTHING = replace(TRAINED, peak=0.3, time_in_band=None, inflated_s=0.0, longest_inflation_s=0.0)


@pytest.fixture
def session():
    physio = make.physio()
    prescription = make.prescription(make.patient(physio))
    box = make.controller(make.clinic_of(physio), physio, cuff_model=prescription.cuff_model)
    return make.training_session(prescription, box)


def hours_since_last(session: TrainingSession) -> float | None:
    assert session.prescription
    later = make.NOW + timedelta(hours=2)
    return selectors.preflight_facts(session.prescription, session.channel, later).hours_since_last


@pytest.mark.parametrize(
    ("outcome", "dose"),
    [("NOT_STARTED", None), ("FAULT", None), ("FAULT", HELD_NOTHING), ("INTERRUPTED", HELD_NOTHING)],
)
def test_a_session_in_which_nothing_was_inflated_keeps_nobody_waiting(session, outcome, dose):
    TrainingSession.objects.update(
        status="ENDED", outcome=outcome, ended_at=make.NOW, summary=asdict(dose) if dose else None
    )
    assert hours_since_last(session) is None


@pytest.mark.parametrize(
    ("outcome", "dose"),
    [("COMPLETED", TRAINED), ("FAULT", TRAINED), ("INTERRUPTED", None), ("STOPPED", TRAINED)],
)
def test_every_other_session_counts_also_one_of_which_nothing_is_known(session, outcome, dose):
    TrainingSession.objects.update(
        status="ENDED", outcome=outcome, ended_at=make.NOW, summary=asdict(dose) if dose else None
    )
    assert hours_since_last(session) == 2


def test_a_lost_session_without_samples_has_no_dose_rather_than_a_dose_of_nothing(session):
    TrainingSession.objects.update(status="RUNNING", claimed_at=make.NOW)
    session.refresh_from_db()
    services.close_interrupted(session, [], None, make.NOW)
    assert selectors.dose_of(session) is None
    assert hours_since_last(session) == 2
