"""A limit that is set after a prescription: nobody trains on that plan any more, in the clinic or at home."""

from datetime import timedelta

import pytest

from protocols.models import Prescription
from protocols.services import set_limit
from sessions import selectors
from sessions.domain.preflight import objections
from tests import make

pytestmark = pytest.mark.django_db
WORDS = "A limit was tightened after this was prescribed: prescribe again."


@pytest.fixture
def prescription():
    return make.prescription(make.patient(make.physio()))


def tighten(prescription: Prescription, *, hours_later: int, limb: str = "", patient: bool = True) -> None:
    person = prescription.patient
    set_limit(
        clinic=person.clinic,
        patient=person if patient else None,
        terms={"unit": "MMHG", "limb": limb, "setting": "", "value": 50, "reason": "Bruises."},
        by=make.lead(person.clinic),
        now=make.NOW + timedelta(hours=hours_later),
    )


def said(prescription: Prescription) -> list[str]:
    box = make.controller(prescription.patient.clinic, prescription.prescribed_by)
    facts = selectors.preflight_facts(prescription, box.channels.get(), make.NOW + timedelta(hours=3))
    return objections(facts, make.TODAY)


@pytest.mark.parametrize("patient", [True, False])
def test_a_later_limit_of_the_patient_or_the_clinic_stands_against_the_session(prescription, patient):
    assert WORDS not in said(prescription)

    tighten(prescription, hours_later=1, patient=patient)

    assert WORDS in said(prescription)


def test_a_limit_that_was_there_before_or_is_of_another_limb_does_not(prescription):
    tighten(prescription, hours_later=-1)
    tighten(prescription, hours_later=1, limb="ARM")

    assert WORDS not in said(prescription)


def test_a_plan_for_home_that_a_limit_has_overtaken_is_not_shown(prescription):
    prescription.setting = Prescription.Setting.HOME
    prescription.save()
    assert selectors.home_plans(prescription.patient, make.TODAY) == [prescription]

    tighten(prescription, hours_later=1)

    assert selectors.home_plans(prescription.patient, make.TODAY) == []
