"""From a wish to what may be prescribed: every objection, every limit and what it did, and the plan that follows.

Called by the preview and by the service with the same order, so that what was shown is what is kept.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from devices.domain.units import VENTED_BELOW, Pressure, Scale
from protocols.domain import limits as built_in
from protocols.domain.envelope import Allowed, Amount, Limit, Unit, tighten
from protocols.domain.limits import Setting
from protocols.domain.occlusion import Occlusion, Site, usable
from protocols.domain.plan import Plan
from protocols.domain.terms import CycleTerms, SetTerms, Terms


@dataclass(frozen=True)
class Order:
    """What a clinician wishes, and the facts it stands on.

    `wished` is % LOP on an mmHg protocol, SKU on a SKU protocol. `cycles` counts KAATSU cycles and is ignored
    by sets. `tolerated` is the pressure that a whole clinic session of this limb last went through at, None: not known.
    `load_percent_1rm` None: body weight or none. `tighter` are limits of the clinic or of this patient.
    `is_before_home`: the patient is in the clinical phase. `posture_reason`: why a LOP of another posture is used.
    `optimal_sku` is of a ramp in force. `weekly_cycles`: what the build-up has come to. `volume_percent` below 100
    shortens the work, as after a flare.
    """

    terms: Terms
    scale: Scale
    setting: Setting
    site: Site
    occlusion: Occlusion | None
    wished: float
    sessions_per_week: int
    load_percent_1rm: float | None = None
    cycles: int = 1
    tolerated: Pressure | None = None
    tighter: tuple[Limit, ...] = ()
    is_before_home: bool = False
    posture_reason: str = ""
    optimal_sku: float | None = None
    weekly_cycles: int = 1
    volume_percent: float = 100.0

    @property
    def work(self) -> SetTerms | CycleTerms:
        """The protocol's work, shortened to the wished volume."""
        work = self.terms.work
        return work.shortened(self.volume_percent) if isinstance(work, SetTerms) else work

    @property
    def is_home(self) -> bool:
        """Nobody of the clinic is in the room."""
        return self.setting is Setting.HOME


@dataclass(frozen=True)
class Proposal:
    """What may be prescribed. The plan is what the session walks through."""

    pressure: Allowed
    target: Pressure
    ceiling: Allowed
    sessions: Allowed
    load: Allowed | None
    cycles: Allowed | None
    at_once: Allowed
    in_all: Allowed
    plan: Plan
    notes: tuple[str, ...]

    @property
    def percent_lop(self) -> float | None:
        """The target as a share of LOP. None where no LOP exists."""
        return None if self.plan.lop_mmhg is None else 100 * self.target.value / self.plan.lop_mmhg

    @property
    def parts(self) -> dict[str, Allowed]:
        """Everything that was limited, by what it is, pressure first."""
        every = {
            "Target": self.pressure,
            "Ceiling": self.ceiling,
            "Load": self.load,
            "Sessions a week": self.sessions,
            "Cycles": self.cycles,
            "Inflated at one go": self.at_once,
            "Inflated in all": self.in_all,
        }
        return {name: part for name, part in every.items() if part is not None}

    def limits_json(self) -> list[dict[str, str | float | bool]]:
        """Every limit as stored with the prescription, with what it is a limit of."""
        return [{"of": name, **row} for name, part in self.parts.items() for row in part.to_json()]


class NotPrescribableError(Exception):
    """Nothing may be prescribed as ordered. `objections` says why, in words for the clinician."""

    def __init__(self, objections: Sequence[str]) -> None:
        self.objections = list(objections)
        super().__init__(" ".join(self.objections))


def propose(order: Order, today: date) -> Proposal:
    """The tightened order, or NotPrescribableError with every objection."""
    if found := objections(order, today):
        raise NotPrescribableError(found)
    pressure = tighten(_wished(order), _pressure_limits(order))
    target = Pressure(math.floor(pressure.value + TINY), order.scale)
    if target.value <= VENTED_BELOW:
        raise NotPrescribableError(
            [f"The limits leave {target}: at or below {VENTED_BELOW:g} a cuff counts as open."]
        )
    return _proposal(order, pressure, target)


TINY = 1e-9
"""So that 40 % of 150 mmHg is not 59 after rounding down."""


def objections(order: Order, today: date) -> list[str]:
    """Every reason why nothing of this kind can be prescribed. Empty means the limits decide."""
    needs_lop = order.scale is Scale.MMHG
    return [
        *_fit_objections(order),
        *(_lop_objections(order, today) if needs_lop else []),
        *_home_objections(order),
        *_wish_objections(order),
        *_time_objections(order),
    ]


def _lop_objections(order: Order, today: date) -> list[str]:
    return usable(
        order.occlusion, order.site, today, is_home=order.is_home, posture_reason=order.posture_reason
    )


def _home_objections(order: Order) -> list[str]:
    """What was never tolerated under supervision is not done without it."""
    if not order.is_home or (order.tolerated and order.tolerated.scale is order.scale):
        return []
    return [
        "No clinic session of this limb has gone through to its end with this kind of cuff, so it is not known what is"
        " tolerated. Home takes at most 80 % of that."
    ]


def _fit_objections(order: Order) -> list[str]:
    found = [
        (
            order.site.cuff.scale is not order.scale,
            f"This protocol needs a cuff that counts in {order.scale.symbol}.",
        ),
        (
            order.setting is Setting.HOME and Setting.HOME not in order.terms.settings,
            "This protocol is for supervised sessions only, not for home.",
        ),
        (
            order.setting is Setting.CLINIC and Setting.CLINIC not in order.terms.settings,
            "This protocol is for home only.",
        ),
    ]
    return [words for holds, words in found if holds]


def _wish_objections(order: Order) -> list[str]:
    found = [
        (not (math.isfinite(order.wished) and order.wished > 0), "The wished pressure must be above zero."),
        (order.cycles < 1, "At least one cycle is needed."),
        (order.sessions_per_week < 1, "At least one session a week is needed."),
        (_is_below_zero(order.load_percent_1rm), "The load can't be below zero."),
        (not 0 < order.volume_percent <= 100, "The volume is a share of the protocol's, at most all of it."),
    ]
    return [words for holds, words in found if holds]


def _time_objections(order: Order) -> list[str]:
    work = order.work
    longest_s = work.longest_s if isinstance(work, SetTerms) else work.on_s
    whole_s = work.inflated_s if isinstance(work, SetTerms) else work.cycle_s
    found = [
        (
            longest_s > _at_once(order).value,
            f"One inflation would last about {longest_s / 60:.0f} min, longer than allowed.",
        ),
        (
            whole_s > _in_all(order).value,
            f"The cuff would be inflated for about {whole_s / 60:.0f} min in all, longer than allowed.",
        ),
    ]
    return [words for holds, words in found if holds]


def _is_below_zero(load: float | None) -> bool:
    return load is not None and not load >= 0


def _lop(order: Order) -> float | None:
    measured = order.occlusion if order.scale is Scale.MMHG else None
    return measured.value_mmhg if measured else None


def _wished(order: Order) -> Pressure:
    lop = _lop(order)
    return Pressure(order.wished if lop is None else order.wished * lop / 100, order.scale)


def _least_lop(order: Order) -> float | None:
    """The least that the LOP may be: what the limits are taken of."""
    measured = order.occlusion if order.scale is Scale.MMHG else None
    return measured.at_least_mmhg if measured else None


def _pressure_limits(order: Order) -> list[Limit]:
    lop = _least_lop(order)
    found = built_in.pressure_limits(
        setting=order.setting,
        limb=order.site.limb,
        cuff=order.site.cuff,
        lop_mmhg=lop,
        tighter=_tighter(order, order.scale),
    )
    if order.terms.most_percent_lop is not None and lop is not None:
        most = order.terms.most_percent_lop
        found.append(built_in.share_of_lop(most, lop, name="Protocol", source="This protocol's own limit:"))
    if lop is not None:
        found += _shares(order, lop)
    if order.is_home and order.tolerated:
        found.append(built_in.share_of_tolerated(order.tolerated))
    if order.scale is Scale.SKU:
        found.append(built_in.of_a_ramp(order.optimal_sku))
    return found


def _shares(order: Order, lop: float) -> list[Limit]:
    """Shares of the LOP: those that the clinic or the patient has, and half where the LOP is not sure."""
    found = [
        built_in.share_of_lop(one.value, lop, name=one.name, source=one.source)
        for one in _tighter(order, Unit.PERCENT_LOP)
    ]
    measured = order.occlusion
    for holds, name, words in (
        (measured and measured.is_estimated, "Estimated LOP", "The LOP is an estimate:"),
        (
            measured and measured.site.posture is not order.site.posture,
            "LOP of another posture",
            "The LOP was measured in another posture:",
        ),
    ):
        if holds:
            found.append(built_in.share_of_lop(built_in.UNSURE_SHARE_PERCENT, lop, name=name, source=words))
    return found


def _tighter(order: Order, scale: Scale | Unit) -> list[Limit]:
    return [limit for limit in order.tighter if limit.scale is scale]


def _proposal(order: Order, pressure: Allowed, target: Pressure) -> Proposal:
    ceiling = built_in.ceiling(
        target,
        setting=order.setting,
        limb=order.site.limb,
        cuff=order.site.cuff,
        lop_mmhg=_least_lop(order),
        tighter=_tighter(order, order.scale),
    )
    cycles = _cycles(order)
    plan = _plan(order, target, ceiling.value, int(cycles.value) if cycles else 1)
    return Proposal(
        pressure=pressure,
        target=target,
        ceiling=ceiling,
        sessions=_sessions(order),
        load=_load(order),
        cycles=cycles,
        at_once=_at_once(order),
        in_all=_in_all(order),
        plan=plan,
        notes=tuple(_notes(order, target)),
    )


def _at_once(order: Order) -> Allowed:
    limit = built_in.MAX_INFLATED
    return tighten(Amount(limit.value, Unit.SECONDS_AT_ONCE), [limit, *_tighter(order, Unit.SECONDS_AT_ONCE)])


def _in_all(order: Order) -> Allowed:
    limit = built_in.MAX_TOTAL[order.setting, order.site.limb]
    return tighten(Amount(limit.value, Unit.SECONDS_IN_ALL), [limit, *_tighter(order, Unit.SECONDS_IN_ALL)])


def _plan(order: Order, target: Pressure, ceiling: float, cycles: int) -> Plan:
    return Plan(
        scale=order.scale,
        intervals=order.work.intervals(target.value, cycles),
        ceiling=ceiling,
        max_inflated_s=_at_once(order).value,
        max_total_s=_in_all(order).value,
        lop_mmhg=_lop(order),
        asks=order.terms.asks,
        tempo=order.terms.tempo,
    )


def _cycles(order: Order) -> Allowed | None:
    work = order.terms.work
    if not isinstance(work, CycleTerms):
        return None
    return tighten(
        Amount(order.cycles, Unit.CYCLES),
        [
            built_in.most_cycles(work.cycles_by_week),
            built_in.weekly_cycles(order.weekly_cycles),
            built_in.cycles_in(_in_all(order).value, work.cycle_s),
            *_tighter(order, Unit.CYCLES),
        ],
    )


def _sessions(order: Order) -> Allowed:
    limits = [built_in.FREQUENCY, *_tighter(order, Unit.SESSIONS_PER_WEEK)]
    return tighten(Amount(order.sessions_per_week, Unit.SESSIONS_PER_WEEK), limits)


def _load(order: Order) -> Allowed | None:
    if order.load_percent_1rm is None:
        return None
    limits = [built_in.LOAD[order.setting], *_tighter(order, Unit.PERCENT_1RM)]
    return tighten(Amount(order.load_percent_1rm, Unit.PERCENT_1RM), limits)


def _notes(order: Order, target: Pressure) -> list[str]:
    lop = _lop(order)
    found = [
        (
            lop is not None and 100 * target.value / lop < built_in.LOP_USUAL_FROM_PERCENT - 1,
            f"Below {built_in.LOP_USUAL_FROM_PERCENT:g} % LOP: under the usual range.",
        ),
        (
            bool(order.posture_reason) and lop is not None,
            "The LOP is of another posture, so it counts for less. It differs by some 12 % between lying and sitting.",
        ),
        (
            order.occlusion is not None and lop is not None and order.occlusion.is_estimated,
            "ESTIMATED: nobody looked at a pulse. Measure as soon as you can.",
        ),
        (
            order.scale is Scale.SKU and order.optimal_sku is None,
            "No ramp is in force for this limb and band: the optimal SKU is not known.",
        ),
        (
            order.setting is Setting.HOME and order.is_before_home,
            "The patient is still in the clinical phase. A home plan is for those who have moved on.",
        ),
        (
            order.load_percent_1rm is None and order.terms.load_percent_1rm is not None,
            "No load is given; this protocol usually has one.",
        ),
    ]
    return [words for holds, words in found if holds]
