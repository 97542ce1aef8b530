"""What the answers to the screening questions mean: findings with their reasons, and a verdict. Called by services and forms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain import points, readings
from patients.domain.findings import Finding, Severity
from patients.domain.limbs import Limb
from patients.domain.questions import QUESTIONS, Lasts, Question

THRESHOLDS = Thresholds(Area.SCREENING, __name__)
OLDER = Source(
    "A risk in Nascimento 2022, Table 3 (clot risk); asking a physician is this programme's", Origin.PROGRAMME
)
VALID_FOR = THRESHOLDS.of(
    timedelta(weeks=12), "weeks", "A screening holds so long; no published interval was found"
)
ADULT_FROM_YEARS = THRESHOLDS.of(18, "years", "Younger people are not in this programme")
OLDER_FROM_YEARS = THRESHOLDS.of(60, "years", "From this age on a physician is asked", OLDER)


class Answer(StrEnum):
    """What a person said. An answer that is missing is NOT_KNOWN."""

    YES = "YES"
    NO = "NO"
    NOT_KNOWN = "NOT_KNOWN"


class Verdict(StrEnum):
    """Where a screening leads, the strictest first. None of them replaces the physician's signature."""

    BARRED = "BARRED"
    LIMB_BARRED = "LIMB_BARRED"
    NEEDS_PHYSICIAN = "NEEDS_PHYSICIAN"
    CLEAR = "CLEAR"

    @property
    def words(self) -> str:
        """The verdict as a clinician reads it."""
        return {
            "BARRED": "Barred: an absolute contraindication holds.",
            "LIMB_BARRED": "A limb is barred. The others may train once a physician has signed.",
            "NEEDS_PHYSICIAN": "A physician must weigh each finding.",
            "CLEAR": "No finding that speaks against training.",
        }[self.value]


@dataclass(frozen=True)
class Sheet:
    """One round of a screening. What is missing is not known.

    `answers`: question name -> Answer. `limbs`: question name -> the limbs that a yes is about. `readings` as
    `domain.readings.NAMES`. `is_female` None: not known.
    """

    age_years: int
    is_female: bool | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    limbs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    readings: Mapping[str, float] = field(default_factory=dict)

    @property
    def improve_points(self) -> points.Points:
        """Clot risk by Nascimento 2022, Table 3."""
        return points.improve(self.answers, self.age_years)

    @property
    def nakajima_points(self) -> points.Points:
        """Clot risk by Nakajima 2011, as remembered."""
        return points.nakajima(self.answers, self.age_years, self.is_female, self.readings)


def weigh(sheet: Sheet) -> list[Finding]:
    """Every finding of a round, the gravest first: answers, numbers, age and points."""
    return in_order(
        [
            *findings(sheet.answers, sheet.limbs),
            *readings.findings(sheet.readings),
            *age_findings(sheet.age_years),
            *points.findings(sheet.improve_points, sheet.nakajima_points),
        ]
    )


def findings(answers: Mapping[str, str], limbs: Mapping[str, Sequence[str]] | None = None) -> list[Finding]:
    """Every finding that follows from the answers, the gravest first."""
    found = (
        _finding(question, answer_to(question, answers), (limbs or {}).get(question.name, ()))
        for question in QUESTIONS
    )
    return in_order(finding for finding in found if finding)


def age_findings(age_years: int) -> list[Finding]:
    """What follows from the age alone."""
    if age_years < ADULT_FROM_YEARS:
        words = f"Younger than {ADULT_FROM_YEARS}: not in this programme."
        return [Finding("age", Severity.ABSOLUTE, words, "Programme rule", Origin.PROGRAMME)]
    if age_years >= OLDER_FROM_YEARS:
        return [Finding("age", Severity.RELATIVE, f"Aged {OLDER_FROM_YEARS} or over.", *OLDER)]
    return []


def verdict(found: Iterable[Finding]) -> Verdict:
    """The strictest verdict that any finding asks for. A limb's finding bars the limb, not the person."""
    found = list(found)
    barred = barred_limbs(found)
    if len(barred) == len(Limb) or any(one.bars_person for one in found):
        return Verdict.BARRED
    if barred:
        return Verdict.LIMB_BARRED
    if any(one.needs_reason for one in found):
        return Verdict.NEEDS_PHYSICIAN
    return Verdict.CLEAR


def verdict_on(limb: Limb, found: Iterable[Finding]) -> Verdict:
    """What the findings say of one limb, with those of the whole person."""
    holding = [one for one in found if one.holds_for(limb)]
    if any(one.severity is Severity.ABSOLUTE for one in holding):
        return Verdict.BARRED
    return Verdict.NEEDS_PHYSICIAN if any(one.needs_reason for one in holding) else Verdict.CLEAR


def barred_limbs(found: Iterable[Finding]) -> dict[Limb, list[str]]:
    """Limbs on which no cuff may sit, each with the findings in words. Those of the whole person are not among them."""
    barring = [one for one in found if one.bars_limbs]
    limbs = {limb: [one.words for one in barring if limb in one.limbs] for limb in Limb}
    return {limb: words for limb, words in limbs.items() if words}


def reasons(found: Iterable[Finding]) -> list[str]:
    """The words of the findings that decide, the gravest first."""
    return [finding.full_words for finding in in_order(found) if finding.decides]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The gravest first, else as asked."""
    grave = list(Severity)
    return sorted(found, key=lambda finding: grave.index(finding.severity))


def unanswered_by(signed_for: Iterable[Finding], latest: Iterable[Finding]) -> list[Finding]:
    """Findings of the latest screening that the one signed for did not have, or had less gravely or on other limbs.

    What only bars a limb is not among them: it holds at once, and leaves nothing to weigh for the other limbs.
    """
    known = list(signed_for)
    return [one for one in latest if one.decides and not one.bars_limbs and not _is_among(one, known)]


def _is_among(finding: Finding, known: Iterable[Finding]) -> bool:
    return any(
        (one.name, one.severity) == (finding.name, finding.severity)
        and (not one.limbs or (finding.limbs and set(finding.limbs) <= set(one.limbs)))
        for one in known
    )


def still_true(answers: Mapping[str, str]) -> set[str]:
    """Names of the questions whose last answer can't have changed: they need not be asked again."""
    return {question.name for question in QUESTIONS if _stays(question, answer_to(question, answers))}


def _stays(question: Question, answer: Answer) -> bool:
    if question.lasts is Lasts.INBORN:
        return answer is not Answer.NOT_KNOWN
    return question.lasts is Lasts.ONCE_YES and answer is Answer.YES


def answer_to(question: Question, answers: Mapping[str, str]) -> Answer:
    """The answer given. Anything that is not plainly yes or no is NOT_KNOWN."""
    given = answers.get(question.name)
    return Answer(given) if given in (Answer.YES, Answer.NO) else Answer.NOT_KNOWN


def _finding(question: Question, answer: Answer, limbs: Sequence[str]) -> Finding | None:
    """A yes that names no limb holds for the whole person, and so does what nobody knows."""
    if answer is Answer.NO:
        return None
    source, origin = question.source, question.origin
    if answer is Answer.YES:
        named = tuple(limb for limb in question.limbs if limb in limbs)
        return Finding(question.name, question.severity, question.words, source, origin, named)
    words = f"Not known: {question.text}"
    return Finding(question.name, Severity.UNKNOWN, words, source, origin)
