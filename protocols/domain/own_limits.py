"""What a clinic or a patient may limit of its own: only below the built-in limit of the same thing, never above."""

import math

from devices.domain.units import Scale
from kaatsu_clinic.thresholds import Area, Thresholds
from protocols.domain import limits as built_in
from protocols.domain.envelope import Unit
from protocols.domain.limits import Setting
from protocols.domain.occlusion import Limb

THRESHOLDS = Thresholds(Area.PRESCRIBING, __name__)
LEAST_PRESSURE = THRESHOLDS.of(20.0, "mmHg or SKU", "A pressure limit of a clinic or a patient, at least")
"""Lower would leave every cuff open. To bar a limb there are the findings of the screening."""


def built_in_most(unit: Scale | Unit, limb: Limb | None, setting: Setting | None) -> float:
    """The highest that the built-in limits allow of one thing; without limb or setting, the highest of any."""
    limbs, settings = [limb] if limb else list(Limb), [setting] if setting else list(Setting)
    if isinstance(unit, Scale):
        return max(built_in.CAP[unit, where, part] for where in settings for part in limbs)
    return {
        Unit.PERCENT_LOP: max(built_in.LOP_SHARE_PERCENT[where] for where in settings),
        Unit.PERCENT_1RM: max(built_in.LOAD[where].value for where in settings),
        Unit.SESSIONS_PER_WEEK: built_in.FREQUENCY.value,
        Unit.SECONDS_AT_ONCE: built_in.MAX_INFLATED.value,
        Unit.SECONDS_IN_ALL: max(
            built_in.MAX_TOTAL[where, part].value for where in settings for part in limbs
        ),
        Unit.CYCLES: built_in.MOST_CYCLES,
    }[unit]


def objections(unit: str, value: float, limb: str, setting: str) -> str:
    """Why this limit does not tighten, in words; empty if it does."""
    kind = Scale(unit) if unit in Scale.__members__ else Unit(unit)
    most = built_in_most(kind, Limb(limb) if limb else None, Setting(setting) if setting else None)
    least = LEAST_PRESSURE if isinstance(kind, Scale) else 1.0
    if not math.isfinite(value) or value < least:
        return f"A limit is at least {least:g} {kind.symbol}."
    if value >= most:
        return f"Limits only tighten: the built-in one is {most:g} {kind.symbol}. Choose less."
    return ""
