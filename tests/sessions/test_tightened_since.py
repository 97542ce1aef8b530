"""A limit that is set, or a LOP that is measured, after a prescription: nobody trains on that plan any more, in the clinic or at home."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from protocols.models import Prescription
from protocols.services import set_limit
from sessions import selectors
from sessions.domain.preflight import objections
from tests import make

pytestmark = pytest.mark.django_db
WORDS = "A limit was tightened after this was prescribed: prescribe again."
NOT_IN_USE = "not in use: a newer limit or LOP does not allow it"
OTHER_LOP = "The newest occlusion pressure of this limb does not allow what was prescribed: prescribe again."


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


def measure_again(prescription: Prescription, value_mmhg: int | None, **site) -> None:
    terms = {"cuff_model": prescription.cuff_model, "value_mmhg": value_mmhg} | site
    make.occlusion(prescription.patient, measured_at=make.NOW + timedelta(hours=1), **terms)


@pytest.mark.parametrize(
    "found", [None, 74, 90], ids=["not determinable", "60 is over 80 %", "the ceiling of 90 would occlude"]
)
def test_a_newer_lop_that_does_not_allow_the_pressure_stands_against_the_session_and_the_plan_for_home(
    prescription, found
):
    assert OTHER_LOP not in said(prescription)
    measure_again(prescription, found)
    assert OTHER_LOP in said(prescription)

    prescription.setting = Prescription.Setting.HOME
    prescription.save()
    assert selectors.home_plans(prescription.patient, make.TODAY) == []


def test_the_patients_page_says_that_a_plan_is_not_in_use_any_more(client, prescription):
    client.force_login(prescription.prescribed_by)
    Prescription.objects.update(valid_until=timezone.localdate() + timedelta(days=10))
    part = reverse("protocols:patient_part", args=[prescription.patient_id])
    assert NOT_IN_USE not in client.get(part).content.decode()

    make.occlusion(prescription.patient, cuff_model=prescription.cuff_model, value_mmhg=74)

    assert NOT_IN_USE in client.get(part).content.decode()


def test_a_newer_lop_that_allows_it_or_is_of_another_limb_does_not(prescription):
    measure_again(prescription, 91)
    measure_again(prescription, None, side="RIGHT")
    measure_again(prescription, None, posture="SUPINE")

    assert OTHER_LOP not in said(prescription)


@pytest.mark.parametrize("found", [None, 110])
def test_a_plan_by_the_lop_of_another_posture_is_held_by_the_first_of_its_own(found):
    patient = make.patient(make.physio())
    prescription = make.prescription(
        patient, occlusion=make.occlusion(patient, posture="SUPINE", value_mmhg=200)
    )
    assert OTHER_LOP not in said(prescription)

    measure_again(prescription, found, posture="SEATED")

    assert OTHER_LOP in said(prescription)
