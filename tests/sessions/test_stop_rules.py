"""The stop table of a session: frozen with it, tightened by a lead or for one patient, never widened."""

import pytest
from django.urls import reverse

from sessions import services
from sessions.domain.stop_table import AtRest, in_force
from sessions.domain.stopping import Action, Signal, judge
from sessions.selectors import stop_rules
from tests import make
from tests.make import FIT, NOW, TODAY

pytestmark = pytest.mark.django_db
PAIN_PAUSE = "PAIN_VALUE_PAUSE"


@pytest.fixture
def lead():
    return make.lead()


@pytest.fixture
def physio(lead):
    return make.physio(make.clinic_of(lead))


@pytest.fixture
def patient(physio):
    return make.patient(physio)


def tighten(by, number, patient=None, key=PAIN_PAUSE):
    return services.set_stop_limit(
        clinic=make.clinic_of(by), patient=patient, key=key, number=number, reason="Frail.", by=by, now=NOW
    )


def on_pain(table, value):
    return judge(table, [(Signal.PAIN, value)])


def test_a_session_keeps_the_table_that_it_was_opened_with(patient, physio, lead):
    tighten(lead, 4)
    prescription = make.prescription(patient)
    box = make.controller(patient.clinic, physio, cuff_model=prescription.cuff_model)
    session = services.open_session(
        prescription=prescription, channel=box.channels.get(), supervisor=physio, facts=FIT, now=NOW
    )
    tighten(lead, None)

    table = stop_rules.stop_table_of(type(session).objects.get())

    assert on_pain(table, 4).action is Action.PAUSE
    assert on_pain(table, 4).set_by == "the clinic"
    assert judge(table, [(Signal.SYSTOLIC, 117)]).action is Action.WARN


def test_a_session_from_before_tables_were_kept_has_the_built_in_one(patient, physio):
    session = make.training_session(make.prescription(patient), make.controller(patient.clinic, physio))

    assert stop_rules.stop_table_of(session) == in_force(AtRest())


def test_a_patients_number_counts_for_that_patient_alone(patient, physio):
    tighten(physio, 3, patient)

    assert on_pain(stop_rules.table_for(patient, FIT, TODAY), 3).action is Action.PAUSE
    assert on_pain(stop_rules.table_for(make.patient(physio), FIT, TODAY), 3) is None


@pytest.mark.parametrize("number", [7, 2])
def test_a_number_beyond_either_end_is_refused(lead, number):
    with pytest.raises(services.NotStricterError):
        tighten(lead, number)


def test_a_symptom_has_no_number_to_tighten(lead):
    with pytest.raises(services.NotStricterError, match="no number"):
        tighten(lead, 0, key="CHEST_VALUE_END")


def test_a_patients_number_is_never_laxer_than_the_clinics(lead, patient):
    tighten(lead, 4)
    with pytest.raises(services.NotStricterError, match="less strict than 4"):
        tighten(lead, 5, patient)


def test_a_physiotherapist_only_goes_the_stricter_way(physio, lead, patient):
    tighten(physio, 4, patient)
    for number in (5, None):
        with pytest.raises(services.NotStricterError, match="Only a medical lead"):
            tighten(physio, number, patient)
    with pytest.raises(services.NotStricterError):
        tighten(physio, 4)

    tighten(lead, None, patient)

    assert on_pain(stop_rules.table_for(patient, FIT, TODAY), 4).action is Action.WARN


def test_the_page_says_what_counts_and_from_whom(client, lead, patient):
    client.force_login(lead)
    page = reverse("sessions:clinic_stop_rules")
    client.post(page, {"key": PAIN_PAUSE, "number": "5", "reason": "Our people are frail."})
    refused = client.post(page, {"key": PAIN_PAUSE, "number": "9", "reason": "Typing."}).content.decode()

    assert "less strict than 6" in refused
    text = client.get(page).content.decode()
    assert "Joint pain is 5 or more." in text
    assert "tightened: the clinic" in text
    assert "Our people are frail." in text
    assert "Outer limit of exercise tests" in text
    assert "Not in force" not in text


def test_the_sessions_page_shows_its_own_table_with_the_boxs_rows(client, physio, patient):
    session = make.training_session(
        make.prescription(patient),
        make.controller(patient.clinic, physio),
        stop_table=[row.to_json() for row in in_force(AtRest(systolic_mmhg=128))],
    )
    client.force_login(physio)

    page = client.get(reverse("sessions:detail", args=[patient.pk, session.pk])).content.decode()

    assert "Systolic pressure is 60 or more over rest. Here: 188." in page
    assert "The cuff loses air." in page
    assert "The console in control has not been heard for 10 s." in page
