"""A session that is made smaller for a day: agreed to by a clinician, kept with its reasons; high pressure with a signed word."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.services import RefusedError
from protocols.domain.plan import Plan
from sessions import services
from sessions.models import TrainingSession
from sessions.selectors.lately import lately, permitted_mmhg
from tests import make
from tests.make import FIT, NOW, TODAY

pytestmark = pytest.mark.django_db
SORE = replace(FIT, pain_nrs=4, slept_badly=True)
TERMS = "Joint pain is 4.|Slept badly."


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def prescription(physio):
    return make.prescription(make.patient(physio))


def begin(prescription, facts, agreed=""):
    by = prescription.prescribed_by
    box = make.controller(prescription.patient.clinic, by, cuff_model=prescription.cuff_model)
    return services.open_session(
        prescription=prescription,
        channel=box.channels.get(),
        supervisor=by,
        facts=facts,
        now=NOW,
        agreed=agreed,
    )


@pytest.mark.parametrize("agreed", ["", "Slept badly.", "yes"])
def test_nothing_is_opened_before_exactly_these_reasons_were_agreed_to(prescription, agreed):
    with pytest.raises(services.EaseFirstError) as first:
        begin(prescription, SORE, agreed)

    assert first.value.terms == TERMS
    assert not TrainingSession.objects.exists()


def test_an_agreed_session_runs_the_smaller_plan_and_says_why(prescription):
    session = begin(prescription, SORE, TERMS)

    assert session.eased == ["Joint pain is 4.", "Slept badly."]
    planned, run = Plan.from_json(prescription.plan), Plan.from_json(session.plan)
    assert (len(planned.intervals), len(run.intervals)) == (3, 1)
    assert (run.intervals[0].target, run.cuffs[0].targets) == (48, (48,))


def test_a_person_with_nothing_against_it_runs_the_whole_plan(prescription):
    session = begin(prescription, FIT, "Slept badly.")

    assert session.eased == []
    assert len(Plan.from_json(session.plan).intervals) == 3


def test_only_a_medical_lead_of_the_clinic_allows_a_high_pressure_and_only_for_a_while(prescription, physio):
    patient = prescription.patient
    terms: dict[str, Any] = {
        "systolic_mmhg": 170,
        "diastolic_mmhg": 100,
        "valid_until": TODAY,
        "reason": "Known, stable.",
    }
    for stranger in (physio, make.lead()):
        with pytest.raises(RefusedError):
            services.permit_pressure(patient=patient, by=stranger, now=NOW, **terms)
    services.permit_pressure(patient=patient, by=make.lead(patient.clinic), now=NOW, **terms)

    assert permitted_mmhg(patient, TODAY) == (170, 100)
    assert permitted_mmhg(patient, TODAY + timedelta(days=1)) is None


def test_the_page_never_allows_what_bars_a_session(client, prescription):
    patient = prescription.patient
    client.force_login(make.lead(patient.clinic))
    page = reverse("sessions:pressure_permission", args=[patient.pk])
    until = timezone.localdate() + timedelta(days=90)
    refused = client.post(
        page, {"systolic_mmhg": 180, "diastolic_mmhg": 110, "valid_until": until, "reason": "Why not."}
    ).content.decode()

    assert "less than or equal to 179" in refused
    assert "less than or equal to 109" in refused
    assert "within the next 12 weeks" in refused


def test_minutes_and_sessions_of_a_week_count_clinic_and_home(prescription, physio):
    box = make.controller(prescription.patient.clinic, physio, cuff_model=prescription.cuff_model)
    measured = {"inflated_s": 300.0, "samples": 6000}
    for days, fields in (
        (1, {"outcome": "COMPLETED", "summary": measured}),
        (3, {"outcome": "INTERRUPTED"}),
        (4, {"outcome": "NOT_STARTED"}),
        (8, {"outcome": "COMPLETED", "summary": measured}),
    ):
        ended = {"status": "ENDED", "ended_at": NOW - timedelta(days=days)}
        make.training_session(prescription, box, **ended, **fields)
    make.home_session(prescription, done_at=NOW - timedelta(days=2))

    known = lately(prescription, NOW)

    assert known["sessions_in_7_days"] == 3
    assert known["minutes_in_7_days"] == pytest.approx(5 + 20 + (5 * 4 + 5 + 5 * 4) / 60)
    assert known["weekly_minutes"] == 60
