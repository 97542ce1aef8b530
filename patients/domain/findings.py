"""The words of screening: how grave something is, where a rule is from, and a finding that carries both."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from kaatsu_clinic.thresholds import Origin, Source
from patients.domain.limbs import Limb


class Severity(StrEnum):
    """What a finding does, the gravest first. UNKNOWN is an answer that nobody could give, never a no."""

    ABSOLUTE = "ABSOLUTE"
    UNKNOWN = "UNKNOWN"
    RELATIVE = "RELATIVE"
    NOTE = "NOTE"


REASONED = Source("Clinical reasoning of this programme", Origin.PROGRAMME)
CLINIC_LISTS = Source("Contraindication lists of BFR clinics", Origin.SECONDARY)
CLOT_TABLE = Source("Nascimento 2022, Table 3 (clot risk)", Origin.PUBLISHED)
HEART_TABLE = Source(
    "Nascimento 2022, Table 5 (cardiovascular checklist, of which about 24 items were seen)", Origin.PUBLISHED
)
NAKAJIMA = Source("Points of Nakajima 2011, as remembered: not checked against the paper", Origin.RECALLED)
FLORIDA = Source("Exclusion of the University of Florida trial (NCT02868021)", Origin.PUBLISHED)


@dataclass(frozen=True)
class Finding:
    """Something that speaks against training, or should be kept in mind, and where the rule is from.

    `limbs` are those it holds for; empty: it holds for the whole person.
    """

    name: str
    severity: Severity
    words: str
    source: str
    origin: Origin
    limbs: tuple[Limb, ...] = ()

    def holds_for(self, limb: Limb) -> bool:
        """It speaks of this limb, or of the whole person."""
        return not self.limbs or limb in self.limbs

    @property
    def bars_person(self) -> bool:
        """Nobody trains with it, on no limb."""
        return self.severity is Severity.ABSOLUTE and not self.limbs

    @property
    def bars_limbs(self) -> bool:
        """It bars the limbs that it names; the person may train the others."""
        return self.severity is Severity.ABSOLUTE and bool(self.limbs)

    @property
    def limb_words(self) -> str:
        """The limbs it names, in words. Empty for the whole person."""
        return ", ".join(limb.words for limb in self.limbs)

    @property
    def full_words(self) -> str:
        """The finding with the limbs it names."""
        return f"{self.words} ({self.limb_words})" if self.limbs else self.words

    @property
    def needs_reason(self) -> bool:
        """A physician who lets someone train in spite of it writes down why."""
        return self.severity in (Severity.RELATIVE, Severity.UNKNOWN)

    @property
    def decides(self) -> bool:
        """It is more than a note."""
        return self.severity is not Severity.NOTE

    def to_json(self) -> dict[str, Any]:
        """Plain values, as kept with the screening."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The finding that `to_json` wrote."""
        origin = Origin(data.get("origin", Origin.PROGRAMME))
        limbs = tuple(Limb(one) for one in data.get("limbs", ()))
        return cls(data["name"], Severity(data["severity"]), data["words"], data["source"], origin, limbs)
