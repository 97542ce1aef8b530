"""What measurements come to: indices from inputs taken together, and a change judged against error and importance.

A change is first held against the error of the measure, then against what people notice. Where a range is known, the larger
number is asked for an improvement and the smaller one for a worsening, so that good news needs more than bad news.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain import indices
from patients.domain.indices import States

THRESHOLDS = Thresholds(Area.OUTCOMES, __name__)
TOGETHER = THRESHOLDS.of(timedelta(days=7), "days", "So far apart may the inputs of one index be taken")
"""CRP comes from the laboratory later."""

WARD = Source("Ward 2015, RA in active disease", Origin.PUBLISHED)
GILBERT = Source("Gilbert 2021, knee OA", Origin.PUBLISHED)
BINARD = Source("Binard 2008 (flare)", Origin.PUBLISHED)
CURTIS = Source("Curtis 2015, by the value at the start", Origin.PUBLISHED)
SCHOELS = Source("Schoels 2016 (minor response: half of the first value)", Origin.PUBLISHED)
FARRAR = Source("Farrar 2001", Origin.RECALLED)
WRIGHT = Source("Wright 2011, hip OA; error Kennedy 2005", Origin.RECALLED)
WALK = Source("20-50 m; error 61 m after knee replacement", Origin.RECALLED)
BOHANNON = Source("Bohannon 2019", Origin.RECALLED)
HAQ = Source("Better: Ward 2015, RA. Worse: 0.22 as recalled from trials", Origin.RECALLED)


class Reading(NamedTuple):
    """One value and when it was taken."""

    at: datetime
    value: float


class Verdict(StrEnum):
    """What a change is, in the words for people."""

    BETTER = "better, by an important amount"
    UNCLEAR = "no important change"
    WITHIN_ERROR = "within measurement error"
    WORSE = "worse, by an important amount"
    NOT_JUDGED = "not judged: no important change is known for this measure"


class Size(NamedTuple):
    """How large a change must be, as people read it, and as it counts from the first value."""

    words: str
    of: Callable[[float], float]


@dataclass(frozen=True)
class Importance:
    """How much is important. `more_is_better` tells the direction; `error` is the least change that is not chance.

    `better_by` and `worse_by` are None where none is known.
    """

    source: Source
    more_is_better: bool = False
    better_by: Size | None = None
    worse_by: Size | None = None
    error: float | None = None


def _by(size: float) -> Size:
    return Size(f"{size:g}", lambda first: size)


def _cdai_better_by(first: float) -> float:
    if first > 22:
        return 12
    return 6 if first >= 10 else 1


IMPORTANCE: Mapping[str, Importance] = {
    "PAIN_NRS": Importance(FARRAR, better_by=_by(2), worse_by=_by(2)),
    "PATIENT_GLOBAL_0_100": Importance(WARD, better_by=_by(18), worse_by=_by(18)),
    "DAS28-ESR": Importance(WARD, better_by=_by(1.2), worse_by=_by(1.2)),
    "DAS28-CRP": Importance(WARD, better_by=_by(1.0), worse_by=_by(1.0)),
    "SDAI": Importance(WARD, better_by=_by(13), worse_by=_by(13)),
    "CDAI": Importance(
        CURTIS, better_by=Size("1 below 10, 6 up to 22, then 12", _cdai_better_by), worse_by=_by(2)
    ),
    "DAPSA": Importance(SCHOELS, better_by=Size("half of the first value", lambda first: first / 2)),
    "PMR-AS": Importance(BINARD, worse_by=_by(6.6)),
    "HAQ_DI": Importance(HAQ, better_by=_by(0.375), worse_by=_by(0.22)),
    "CHAIR_STANDS_30S": Importance(WRIGHT, more_is_better=True, better_by=_by(2.6), worse_by=_by(2.0)),
    "TUG_S": Importance(WRIGHT, better_by=_by(1.4), worse_by=_by(0.8), error=2.49),
    "WALK_6MIN_M": Importance(WALK, more_is_better=True, better_by=_by(50), worse_by=_by(20), error=61),
    "GAIT_SPEED_M_S": Importance(GILBERT, more_is_better=True, better_by=_by(0.115), worse_by=_by(0.07)),
    "GRIP_LEFT_KG": Importance(BOHANNON, more_is_better=True, better_by=_by(6.5), worse_by=_by(5.0)),
    "GRIP_RIGHT_KG": Importance(BOHANNON, more_is_better=True, better_by=_by(6.5), worse_by=_by(5.0)),
}


THRESHOLDS.tell(
    *(
        (f"{name.replace('_', ' ')}: {words}", size.words, "in its unit", importance.source)
        for name, importance in IMPORTANCE.items()
        for words, size in (("better by", importance.better_by), ("worse by", importance.worse_by))
        if size
    ),
    *(
        (f"{name.replace('_', ' ')}: measurement error", importance.error, "in its unit", importance.source)
        for name, importance in IMPORTANCE.items()
        if importance.error is not None
    ),
)


def judge(name: str, first: float, newest: float) -> Verdict:
    """What the change from the first to the newest value of a measure or index is."""
    importance = IMPORTANCE.get(name)
    if importance is None:
        return Verdict.NOT_JUDGED
    gain = round(newest - first if importance.more_is_better else first - newest, 6)
    if importance.error is not None and abs(gain) <= importance.error:
        return Verdict.WITHIN_ERROR
    if _reaches(gain, importance.better_by, first):
        return Verdict.BETTER
    if _reaches(-gain, importance.worse_by, first):
        return Verdict.WORSE
    return Verdict.UNCLEAR


def _reaches(gain: float, by: Size | None, first: float) -> bool:
    return by is not None and gain > 0 and gain >= by.of(first)


def yardstick(name: str, first: float) -> str:
    """The numbers that a change was held against, and where they are from. Empty where there are none."""
    importance = IMPORTANCE.get(name)
    if importance is None:
        return ""
    sizes = (
        ("better from", importance.better_by and importance.better_by.of(first)),
        ("worse from", importance.worse_by and importance.worse_by.of(first)),
        ("error", importance.error),
    )
    numbers = ", ".join(f"{words} {size:g}" for words, size in sizes if size is not None)
    return f"{numbers}. {importance.source.words} ({importance.source.origin.value})."


@dataclass(frozen=True)
class Index:
    """A disease activity index: its inputs by kind of measurement, how it counts, and its states.

    The first input is the one around which the others are looked for. `stands_in_for`: only shown where that one is lacking.
    """

    name: str
    diagnosis: str
    inputs: tuple[str, ...]
    count: Callable[[Mapping[str, float]], float]
    states: States
    stands_in_for: str = ""


def _named(formula: Callable[..., float], **kinds: str) -> Callable[[Mapping[str, float]], float]:
    """The formula with its arguments taken from kinds of measurement."""

    def count(values: Mapping[str, float]) -> float:
        return formula(**{argument: values[kind] for argument, kind in kinds.items()})

    return count


def _with_tenth(formula: Callable[..., float], **kinds: Any) -> Callable[[Mapping[str, float]], float]:
    """The same, for sums that want the patient's global score as 0-10; it is kept as 0-100."""

    def count(values: Mapping[str, float]) -> float:
        tenth = values["PATIENT_GLOBAL_0_100"] / 10
        return formula(
            patient_global_0_10=tenth, **{argument: values[kind] for argument, kind in kinds.items()}
        )

    return count


JOINTS_28 = {"tender_28": "TENDER_28", "swollen_28": "SWOLLEN_28"}
GLOBAL = {"patient_global_0_100": "PATIENT_GLOBAL_0_100"}
PHYSICIAN = {"physician_global_0_10": "PHYSICIAN_GLOBAL_0_10"}
PSORIATIC = {"tender_68": "TENDER_68", "swollen_66": "SWOLLEN_66", "pain_0_10": "PAIN_NRS"}
CRP, ESR = {"crp_mg_l": "CRP_MG_L"}, {"esr_mm_h": "ESR_MM_H"}
POLYMYALGIA = {
    "morning_stiffness_min": "MORNING_STIFFNESS_MIN",
    "pain_0_10": "PAIN_NRS",
    "arm_elevation_0_3": "ARM_ELEVATION_0_3",
}


def _index(
    name: str,
    diagnosis: str,
    formula: Callable[..., float],
    states: States,
    kinds: Mapping[str, str],
    *,
    tenth: bool = False,
    stands_in_for: str = "",
) -> Index:
    inputs = (*kinds.values(), "PATIENT_GLOBAL_0_100") if tenth else tuple(kinds.values())
    count = (_with_tenth if tenth else _named)(formula, **kinds)
    return Index(name, diagnosis, inputs, count, states, stands_in_for)


INDICES: tuple[Index, ...] = (
    _index("DAS28-ESR", "RA", indices.das28_esr, indices.DAS28_STATES, JOINTS_28 | ESR | GLOBAL),
    _index("DAS28-CRP", "RA", indices.das28_crp, indices.DAS28_STATES, JOINTS_28 | CRP | GLOBAL),
    _index(
        "DAS28-ESR, 3 variables",
        "RA",
        indices.das28_esr_without_global,
        indices.DAS28_STATES,
        JOINTS_28 | ESR,
        stands_in_for="DAS28-ESR",
    ),
    _index(
        "DAS28-CRP, 3 variables",
        "RA",
        indices.das28_crp_without_global,
        indices.DAS28_STATES,
        JOINTS_28 | CRP,
        stands_in_for="DAS28-CRP",
    ),
    _index("SDAI", "RA", indices.sdai, indices.SDAI_STATES, JOINTS_28 | PHYSICIAN | CRP, tenth=True),
    _index("CDAI", "RA", indices.cdai, indices.CDAI_STATES, JOINTS_28 | PHYSICIAN, tenth=True),
    _index("DAPSA", "PSA", indices.dapsa, indices.DAPSA_STATES, PSORIATIC | CRP, tenth=True),
    _index("cDAPSA", "PSA", indices.cdapsa, indices.CDAPSA_STATES, PSORIATIC, tenth=True),
    _index("PMR-AS", "PMR", indices.pmr_as, indices.PMR_AS_STATES, POLYMYALGIA | PHYSICIAN | CRP),
)

Readings = Mapping[str, Sequence[Reading]]


def indices_for(diagnosis: str) -> tuple[Index, ...]:
    """The indices that are made for a disease."""
    return tuple(index for index in INDICES if index.diagnosis == diagnosis)


def series(index: Index, readings: Readings) -> list[Reading]:
    """The index at each time at which all its inputs are known, oldest first. A gap stays a gap."""
    found: list[Reading] = []
    for anchor in readings.get(index.inputs[0], ()):
        inputs = {kind: _nearest(readings.get(kind, ()), anchor.at) for kind in index.inputs}
        values = {kind: one.value for kind, one in inputs.items() if one is not None}
        if len(values) == len(index.inputs):
            found.append(Reading(anchor.at, index.count(values)))
    return found


def missing(index: Index, readings: Readings) -> tuple[str, ...]:
    """The kinds that are lacking for the index at the newest anchor, or all if there is none."""
    anchors = readings.get(index.inputs[0], ())
    if not anchors:
        return index.inputs
    return tuple(kind for kind in index.inputs if _nearest(readings.get(kind, ()), anchors[-1].at) is None)


def _nearest(readings: Sequence[Reading], at: datetime) -> Reading | None:
    """The reading closest in time, of those that count as taken together."""
    close = [one for one in readings if abs(one.at - at) <= TOGETHER]
    return min(close, key=lambda one: abs(one.at - at), default=None)
