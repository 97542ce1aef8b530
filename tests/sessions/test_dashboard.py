"""Outcomes of a clinic: the counts are those of the rows, and only of the clinics one reviews."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kaatsu_clinic.accounts.models import Membership, Role
from patients.models import Measurement, Patient
from sessions.domain.state import Outcome
from sessions.models import TrainingSession
from tests import make

pytestmark = pytest.mark.django_db
ADDRESS = reverse("sessions:dashboard")


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def people(physio):
    """Three people in two phases, one of them with a session in the clinic and two at home, and one unstarted."""
    patients = [make.patient(physio, phase=phase) for phase in ("CLINICAL", "CLINICAL", "HOME")]
    prescription = make.prescription(patients[0])
    box = make.controller(patients[0].clinic, physio, cuff_model=prescription.cuff_model)
    for outcome in (Outcome.COMPLETED, Outcome.NOT_STARTED):
        make.training_session(
            prescription, box, status=TrainingSession.Status.ENDED, outcome=outcome, opened_at=timezone.now()
        )
    for days in (0, 8):
        make.home_session(make_home(patients[2]), done_at=timezone.now() - timedelta(days=days))
    return patients


def make_home(patient):
    return patient.prescriptions.first() or make.prescription(patient, setting="HOME")


def pain(patient, value, days_ago):
    Measurement.objects.create(
        patient=patient,
        kind=Measurement.Kind.PAIN_NRS,
        value=value,
        measured_at=timezone.now() - timedelta(days=days_ago),
        recorded_by=patient.registered_by,
    )


def shown_to(client, user):
    client.force_login(user)
    return client.get(ADDRESS)


def test_the_counts_are_those_of_the_rows(client, people, physio):
    page = shown_to(client, make.admin(people[0].clinic)).context

    assert list(page["phases"].values()) == [2, 0, 1]
    assert page["people"] == Patient.objects.count()
    assert (page["supervised"], page["at_home"]) == (1, 2)
    assert (page["weeks"][-1].supervised, page["weeks"][-1].at_home) == (1, 1)


def test_pain_is_compared_in_those_measured_twice_and_the_rest_is_missing(client, people, physio):
    pain(people[0], 6, days_ago=30)
    pain(people[0], 3, days_ago=1)
    pain(people[1], 5, days_ago=1)

    page = shown_to(client, make.lead(people[0].clinic))

    assert (page.context["pain"].changes, page.context["pain"].missing) == ((-3.0,), 2)
    assert "n = 1, missing 2" in page.content.decode()


def test_an_empty_clinic_has_words_and_no_figures(client):
    page = shown_to(client, make.admin()).content.decode()

    assert "Nobody is registered yet." in page
    assert "data-figure" not in page


def test_nobody_is_named(client, people, physio):
    page = shown_to(client, make.admin(people[0].clinic)).content.decode()

    assert not any(person.family_name in page or person.number in page for person in people)


def test_only_the_clinics_one_reviews_are_counted(client, people):
    other = make.admin()

    assert shown_to(client, other).context["people"] == 0


def test_a_role_elsewhere_does_not_open_this_clinic(client, people):
    lead_elsewhere = make.lead()
    Membership.objects.create(user=lead_elsewhere, clinic=people[0].clinic, role=Role.PHYSIOTHERAPIST)

    assert shown_to(client, lead_elsewhere).context["people"] == 0


def test_physiotherapists_and_patients_are_turned_away(client, people, physio):
    assert shown_to(client, physio).status_code == 403
    assert shown_to(client, make.trainee(people[0])).status_code == 403
