"""What counts as a flare, disease by disease: from numbers where a rule was published, else from what the patient tells.

RA and polymyalgia have numeric rules. Osteoarthritis has no agreed definition and psoriatic arthritis no validated one: theirs are
working rules of this programme. A rule that lacks its numbers says nothing; it never says that there is no flare. Whoever says
that they have a flare, has one: a report needs no rule behind it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from patients.domain import indices
from patients.domain.findings import REASONED

THRESHOLDS = Thresholds(Area.PHASES, __name__)
ACTIVE = Source("van der Maas 2013; which DAS28 it refers to was not read", Origin.RECALLED)
VAN_DER_MAAS = Source("van der Maas 2013; which DAS28 the 3.2 refers to was not read", Origin.PUBLISHED)
KONZETT = Source("Konzett 2024", Origin.PUBLISHED)
BINARD = Source("Binard 2008", Origin.PUBLISHED)

DAS28_RISE = THRESHOLDS.of(1.2, "points", "Flare in RA: DAS28 rises by more than this", VAN_DER_MAAS)
DAS28_RISE_WHEN_ACTIVE = THRESHOLDS.of(
    0.6, "points", "Flare in active RA: DAS28 rises by more than this", VAN_DER_MAAS
)
DAS28_ACTIVE = THRESHOLDS.of(3.2, "points", "RA counts as active for that rule from this DAS28 on", ACTIVE)
SDAI_RISE = THRESHOLDS.of(4.7, "points", "Flare in RA: SDAI rises by this or more", KONZETT)
CDAI_RISE = THRESHOLDS.of(4.5, "points", "Flare in RA: CDAI rises by this or more", KONZETT)
PMR_AS_LEVEL = THRESHOLDS.of(9.35, "points", "Flare in PMR: PMR-AS is this or more", BINARD)
PMR_AS_RISE = THRESHOLDS.of(6.6, "points", "Flare in PMR: PMR-AS rises by this or more", BINARD)
PAIN_RISE = THRESHOLDS.of(
    2, "points of 10", "Flare in OA: pain above usual, with swelling or stiffness", REASONED
)
PAIN_LASTS_H = THRESHOLDS.of(24, "h", "Flare in OA: it lasts longer than this", REASONED)
EASED_FOR = THRESHOLDS.of(
    timedelta(days=14), "days", "After a flare, the suggestion to begin gently stays so long"
)

RESUME = (
    "Suggestion for the first sessions after a flare: 60-70 % of the volume before it, at 40 % LOP, and nothing on or through a "
    "joint that is still swollen (programme setting)."
)


class Control(StrEnum):
    """Whether a flare is under control. Not known is not."""

    YES = "YES"
    NO = "NO"
    NOT_KNOWN = "NOT_KNOWN"


class Sign(StrEnum):
    """What a patient or clinician may see in a flare."""

    SWELLING = "SWELLING"
    STIFFNESS = "STIFFNESS"
    NEW_SWOLLEN_JOINT = "NEW_SWOLLEN_JOINT"
    DACTYLITIS = "DACTYLITIS"
    ENTHESITIS = "ENTHESITIS"

    @property
    def words(self) -> str:
        """As a person would say it."""
        return {
            "SWELLING": "Swelling",
            "STIFFNESS": "More stiffness than usual",
            "NEW_SWOLLEN_JOINT": "A joint that was not swollen before",
            "DACTYLITIS": "A whole finger or toe is swollen",
            "ENTHESITIS": "A sore place where a tendon meets the bone",
        }[self.value]


class Pair(NamedTuple):
    """One index at the assessment before and at the latest."""

    before: float
    now: float

    @property
    def rise(self) -> float:
        """By how much it went up, rounded so that 4.7 is 4.7."""
        return round(self.now - self.before, 6)


@dataclass(frozen=True)
class Told:
    """What the patient tells. None means not said."""

    usual_pain_nrs: int | None = None
    pain_nrs: int | None = None
    lasted_h: int | None = None
    signs: Collection[str] = ()


@dataclass(frozen=True)
class Facts:
    """The indices of the disease, by name, and what the patient tells. `pmr_as_now` may be known without one before."""

    pairs: dict[str, Pair] = field(default_factory=dict)
    pmr_as_now: float | None = None
    told: Told = Told()


@dataclass(frozen=True)
class Hit:
    """A rule that is met, in words, and where it is from."""

    words: str
    source: Source


def hits(diagnosis: str, facts: Facts) -> list[Hit]:
    """Every rule of this disease that is met."""
    return RULES[diagnosis](facts) if diagnosis in RULES else []


def _rheumatoid(facts: Facts) -> list[Hit]:
    found = []
    for name in ("DAS28-ESR", "DAS28-CRP"):
        pair = facts.pairs.get(name)
        if pair and _das28_flares(pair):
            found.append(Hit(_rose(name, pair), VAN_DER_MAAS))
    for name, least in (("SDAI", SDAI_RISE), ("CDAI", CDAI_RISE)):
        pair = facts.pairs.get(name)
        if pair and pair.rise >= least:
            found.append(Hit(_rose(name, pair), KONZETT))
    return found


def _das28_flares(pair: Pair) -> bool:
    return pair.rise > DAS28_RISE or (pair.rise > DAS28_RISE_WHEN_ACTIVE and pair.now >= DAS28_ACTIVE)


def _polymyalgia(facts: Facts) -> list[Hit]:
    found = []
    if facts.pmr_as_now is not None and facts.pmr_as_now >= PMR_AS_LEVEL:
        found.append(Hit(f"PMR-AS is {facts.pmr_as_now:.1f} ({PMR_AS_LEVEL:g} or more).", BINARD))
    pair = facts.pairs.get("PMR-AS")
    if pair and pair.rise >= PMR_AS_RISE:
        found.append(Hit(_rose("PMR-AS", pair), BINARD))
    return found


def _osteoarthritis(facts: Facts) -> list[Hit]:
    told = facts.told
    if told.usual_pain_nrs is None or told.pain_nrs is None or told.lasted_h is None:
        return []
    is_worse = told.pain_nrs - told.usual_pain_nrs >= PAIN_RISE and told.lasted_h > PAIN_LASTS_H
    if not (is_worse and {Sign.SWELLING, Sign.STIFFNESS, Sign.NEW_SWOLLEN_JOINT} & set(told.signs)):
        return []
    words = f"Pain {PAIN_RISE} points or more above usual for more than {PAIN_LASTS_H} h, with swelling or stiffness."
    return [Hit(words, REASONED)]


def _psoriatic(facts: Facts) -> list[Hit]:
    found = []
    for name, states in (("DAPSA", indices.DAPSA_STATES), ("cDAPSA", indices.CDAPSA_STATES)):
        pair = facts.pairs.get(name)
        if pair and states.rank(pair.now) > states.rank(pair.before):
            words = f"{name} went from {states.words(pair.before)} to {states.words(pair.now)}."
            found.append(Hit(words, REASONED))
    if {Sign.NEW_SWOLLEN_JOINT, Sign.DACTYLITIS, Sign.ENTHESITIS} & set(facts.told.signs):
        found.append(Hit("A new swollen joint, a swollen finger or toe, or a new sore tendon.", REASONED))
    return found


RULES: dict[str, Callable[[Facts], list[Hit]]] = {
    "RA": _rheumatoid,
    "PMR": _polymyalgia,
    "OA": _osteoarthritis,
    "PSA": _psoriatic,
}


def _rose(name: str, pair: Pair) -> str:
    return f"{name} rose by {pair.rise:.1f}, from {pair.before:.1f} to {pair.now:.1f}."
