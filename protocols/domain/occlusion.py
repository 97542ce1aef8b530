"""Limb occlusion pressure (LOP): what was measured, how long it holds, and for what it may be used.

%LOP exists only for an mmHg cuff with a measured LOP of that limb, side, posture and cuff (map D10).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from devices.domain.units import Scale

VALID_FOR = timedelta(days=30)
"""How long a LOP may be used. Programme setting: no published interval was found."""

PLAUSIBLE_MMHG = (60, 300)
"""Programme setting around what was seen (120-282 mmHg); the top is where the published Doppler ramp ends (Loenneke 2012)."""

NARROW_UP_TO_CM = 5.0
"""On legs, cuffs this narrow have no LOP to rely on: mean 336.8 mmHg, some above 600 (Spitz 2024, published)."""


class Limb(StrEnum):
    """Where a cuff may sit."""

    ARM = "ARM"
    LEG = "LEG"


class Side(StrEnum):
    """Left or right, always the patient's."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"


class Posture(StrEnum):
    """How the person lies, sits or stands."""

    SUPINE = "SUPINE"
    SEATED = "SEATED"
    STANDING = "STANDING"


class Method(StrEnum):
    """How a LOP was found. There is no estimate among them."""

    DOPPLER = "DOPPLER"
    AUTOMATED = "AUTOMATED"
    BY_HAND = "BY_HAND"


@dataclass(frozen=True)
class Cuff:
    """A kind of cuff. `rated_maximum` is in its scale."""

    name: str
    scale: Scale
    width_cm: float
    rated_maximum: float


@dataclass(frozen=True)
class Site:
    """Where and how a cuff will be used: a LOP holds for one of these only."""

    limb: Limb
    side: Side
    posture: Posture
    cuff: Cuff


@dataclass(frozen=True)
class Occlusion:
    """A LOP as it was measured. `value_mmhg` None: it was tried and is not determinable."""

    value_mmhg: float | None
    site: Site
    method: Method
    measured_on: date

    @property
    def valid_until(self) -> date:
        """The last day on which it may be used."""
        return self.measured_on + VALID_FOR


def cuff_objections(limb: Limb, cuff: Cuff) -> list[str]:
    """Why this kind of cuff has no LOP on this limb. Empty: it has one."""
    found = [
        (cuff.scale is not Scale.MMHG, "A cuff that counts in SKU has no LOP. Use a SKU protocol."),
        (
            limb is Limb.LEG and not cuff.width_cm > NARROW_UP_TO_CM,
            "On a leg, a cuff of 5 cm or less has no LOP to rely on (Spitz 2024). Use a wider cuff.",
        ),
    ]
    return [words for holds, words in found if holds]


def value_objections(value_mmhg: float | None) -> list[str]:
    """Why this number can't be a LOP to dose by. Empty: it can."""
    if value_mmhg is None:
        return ["The LOP could not be determined for this limb."]
    lowest, highest = PLAUSIBLE_MMHG
    if not lowest <= value_mmhg <= highest:
        return [
            f"A LOP of {value_mmhg:g} mmHg is not plausible (outside {lowest} to {highest} mmHg). Measure again."
        ]
    return []


def usable(occlusion: Occlusion | None, site: Site, today: date) -> list[str]:
    """Every reason not to dose by this LOP at this site today. Empty means it may be used."""
    if occlusion is None:
        return cuff_objections(site.limb, site.cuff) or [
            "No LOP was measured for this limb, side, posture and cuff."
        ]
    return [
        *cuff_objections(site.limb, site.cuff),
        *_site_objections(occlusion.site, site),
        *_age_objections(occlusion, today),
        *value_objections(occlusion.value_mmhg),
    ]


def _site_objections(measured: Site, needed: Site) -> list[str]:
    found = [
        (measured.limb is not needed.limb, "The LOP was measured on another limb."),
        (measured.side is not needed.side, "The LOP was measured on the other side."),
        (measured.posture is not needed.posture, "The LOP was measured in another posture."),
        (measured.cuff != needed.cuff, "The LOP was measured with another cuff."),
    ]
    return [words for holds, words in found if holds]


def _age_objections(occlusion: Occlusion, today: date) -> list[str]:
    if occlusion.measured_on > today:
        return ["The LOP is dated in the future."]
    if today > occlusion.valid_until:
        return [f"The LOP is older than {VALID_FOR.days} days. Measure it again."]
    return []
