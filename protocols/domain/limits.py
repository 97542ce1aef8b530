"""The built-in limits, each with unit, source and origin. They change with a release, and others may only be tighter.

[D] of the clinical notes is "programme setting" here; what was recalled but not seen in a paper is never "published".
"""

from collections.abc import Sequence
from enum import StrEnum

from devices.domain.units import Pressure, Scale
from kaatsu_clinic import thresholds
from kaatsu_clinic.thresholds import PROGRAMME, Area, Source, Thresholds
from protocols.domain.envelope import Allowed, Limit, Origin, Unit, tighten
from protocols.domain.occlusion import Cuff, Limb
from protocols.domain.sku_ramp import CRT_MOST_S, WITHOUT_RAMP_SKU


class Setting(StrEnum):
    """Where a session takes place."""

    CLINIC = "CLINIC"
    HOME = "HOME"


THRESHOLDS = Thresholds(Area.PRESCRIBING, __name__)
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

UNSURE = Source(
    "Seated against lying 203 and 179 mmHg, Hannah & Miller 2018; the share is ours",
    thresholds.Origin.PROGRAMME,
)
UNSURE_SHARE_PERCENT = THRESHOLDS.of(
    50.0, "% LOP", "Highest share of a LOP that was estimated, or measured in another posture", UNSURE
)

PATTERSON = Source("Patterson 2019 as cited by device makers", thresholds.Origin.PROGRAMME)
LOP_USUAL_FROM_PERCENT = THRESHOLDS.of(40.0, "% LOP", "Below this share an effect is not shown", PATTERSON)

HOME_SHARE_OF_CLINIC_PERCENT = THRESHOLDS.of(
    80.0, "% of the clinic target", "Home target on the same limb, at most"
)

CEILING_MARGIN = THRESHOLDS.of(30.0, "mmHg or SKU", "So far above the target the cuff is vented at once")

ROOM_TO_REGULATE = THRESHOLDS.of(10.0, "mmHg or SKU", "What a target keeps below every ceiling")
"""Reaching a ceiling ends the session, and a limb that moves makes pressure rise."""

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
USUAL_SESSIONS_PER_WEEK = THRESHOLDS.of(2, "sessions a week", "Suggested frequency")

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
COHORTS = Source(
    "80 % of the highest LOP seen in published cohorts, rounded down; the cap is ours",
    thresholds.Origin.PROGRAMME,
)


def _row(words: str, limit: Limit) -> tuple[str, float, str, Source]:
    source = Source(limit.source, thresholds.Origin[limit.origin.name])
    return words, limit.value, limit.scale.symbol, source


THRESHOLDS.tell(
    *(
        (
            f"Highest target on {PART[limb]} {WHERE[setting]}",
            cap,
            scale.symbol,
            COHORTS if (scale, setting) == (Scale.MMHG, Setting.CLINIC) else PROGRAMME,
        )
        for (scale, setting, limb), cap in CAP.items()
    ),
    *(_row(limit.name, limit) for limit in (*ABSOLUTE.values(), *LOAD.values(), FREQUENCY, MAX_INFLATED)),
    *(
        _row(f"{limit.name}, {PART[limb]} {WHERE[setting]}", limit)
        for (setting, limb), limit in MAX_TOTAL.items()
    ),
    *(
        (f"Highest share of the measured LOP {WHERE[setting]}", percent, "% LOP", PROGRAMME)
        for setting, percent in LOP_SHARE_PERCENT.items()
    ),
)


CYCLES = Source("One cycle more each week, up to six (kaatsuresources.com)", thresholds.Origin.VENDOR)
MOST_CYCLES = THRESHOLDS.of(6, "cycles", "Cycles of a KAATSU build-up, at most", CYCLES)


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


def share_of_tolerated(target: Pressure) -> Limit:
    """What a home target may be, seen from the pressure that was last tolerated in the clinic on the same limb."""
    return Limit(
        "Share of the tolerated pressure",
        HOME_SHARE_OF_CLINIC_PERCENT * target.value / 100,
        target.scale,
        f"At home at most {HOME_SHARE_OF_CLINIC_PERCENT:g} % of the {target} that a whole clinic session went through at.",
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


def of_a_ramp(optimal_sku: float | None) -> Limit:
    """The optimal SKU of a ramp in force; without one, the first step of the vendor's own example."""
    if optimal_sku is None:
        words = "No ramp is on record for this limb and band, so it stays at the first step (kaatsublog 2019-05-19)."
        return Limit("No ramp yet", WITHOUT_RAMP_SKU, Scale.SKU, words, Origin.VENDOR)
    words = f"The highest step with colour back within {CRT_MOST_S:g} s and no symptom."
    return Limit("Optimal SKU", optimal_sku, Scale.SKU, words, Origin.MEASURED)


def weekly_cycles(allowed: int) -> Limit:
    """One cycle more a week than was tolerated."""
    words = "One cycle in week 1, then one more each week than was tolerated (kaatsuresources.com)."
    return Limit("Cycles this week", allowed, Unit.CYCLES, words, Origin.VENDOR)


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
