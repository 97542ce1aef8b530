"""A gauge beside a controller: what counts as a calibration, what passes, what follows from one that fails."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from devices import selectors, services
from devices.domain import calibration, fitness
from devices.domain.calibration import Point
from tests import make

TRUE = [Point(0, 0.4), Point(80, 81), Point(160, 160), Point(245, 247)]
WRONG = [*TRUE[:3], Point(245, 258)]


@pytest.fixture
def box(db):
    admin = make.admin()
    return make.controller(make.clinic_of(admin), admin)


def calibrated(box, points, **changes):
    terms = {"gauge": "G-7", "gauge_valid_until": make.FAR_OFF, "by": box.registered_by, "now": make.NOW}
    channel = box.channels.select_related("controller", "cuff_model").get()
    return services.record_calibration(channel=channel, points=points, **terms | changes)


@given(st.floats(0, 300), st.floats(-50, 350))
def test_a_point_is_true_within_3_or_2_percent(gauge, reading):
    assert Point(gauge, reading).is_true == (abs(reading - gauge) <= max(3, 0.02 * gauge))


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([], "at least 4"),
        (TRUE[1:], "at 0"),
        (TRUE[:3], "must reach 240"),
        ([*TRUE, TRUE[1]], "same pressure"),
    ],
)
def test_a_handful_of_points_is_no_calibration(points, words):
    assert words in " ".join(calibration.incomplete(points, highest=300))


def test_a_true_gauge_is_good_for_a_year(box):
    kept = calibrated(box, TRUE)

    assert kept.passed
    assert kept.valid_until == make.TODAY + timedelta(days=365)
    assert selectors.why_not_fit(box, kept.valid_until) == []
    assert "The controller is due for calibration." in selectors.why_not_fit(
        box, kept.valid_until + timedelta(days=1)
    )


def test_a_false_gauge_takes_the_controller_out_of_use(box):
    kept = calibrated(box, WRONG)
    box.refresh_from_db()

    assert not kept.passed
    assert "Calibration failed: +13.0" in " ".join(selectors.why_not_fit(box, make.TODAY))
    services.return_to_use(controller=box)
    assert selectors.why_not_fit(box, make.TODAY) == ["The controller is due for calibration."]


def test_drift_since_the_last_time_is_told(box):
    calibrated(box, TRUE)

    again = calibrated(
        box, [Point(p.gauge, p.reading - 2.7) for p in TRUE], now=make.NOW + timedelta(days=300)
    )

    assert again.passed
    assert again.has_drifted


def test_a_gauge_without_a_certificate_proves_nothing(box):
    with pytest.raises(services.NotAcceptedError, match="run out"):
        calibrated(box, TRUE, gauge_valid_until=make.TODAY - timedelta(days=1))


def test_a_channel_that_was_never_calibrated_counts(box):
    box.channels.create(number=1, cuff_model=box.channels.get().cuff_model)

    assert selectors.why_not_fit(box, make.TODAY) == ["The controller is due for calibration."]


@pytest.mark.parametrize("missing", ["quarantine", "fault", "accepted_until", "firmware", "calibrated_until"])
def test_what_is_not_known_keeps_a_controller_from_being_armed(missing):
    fit = fitness.Facts(
        quarantine="",
        fault="",
        accepted_until=make.TODAY,
        accepted_firmware="1.0",
        firmware="1.0",
        calibrated_until=make.TODAY,
    )
    assert fitness.objections(fit, make.TODAY) == []

    assert fitness.objections(replace(fit, **{missing: None}), make.TODAY)


def test_the_page_keeps_a_calibration_and_says_what_is_wrong_with_bad_lines(client, box):
    client.force_login(make.physio(box.station.clinic))
    page = reverse("devices:calibrate", args=[box.pk, box.channels.get().pk])
    entered = {"gauge": "G-9", "gauge_valid_until": "2100-01-01", "points": "0 0\n80 eighty"}

    refused = client.post(page, entered)
    assert refused.status_code == 422
    assert "“80 eighty” is not two numbers." in refused.content.decode()
    assert "G-9" in refused.content.decode()

    kept = client.post(page, entered | {"points": "0 0\n80 80,5\n160 161\n250 252"}, follow=True)
    assert "Calibrated, +2.0 at worst." in kept.content.decode()


def test_a_calibration_of_another_clinic_or_channel_does_not_exist(client, box):
    client.force_login(make.physio(box.station.clinic))
    assert client.get(reverse("devices:calibrate", args=[box.pk, 0])).status_code == 404

    client.force_login(make.physio())
    assert client.get(reverse("devices:calibrate", args=[box.pk, box.channels.get().pk])).status_code == 404
