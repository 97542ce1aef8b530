"""An estimate is given only where a verified equation fits, and is refused in words everywhere else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.domain.estimate import AGES, Body, Sex, estimate_mmhg, objections
from protocols.domain.occlusion import Limb, Posture

YOUNG = Body(age=30, sex=Sex.MALE, thigh_cm=55, systolic_mmhg=130)


def test_the_equation_gives_its_check_value():
    assert estimate_mmhg(YOUNG) == 176
    assert objections(Limb.LEG, Posture.SEATED, 18, YOUNG) == []


@pytest.mark.parametrize(
    ("limb", "posture", "width_cm", "body", "words"),
    [
        (Limb.ARM, Posture.SEATED, 18, YOUNG, "arm"),
        (Limb.LEG, Posture.SEATED, 5, YOUNG, "Spitz 2024"),
        (Limb.LEG, Posture.SEATED, 11.5, YOUNG, "18 cm"),
        (Limb.LEG, Posture.SUPINE, 18, YOUNG, "too high"),
        (Limb.LEG, Posture.SEATED, 18, replace(YOUNG, age=65), "extrapolated"),
        (Limb.LEG, Posture.SEATED, 18, replace(YOUNG, sex=None), "sex"),
        (Limb.LEG, Posture.SEATED, 18, replace(YOUNG, thigh_cm=None), "thigh"),
        (Limb.LEG, Posture.SEATED, 18, replace(YOUNG, systolic_mmhg=170), "systolic"),
    ],
)
def test_wherever_it_does_not_fit_it_says_why(limb, posture, width_cm, body, words):
    (objection,) = objections(limb, posture, width_cm, body)

    assert words in objection


@given(st.integers(0, 110))
def test_the_age_term_is_never_extrapolated(age):
    lowest, highest = AGES

    assert (not objections(Limb.LEG, Posture.SEATED, 18, replace(YOUNG, age=age))) == (
        lowest <= age <= highest
    )


def test_nothing_is_worked_out_from_what_is_not_known():
    with pytest.raises(ValueError, match="not known"):
        estimate_mmhg(replace(YOUNG, thigh_cm=None))
