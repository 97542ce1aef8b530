"""Limits only tighten, whatever is wished and whatever is added."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain.units import MixedScalesError, Pressure, Scale
from protocols.domain import limits as built_in
from protocols.domain.envelope import Amount, Limit, Origin, Unit, tighten
from protocols.domain.limits import ROOM_TO_REGULATE, Setting
from protocols.domain.occlusion import Cuff, Limb

numbers = st.floats(min_value=0, max_value=1000)
scales = st.sampled_from(Scale)
settings = st.sampled_from(Setting)
limbs = st.sampled_from(Limb)
lops = st.floats(min_value=60, max_value=300)


def limit(value, scale=Scale.MMHG, name="Limit") -> Limit:
    return Limit(name, value, scale, "Because.", Origin.PROGRAMME)


def limit_lists(scale=Scale.MMHG):
    return st.lists(numbers.map(lambda value: limit(value, scale)), min_size=1, max_size=8)


def cuff(scale=Scale.MMHG, rated_maximum=300.0):
    return Cuff("Wide", scale, 11.5, rated_maximum)


@given(numbers, limit_lists())
def test_the_result_is_never_above_the_wish_or_any_limit(wished, limits):
    allowed = tighten(Pressure(wished, Scale.MMHG), limits)

    assert allowed.value <= wished
    assert all(allowed.value <= one.value for one in limits)


@given(numbers, limit_lists(), numbers)
def test_adding_a_limit_never_raises_the_result(wished, limits, added):
    before = tighten(Pressure(wished, Scale.MMHG), limits)
    after = tighten(Pressure(wished, Scale.MMHG), [*limits, limit(added)])

    assert after.value <= before.value


@given(numbers, numbers, limit_lists())
def test_a_smaller_wish_never_gives_more(one, other, limits):
    less, more = sorted((one, other))

    assert (
        tighten(Pressure(less, Scale.MMHG), limits).value <= tighten(Pressure(more, Scale.MMHG), limits).value
    )


@given(numbers, limit_lists())
def test_a_cut_names_the_limit_that_made_it_and_no_cut_names_none(wished, limits):
    allowed = tighten(Pressure(wished, Scale.MMHG), limits)

    if allowed.value < wished:
        assert allowed.cut_by is not None
        assert allowed.cut_by.value == allowed.value
    else:
        assert allowed.cut_by is None
    assert sum(row["cut"] is True for row in allowed.to_json()) in (0, 1)


@given(numbers, limit_lists(), limit_lists(Scale.SKU))
def test_limits_of_mixed_scales_are_never_compared(wished, ours, theirs):
    with pytest.raises(MixedScalesError):
        tighten(Pressure(wished, Scale.MMHG), [*ours, *theirs])


def test_without_a_limit_nothing_is_allowed():
    with pytest.raises(ValueError, match="Nothing limits"):
        tighten(Pressure(60, Scale.MMHG), [])


@pytest.mark.parametrize("value", [math.nan, math.inf, -1])
def test_what_is_no_number_is_neither_a_wish_nor_a_limit(value):
    with pytest.raises(ValueError, match="wished"):
        tighten(Pressure(value, Scale.MMHG), [limit(100)])
    with pytest.raises(ValueError, match="no limit"):
        limit(value)


def test_each_limit_tells_what_it_did():
    tightest, looser, far = limit(80, name="A"), limit(90, name="B"), limit(300, name="C")
    allowed = tighten(Pressure(100, Scale.MMHG), [looser, tightest, far])

    assert allowed.cut_by is tightest
    assert allowed.why(tightest) == "Cut from 100 to 80 mmHg."
    assert "another limit is tighter" in allowed.why(looser)
    assert allowed.why(far) == "Does not cut."


def test_load_is_limited_as_pressure_is():
    assert tighten(Amount(60, Unit.PERCENT_1RM), [built_in.LOAD[Setting.CLINIC]]).value == 40
    assert tighten(Amount(60, Unit.PERCENT_1RM), [built_in.LOAD[Setting.HOME]]).value == 30


@given(numbers, settings, limbs, lops, st.floats(min_value=30, max_value=500))
def test_no_mmhg_target_passes_its_cap_its_share_of_lop_its_rating_or_300(wished, setting, limb, lop, rated):
    limits = built_in.pressure_limits(
        setting=setting, limb=limb, cuff=cuff(rated_maximum=rated), lop_mmhg=lop
    )
    target = tighten(Pressure(wished, Scale.MMHG), limits).value

    assert target <= built_in.CAP[Scale.MMHG, setting, limb]
    assert target <= (0.8 if setting is Setting.CLINIC else 0.5) * lop + 1e-9
    assert target <= rated
    assert target <= 300


@given(numbers, settings, limbs)
def test_no_sku_target_passes_its_cap_or_the_device(wished, setting, limb):
    limits = built_in.pressure_limits(
        setting=setting, limb=limb, cuff=cuff(Scale.SKU, rated_maximum=500), lop_mmhg=None
    )
    target = tighten(Pressure(wished, Scale.SKU), limits).value

    assert target <= built_in.CAP[Scale.SKU, setting, limb] <= 400


@given(numbers, scales, limbs, lops)
def test_home_is_never_laxer_than_the_clinic(wished, scale, limb, lop):
    lop_mmhg = lop if scale is Scale.MMHG else None

    def allowed(setting):
        limits = built_in.pressure_limits(setting=setting, limb=limb, cuff=cuff(scale), lop_mmhg=lop_mmhg)
        return tighten(Pressure(wished, scale), limits).value

    assert allowed(Setting.HOME) <= allowed(Setting.CLINIC)


@given(numbers, settings, limbs, lops)
def test_the_ceiling_is_above_the_target_below_full_occlusion_and_never_above_the_cap(
    wished, setting, limb, lop
):
    limits = built_in.pressure_limits(setting=setting, limb=limb, cuff=cuff(), lop_mmhg=lop)
    target = tighten(Pressure(wished, Scale.MMHG), limits)
    ceiling = built_in.ceiling(
        Pressure(target.value, Scale.MMHG), setting=setting, limb=limb, cuff=cuff(), lop_mmhg=lop
    ).value

    assert target.value + ROOM_TO_REGULATE <= ceiling <= target.value + 30
    assert ceiling <= lop - 1
    assert ceiling <= built_in.CAP[Scale.MMHG, setting, limb]


def test_a_laxer_limit_of_a_patient_does_not_widen_the_ceiling():
    def ceiling(*limits):
        return built_in.ceiling(
            Pressure(60, Scale.MMHG),
            setting=Setting.HOME,
            limb=Limb.LEG,
            cuff=cuff(),
            lop_mmhg=150,
            tighter=limits,
        ).value

    assert ceiling() == ceiling(limit(500)) == 90
    assert ceiling(limit(80)) == 80


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ((Scale.MMHG, Setting.CLINIC, Limb.LEG), 220),
        ((Scale.MMHG, Setting.CLINIC, Limb.ARM), 180),
        ((Scale.MMHG, Setting.HOME, Limb.LEG), 150),
        ((Scale.MMHG, Setting.HOME, Limb.ARM), 120),
        ((Scale.SKU, Setting.CLINIC, Limb.LEG), 250),
        ((Scale.SKU, Setting.CLINIC, Limb.ARM), 200),
        ((Scale.SKU, Setting.HOME, Limb.LEG), 200),
        ((Scale.SKU, Setting.HOME, Limb.ARM), 150),
    ],
)
def test_the_hard_caps_are_those_of_the_fact_sheet(key, value):
    assert built_in.CAP[key] == value
