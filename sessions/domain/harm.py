"""What is asked of an adverse event besides its grade: seriousness, cause, special interest. Words for people are the form's.

Seriousness after ICH E2A (as remembered), a matter apart from severity. A clinic judges cause by one of two sets, WHO-UMC or
ISO 14155 with MDCG 2020-10 (both as remembered). Which events are of special interest is a programme setting.
"""

from enum import StrEnum


class Serious(StrEnum):
    """Any of these makes an event serious, however mild it looked."""

    DEATH = "DEATH"
    DANGER = "DANGER"
    HOSPITAL = "HOSPITAL"
    DISABILITY = "DISABILITY"
    ANOMALY = "ANOMALY"
    IMPORTANT = "IMPORTANT"


class CausalitySet(StrEnum):
    """By which words a clinic judges cause."""

    WHO_UMC = "WHO_UMC"
    ISO_14155 = "ISO_14155"

    @property
    def choices(self) -> tuple["Causality", ...]:
        """Its words, from none to certain."""
        return OF_SET[self]


class Causality(StrEnum):
    """What training had to do with it."""

    UNASSESSABLE = "UNASSESSABLE"
    CONDITIONAL = "CONDITIONAL"
    UNLIKELY = "UNLIKELY"
    POSSIBLE = "POSSIBLE"
    PROBABLE = "PROBABLE"
    CERTAIN = "CERTAIN"
    NOT_RELATED = "NOT_RELATED"
    CAUSAL = "CAUSAL"


OF_SET = {
    CausalitySet.WHO_UMC: (
        Causality.UNASSESSABLE,
        Causality.CONDITIONAL,
        Causality.UNLIKELY,
        Causality.POSSIBLE,
        Causality.PROBABLE,
        Causality.CERTAIN,
    ),
    CausalitySet.ISO_14155: (
        Causality.NOT_RELATED,
        Causality.POSSIBLE,
        Causality.PROBABLE,
        Causality.CAUSAL,
    ),
}


class Special(StrEnum):
    """Events that are looked for wherever this training is done."""

    CLOT = "CLOT"
    MUSCLE = "MUSCLE"
    SYNCOPE = "SYNCOPE"
    NERVE = "NERVE"
    PRESSURE = "PRESSURE"
    FLARE = "FLARE"
    FALL = "FALL"
