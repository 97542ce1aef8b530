"""Limb occlusion pressure (LOP): what was measured, how long it holds, and for what it may be used.

%LOP exists only for an mmHg cuff with a measured LOP of that limb, side, posture and cuff (map D10).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from devices.domain.units import Scale
from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
SEEN = Source(
    "Around what was seen (120-282 mmHg); the top is where the Doppler ramp of Loenneke 2012 ends",
    Origin.PROGRAMME,
)
SPITZ = Source("Spitz 2024: mean 336.8 mmHg, some above 600", Origin.PUBLISHED)
VALID_FOR = THRESHOLDS.of(
    timedelta(days=30), "days", "A LOP may be used so long; no published interval was found"
)
PLAUSIBLE_MMHG = (60, 300)
THRESHOLDS.tell(("A LOP is believed", f"{PLAUSIBLE_MMHG[0]} to {PLAUSIBLE_MMHG[1]}", "mmHg", SEEN))
NARROW_UP_TO_CM = THRESHOLDS.of(5.0, "cm", "On legs, cuffs up to this width have no LOP to rely on", SPITZ)


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
    """How a LOP was found. ESTIMATED is a fallback: half of it at most, and in the clinic only."""

    DOPPLER = "DOPPLER"
    AUTOMATED = "AUTOMATED"
    BY_HAND = "BY_HAND"
    ESTIMATED = "ESTIMATED"


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
    """A LOP as it was found. `value_mmhg` None: it was tried and is not determinable.

    `plus_minus_mmhg` is how far off it may be; 0 where the method does not say.
    """

    value_mmhg: float | None
    site: Site
    method: Method
    measured_on: date
    plus_minus_mmhg: float = 0.0

    @property
    def is_estimated(self) -> bool:
        """Nobody looked at a pulse."""
        return self.method is Method.ESTIMATED

    @property
    def at_least_mmhg(self) -> float | None:
        """The least that it may be: what the highest shares are taken of."""
        return None if self.value_mmhg is None else max(0.0, self.value_mmhg - self.plus_minus_mmhg)

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


def usable(
    occlusion: Occlusion | None, site: Site, today: date, *, is_home: bool = False, posture_reason: str = ""
) -> list[str]:
    """Every reason not to dose by this LOP at this site today. Empty means it may be used.

    A LOP of another posture is used in the clinic only, and with a reason.
    """
    if occlusion is None:
        return cuff_objections(site.limb, site.cuff) or [
            "No LOP was measured for this limb, side, posture and cuff."
        ]
    return [
        *cuff_objections(site.limb, site.cuff),
        *_site_objections(occlusion.site, site),
        *_posture_objections(occlusion.site, site, is_home, posture_reason),
        *(
            ["An estimated LOP is for supervised sessions only."]
            if occlusion.is_estimated and is_home
            else []
        ),
        *_age_objections(occlusion, today),
        *value_objections(occlusion.value_mmhg),
    ]


def _site_objections(measured: Site, needed: Site) -> list[str]:
    found = [
        (measured.limb is not needed.limb, "The LOP was measured on another limb."),
        (measured.side is not needed.side, "The LOP was measured on the other side."),
        (measured.cuff != needed.cuff, "The LOP was measured with another cuff."),
    ]
    return [words for holds, words in found if holds]


def _posture_objections(measured: Site, needed: Site, is_home: bool, reason: str) -> list[str]:
    if measured.posture is needed.posture:
        return []
    if is_home:
        return ["The LOP was measured in another posture. At home only the posture of the exercise counts."]
    if not reason.strip():
        return ["The LOP was measured in another posture. Measure again, or say why this one is used."]
    return []


def _age_objections(occlusion: Occlusion, today: date) -> list[str]:
    if occlusion.measured_on > today:
        return ["The LOP is dated in the future."]
    if today > occlusion.valid_until:
        return [f"The LOP is older than {VALID_FOR.days} days. Measure it again."]
    return []
