"""Repetitions seen in the pressure: a limb that works swells under its cuff. A suggestion, never a count.

`feel` is fed once a tick while a set runs. The pressure's distance from its target goes through three equal low passes, which
leave a pulse out, and is held against its own slow mean; each swing up and down again that is large enough for this set is
one repetition. Tried on the simulated limbs: tests/sessions/test_ripple.py says how far it is off.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.DEVICE, __name__)
LEAST_SWING = THRESHOLDS.of(
    0.7, "mmHg or SKU", "Repetitions seen in the pressure: the ripple must be at least, after smoothing"
)
FEWEST = THRESHOLDS.of(5, "repetitions", "Repetitions seen in the pressure: not determinable from fewer than")
UNEVEN = THRESHOLDS.of(
    0.25, "of their time", "Repetitions seen in the pressure: they differ from one another by at most"
)
SMOOTH_S = 0.2
SLOW_S = 4.0
SETTLING_S = 1.5
"""The cuff has just been filled: what swings then is the air."""
SETTLES_IN_S = 0.3
STAGES = 3
SMALLEST = 0.4
SHARE = 0.4
"""Of this set's usual swing, one must have to be a repetition."""
LOOKS_BACK = 7


class Doubt(StrEnum):
    """Why no number can be given."""

    TOO_FEW = "TOO_FEW"
    TOO_SMALL = "TOO_SMALL"
    UNEVEN = "UNEVEN"
    GAP = "GAP"


@dataclass(frozen=True)
class Seen:
    """How many repetitions the pressure shows. `count` None: not determinable, and why."""

    count: int | None
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Ripple:
    """What was felt in one cuff since a set began. `enough` is how far a swing must go now; `top` and `bottom` are of the present one.

    `swings` and `peaks` are the latest ones: their heights, and the seconds at which they turned down.
    """

    t_s: float = 0.0
    smooth: tuple[float, ...] = ()
    slow: float = 0.0
    is_rising: bool = True
    top: float | None = None
    bottom: float = 0.0
    enough: float = SMALLEST
    swings: tuple[float, ...] = ()
    peaks: tuple[float, ...] = ()
    count: int = 0
    is_broken: bool = False

    @property
    def swing(self) -> float:
        """The usual height of a swing in this set, 0 before the first."""
        return median(self.swings) if self.swings else 0.0

    @property
    def seen(self) -> Seen:
        """The number, or why there is none."""
        doubt = self._doubt()
        return Seen(None if doubt else self.count, doubt)

    def _doubt(self) -> Doubt | None:
        if self.is_broken:
            return Doubt.GAP
        if self.count < FEWEST:
            return Doubt.TOO_FEW
        if self.swing < LEAST_SWING:
            return Doubt.TOO_SMALL
        times = [later - earlier for earlier, later in zip(self.peaks, self.peaks[1:], strict=False)]
        usual = median(times)
        return Doubt.UNEVEN if median(abs(one - usual) for one in times) > UNEVEN * usual else None


AT_FIRST = Ripple()


def feel(ripple: Ripple, pressure: float | None, target: float, took_s: float) -> Ripple:
    """One tick more. A pressure that is not known makes the set not determinable: what was missed can't be seen later."""
    if pressure is None:
        return replace(ripple, is_broken=True)
    off = pressure - target
    smooth = _smoothed(ripple.smooth or (off,) * STAGES, off, took_s)
    mean = ripple.slow if ripple.smooth else off
    is_settling = ripple.t_s < SETTLING_S
    mean += took_s / ((SETTLES_IN_S if is_settling else SLOW_S) + took_s) * (smooth[-1] - mean)
    ripple = replace(ripple, t_s=ripple.t_s + took_s, smooth=smooth, slow=mean)
    return ripple if is_settling else _follow(ripple, smooth[-1] - mean)


def _smoothed(stages: tuple[float, ...], value: float, took_s: float) -> tuple[float, ...]:
    after = []
    for stage in stages:
        value = stage + took_s / (SMOOTH_S + took_s) * (value - stage)
        after.append(value)
    return tuple(after)


def _follow(ripple: Ripple, height: float) -> Ripple:
    """Up to a top, then down to a bottom: it turns once it has gone far enough the other way."""
    if ripple.top is None:
        return replace(ripple, top=height, bottom=height)
    if ripple.is_rising:
        top = max(ripple.top, height)
        return _turn_down(ripple, top, height) if height < top - ripple.enough else replace(ripple, top=top)
    bottom = min(ripple.bottom, height)
    if height <= bottom + ripple.enough:
        return replace(ripple, bottom=bottom)
    ripple = _with_swing(ripple, ripple.top - bottom)
    return replace(ripple, is_rising=True, top=height, bottom=bottom)


def _turn_down(ripple: Ripple, top: float, height: float) -> Ripple:
    ripple = _with_swing(ripple, top - ripple.bottom)
    peaks = (*ripple.peaks, ripple.t_s)[-LOOKS_BACK:]
    return replace(ripple, is_rising=False, top=top, bottom=height, peaks=peaks, count=ripple.count + 1)


def _with_swing(ripple: Ripple, swing: float) -> Ripple:
    swings = (*ripple.swings, swing)[-LOOKS_BACK:]
    enough = max(SMALLEST, SHARE * median(swings)) if len(swings) >= STAGES else SMALLEST
    return replace(ripple, swings=swings, enough=enough)


def clearest(ripples: tuple[Ripple, ...]) -> Seen:
    """What the cuff shows in which the ripple is largest."""
    if any(one.is_broken for one in ripples) or not ripples:
        return Seen(None, Doubt.GAP)
    return max(ripples, key=lambda one: (one.seen.count is not None, one.swing)).seen
