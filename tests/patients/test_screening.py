"""What the answers mean: unknown is never a no, and more yes is never laxer."""

from hypothesis import given
from hypothesis import strategies as st

from kaatsu_clinic.thresholds import Origin
from patients.domain import screening
from patients.domain.findings import Finding, Severity
from patients.domain.questions import QUESTIONS
from patients.domain.screening import Answer, Verdict

ALL_NO = {question.name: "NO" for question in QUESTIONS}
STRICTEST_FIRST = list(Verdict)
names = st.sampled_from([question.name for question in QUESTIONS])
answer_sheets = st.fixed_dictionaries({question.name: st.sampled_from(Answer) for question in QUESTIONS})
weighed = [question.name for question in QUESTIONS if question.severity is not Severity.NOTE]


def verdict(answers):
    return screening.verdict(screening.findings(answers))


def named(severity):
    return next(question for question in QUESTIONS if question.severity is severity)


def test_every_question_is_told_apart_and_says_where_it_is_from():
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)
    assert all(question.source and question.text.endswith("?") for question in QUESTIONS)


def test_no_to_everything_finds_nothing():
    assert screening.findings(ALL_NO) == []
    assert verdict(ALL_NO) is Verdict.CLEAR


def test_an_absolute_contraindication_bars_and_says_why():
    question = named(Severity.ABSOLUTE)

    found = screening.findings(ALL_NO | {question.name: "YES"})

    assert screening.verdict(found) is Verdict.BARRED
    assert screening.reasons(found) == [question.words]


def test_a_relative_one_needs_a_physician():
    assert verdict(ALL_NO | {named(Severity.RELATIVE).name: "YES"}) is Verdict.NEEDS_PHYSICIAN


def test_a_note_is_kept_and_decides_nothing():
    question = named(Severity.NOTE)

    found = screening.findings(ALL_NO | {question.name: "YES"})

    assert [finding.words for finding in found] == [question.words]
    assert screening.verdict(found) is Verdict.CLEAR


def test_nothing_answered_is_never_clear():
    found = screening.findings({})

    assert len(found) == len(QUESTIONS)
    assert screening.verdict(found) is Verdict.NEEDS_PHYSICIAN


@given(names, st.sampled_from(["NOT_KNOWN", "", "no", "None", "ja"]))
def test_whatever_is_not_plainly_no_is_a_finding(name, answer):
    assert verdict(ALL_NO | {name: answer}) is not Verdict.CLEAR


@given(answer_sheets, names)
def test_no_combination_with_an_unknown_is_clear(answers, name):
    assert verdict(answers | {name: Answer.NOT_KNOWN}) is not Verdict.CLEAR
    assert verdict({key: value for key, value in answers.items() if key != name}) is not Verdict.CLEAR


@given(answer_sheets, names)
def test_one_more_yes_is_never_laxer_than_a_no(answers, name):
    before = verdict(answers | {name: Answer.NO})
    after = verdict(answers | {name: Answer.YES})

    assert STRICTEST_FIRST.index(after) <= STRICTEST_FIRST.index(before)


@given(answer_sheets, st.sampled_from(weighed))
def test_a_yes_is_never_laxer_than_an_unknown_where_it_weighs(answers, name):
    before = verdict(answers | {name: Answer.NOT_KNOWN})
    after = verdict(answers | {name: Answer.YES})

    assert STRICTEST_FIRST.index(after) <= STRICTEST_FIRST.index(before)


@given(answer_sheets)
def test_findings_survive_being_kept_and_come_gravest_first(answers):
    found = screening.findings(answers)

    assert [Finding.from_json(finding.to_json()) for finding in found] == found
    assert found == screening.in_order(found)


def test_a_child_is_barred_and_sixty_is_for_a_physician():
    assert screening.verdict(screening.age_findings(17)) is Verdict.BARRED
    assert screening.age_findings(59) == []
    assert screening.verdict(screening.age_findings(60)) is Verdict.NEEDS_PHYSICIAN


def test_a_graver_or_newer_finding_was_not_signed_for():
    old = [Finding("smoking", Severity.UNKNOWN, "?", "s", Origin.PROGRAMME)]
    new = [
        Finding("smoking", Severity.RELATIVE, "Smoking.", "s", Origin.PROGRAMME),
        Finding("bruising", Severity.NOTE, "Bruises.", "s", Origin.PROGRAMME),
    ]

    assert screening.unanswered_by(old, new) == new[:1]
    assert screening.unanswered_by(new, new) == []
