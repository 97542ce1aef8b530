"""A LOP serves one limb, side, posture and cuff, for thirty days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from devices.domain.units import Scale
from protocols.domain.occlusion import Cuff, Limb, Method, Occlusion, Posture, Side, Site, usable

TODAY = date(2026, 3, 2)
WIDE = Cuff("Wide", Scale.MMHG, 11.5, 300)
SITE = Site(Limb.LEG, Side.LEFT, Posture.SEATED, WIDE)
MEASURED = Occlusion(180, SITE, Method.DOPPLER, TODAY)


def test_a_fresh_lop_of_the_same_site_is_usable():
    assert usable(MEASURED, SITE, TODAY) == []


def test_nothing_known_is_never_usable():
    assert usable(None, SITE, TODAY)
    assert usable(replace(MEASURED, value_mmhg=None), SITE, TODAY)


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (replace(SITE, limb=Limb.ARM), "another limb"),
        (replace(SITE, side=Side.RIGHT), "other side"),
        (replace(SITE, posture=Posture.SUPINE), "another posture"),
        (replace(SITE, cuff=replace(WIDE, width_cm=18)), "another cuff"),
    ],
)
def test_a_lop_of_another_site_is_refused(site, words):
    (objection,) = usable(MEASURED, site, TODAY)

    assert words in objection


def test_a_lop_holds_for_thirty_days_and_not_one_more():
    assert usable(MEASURED, SITE, TODAY + timedelta(days=30)) == []
    assert "older than 30 days" in usable(MEASURED, SITE, TODAY + timedelta(days=31))[0]


def test_a_lop_from_the_future_is_refused():
    assert usable(MEASURED, SITE, TODAY - timedelta(days=1)) == ["The LOP is dated in the future."]


@pytest.mark.parametrize("value", [59, 301, 0, -5, float("nan"), float("inf")])
def test_an_implausible_value_is_refused(value):
    assert "not plausible" in usable(replace(MEASURED, value_mmhg=value), SITE, TODAY)[0]


@pytest.mark.parametrize("value", [60, 300])
def test_the_edges_of_the_plausible_are_usable(value):
    assert usable(replace(MEASURED, value_mmhg=value), SITE, TODAY) == []


def test_a_narrow_cuff_has_no_lop_on_a_leg_but_has_one_on_an_arm():
    narrow = replace(SITE, cuff=replace(WIDE, width_cm=5))
    on_arm = replace(narrow, limb=Limb.ARM)

    assert "Spitz" in usable(replace(MEASURED, site=narrow), narrow, TODAY)[0]
    assert usable(replace(MEASURED, site=on_arm), on_arm, TODAY) == []


def test_a_sku_band_has_no_lop():
    band = replace(SITE, cuff=replace(WIDE, scale=Scale.SKU))

    assert "SKU" in usable(replace(MEASURED, site=band), band, TODAY)[0]
    assert "SKU" in usable(None, band, TODAY)[0]


def test_every_objection_is_told():
    old = replace(MEASURED, value_mmhg=None, measured_on=TODAY - timedelta(days=99))

    assert len(usable(old, replace(SITE, side=Side.RIGHT, posture=Posture.STANDING), TODAY)) == 4
