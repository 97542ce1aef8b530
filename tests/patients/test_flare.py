"""What counts as a flare, disease by disease: just at the published number, and never less for a worse input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaatsu_clinic.thresholds import Origin
from patients.domain import flare
from patients.domain.flare import Facts, Pair, Sign, Told


def hits(diagnosis, name="", before=0.0, now=0.0, **facts):
    pairs = {name: Pair(before, now)} if name else {}
    return flare.hits(diagnosis, Facts(pairs, **facts))


@pytest.mark.parametrize(
    ("diagnosis", "name", "before", "now", "is_flare"),
    [
        ("RA", "DAS28-CRP", 1.0, 2.21, True),
        ("RA", "DAS28-CRP", 1.0, 2.2, False),
        ("RA", "DAS28-ESR", 2.59, 3.2, True),
        ("RA", "DAS28-ESR", 2.6, 3.2, False),
        ("RA", "DAS28-ESR", 2.5, 3.19, False),
        ("RA", "SDAI", 5.0, 9.7, True),
        ("RA", "SDAI", 5.0, 9.6, False),
        ("RA", "CDAI", 5.0, 9.5, True),
        ("RA", "CDAI", 5.0, 9.4, False),
        ("PMR", "PMR-AS", 1.0, 7.6, True),
        ("PMR", "PMR-AS", 1.0, 7.5, False),
        ("PSA", "DAPSA", 14.0, 14.1, True),
        ("PSA", "DAPSA", 5.0, 14.0, False),
        ("OA", "CDAI", 5.0, 30.0, False),
    ],
)
def test_each_rule_holds_from_its_number_on(diagnosis, name, before, now, is_flare):
    assert bool(hits(diagnosis, name, before, now)) is is_flare


def test_polymyalgia_flares_at_a_level_without_anything_to_compare_with():
    assert hits("PMR", pmr_as_now=9.35)
    assert not hits("PMR", pmr_as_now=9.34)


def test_osteoarthritis_flares_by_what_the_patient_tells():
    told = Told(usual_pain_nrs=3, pain_nrs=5, lasted_h=25, signs=(Sign.STIFFNESS,))

    assert [hit.source.origin for hit in hits("OA", told=told)] == [Origin.PROGRAMME]
    assert not hits("OA", told=Told(3, 4, 25, (Sign.STIFFNESS,)))
    assert not hits("OA", told=Told(3, 5, 24, (Sign.STIFFNESS,)))
    assert not hits("OA", told=Told(3, 5, 25, ()))
    assert not hits("OA", told=Told(None, 9, 90, (Sign.SWELLING,)))


def test_psoriatic_arthritis_flares_by_a_new_swollen_joint():
    assert hits("PSA", told=Told(signs=(Sign.DACTYLITIS,)))
    assert not hits("PSA", told=Told(signs=(Sign.STIFFNESS,)))


def test_nothing_known_meets_no_rule():
    assert [flare.hits(diagnosis, Facts()) for diagnosis in ("RA", "PMR", "OA", "PSA")] == [[], [], [], []]


@given(
    name=st.sampled_from(["DAS28-ESR", "DAS28-CRP", "SDAI", "CDAI"]),
    before=st.floats(0, 60),
    now=st.floats(0, 60),
    more=st.floats(0, 20),
)
def test_a_higher_index_never_meets_fewer_rules(name, before, now, more):
    assert len(hits("RA", name, before, now)) <= len(hits("RA", name, before, now + more))


@given(
    usual=st.integers(0, 10),
    pain=st.integers(0, 10),
    hours=st.integers(0, 90),
    signs=st.sets(st.sampled_from(list(Sign))),
    more=st.sampled_from(list(Sign)),
)
def test_more_pain_for_longer_with_more_signs_is_never_less_of_a_flare(usual, pain, hours, signs, more):
    for diagnosis in ("OA", "PSA"):
        one = hits(diagnosis, told=Told(usual, pain, hours, signs))
        worse = hits(diagnosis, told=Told(usual, min(10, pain + 1), hours + 1, signs | {more}))
        assert len(one) <= len(worse)
