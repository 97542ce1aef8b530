"""From an order to a proposal: what is refused, what is cut, and the plan that follows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.domain.units import Pressure, Scale
from protocols.domain import asking
from protocols.domain.catalogue import BUILT_IN
from protocols.domain.envelope import Limit, Origin, Unit
from protocols.domain.limits import Setting
from protocols.domain.occlusion import Cuff, Limb, Method, Occlusion, Posture, Side, Site
from protocols.domain.plan import IntervalKind, Plan
from protocols.domain.prescribing import NotPrescribableError, Order, objections, propose
from protocols.domain.terms import BadTermsError, SetTerms, Terms

TODAY = date(2026, 3, 2)
WIDE = Cuff("Wide", Scale.MMHG, 11.5, 300)
BAND = Cuff("Band", Scale.SKU, 5, 400)
SITE = Site(Limb.LEG, Side.LEFT, Posture.SEATED, WIDE)


def terms(slug):
    return Terms.from_json(next(entry.terms for entry in BUILT_IN if entry.slug == slug))


SETS = Order(
    terms=terms("bfr-knee-extension"),
    scale=Scale.MMHG,
    setting=Setting.CLINIC,
    site=SITE,
    occlusion=Occlusion(180, SITE, Method.DOPPLER, TODAY),
    wished=40,
    sessions_per_week=2,
    load_percent_1rm=30,
)
CYCLES = Order(
    terms=terms("kaatsu-cycle-leg-sku"),
    scale=Scale.SKU,
    setting=Setting.CLINIC,
    site=replace(SITE, cuff=BAND),
    occlusion=None,
    wished=160,
    sessions_per_week=2,
    optimal_sku=250,
    weekly_cycles=6,
    tolerated=Pressure(250, Scale.SKU),
)
HOME = replace(
    SETS,
    terms=terms("home-sit-to-stand"),
    setting=Setting.HOME,
    load_percent_1rm=None,
    tolerated=Pressure(100, Scale.MMHG),
)


def refusal(order):
    with pytest.raises(NotPrescribableError) as refused:
        propose(order, TODAY)
    return " ".join(refused.value.objections)


def cuts(proposal):
    return {name: part.cut_by.name for name, part in proposal.parts.items() if part.cut_by}


def test_forty_percent_of_lop_becomes_a_target_in_mmhg():
    proposal = propose(SETS, TODAY)

    assert (proposal.target, proposal.percent_lop, proposal.plan.ceiling) == (
        Pressure(72, Scale.MMHG),
        40,
        102,
    )
    assert cuts(proposal) == {}
    assert proposal.notes == ()


def test_the_target_is_rounded_down_to_whole_units():
    assert propose(replace(SETS, wished=44.9), TODAY).target.value == 80


def test_a_target_that_counts_as_an_open_cuff_is_refused():
    assert "counts as open" in refusal(replace(SETS, wished=10))


def test_a_cuff_of_the_other_scale_is_refused():
    assert "SKU" in refusal(replace(CYCLES, site=SITE))
    assert "mmHg" in refusal(replace(SETS, site=replace(SITE, cuff=BAND)))


def test_a_clinic_protocol_is_not_for_home():
    assert "supervised sessions only" in refusal(replace(SETS, setting=Setting.HOME))


@pytest.mark.parametrize("wished", [0, -5, float("nan"), float("inf")])
def test_a_wish_that_is_no_pressure_is_refused(wished):
    assert "above zero" in refusal(replace(SETS, wished=wished))


def test_sets_that_take_longer_than_a_limb_may_be_restricted_are_refused():
    many = replace(SETS.terms, work=SetTerms(repetitions=(60, 60, 60), rest_s=30))

    assert "One inflation would last about 13 min" in refusal(replace(SETS, terms=many))
    assert "in all" in refusal(replace(SETS, terms=many, tighter=(seconds_in_all(120),)))


def seconds_in_all(value):
    return Limit("Short", value, Unit.SECONDS_IN_ALL, "This patient's own.", Origin.CLINICIAN)


def test_a_tighter_limit_of_the_patient_cuts_and_is_named():
    own = Limit("Patient", 50, Scale.MMHG, "Bruises easily.", Origin.CLINICIAN)
    proposal = propose(replace(SETS, tighter=(own,)), TODAY)

    assert (proposal.target.value, proposal.plan.ceiling) == (40, 50)
    assert cuts(proposal) == {"Target": "Room to regulate", "Ceiling": "Patient"}


def test_load_and_frequency_are_cut_and_named():
    proposal = propose(replace(SETS, load_percent_1rm=70, sessions_per_week=7), TODAY)

    assert cuts(proposal) == {"Load": "Load", "Sessions a week": "Sessions a week"}
    assert (proposal.load.value, proposal.sessions.value) == (40, 3)


def test_a_protocol_brings_its_own_limit():
    proposal = propose(replace(HOME, wished=50), TODAY)

    assert proposal.target.value == 72
    assert cuts(proposal) == {"Target": "Protocol"}


def test_home_takes_at_most_80_percent_of_what_was_tolerated_in_the_clinic():
    assert propose(replace(HOME, tolerated=Pressure(80, Scale.MMHG)), TODAY).target.value == 64


@pytest.mark.parametrize("tolerated", [None, Pressure(80, Scale.SKU)])
def test_what_was_never_tolerated_in_the_clinic_is_not_for_home(tolerated):
    assert "not known what is tolerated" in refusal(replace(HOME, tolerated=tolerated))


def test_home_sets_open_the_cuff_in_every_rest():
    kinds = [one.kind for one in propose(HOME, TODAY).plan.intervals]

    assert kinds == [IntervalKind.WORK, IntervalKind.RELEASE] * 3 + [IntervalKind.WORK]


def test_clinic_sets_keep_the_cuff_inflated_in_the_rests():
    intervals = propose(SETS, TODAY).plan.intervals

    assert {one.target for one in intervals} == {72}
    assert [one.seconds for one in intervals if one.kind is IntervalKind.REST] == [30, 30, 30]


def test_a_cycle_rises_step_by_step_to_the_target_and_opens_between():
    intervals = propose(CYCLES, TODAY).plan.intervals
    steps = [one.target for one in intervals if one.kind is IntervalKind.WORK]

    assert (steps[0], steps[-1], len(steps)) == (80, 160, 8)
    assert steps == sorted(steps)
    assert {one.seconds for one in intervals if one.kind is IntervalKind.RELEASE} == {5}


def test_more_cycles_are_sets_with_the_cuff_open_between_them():
    intervals = propose(replace(CYCLES, cycles=3), TODAY).plan.intervals

    assert [one.set_number for one in intervals if one.kind is IntervalKind.WORK] == [1] * 8 + [2] * 8 + [
        3
    ] * 8
    assert [one.seconds for one in intervals if one.seconds == 60] == [60, 60]


def test_cycles_are_cut_to_six_and_at_home_to_what_fits_into_ten_minutes():
    assert cuts(propose(replace(CYCLES, cycles=9), TODAY)) == {"Cycles": "Cycles of the build-up"}
    at_home = propose(replace(CYCLES, cycles=6, setting=Setting.HOME), TODAY)
    assert at_home.cycles.value == 3
    assert cuts(at_home) == {"Cycles": "Cycles in a session"}


def test_a_sku_plan_has_no_lop_even_where_one_was_measured():
    proposal = propose(replace(CYCLES, occlusion=SETS.occlusion), TODAY)

    assert proposal.plan.lop_mmhg is None
    assert proposal.percent_lop is None


def test_a_plan_comes_back_from_json_as_it_was():
    plan = propose(CYCLES, TODAY).plan

    assert Plan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    "stored",
    [{}, {"repetitions": []}, {"repetitions": [0], "rest_s": 30}, {"repetitions": [5], "rest_s": "soon"}],
)
def test_terms_that_make_no_sense_are_refused(stored):
    with pytest.raises(BadTermsError):
        Terms.from_json(stored)


@pytest.mark.parametrize(
    ("inflations", "bouts", "asks"),
    [(5, True, asking.WALKING), (1, True, asking.ONE_HOLD), (5, False, asking.CYCLES)],
    ids=["bouts", "one bout", "a cycle"],
)
def test_what_nobody_has_said_is_asked_for_as_is_usual_for_the_shape(inflations, bouts, asks):
    timed = {"inflations": inflations, "on_s": 60, "off_s": 30, "first_percent": 100, "between_s": 60}

    found = Terms.from_json({**timed, "cycles_by_week": [1], "bouts": bouts})

    assert {one.what: one.when for one in found.asks} == asks


@given(
    order=st.sampled_from([SETS, CYCLES, HOME]),
    wished=st.floats(min_value=0.1, max_value=1000),
    lop=st.integers(60, 300),
    rated=st.integers(40, 500),
    cycles=st.integers(1, 20),
)
def test_whatever_is_wished_the_plan_stays_within_every_limit(order, wished, lop, rated, cycles):
    site = replace(order.site, cuff=replace(order.site.cuff, rated_maximum=rated))
    occlusion = order.occlusion and replace(order.occlusion, value_mmhg=lop, site=site)
    order = replace(order, wished=wished, site=site, occlusion=occlusion, cycles=cycles)
    assert objections(order, TODAY) == []

    try:
        proposal = propose(order, TODAY)
    except NotPrescribableError:
        return

    plan = proposal.plan
    assert all(proposal.target.value <= limit.value for limit in proposal.pressure.limits)
    assert max(one.target for one in plan.intervals) == proposal.target.value < plan.ceiling <= rated
    assert plan.lop_mmhg is None or plan.ceiling < plan.lop_mmhg


bounds = st.lists(st.tuples(st.sampled_from([Scale.MMHG, *Unit]), st.integers(1, 1500)), max_size=4).map(
    lambda pairs: tuple(Limit("Own", value, unit, "Because.", Origin.CLINICIAN) for unit, value in pairs)
)


def allowed(order):
    """What comes of an order: target, ceiling, sessions and load; nothing at all where it is refused."""
    try:
        made = propose(order, TODAY)
    except NotPrescribableError:
        return (0.0, 0.0, 0.0, 0.0)
    return (
        made.target.value,
        made.ceiling.value,
        made.sessions.value,
        made.load.value if made.load else 0.0,
    )


def is_no_laxer(strict, lax):
    return all(one <= other for one, other in zip(allowed(strict), allowed(lax), strict=True))


orders = st.builds(
    lambda wished, lop, load, sessions, home: replace(
        HOME if home else SETS,
        wished=wished,
        occlusion=Occlusion(lop, SITE, Method.DOPPLER, TODAY),
        load_percent_1rm=load,
        sessions_per_week=sessions,
    ),
    st.floats(1, 200),
    st.integers(60, 300),
    st.integers(0, 100),
    st.integers(1, 9),
    st.booleans(),
)


@given(orders, bounds, bounds)
def test_limits_of_clinic_and_patient_only_tighten(order, some, more):
    assert is_no_laxer(replace(order, tighter=some + more), replace(order, tighter=some))


@given(orders, st.integers(0, 100), st.integers(0, 100))
def test_a_less_sure_lop_never_allows_more(order, one, other):
    less, more = sorted((one, other))

    def unsure(by):
        return replace(order, occlusion=replace(order.occlusion, plus_minus_mmhg=by))

    assert is_no_laxer(unsure(more), unsure(less))


@given(orders)
def test_an_estimate_never_allows_more_than_a_measurement(order):
    estimated = replace(order, occlusion=replace(order.occlusion, method=Method.ESTIMATED))

    assert is_no_laxer(estimated, order)
    assert order.setting is Setting.CLINIC or allowed(estimated)[0] == 0


@given(orders, st.sampled_from([Posture.SUPINE, Posture.STANDING]), st.sampled_from(["", " ", "Why."]))
def test_a_lop_of_another_posture_never_allows_more_than_one_of_the_same(order, posture, reason):
    elsewhere = replace(order.occlusion, site=replace(order.site, posture=posture))

    assert is_no_laxer(replace(order, occlusion=elsewhere, posture_reason=reason), order)


@given(orders)
def test_what_is_not_known_never_allows(order):
    assert allowed(replace(order, occlusion=None))[0] == 0
    assert allowed(replace(order, occlusion=replace(order.occlusion, value_mmhg=None)))[0] == 0
    if order.setting is Setting.HOME:
        assert allowed(replace(order, tolerated=None))[0] == 0


@given(st.floats(1, 500), st.integers(0, 400), st.integers(0, 400))
def test_a_lower_optimal_sku_never_allows_more(wished, one, other):
    less, more = sorted((one, other))

    assert is_no_laxer(
        replace(CYCLES, wished=wished, optimal_sku=less), replace(CYCLES, wished=wished, optimal_sku=more)
    )
