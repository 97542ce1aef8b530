"""The pages of protocols: who may, who may not, bad input, and a preview that loses nothing."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from devices.domain.units import Scale
from protocols import services
from protocols.models import OcclusionMeasurement, Prescription, Protocol
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio():
    return make.physio()


@pytest.fixture
def patient(physio):
    return make.patient(physio)


@pytest.fixture
def browser(client, physio):
    client.force_login(physio)
    return client


@pytest.fixture
def measured(patient):
    """A LOP of 150 mmHg, taken now."""
    now = timezone.now()
    return make.occlusion(patient, measured_at=now, valid_until=timezone.localdate(now) + timedelta(days=30))


def wish(protocol, measured, **changes):
    return {
        "protocol": protocol.pk,
        "setting": "CLINIC",
        "side": "LEFT",
        "posture": "SEATED",
        "cuff_model": measured.cuff_model_id,
        "wished": "40",
        "load_percent_1rm": "30",
        "sessions_per_week": "2",
        "instructions": "Slowly.",
        "step": "preview",
    } | changes


def prescribe_url(patient):
    return reverse("protocols:prescribe", args=[patient.pk])


def pages(patient):
    row = make.prescription(patient)
    return [
        reverse("protocols:catalogue"),
        reverse("protocols:detail", args=[row.protocol_id]),
        reverse("protocols:measure_occlusion", args=[patient.pk]),
        reverse("protocols:record_ramp", args=[patient.pk]),
        reverse("protocols:patient_limits", args=[patient.pk]),
        reverse("protocols:wider_plan", args=[patient.pk]),
        reverse("sessions:progression", args=[patient.pk]),
        prescribe_url(patient),
        f"{prescribe_url(patient)}?protocol={row.protocol_id}",
        reverse("protocols:prescription", args=[patient.pk, row.pk]),
        reverse("protocols:withdraw_prescription", args=[patient.pk, row.pk]),
        reverse("protocols:patient_part", args=[patient.pk]),
    ]


def test_a_clinician_of_the_clinic_opens_every_page(browser, patient):
    for url in pages(patient):
        assert browser.get(url).status_code == 200, url


def test_the_pages_obey_the_strict_policy(browser, patient):
    for url in pages(patient):
        html = browser.get(url).content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html), url
        assert "<script>" not in html, url


def test_another_clinics_clinician_finds_nothing(client, patient):
    client.force_login(make.physio())

    for url in pages(patient)[2:]:
        assert client.get(url).status_code == 404, url


def test_a_clinician_does_not_prescribe_to_themself_as_a_patient_elsewhere(client, patient):
    also_physio = make.trainee(patient)
    also_physio.memberships.create(clinic=make.clinic(), role="PHYSIOTHERAPIST")
    client.force_login(also_physio)

    for url in pages(patient)[2:]:
        assert client.get(url).status_code == 404, url


def test_admins_and_patients_are_not_let_in(client, patient):
    urls = pages(patient)

    for person in (make.admin(patient.clinic), make.trainee(patient)):
        client.force_login(person)
        for url in urls:
            assert client.get(url).status_code == 403, url


def test_another_clinics_protocol_is_not_found(browser, patient):
    foreign = make.protocol(clinic=make.clinic())

    assert browser.get(reverse("protocols:detail", args=[foreign.pk])).status_code == 404
    assert browser.get(f"{prescribe_url(patient)}?protocol={foreign.pk}").status_code == 404


def test_another_patients_prescription_is_not_found(browser, physio, patient):
    other = make.prescription(make.patient(physio))

    assert browser.get(reverse("protocols:prescription", args=[patient.pk, other.pk])).status_code == 404


def test_an_empty_catalogue_says_how_it_is_filled(browser):
    assert "publish_catalogue" in browser.get(reverse("protocols:catalogue")).content.decode()


def test_the_built_in_protocols_show_their_rhythm_and_origin(browser):
    services.publish_built_in(now=timezone.now())
    html = browser.get(reverse("protocols:catalogue")).content.decode()
    assert "30-15-15-15 repetitions" in html
    assert "stepwise rising" in html

    for protocol in Protocol.objects.all():
        page = browser.get(reverse("protocols:detail", args=[protocol.pk])).content.decode()
        assert "programme setting" in page or "to be checked" in page


def lop(cuff, **changes):
    return {
        "limb": "LEG",
        "side": "RIGHT",
        "posture": "SEATED",
        "cuff_model": cuff.pk,
        "method": "DOPPLER",
        "value_mmhg": "182",
        "attempts": "2",
    } | changes


def test_a_lop_is_recorded_and_the_clinician_is_told(browser, patient, physio):
    url = reverse("protocols:measure_occlusion", args=[patient.pk])

    answer = browser.post(url, lop(make.cuff_model()))

    row = OcclusionMeasurement.objects.get()
    assert answer.headers["Location"] == reverse("patients:detail", args=[patient.pk])
    assert (row.value_mmhg, row.attempts, row.side, row.measured_by) == (182, 2, "RIGHT", physio)


def test_not_determinable_is_recorded_as_such(browser, patient):
    url = reverse("protocols:measure_occlusion", args=[patient.pk])

    browser.post(url, lop(make.cuff_model(), value_mmhg="", not_determinable="on"))

    assert OcclusionMeasurement.objects.get().value_mmhg is None


def test_measuring_on_the_way_to_a_prescription_leads_back_to_it(browser, patient):
    protocol, cuff = make.protocol(), make.cuff_model()
    url = reverse("protocols:measure_occlusion", args=[patient.pk])

    answer = browser.post(f"{url}?limb=LEG&protocol={protocol.pk}", lop(cuff))

    assert answer.headers["Location"].startswith(f"{prescribe_url(patient)}?side=RIGHT")
    assert f"protocol={protocol.pk}" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value_mmhg": ""}, "Enter the LOP, or tick"),
        ({"not_determinable": "on"}, "Remove one of the two"),
        ({"value_mmhg": "310"}, "not plausible"),
        ({"value_mmhg": "high"}, "Enter a whole number"),
        ({"side": ""}, "This field is required"),
        ({"limb": "HEAD"}, "Select a valid choice"),
    ],
)
def test_a_lop_that_can_not_be_is_refused_in_words_and_nothing_is_lost(browser, patient, changes, words):
    url = reverse("protocols:measure_occlusion", args=[patient.pk])

    html = browser.post(url, lop(make.cuff_model(), attempts="7", **changes)).content.decode()

    assert words in html
    assert 'value="7"' in html
    assert not OcclusionMeasurement.objects.exists()


def test_a_sku_band_is_not_offered_for_a_lop(browser, patient):
    band = make.cuff_model(scale=Scale.SKU)
    url = reverse("protocols:measure_occlusion", args=[patient.pk])

    assert band.name not in browser.get(url).content.decode()
    assert "Select a valid choice" in browser.post(url, lop(band)).content.decode()


def test_the_preview_shows_each_limit_and_the_one_that_cut_and_writes_nothing(browser, patient, measured):
    html = browser.post(prescribe_url(patient), wish(make.protocol(), measured, wished="90")).content.decode()

    assert "120 mmHg" in html
    assert "80 % LOP" in html
    assert "The limit “Share of LOP” cut it." in html
    assert "Cut from 135 to 120 mmHg." in html
    for name in ("Hard cap", "Never above", "Cuff rating", "Room to regulate", "Programme setting"):
        assert name in html
    assert not Prescription.objects.exists()


def hidden(html):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def test_confirming_the_preview_prescribes_what_was_shown(browser, patient, physio, measured):
    preview = browser.post(prescribe_url(patient), wish(make.protocol(), measured)).content.decode()

    answer = browser.post(prescribe_url(patient), hidden(preview) | {"step": "confirm"})

    row = Prescription.objects.get()
    assert answer.headers["Location"] == reverse("protocols:prescription", args=[patient.pk, row.pk])
    assert (row.target, row.side, row.prescribed_by, row.instructions) == (60, "LEFT", physio, "Slowly.")
    assert row.occlusion == measured


def test_going_back_from_the_preview_loses_nothing(browser, patient, measured):
    preview = browser.post(prescribe_url(patient), wish(make.protocol(), measured, wished="55"))

    html = browser.post(
        prescribe_url(patient), hidden(preview.content.decode()) | {"step": "edit"}
    ).content.decode()

    assert "Check the limits" in html
    assert 'value="55"' in html or 'value="55.0"' in html
    assert "Slowly." in html
    assert "is-invalid" not in html


def test_what_changed_since_the_preview_is_shown_again_before_it_is_prescribed(browser, patient, measured):
    preview = browser.post(prescribe_url(patient), wish(make.protocol(), measured)).content.decode()
    make.occlusion(
        patient,
        cuff_model=measured.cuff_model,
        value_mmhg=120,
        measured_at=timezone.now(),
        valid_until=measured.valid_until,
    )

    html = browser.post(prescribe_url(patient), hidden(preview) | {"step": "confirm"}).content.decode()

    assert "Something changed since you looked" in html
    assert "48 mmHg" in html
    assert not Prescription.objects.exists()


def test_confirming_without_a_preview_shows_one(browser, patient, measured):
    html = browser.post(
        prescribe_url(patient), wish(make.protocol(), measured, step="confirm")
    ).content.decode()

    assert "Check before you prescribe" in html
    assert not Prescription.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"side": "RIGHT"}, "No LOP was measured"),
        ({"wished": "0"}, "must be above zero"),
        ({"wished": "nan"}, "Enter a number"),
        ({"wished": "-4"}, "greater than or equal to 0"),
        ({"wished": ""}, "This field is required"),
        ({"sessions_per_week": "0"}, "greater than or equal to 1"),
        ({"setting": "MOON"}, "Select a valid choice"),
    ],
)
def test_a_wish_that_can_not_be_is_refused_in_words_and_nothing_is_lost(
    browser, patient, measured, changes, words
):
    html = browser.post(prescribe_url(patient), wish(make.protocol(), measured, **changes)).content.decode()

    assert words in html
    assert "Slowly." in html


def test_a_sku_protocol_asks_for_sku_and_cycles_and_no_lop(browser, patient):
    services.publish_built_in(now=timezone.now())
    protocol = Protocol.objects.get(slug="kaatsu-cycle-leg-sku")
    band = make.cuff_model(scale=Scale.SKU, width_cm=5, rated_maximum=400)

    form = browser.get(f"{prescribe_url(patient)}?protocol={protocol.pk}").content.decode()
    assert "Highest pressure (SKU)" in form
    assert "LOP on record" not in form
    html = browser.post(
        prescribe_url(patient),
        {
            "protocol": protocol.pk,
            "setting": "CLINIC",
            "side": "LEFT",
            "posture": "SEATED",
            "cuff_model": band.pk,
            "wished": "300",
            "cycles": "2",
            "sessions_per_week": "2",
            "step": "preview",
        },
    ).content.decode()
    assert "240 SKU" in html
    assert "% LOP" not in html


def test_the_prescription_shows_its_plan_its_limits_and_who_prescribed(browser, patient):
    row = make.prescription(patient)

    html = browser.get(reverse("protocols:prescription", args=[patient.pk, row.pk])).content.decode()

    assert "5 repetitions" in html
    assert "Share of LOP" in html
    assert str(row.prescribed_by) in html


def test_withdrawing_needs_a_reason_and_says_so(browser, patient):
    row = make.prescription(patient)
    url = reverse("protocols:withdraw_prescription", args=[patient.pk, row.pk])

    assert "This field is required" in browser.post(url, {"reason": " "}).content.decode()
    answer = browser.post(url, {"reason": "New knee pain."})

    row.refresh_from_db()
    assert answer.status_code == 302
    assert row.withdrawal_reason == "New knee pain."
    assert "no longer stands" in browser.post(url, {"reason": "Again."}).content.decode()
    page = browser.get(reverse("protocols:prescription", args=[patient.pk, row.pk])).content.decode()
    assert "New knee pain." in page


def test_the_part_for_the_patients_page_has_empty_states_and_no_page_around_it(browser, patient):
    html = browser.get(reverse("protocols:patient_part", args=[patient.pk])).content.decode()

    assert "Nothing is prescribed." in html
    assert "No LOP has been measured yet." in html
    assert "<html" not in html


def test_the_part_marks_what_has_ended(browser, patient):
    make.prescription(patient)

    html = browser.get(reverse("protocols:patient_part", args=[patient.pk])).content.decode()

    assert "ended" in html
    assert "too old" in html
