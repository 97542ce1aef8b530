"""A clinic's own protocol before it is published: every reason why its terms are not within the built-in limits."""

import math
from collections.abc import Iterable

from devices.domain.units import Scale
from kaatsu_clinic.thresholds import PROGRAMME, Area, Thresholds
from protocols.domain import limits as built_in
from protocols.domain.limits import Setting
from protocols.domain.occlusion import Limb
from protocols.domain.terms import SetTerms, Terms

THRESHOLDS = Thresholds(Area.PRESCRIBING, __name__)
MOST_SETS = THRESHOLDS.of(6, "sets", "A clinic's own protocol: at most")
MOST_REPETITIONS = THRESHOLDS.of(60, "repetitions", "A clinic's own protocol: in a set, at most")
RESTS_S = (10, 300)
OPEN_S = (2, 300)
LEAST_ON_S = THRESHOLDS.of(5, "s", "A clinic's own protocol: one inflation, at least")
MOST_INFLATIONS = THRESHOLDS.of(20, "inflations", "A clinic's own protocol: in a cycle, at most")
LEAST_FIRST_PERCENT = THRESHOLDS.of(
    20, "% of the target", "A clinic's own protocol: the first inflation, at least"
)
LEAST_PRESSURE = THRESHOLDS.of(20, "% LOP or SKU", "A clinic's own protocol: usual pressure, at least")
THRESHOLDS.tell(
    ("A clinic's own protocol: rest between sets", f"{RESTS_S[0]} to {RESTS_S[1]}", "s", PROGRAMME),
    ("A clinic's own protocol: open between inflations", f"{OPEN_S[0]} to {OPEN_S[1]}", "s", PROGRAMME),
)
LOAD_WITHOUT_CUFF_PERCENT = THRESHOLDS.of(
    80, "% 1RM", "A clinic's own protocol without a cuff: load, at most"
)
"""Nobody with an inflamed joint lifts more by a protocol of ours."""

Found = tuple[str, bool, str]


def objections(terms: Terms, scale: Scale | None, limb: Limb) -> dict[str, str]:
    """Name of the field -> why it can't be published so. `scale` None: without a cuff. Empty: it can."""
    found = [*_work(terms), *_load(terms, scale)]
    if scale is None:
        found += [
            ("settings", Setting.HOME in terms.settings, "Without a cuff it belongs to the wider plan.")
        ]
    else:
        found += [*_pressure(terms, scale, limb), *_time(terms, limb)]
    return {name: words for name, holds, words in reversed(found) if holds}


def _work(terms: Terms) -> Iterable[Found]:
    work = terms.work
    if isinstance(work, SetTerms):
        counts = work.repetitions
        yield "repetitions", len(counts) > MOST_SETS, f"At most {MOST_SETS} sets."
        yield (
            "repetitions",
            max(counts) > MOST_REPETITIONS,
            f"At most {MOST_REPETITIONS} repetitions in a set.",
        )
        yield (
            "rest_s",
            not RESTS_S[0] <= work.rest_s <= RESTS_S[1],
            f"Rest {RESTS_S[0]} to {RESTS_S[1]} s between sets.",
        )
        return
    yield (
        "on_s",
        not LEAST_ON_S <= work.on_s <= built_in.MAX_INFLATED.value,
        f"Inflated for {LEAST_ON_S} to {built_in.MAX_INFLATED.value:g} s at one go.",
    )
    yield (
        "off_s",
        work.inflations > 1 and not OPEN_S[0] <= work.off_s <= OPEN_S[1],
        f"Open for {OPEN_S[0]} to {OPEN_S[1]} s between inflations.",
    )
    yield "inflations", work.inflations > MOST_INFLATIONS, f"At most {MOST_INFLATIONS} inflations."
    yield (
        "first_percent",
        not LEAST_FIRST_PERCENT <= work.first_percent <= 100,
        f"The first is {LEAST_FIRST_PERCENT} to 100 % of the target.",
    )
    yield "most_cycles", max(work.cycles_by_week) > built_in.MOST_CYCLES, "At most six cycles (vendor)."


def _pressure(terms: Terms, scale: Scale, limb: Limb) -> Iterable[Found]:
    where = Setting.HOME if terms.settings == (Setting.HOME,) else Setting.CLINIC
    usual = terms.percent_lop if scale is Scale.MMHG else terms.target_sku
    most = built_in.LOP_SHARE_PERCENT[where] if scale is Scale.MMHG else built_in.CAP[scale, where, limb]
    unit = "% LOP" if scale is Scale.MMHG else "SKU"
    yield (
        "pressure",
        usual is None or not (math.isfinite(usual) and LEAST_PRESSURE <= usual <= most),
        f"The usual pressure is {LEAST_PRESSURE} to {most:g} {unit} {built_in.WHERE[where]}.",
    )
    own = terms.most_percent_lop
    yield (
        "most_percent_lop",
        own is not None and scale is Scale.SKU,
        "A share of LOP does not exist on a SKU band.",
    )
    yield (
        "most_percent_lop",
        own is not None and scale is Scale.MMHG and not (usual or 0) <= own <= most,
        f"It lies between the usual pressure and {most:g} % LOP.",
    )


def _time(terms: Terms, limb: Limb) -> Iterable[Found]:
    work = terms.work
    whole_s = work.inflated_s if isinstance(work, SetTerms) else work.cycle_s
    longest_s = work.longest_s if isinstance(work, SetTerms) else work.on_s
    field = "repetitions" if isinstance(work, SetTerms) else "on_s"
    for where in terms.settings or (Setting.CLINIC,):
        most = built_in.MAX_TOTAL[where, limb].value
        yield (
            field,
            whole_s > most,
            f"The cuff would be inflated for about {whole_s / 60:.0f} min; at most {most / 60:g} {built_in.WHERE[where]}.",
        )
    yield (
        field,
        longest_s > built_in.MAX_INFLATED.value,
        f"One inflation would last about {longest_s / 60:.0f} min; at most 10 (open the cuff in the rests).",
    )
    yield "settings", not terms.settings, "Say where it may be done."


def _load(terms: Terms, scale: Scale | None) -> Iterable[Found]:
    where = Setting.HOME if Setting.HOME in terms.settings else Setting.CLINIC
    most = LOAD_WITHOUT_CUFF_PERCENT if scale is None else built_in.LOAD[where].value
    load = terms.load_percent_1rm
    words = f"The load is 0 to {most:g} % 1RM" + ("." if scale is None else f" {built_in.WHERE[where]}.")
    yield "load_percent_1rm", load is not None and not 0 <= load <= most, words
