"""The built-in limits, each with unit, source and origin. They change with a release, and others may only be tighter.

[D] of the clinical notes is "programme setting" here; what was recalled but not seen in a paper is never "published".
"""

from collections.abc import Sequence
from enum import StrEnum

from devices.domain.units import Pressure, Scale
from protocols.domain.envelope import Allowed, Limit, Origin, Unit, tighten
from protocols.domain.occlusion import Cuff, Limb


class Setting(StrEnum):
    """Where a session takes place."""

    CLINIC = "CLINIC"
    HOME = "HOME"


WHERE = {Setting.CLINIC: "in the clinic", Setting.HOME: "at home"}
PART = {Limb.ARM: "an arm", Limb.LEG: "a leg"}

CAP = {
    (Scale.MMHG, Setting.CLINIC, Limb.LEG): 220.0,
    (Scale.MMHG, Setting.CLINIC, Limb.ARM): 180.0,
    (Scale.MMHG, Setting.HOME, Limb.LEG): 150.0,
    (Scale.MMHG, Setting.HOME, Limb.ARM): 120.0,
    (Scale.SKU, Setting.CLINIC, Limb.LEG): 250.0,
    (Scale.SKU, Setting.CLINIC, Limb.ARM): 200.0,
    (Scale.SKU, Setting.HOME, Limb.LEG): 200.0,
    (Scale.SKU, Setting.HOME, Limb.ARM): 150.0,
}
"""Hard caps, in the scale of the key. Programme setting: 80 % of the highest LOP seen in published cohorts, rounded down."""

ABSOLUTE = {
    Scale.MMHG: Limit(
        "Never above",
        300,
        Scale.MMHG,
        "No cuff of this programme goes higher, whatever else is set.",
        Origin.PROGRAMME,
    ),
    Scale.SKU: Limit(
        "Device maximum", 400, Scale.SKU, "Top of the KAATSU Cycle scale (KAATSU Global).", Origin.VENDOR
    ),
}

LOP_SHARE_PERCENT = {Setting.CLINIC: 80.0, Setting.HOME: 50.0}
"""Highest share of the measured LOP. Both programme settings; the 40-80 % range of Patterson 2019 was not read in full."""

LOP_USUAL_FROM_PERCENT = 40.0
"""Below this share an effect is not shown (Patterson 2019 as cited by device makers; programme setting here)."""

HOME_SHARE_OF_CLINIC_PERCENT = 80.0
"""Home target against the clinic target of the same limb (programme setting)."""

CEILING_MARGIN = 30.0
"""Over the target, in its scale: above this the cuff is vented at once (programme setting)."""

ROOM_TO_REGULATE = 10.0
"""What a target keeps below every ceiling, in its scale: reaching a ceiling ends the session, and a limb that
moves makes pressure rise (programme setting)."""

LOAD = {
    Setting.CLINIC: Limit(
        "Load", 40, Unit.PERCENT_1RM, "Low-load range 20-40 % 1RM, after Patterson 2019.", Origin.PROGRAMME
    ),
    Setting.HOME: Limit("Load at home", 30, Unit.PERCENT_1RM, "At home 20-30 % 1RM.", Origin.PROGRAMME),
}

FREQUENCY = Limit(
    "Sessions a week",
    3,
    Unit.SESSIONS_PER_WEEK,
    "2-3 a week, at least 36 h apart (interval: EXKnee, Jorgensen 2020).",
    Origin.PROGRAMME,
)
USUAL_SESSIONS_PER_WEEK = 2

MAX_INFLATED = Limit(
    "One inflation",
    600,
    Unit.SECONDS_AT_ONCE,
    "10 min per exercise; range 5-10 min after Patterson 2019; KAATSU constant mode at most 10 min (vendor).",
    Origin.PROGRAMME,
)
MAX_TOTAL = {
    (Setting.CLINIC, Limb.ARM): Limit(
        "All inflation of a session", 900, Unit.SECONDS_IN_ALL, "15 min on an arm (VALD).", Origin.VENDOR
    ),
    (Setting.CLINIC, Limb.LEG): Limit(
        "All inflation of a session", 1200, Unit.SECONDS_IN_ALL, "20 min on a leg (VALD).", Origin.VENDOR
    ),
    (Setting.HOME, Limb.ARM): Limit(
        "All inflation of a session", 600, Unit.SECONDS_IN_ALL, "10 min per limb at home.", Origin.PROGRAMME
    ),
    (Setting.HOME, Limb.LEG): Limit(
        "All inflation of a session", 600, Unit.SECONDS_IN_ALL, "10 min per limb at home.", Origin.PROGRAMME
    ),
}


def pressure_limits(
    *, setting: Setting, limb: Limb, cuff: Cuff, lop_mmhg: float | None, tighter: Sequence[Limit] = ()
) -> list[Limit]:
    """The limits on a target, in the cuff's scale: the built-in ones and `tighter` ones of clinic or patient."""
    bounds = [*_bounds(setting, limb, cuff), *tighter]
    limits = [*bounds, _room(bounds)]
    if lop_mmhg is not None and cuff.scale is Scale.MMHG:
        limits.insert(0, _most_of_lop(setting, lop_mmhg))
    return limits


def share_of_lop(percent: float, lop_mmhg: float, *, name: str, source: str) -> Limit:
    """A limit given as a share of the measured LOP."""
    words = f"{source} {percent:g} % of {lop_mmhg:g} mmHg."
    return Limit(name, percent * lop_mmhg / 100, Scale.MMHG, words, Origin.PROGRAMME)


def share_of_clinic_target(target: Pressure) -> Limit:
    """What a home target may be, seen from the clinic target of the same limb."""
    return Limit(
        "Share of the clinic target",
        HOME_SHARE_OF_CLINIC_PERCENT * target.value / 100,
        target.scale,
        f"At home at most {HOME_SHARE_OF_CLINIC_PERCENT:g} % of the {target} prescribed in the clinic.",
        Origin.PROGRAMME,
    )


def ceiling(
    target: Pressure,
    *,
    setting: Setting,
    limb: Limb,
    cuff: Cuff,
    lop_mmhg: float | None,
    tighter: Sequence[Limit] = (),
) -> Allowed:
    """The pressure above which the cuff is vented at once, whatever the reason for it.

    Target + 30, never above the cap, the rating, or one below the LOP: full occlusion is never reached.
    `tighter` are bounds of the clinic or of this patient.
    """
    above = _above(target)
    bounds = [above, *_bounds(setting, limb, cuff), *tighter]
    if lop_mmhg is not None and cuff.scale is Scale.MMHG:
        bounds.append(
            Limit("Below LOP", lop_mmhg - 1, Scale.MMHG, "The limb is never fully occluded.", Origin.MEASURED)
        )
    return tighten(Pressure(above.value, target.scale), bounds)


def most_cycles(cycles_by_week: Sequence[int]) -> Limit:
    """The end of a KAATSU build-up."""
    words = "One cycle more each week, up to six (kaatsuresources.com)."
    return Limit("Cycles of the build-up", max(cycles_by_week), Unit.CYCLES, words, Origin.VENDOR)


def cycles_in(total_s: float, cycle_s: float) -> Limit:
    """How many cycles fit into the inflated time of a session."""
    words = f"A session has {total_s / 60:g} min of inflation; one cycle takes {cycle_s:g} s of it."
    return Limit("Cycles in a session", total_s // cycle_s, Unit.CYCLES, words, Origin.PROGRAMME)


def _bounds(setting: Setting, limb: Limb, cuff: Cuff) -> list[Limit]:
    return [_cap(setting, limb, cuff.scale), ABSOLUTE[cuff.scale], _rated(cuff)]


def _room(bounds: Sequence[Limit]) -> Limit:
    lowest = min(bounds, key=lambda bound: bound.value)
    words = f"{ROOM_TO_REGULATE:g} below the lowest of these, so that movement does not end the session."
    value = max(0.0, lowest.value - ROOM_TO_REGULATE)
    return Limit("Room to regulate", value, lowest.scale, words, Origin.PROGRAMME)


def _above(target: Pressure) -> Limit:
    words = f"{CEILING_MARGIN:g} above the target of {target}: the cuff opens at once."
    return Limit("Above the target", target.value + CEILING_MARGIN, target.scale, words, Origin.PROGRAMME)


def _most_of_lop(setting: Setting, lop_mmhg: float) -> Limit:
    words = f"Highest share {WHERE[setting]}:"
    return share_of_lop(LOP_SHARE_PERCENT[setting], lop_mmhg, name="Share of LOP", source=words)


def _cap(setting: Setting, limb: Limb, scale: Scale) -> Limit:
    words = f"Highest target on {PART[limb]} {WHERE[setting]}."
    return Limit("Hard cap", CAP[scale, setting, limb], scale, words, Origin.PROGRAMME)


def _rated(cuff: Cuff) -> Limit:
    return Limit(
        "Cuff rating", cuff.rated_maximum, cuff.scale, f"Rated maximum of {cuff.name}.", Origin.VENDOR
    )
