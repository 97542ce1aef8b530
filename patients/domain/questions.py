"""The screening questions as data: the chapters of the form, and all questions in their order."""

from dataclasses import dataclass
from enum import StrEnum

from patients.domain import questions_arthritis as arthritis
from patients.domain import questions_bfr as bfr
from patients.domain.findings import Origin, Severity

QUESTIONS_VERSION = 1
"""Goes up whenever a question is added, dropped or changes its meaning."""


class Group(StrEnum):
    """A chapter of the form, with its heading."""

    GENERAL = "General health"
    CLOT = "Risk of a blood clot"
    HEART = "Heart, vessels and blood pressure"
    LIMB = "Limbs and skin"
    MEDICINES = "Medicines"
    ARTHRITIS = "Arthritis"
    GCA = "Signs of giant cell arteritis"


@dataclass(frozen=True)
class Question:
    """One question. `words` is the finding if the answer is yes; `severity` what such a finding does."""

    name: str
    group: Group
    severity: Severity
    text: str
    words: str
    source: str
    origin: Origin


CHAPTERS = {
    Group.GENERAL: bfr.GENERAL,
    Group.CLOT: bfr.CLOT,
    Group.HEART: bfr.HEART,
    Group.LIMB: bfr.LIMB,
    Group.MEDICINES: arthritis.MEDICINES,
    Group.ARTHRITIS: arthritis.ARTHRITIS,
    Group.GCA: arthritis.GCA,
}
QUESTIONS = tuple(
    Question(name, group, severity, text, words, *source)
    for group, rows in CHAPTERS.items()
    for name, severity, text, words, source in rows
)
