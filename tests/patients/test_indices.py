"""Disease activity against the worked examples, and what a worse input may do to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.domain import indices

COUNT, SCORE, HUNDRED = st.integers(0, 28), st.floats(0, 10), st.floats(0, 100)
CRP, ESR = st.floats(0, 300), st.floats(0, 140)
MONOTONE = {
    indices.das28_esr: {
        "tender_28": COUNT,
        "swollen_28": COUNT,
        "esr_mm_h": ESR,
        "patient_global_0_100": HUNDRED,
    },
    indices.das28_esr_without_global: {"tender_28": COUNT, "swollen_28": COUNT, "esr_mm_h": ESR},
    indices.das28_crp: {
        "tender_28": COUNT,
        "swollen_28": COUNT,
        "crp_mg_l": CRP,
        "patient_global_0_100": HUNDRED,
    },
    indices.das28_crp_without_global: {"tender_28": COUNT, "swollen_28": COUNT, "crp_mg_l": CRP},
    indices.sdai: {
        "tender_28": COUNT,
        "swollen_28": COUNT,
        "patient_global_0_10": SCORE,
        "physician_global_0_10": SCORE,
        "crp_mg_l": CRP,
    },
    indices.cdai: {
        "tender_28": COUNT,
        "swollen_28": COUNT,
        "patient_global_0_10": SCORE,
        "physician_global_0_10": SCORE,
    },
    indices.dapsa: {
        "tender_68": COUNT,
        "swollen_66": COUNT,
        "patient_global_0_10": SCORE,
        "pain_0_10": SCORE,
        "crp_mg_l": CRP,
    },
    indices.cdapsa: {
        "tender_68": COUNT,
        "swollen_66": COUNT,
        "patient_global_0_10": SCORE,
        "pain_0_10": SCORE,
    },
    indices.pmr_as: {
        "crp_mg_l": CRP,
        "pain_0_10": SCORE,
        "physician_global_0_10": SCORE,
        "morning_stiffness_min": st.floats(0, 240),
        "arm_elevation_0_3": st.integers(0, 3),
    },
}


def test_the_worked_examples_come_out():
    joints = {"tender_28": 6, "swollen_28": 4}

    assert indices.das28_esr(**joints, esr_mm_h=28, patient_global_0_100=50) == pytest.approx(4.964, abs=5e-4)
    assert indices.das28_crp(**joints, crp_mg_l=15, patient_global_0_100=50) == pytest.approx(4.590, abs=5e-4)
    globals_ = {"patient_global_0_10": 5, "physician_global_0_10": 4}
    assert indices.sdai(**joints, **globals_, crp_mg_l=15) == pytest.approx(20.5)
    assert indices.cdai(**joints, **globals_) == 19
    psoriatic = {"tender_68": 8, "swollen_66": 5, "patient_global_0_10": 5, "pain_0_10": 6}
    assert indices.dapsa(**psoriatic, crp_mg_l=12) == pytest.approx(25.2)
    assert indices.cdapsa(**psoriatic) == 24
    polymyalgia = {"physician_global_0_10": 3, "morning_stiffness_min": 45, "arm_elevation_0_3": 1}
    assert indices.pmr_as(crp_mg_l=18, pain_0_10=4, **polymyalgia) == pytest.approx(14.3)


def test_without_global_health_the_three_variables_are_scaled():
    assert indices.das28_esr_without_global(tender_28=6, swollen_28=4, esr_mm_h=28) == pytest.approx(
        4.765, abs=5e-3
    )
    assert indices.das28_crp_without_global(tender_28=6, swollen_28=4, crp_mg_l=15) == pytest.approx(
        4.373, abs=5e-3
    )


def test_das28_reads_crp_in_mg_per_litre_and_the_sums_in_mg_per_decilitre():
    one, ten = {"crp_mg_l": 10}, {"crp_mg_l": 20}
    rest = {"tender_28": 0, "swollen_28": 0, "patient_global_0_10": 0, "physician_global_0_10": 0}

    assert indices.sdai(**rest, **ten) - indices.sdai(**rest, **one) == pytest.approx(1)
    assert indices.das28_crp(tender_28=0, swollen_28=0, crp_mg_l=0, patient_global_0_100=0) == 0.96


def test_a_sedimentation_rate_of_nothing_counts_as_one():
    least = indices.das28_esr(tender_28=0, swollen_28=0, esr_mm_h=0, patient_global_0_100=0)

    assert least == indices.das28_esr(tender_28=0, swollen_28=0, esr_mm_h=1, patient_global_0_100=0) == 0


def test_the_strength_examples_come_out_and_long_sets_give_no_estimate():
    assert indices.one_rm_epley_kg(20, 8) == pytest.approx(25.33, abs=5e-3)
    assert indices.one_rm_brzycki_kg(20, 8) == pytest.approx(24.83, abs=5e-3)
    assert indices.one_rm_epley_kg(20, 30) is None
    assert indices.one_rm_brzycki_kg(20, 11) is None
    assert indices.one_rm_epley_kg(20, 0) is None


def test_a_haq_needs_six_categories_and_an_aid_raises_a_low_one():
    six = dict.fromkeys(indices.HAQ_CATEGORIES[:6], 1)

    assert indices.haq_di(six) == 1
    assert indices.haq_di(dict(list(six.items())[:5])) is None
    assert indices.haq_di(six, with_aid=["grip", "dressing"]) == pytest.approx(7 / 6)
    assert indices.haq_di(six | {"grip": 3}, with_aid=["grip"]) == pytest.approx(9 / 7)


def test_a_koos_ps_with_a_gap_has_no_sum():
    assert indices.koos_ps_raw([1, 2, 3, 4, 0, 1, 2]) == 13
    assert indices.koos_ps_raw([1, 2, 3, 4, 0, 1]) is None


@pytest.mark.parametrize(
    ("states", "value", "words"),
    [
        (indices.DAS28_STATES, 2.59, "remission"),
        (indices.DAS28_STATES, 2.6, "low activity"),
        (indices.DAS28_STATES, 3.2, "low activity"),
        (indices.DAS28_STATES, 5.11, "high activity"),
        (indices.SDAI_STATES, 3.3, "remission"),
        (indices.SDAI_STATES, 26.1, "high activity"),
        (indices.CDAI_STATES, 10, "low activity"),
        (indices.CDAI_STATES, 22, "moderate activity"),
        (indices.DAPSA_STATES, 14.1, "moderate activity"),
        (indices.CDAPSA_STATES, 27.1, "high activity"),
        (indices.PMR_AS_STATES, 6.9, "low activity"),
        (indices.PMR_AS_STATES, 7, "medium activity"),
        (indices.PMR_AS_STATES, 17.1, "high activity"),
    ],
)
def test_each_state_ends_where_its_source_says(states, value, words):
    assert states.words(value) == words


@pytest.mark.parametrize("index", MONOTONE, ids=lambda index: index.__name__)
@given(data=st.data())
def test_a_worse_input_never_gives_a_lower_index(index, data):
    inputs = {name: data.draw(values, name) for name, values in MONOTONE[index].items()}
    worse = inputs | {
        name: max(inputs[name], data.draw(values, f"worse {name}"))
        for name, values in MONOTONE[index].items()
    }

    assert index(**worse) >= index(**inputs) - 1e-9


@given(st.sampled_from([indices.DAS28_STATES, indices.DAPSA_STATES, indices.PMR_AS_STATES]), SCORE, SCORE)
def test_a_higher_index_is_never_a_calmer_state(states, one, other):
    assert states.rank(max(one, other)) >= states.rank(min(one, other))
