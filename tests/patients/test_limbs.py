"""A finding of a limb bars the limb, not the person; and whatever is stricter is never laxer, on any limb."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaatsu_clinic.thresholds import Origin
from patients.domain import clearance, points, readings, screening, wells
from patients.domain.events import UNTRAINED_FOR, untrained
from patients.domain.findings import Severity
from patients.domain.limbs import Limb, on_side
from patients.domain.points import Points
from patients.domain.questions import QUESTIONS, Lasts
from patients.domain.screening import Answer, Sheet, Verdict
from tests.make import FIT_READINGS, TODAY

ALL_NO = {question.name: "NO" for question in QUESTIONS}
FIT = Sheet(45, is_female=True, answers=ALL_NO, readings=FIT_READINGS)
STRICTEST_FIRST = list(Verdict)
OF_LIMBS = [question for question in QUESTIONS if question.limbs]
BARRING = [question for question in OF_LIMBS if question.severity is Severity.ABSOLUTE]
names = st.sampled_from([question.name for question in QUESTIONS])
limbs = st.sampled_from(Limb)
pressures = st.tuples(st.integers(60, 280), st.integers(30, 180)).filter(lambda taken: taken[0] > taken[1])
numbers = st.fixed_dictionaries(
    {},
    optional={
        "systolic_mmhg": st.integers(90, 220),
        "diastolic_mmhg": st.integers(40, 89),
        "height_cm": st.integers(120, 210),
        "weight_kg": st.integers(35, 200),
    },
)
sheets = st.builds(
    Sheet,
    age_years=st.integers(18, 95),
    is_female=st.none() | st.booleans(),
    answers=st.fixed_dictionaries({question.name: st.sampled_from(Answer) for question in QUESTIONS}),
    limbs=st.fixed_dictionaries(
        {question.name: st.lists(st.sampled_from(question.limbs)) for question in OF_LIMBS}
    ),
    readings=numbers,
)


def with_answer(sheet, name, answer, on=()):
    return Sheet(
        sheet.age_years,
        sheet.is_female,
        {**sheet.answers, name: answer},
        {**sheet.limbs, name: list(on)},
        sheet.readings,
    )


def strictness(verdict):
    return -STRICTEST_FIRST.index(verdict)


def on(limb, sheet):
    return strictness(screening.verdict_on(limb, screening.weigh(sheet)))


def person(sheet):
    return strictness(screening.verdict(screening.weigh(sheet)))


def test_a_fit_person_is_clear():
    assert screening.weigh(FIT) == []
    assert person(FIT) == strictness(Verdict.CLEAR)


@pytest.mark.parametrize("question", BARRING, ids=lambda question: question.name)
def test_what_is_wrong_with_one_limb_bars_that_limb_and_no_other(question):
    found = screening.weigh(with_answer(FIT, question.name, "YES", [Limb.LEFT_LEG]))

    assert screening.barred_limbs(found) == {Limb.LEFT_LEG: [question.words]}
    assert screening.verdict_on(Limb.LEFT_LEG, found) is Verdict.BARRED
    assert screening.verdict_on(Limb.RIGHT_LEG, found) is Verdict.CLEAR
    assert screening.verdict(found) is Verdict.LIMB_BARRED
    assert clearance.may_sign(found, {}) == {}


def test_four_barred_limbs_bar_the_person_and_so_does_a_yes_that_names_none():
    everywhere = screening.weigh(with_answer(FIT, "wound", "YES", Limb))
    nowhere = screening.weigh(with_answer(FIT, "wound", "YES"))

    assert screening.verdict(everywhere) is Verdict.BARRED
    assert screening.verdict(nowhere) is Verdict.BARRED
    assert clearance.may_sign(everywhere, {})
    assert clearance.may_sign(nowhere, {"wound": "I insist"})


@given(sheets, names)
def test_no_round_with_an_unknown_is_clear_for_the_person_or_for_any_limb(sheet, name):
    unknown = with_answer(sheet, name, Answer.NOT_KNOWN)

    assert person(unknown) > strictness(Verdict.CLEAR)
    assert all(on(limb, unknown) > strictness(Verdict.CLEAR) for limb in Limb)


@given(sheets, st.sampled_from(readings.NAMES))
def test_no_round_with_a_missing_number_is_clear(sheet, name):
    kept = {key: value for key, value in sheet.readings.items() if key != name}
    without = Sheet(sheet.age_years, sheet.is_female, sheet.answers, sheet.limbs, kept)

    assert person(without) > strictness(Verdict.CLEAR)


@given(sheets, names, st.lists(limbs), limbs)
def test_a_yes_is_never_laxer_than_a_no_on_any_limb(sheet, name, named, limb):
    no, yes = with_answer(sheet, name, "NO"), with_answer(sheet, name, "YES", named)

    assert on(limb, yes) >= on(limb, no)
    assert person(yes) >= person(no)


@given(sheets, st.sampled_from(OF_LIMBS), limbs)
def test_one_more_limb_is_never_laxer(sheet, question, limb):
    fewer = with_answer(sheet, question.name, "YES", question.limbs[:1])
    more = with_answer(sheet, question.name, "YES", question.limbs)

    assert on(limb, more) >= on(limb, fewer)
    assert person(more) >= person(fewer)


@given(sheets, st.sampled_from(OF_LIMBS), limbs)
def test_on_the_limb_it_names_a_yes_is_never_laxer_than_an_unknown(sheet, question, limb):
    if limb in question.limbs:
        unknown = with_answer(sheet, question.name, "NOT_KNOWN")
        assert on(limb, with_answer(sheet, question.name, "YES", [limb])) >= on(limb, unknown)


@given(sheets, pressures, pressures)
def test_a_higher_pressure_is_never_laxer(sheet, taken, other):
    def weighed(systolic, diastolic):
        return strictness(
            screening.verdict(
                readings.findings({**FIT_READINGS, "systolic_mmhg": systolic, "diastolic_mmhg": diastolic})
            )
        )

    low = [max(100, min(pair)) for pair in zip(taken, other, strict=True)]
    high = [max(100, *pair) for pair in zip(taken, other, strict=True)]
    assert weighed(*high) >= weighed(*low)


@pytest.mark.parametrize(
    ("taken", "severity"),
    [
        ((180, 80), Severity.ABSOLUTE),
        ((150, 110), Severity.ABSOLUTE),
        ((179, 109), Severity.RELATIVE),
        ((160, 80), Severity.RELATIVE),
        ((140, 80), Severity.RELATIVE),
        ((120, 90), Severity.RELATIVE),
        ((99, 60), Severity.RELATIVE),
        ((None, None), Severity.UNKNOWN),
        ((139, 89), None),
        ((100, 60), None),
    ],
)
def test_each_band_of_blood_pressure(taken, severity):
    measured = {name: value for name, value in zip(readings.NAMES, taken, strict=False) if value}

    found = readings.findings({"height_cm": 170, "weight_kg": 66, **measured})

    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_slip_of_the_finger_in_the_numbers_is_told():
    assert readings.objections(FIT_READINGS) == {}
    assert set(readings.objections({"systolic_mmhg": 120})) == {"diastolic_mmhg"}
    assert set(readings.objections({"systolic_mmhg": 80, "diastolic_mmhg": 120})) == {"diastolic_mmhg"}
    assert set(readings.objections({"height_cm": 17})) == {"height_cm"}


def test_a_known_clot_risk_adds_up_and_an_unknown_one_may():
    at_risk = ALL_NO | {"past_cancer": "YES", "immobilised": "YES", "leg_paralysis": "NOT_KNOWN"}

    assert points.improve(at_risk, 66) == Points(4, 6)
    assert points.improve(ALL_NO, 59) == Points(0, 0)


def test_a_woman_of_62_on_cortisone_needs_a_physician_by_nakajima_and_is_not_barred_by_it():
    found = screening.weigh(
        Sheet(62, is_female=True, answers=ALL_NO | {"steroids": "YES"}, readings=FIT_READINGS)
    )

    nakajima = next(one for one in found if one.name == "nakajima_points")
    assert nakajima.severity is Severity.RELATIVE
    assert nakajima.origin is Origin.RECALLED
    assert "5 points, physician decision needed" in nakajima.words
    assert screening.verdict(found) is Verdict.NEEDS_PHYSICIAN


def test_what_is_not_known_may_count_in_full():
    nothing_known = points.nakajima({}, 45, None, {})

    assert nothing_known.least == 1
    assert nothing_known.most >= points.NAKAJIMA_ASKS_FROM


def test_a_finding_on_another_limb_was_not_signed_for_but_a_barred_limb_needs_no_signature():
    def about(name, *named):
        return screening.weigh(with_answer(FIT, name, "YES", named))

    signed = about("neuropathy", Limb.LEFT_LEG)
    assert screening.unanswered_by(signed, about("neuropathy", Limb.LEFT_LEG)) == []
    assert screening.unanswered_by(signed, about("neuropathy", Limb.LEFT_LEG, Limb.RIGHT_LEG))
    assert screening.unanswered_by(signed, about("neuropathy"))
    assert screening.unanswered_by(signed, about("wound", Limb.RIGHT_ARM)) == []


def test_only_what_cant_have_changed_is_not_asked_again():
    said = ALL_NO | {"previous_clot": "YES", "thrombophilia": "NO", "sickle_cell_trait": "NOT_KNOWN"}

    kept = screening.still_true(said)

    assert "previous_clot" in kept
    assert "sickle_cell_disease" in kept
    assert not kept & {"thrombophilia", "sickle_cell_trait", "wound", "jak_inhibitor"}
    assert not any(question.limbs and question.lasts is not Lasts.NO for question in QUESTIONS)


def test_two_weeks_without_training_ask_again_until_somebody_did():
    last = TODAY - UNTRAINED_FOR

    assert untrained(last, last, TODAY)
    assert untrained(last, None, TODAY)
    assert not untrained(last, TODAY, TODAY)
    assert not untrained(last + timedelta(days=1), last, TODAY)
    assert not untrained(None, date(2026, 1, 1), TODAY)


def test_wells_has_two_levels_and_the_alternative_counts_less():
    assert wells.score([]) == 0
    assert not wells.is_likely(wells.score(["calf"]))
    assert wells.is_likely(wells.score(["calf", "pitting"]))
    assert not wells.is_likely(wells.score(["calf", "pitting", "alternative"]))
    assert wells.score([item.name for item in wells.ITEMS]) == 7


def test_the_limb_of_a_prescription_is_one_of_four():
    assert on_side("LEG", "LEFT") is Limb.LEFT_LEG
    assert {on_side(limb, side) for limb in ("ARM", "LEG") for side in ("LEFT", "RIGHT")} == set(Limb)
