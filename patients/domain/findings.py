"""The words of screening: how grave something is, where a rule is from, and a finding that carries both."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self


class Severity(StrEnum):
    """What a finding does, the gravest first. UNKNOWN is an answer that nobody could give, never a no."""

    ABSOLUTE = "ABSOLUTE"
    UNKNOWN = "UNKNOWN"
    RELATIVE = "RELATIVE"
    NOTE = "NOTE"


class Origin(StrEnum):
    """Where a rule is from, in the words shown beside it."""

    PUBLISHED = "published"
    SECONDARY = "seen in a secondary source only"
    PROGRAMME = "programme setting"


class Source(NamedTuple):
    """What a rule rests on, and which kind of ground that is."""

    words: str
    origin: Origin


REASONED = Source("Clinical reasoning of this programme", Origin.PROGRAMME)
CLINIC_LISTS = Source("Contraindication lists of BFR clinics", Origin.SECONDARY)
CLOT_TABLE = Source("Nascimento 2022, Table 3 (clot risk)", Origin.PUBLISHED)
HEART_TABLE = Source("Nascimento 2022, Table 5 (cardiovascular checklist)", Origin.PUBLISHED)
FLORIDA = Source("Exclusion of the University of Florida trial (NCT02868021)", Origin.PUBLISHED)


@dataclass(frozen=True)
class Finding:
    """Something that speaks against training, or should be kept in mind, and where the rule is from."""

    name: str
    severity: Severity
    words: str
    source: str
    origin: Origin

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
        return cls(data["name"], Severity(data["severity"]), data["words"], data["source"], origin)
