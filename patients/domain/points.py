"""Points of clot risk: the table of Nascimento 2022 (the IMPROVE model), and Nakajima 2011 as it is remembered.

Neither bars anybody by itself: from a number on they ask for a physician. What is not known counts as it would
if it were so: `most` is what the points may be.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain.findings import CLOT_TABLE, NAKAJIMA, Finding, Severity
from patients.domain.readings import body_mass_index

THRESHOLDS = Thresholds(Area.SCREENING, __name__)


def _plain(*names: str) -> str:
    return " or ".join(name.replace("_", " ") for name in names)


IMPROVE = Source(
    "IMPROVE convention: 2-3 moderate, 4 or more high; asking a physician is ours", Origin.PROGRAMME
)
IMPROVE_POINTS = {
    "previous_clot": 3,
    "thrombophilia": 2,
    "leg_paralysis": 2,
    "past_cancer": 2,
    "intensive_care": 1,
    "immobilised": 1,
}
IMPROVE_AGE_FROM = THRESHOLDS.of(60, "years", "Clot risk: age that counts", CLOT_TABLE)
IMPROVE_AGE_POINTS = THRESHOLDS.of(1, "points", "Clot risk: points of that age", CLOT_TABLE)
IMPROVE_ASKS_FROM = THRESHOLDS.of(2, "points", "Clot risk: from here on a physician decides", IMPROVE)
"""2-3 is called moderate and 4 or more high (a convention for hospital inpatients, seen in a secondary source); that
a physician is asked from here on is this programme's."""

NAKAJIMA_POINTS = (
    (("previous_clot", "thrombophilia"), 5),
    (("pregnancy",), 4),
    (("varicose_veins",), 3),
    (("immobilised",), 3),
    (("heart_failure_or_fibrillation",), 3),
    (("high_lipids", "very_high_lipids"), 2),
    (("active_cancer", "past_cancer"), 2),
    (("hormones", "steroids"), 2),
    (("leg_paralysis",), 2),
    (("high_haemoglobin",), 2),
)
"""Any yes of a row counts its points once (recalled, not checked in the paper)."""
NAKAJIMA_AGES = ((61, 2), (40, 1))
NAKAJIMA_BODY_MASS = ((30.0, 2), (25.0, 1))
"""From which age, and from which body mass index, how many points; the first that holds counts (recalled). Ages are
remembered as 40 to 58 and above 60: the gap counts as the younger."""
NAKAJIMA_ASKS_FROM = THRESHOLDS.of(5, "points", "Nakajima: from here on a physician decides", NAKAJIMA)
"""The paper is remembered to call 5 points a contraindication; here they ask for a physician (recalled)."""

THRESHOLDS.tell(
    *(
        (f"Clot risk: {_plain(name)}", points, "points", CLOT_TABLE)
        for name, points in IMPROVE_POINTS.items()
    ),
    *((f"Nakajima: {_plain(*names)}", points, "points", NAKAJIMA) for names, points in NAKAJIMA_POINTS),
    *((f"Nakajima: age from {least}", points, "points", NAKAJIMA) for least, points in NAKAJIMA_AGES),
    *(
        (f"Nakajima: body mass index from {least:g}", points, "points", NAKAJIMA)
        for least, points in NAKAJIMA_BODY_MASS
    ),
)


@dataclass(frozen=True)
class Points:
    """At least and at most, for what is not known may hold."""

    least: int
    most: int

    def __add__(self, other: "Points") -> "Points":
        return Points(self.least + other.least, self.most + other.most)

    def __str__(self) -> str:
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


NONE = Points(0, 0)


def improve(answers: Mapping[str, str], age_years: int) -> Points:
    """The points of Nascimento 2022, Table 3."""
    age = IMPROVE_AGE_POINTS if age_years >= IMPROVE_AGE_FROM else 0
    rows = (_row((name,), points, answers) for name, points in IMPROVE_POINTS.items())
    return sum(rows, Points(age, age))


def nakajima(
    answers: Mapping[str, str], age_years: int, is_female: bool | None, readings: Mapping[str, float]
) -> Points:
    """The points of Nakajima 2011 as remembered. `is_female` None: not known."""
    rows = (_row(names, points, answers) for names, points in NAKAJIMA_POINTS)
    sex = Points(0, 1) if is_female is None else Points(int(is_female), int(is_female))
    return sum(rows, _age(age_years) + sex + _body_mass(body_mass_index(readings)))


def findings(improve_points: Points, nakajima_points: Points) -> list[Finding]:
    """From which number on a physician decides."""
    found = []
    if improve_points.most >= IMPROVE_ASKS_FROM:
        words = f"Clot risk: {improve_points} points, physician decision needed from {IMPROVE_ASKS_FROM} on."
        source = Source(f"{CLOT_TABLE.words}; from which number on is this programme's", Origin.PROGRAMME)
        found.append(Finding("improve_points", Severity.RELATIVE, words, *source))
    if nakajima_points.most >= NAKAJIMA_ASKS_FROM:
        words = f"Nakajima: {nakajima_points} points, physician decision needed from {NAKAJIMA_ASKS_FROM} on."
        found.append(Finding("nakajima_points", Severity.RELATIVE, words, *NAKAJIMA))
    return found


def _row(names: tuple[str, ...], points: int, answers: Mapping[str, str]) -> Points:
    said = [answers.get(name) for name in names]
    is_sure, may_be = "YES" in said, any(answer != "NO" for answer in said)
    return Points(points if is_sure else 0, points if may_be else 0)


def _age(years: int) -> Points:
    return _from(years, NAKAJIMA_AGES)


def _body_mass(index: float | None) -> Points:
    return Points(0, NAKAJIMA_BODY_MASS[0][1]) if index is None else _from(index, NAKAJIMA_BODY_MASS)


def _from(value: float, steps: tuple[tuple[float, int], ...]) -> Points:
    points = next((points for least, points in steps if value >= least), 0)
    return Points(points, points)
