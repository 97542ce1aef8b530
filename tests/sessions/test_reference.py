"""What the clinic rests on: the evidence page shows every row, and says what is not proven."""

from html import unescape

import pytest
from django.urls import reverse

from kaatsu_clinic.thresholds import Area, Origin, collect
from patients.domain import consent, evidence
from patients.domain.evidence import Subject, Verified
from sessions.views.reference import RULES
from tests import make

pytestmark = pytest.mark.django_db


def page(client, user, name, **query):
    client.force_login(user)
    return unescape(client.get(reverse(f"sessions:{name}"), query).content.decode())


def test_every_study_is_on_the_page_with_how_far_it_was_checked(client):
    text = page(client, make.physio(), "evidence")

    for study in evidence.STUDIES:
        assert study.title in text
        assert study.result in text
        assert study.verified.value in text
    assert sum(len(evidence.of_subject(subject)) for subject in Subject) == len(evidence.STUDIES)


def test_what_is_not_proven_and_what_was_looked_up_is_on_the_page(client):
    text = page(client, make.admin(), "evidence")

    assert all(
        words in text for words in (*evidence.NOT_PROVEN, *evidence.NO_PUBLISHED_NUMBER, *evidence.MESSAGE)
    )
    assert all(check.found in text for check in evidence.CHECKS)
    assert all(row.kaatsu in text and row.traditional in text for row in evidence.COMPARISON)


def test_base_rates_are_those_of_the_consent(client):
    text = page(client, make.physio(), "evidence")

    assert all(
        rate.event in text and f"{rate.percent} %" in text
        for survey in consent.SURVEYS
        for rate in survey.rates
    )


def test_an_abstract_that_was_not_found_gives_no_numbers():
    row = next(study for study in evidence.STUDIES if "AB1166" in study.title)

    assert row.verified is Verified.NOTHING
    assert not any(letter.isdigit() for letter in row.result)


def test_a_patient_does_not_open_the_evidence_page(client):
    client.force_login(make.trainee(make.patient(make.physio())))

    assert client.get(reverse("sessions:evidence")).status_code == 403


def test_the_rules_page_lists_every_threshold_with_its_origin(client):
    text = page(client, make.lead(), "rules")

    for row in collect(RULES):
        assert row.words in text
        assert row.source.words in text
        assert row.used_in in text


def test_the_rules_can_be_asked_for_by_origin_and_area(client):
    shown = page(client, make.admin(), "rules", origin=Origin.VENDOR.value, area=Area.DEVICE.value)

    rows = collect(RULES)
    wanted = [row for row in rows if row.source.origin is Origin.VENDOR and row.area is Area.DEVICE]
    assert f"{len(wanted)} of {len(rows)} rows." in shown
    assert all(row.words in shown for row in wanted)


def test_a_filter_that_means_nothing_shows_nothing_and_breaks_nothing(client):
    assert "No rule of this kind." in page(client, make.lead(), "rules", area="Nowhere")


def test_a_physiotherapist_does_not_open_the_rules(client):
    client.force_login(make.physio())

    assert client.get(reverse("sessions:rules")).status_code == 403
