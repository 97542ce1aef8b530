"""The screening questions as data: the chapters of the form, and all questions in their order."""

from dataclasses import dataclass
from enum import StrEnum

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain import questions_arthritis as arthritis
from patients.domain import questions_bfr as bfr
from patients.domain import questions_heart as heart
from patients.domain.findings import Severity
from patients.domain.limbs import ALL_LIMBS, LEGS, Limb

QUESTIONS_VERSION = 2
"""Goes up whenever a question is added, dropped or changes its meaning."""


class Group(StrEnum):
    """A chapter of the form, with its heading."""

    GENERAL = "General health"
    CLOT = "Risk of a blood clot"
    HEART = "Heart and vessels"
    LIMB = "Limbs and skin"
    MEDICINES = "Medicines"
    ARTHRITIS = "Arthritis"
    GCA = "Signs of giant cell arteritis"


class Lasts(StrEnum):
    """How long an answer stays true. What may have changed is asked again (programme setting)."""

    INBORN = "INBORN"
    """Yes and no stay."""
    ONCE_YES = "ONCE_YES"
    """A yes stays; a no may have changed."""
    NO = "NO"
    """Either may have changed."""


@dataclass(frozen=True)
class Question:
    """One question. `words` is the finding if the answer is yes; `severity` what such a finding does.

    `limbs` are those that a yes may be about; empty: it is about the whole person.
    """

    name: str
    group: Group
    severity: Severity
    text: str
    words: str
    source: str
    origin: Origin
    limbs: tuple[Limb, ...] = ()
    lasts: Lasts = Lasts.NO


CHAPTERS = {
    Group.GENERAL: bfr.GENERAL,
    Group.CLOT: bfr.CLOT,
    Group.HEART: heart.HEART,
    Group.LIMB: bfr.LIMB,
    Group.MEDICINES: arthritis.MEDICINES,
    Group.ARTHRITIS: arthritis.ARTHRITIS,
    Group.GCA: arthritis.GCA,
}
OF_LIMBS = {
    "arterial_disease": ALL_LIMBS,
    "dialysis_access": ALL_LIMBS,
    "lymphoedema": ALL_LIMBS,
    "wound": ALL_LIMBS,
    "neuropathy": ALL_LIMBS,
    "arthroplasty": ALL_LIMBS,
    "hot_joint": ALL_LIMBS,
    "psoriatic_plaque": ALL_LIMBS,
    "baker_cyst": LEGS,
}
"""Asked of each limb: such a finding is about the limb, not about the person."""

LASTING = {
    "sickle_cell_disease": Lasts.INBORN,
    "sickle_cell_trait": Lasts.INBORN,
    "congenital_heart": Lasts.INBORN,
    "previous_clot": Lasts.ONCE_YES,
    "thrombophilia": Lasts.ONCE_YES,
    "rhabdomyolysis": Lasts.ONCE_YES,
    "cardiac_arrest": Lasts.ONCE_YES,
    "coronary_disease": Lasts.ONCE_YES,
}
QUESTIONS = tuple(
    Question(
        name,
        group,
        severity,
        text,
        words,
        *source,
        limbs=OF_LIMBS.get(name, ()),
        lasts=LASTING.get(name, Lasts.NO),
    )
    for group, rows in CHAPTERS.items()
    for name, severity, text, words, source in rows
)
THRESHOLDS = Thresholds(Area.SCREENING, __name__)
THRESHOLDS.tell(
    *(
        (
            f"Yes to: {question.text}",
            f"{question.severity.lower()} finding",
            "",
            Source(question.source, question.origin),
        )
        for question in QUESTIONS
    )
)
