"""One cuff of a running session: its terms, what is in it, and what it has held. Seconds, pressures in the plan's scale."""

from dataclasses import dataclass, replace

from devices.domain.air import AT_FIRST, PLAUSIBLE, PLAUSIBLE_SKU, Air, Order, Sight, breathe
from devices.domain.units import BAND_AT_REST, BAND_AT_WORK, VENTED_BELOW, Scale
from protocols.domain import plan


@dataclass(frozen=True)
class Cuff:
    """What is known of one cuff. `pressure` and `vented` None mean not known; `air` is what the interlocks look at."""

    terms: plan.Cuff
    scale: Scale
    air: Air = AT_FIRST
    pressure: float | None = None
    vented: bool | None = None
    peak: float = 0.0
    inflated_s: float = 0.0
    total_s: float = 0.0
    held_s: float = 0.0
    in_band_s: float = 0.0
    is_reached: bool = False

    @property
    def in_band(self) -> float | None:
        """Share of held time within the band so far, or None before anything was held."""
        return self.in_band_s / self.held_s if self.held_s > 0 else None

    @property
    def limit(self) -> float:
        """The tightest of its ceiling and full occlusion."""
        return min(self.terms.ceiling, self.terms.lop_mmhg or self.terms.ceiling)

    def target_in(self, interval: int) -> float:
        """The pressure to hold in an interval of the plan."""
        return min(self.terms.targets[interval], self.terms.ceiling)

    def is_inflated(self, *, has_begun: bool) -> bool:
        """Whether air is in it. Not known counts as inflated once the session has begun."""
        return has_begun if self.pressure is None else self.pressure >= VENTED_BELOW


def after(
    cuff: Cuff,
    sight: Sight,
    target: float,
    kind: plan.IntervalKind | None,
    took_s: float,
    *,
    is_ramp: bool = False,
) -> Cuff:
    """A cuff after one more exchange in an interval of this kind, at this target."""
    works = kind is plan.IntervalKind.WORK and target > 0
    plausible = PLAUSIBLE if cuff.scale is Scale.MMHG else PLAUSIBLE_SKU
    order = Order(target, cuff.limit, works, is_ramp, plausible)
    pressure = _believed(sight.pressure, plausible)
    cuff = replace(cuff, air=breathe(cuff.air, order, sight, took_s), pressure=pressure)
    if pressure is None:
        return _unread(replace(cuff, vented=None), took_s)
    cuff = replace(cuff, vented=pressure < VENTED_BELOW, peak=max(cuff.peak, pressure))
    return _count_band(_count_time(cuff, took_s), pressure, works, took_s)


def _believed(pressure: float | None, plausible: tuple[float, float]) -> float | None:
    """What a sensor can't say is not known: a broken one that shows less than nothing does not show an open cuff."""
    low, high = plausible
    return pressure if pressure is not None and low <= pressure <= high else None


def _unread(cuff: Cuff, took_s: float) -> Cuff:
    """Not known is never fine: a cuff that may hold air counts as inflated, and what was held as out of its band."""
    target = cuff.air.order.target
    if target <= 0 and cuff.inflated_s <= 0:
        return cuff
    held_s = took_s if cuff.is_reached and target > 0 else 0.0
    return _count_time(replace(cuff, held_s=cuff.held_s + held_s), took_s)


def _count_time(cuff: Cuff, took_s: float) -> Cuff:
    if cuff.vented:
        return replace(cuff, inflated_s=0.0)
    return replace(cuff, inflated_s=cuff.inflated_s + took_s, total_s=cuff.total_s + took_s)


def _count_band(cuff: Cuff, pressure: float, works: bool, took_s: float) -> Cuff:
    """The band counts from when the target was first reached in this inflation."""
    target = cuff.air.order.target
    if target <= 0:
        return replace(cuff, is_reached=False)
    is_inside = abs(pressure - target) <= (BAND_AT_WORK if works else BAND_AT_REST) * target
    is_reached = cuff.is_reached or is_inside
    return replace(
        cuff,
        is_reached=is_reached,
        held_s=cuff.held_s + (took_s if is_reached else 0.0),
        in_band_s=cuff.in_band_s + (took_s if is_inside else 0.0),
    )
