"""What the answers to the screening questions mean: findings with their reasons, and a verdict. Called by services and forms."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from patients.domain.findings import Finding, Origin, Severity
from patients.domain.questions import QUESTIONS, Question

VALID_FOR = timedelta(weeks=12)
"""How long a screening holds (programme setting: no published interval was found)."""

ADULT_FROM_YEARS = 18
"""Younger people are not in this programme (programme setting)."""

OLDER_FROM_YEARS = 60
"""From this age on clot risk counts one point more in Nascimento 2022, Table 3 (published); asking a physician is ours."""


class Answer(StrEnum):
    """What a person said. An answer that is missing is NOT_KNOWN."""

    YES = "YES"
    NO = "NO"
    NOT_KNOWN = "NOT_KNOWN"


class Verdict(StrEnum):
    """Where a screening leads, the strictest first. None of them replaces the physician's signature."""

    BARRED = "BARRED"
    NEEDS_PHYSICIAN = "NEEDS_PHYSICIAN"
    CLEAR = "CLEAR"

    @property
    def words(self) -> str:
        """The verdict as a clinician reads it."""
        return {
            "BARRED": "Barred: an absolute contraindication holds.",
            "NEEDS_PHYSICIAN": "A physician must weigh each finding.",
            "CLEAR": "No finding that speaks against training.",
        }[self.value]


def findings(answers: Mapping[str, str]) -> list[Finding]:
    """Every finding that follows from the answers, the gravest first."""
    found = (_finding(question, answer_to(question, answers)) for question in QUESTIONS)
    return in_order(finding for finding in found if finding)


def age_findings(age_years: int) -> list[Finding]:
    """What follows from the age alone."""
    if age_years < ADULT_FROM_YEARS:
        words = f"Younger than {ADULT_FROM_YEARS}: not in this programme."
        return [Finding("age", Severity.ABSOLUTE, words, "Programme rule", Origin.PROGRAMME)]
    if age_years >= OLDER_FROM_YEARS:
        source = "A risk in Nascimento 2022, Table 3 (clot risk); asking a physician is this programme's"
        return [
            Finding("age", Severity.RELATIVE, f"Aged {OLDER_FROM_YEARS} or over.", source, Origin.PROGRAMME)
        ]
    return []


def verdict(found: Iterable[Finding]) -> Verdict:
    """The strictest verdict that any finding asks for."""
    severities = {finding.severity for finding in found}
    if Severity.ABSOLUTE in severities:
        return Verdict.BARRED
    if severities & {Severity.RELATIVE, Severity.UNKNOWN}:
        return Verdict.NEEDS_PHYSICIAN
    return Verdict.CLEAR


def reasons(found: Iterable[Finding]) -> list[str]:
    """The words of the findings that decide, the gravest first."""
    return [finding.words for finding in in_order(found) if finding.decides]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The gravest first, else as asked."""
    grave = list(Severity)
    return sorted(found, key=lambda finding: grave.index(finding.severity))


def unanswered_by(signed_for: Iterable[Finding], latest: Iterable[Finding]) -> list[Finding]:
    """Findings of the latest screening that the one signed for did not have, or had less gravely."""
    known = {(finding.name, finding.severity) for finding in signed_for}
    return [
        finding for finding in latest if finding.decides and (finding.name, finding.severity) not in known
    ]


def answer_to(question: Question, answers: Mapping[str, str]) -> Answer:
    """The answer given. Anything that is not plainly yes or no is NOT_KNOWN."""
    given = answers.get(question.name)
    return Answer(given) if given in (Answer.YES, Answer.NO) else Answer.NOT_KNOWN


def _finding(question: Question, answer: Answer) -> Finding | None:
    if answer is Answer.NO:
        return None
    if answer is Answer.YES:
        return Finding(question.name, question.severity, question.words, question.source, question.origin)
    return Finding(
        question.name, Severity.UNKNOWN, f"Not known: {question.text}", question.source, question.origin
    )
