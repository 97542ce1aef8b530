"""Limb occlusion pressure from the pulse in a cuff: what the swings say about where the pulse ends, and how sure that is.

The answer is a value with its uncertainty, or that it can't be determined; never a guess. mmHg and seconds throughout.
The method is ours and was tried on simulated limbs only: on a real one an answer is checked with a Doppler first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

Numbers = NDArray[np.float64]

THRESHOLDS = Thresholds(Area.OCCLUSION, __name__)
LOENNEKE = Source("Loenneke 2012, Doppler ramp", Origin.PUBLISHED)
SIMULATED = Source("Found on simulated limbs only", Origin.PROGRAMME)
NEVER_ABOVE_MMHG = THRESHOLDS.of(
    300.0, "mmHg", "The search for the occlusion pressure never goes above", LOENNEKE
)
FASTEST_TICK_S = THRESHOLDS.of(0.02, "s", "A pulse shows in samples no farther apart")

SMOOTH_S, BEAT_S, WINDOW_S = 0.14, 1.2, 1.25
"""Shorter than an upstroke, about a beat, and long enough for one beat in each window."""
USUAL_WINDOWS, MOVED_BY = 5, 2.0
"""A window whose swing is e^2 times that of its five neighbours on each side is movement, and so is the next."""
OPENS_OVER_MMHG = (20.0, 30.0, 45.0, 70.0)
SHRINKS_WITH = 4
"""Below the occlusion pressure a beat grows in height and in length: the swing's mean square with about the fourth power."""
SEARCH_FROM_MMHG, SEARCH_BEYOND_MMHG = 60.0, 30.0
LEAST_SPREAD = 0.1
MOST_SPREAD = THRESHOLDS.of(
    0.8, "in logarithms", "Automatic search: the fit is no worse than this", SIMULATED
)
SEEN_ABOVE_MMHG = THRESHOLDS.of(8.0, "mmHg", "Automatic search: so much silence above the answer", SIMULATED)
METHOD_MMHG = THRESHOLDS.of(
    4.0, "mmHg", "Automatic search: the method adds this to the uncertainty", SIMULATED
)


@dataclass(frozen=True)
class Sample:
    """A pressure at a monotonic instant."""

    at_s: float
    mmhg: float


@dataclass(frozen=True)
class Estimate:
    """Where the pulse ends and how far that may be off. `mmhg` None: it can't be determined, and `words` say why."""

    mmhg: float | None
    plus_minus_mmhg: float = 0.0
    words: str = ""


@dataclass(frozen=True)
class Demand:
    """What is asked of an estimate: so many calm windows, an uncertainty no wider than this, candidates so far apart."""

    windows: int
    widest_mmhg: float
    step_mmhg: float


ANSWER = Demand(windows=25, widest_mmhg=24.0, step_mmhg=1.0)
GLIMPSE = Demand(windows=8, widest_mmhg=50.0, step_mmhg=4.0)
"""For a person, and for the ramp to know where to turn (programme settings)."""
THRESHOLDS.tell(
    ("Automatic search: an answer is no less certain than this", ANSWER.widest_mmhg, "mmHg wide", SIMULATED)
)


@dataclass(frozen=True)
class Swings:
    """Windows of one run: the mean pressure, and the logarithm of the mean square of what beats in it."""

    mmhg: Numbers
    log_energy: Numbers


@dataclass(frozen=True)
class _Fit:
    """For each candidate pressure the sum of squares; and the residuals of the best one."""

    squares: Numbers
    residuals: Numbers


def estimate(runs: Sequence[Sequence[Sample]], demand: Demand = ANSWER) -> Estimate:
    """The occlusion pressure from slow runs in one direction each, up or down."""
    seen = [calm(swings(run)) for run in runs]
    mmhg = np.concatenate([one.mmhg for one in seen]) if seen else np.zeros(0)
    logs = np.concatenate([one.log_energy for one in seen]) if seen else np.zeros(0)
    falling = _past_the_strongest(mmhg, logs)
    mmhg, logs = mmhg[falling], logs[falling]
    if len(mmhg) < demand.windows:
        return Estimate(None, words="There were too few calm heart beats.")
    candidates = np.arange(
        max(SEARCH_FROM_MMHG, mmhg.min() + 5), mmhg.max() + SEARCH_BEYOND_MMHG, demand.step_mmhg
    )
    fit, trusted = _robust_fit(mmhg, logs, candidates)
    return _judged(fit, float(trusted.sum()), candidates, float(mmhg.max()), demand)


def swings(run: Sequence[Sample]) -> Swings:
    """What beats in the cuff, window by window. A ramp's slope and slow creep cancel out."""
    at = np.array([one.at_s for one in run])
    pressure = np.array([one.mmhg for one in run])
    tick = float(np.median(np.diff(at))) if len(at) > 1 else FASTEST_TICK_S
    smooth, slow, window = (max(1, round(seconds / tick)) for seconds in (SMOOTH_S, BEAT_S, WINDOW_S))
    count = (len(pressure) - slow) // window
    if count < 1:
        return Swings(np.zeros(0), np.zeros(0))
    level = _moving_mean(pressure, slow)
    inside = slice(slow // 2, slow // 2 + count * window)
    beats = (_moving_mean(pressure, smooth) - level)[inside].reshape(count, window)
    return Swings(level[inside].reshape(count, window).mean(axis=1), np.log(beats.var(axis=1) + 1e-6))


def calm(seen: Swings) -> Swings:
    """Without the windows in which the limb moved: far more swing than around them."""
    logs, reach = seen.log_energy, USUAL_WINDOWS
    usual = np.array([np.median(logs[max(0, n - reach) : n + reach + 1]) for n in range(len(logs))])
    moved = logs - usual > MOVED_BY
    spread = np.pad(moved, 1)
    moved = spread[:-2] | spread[1:-1] | spread[2:]
    return Swings(seen.mmhg[~moved], logs[~moved])


def _moving_mean(values: Numbers, width: int) -> Numbers:
    return np.convolve(values, np.ones(width) / width, "same")


def _past_the_strongest(mmhg: Numbers, logs: Numbers) -> NDArray[np.bool_]:
    """Which windows lie above the pressure with the strongest pulse; single windows do not decide that."""
    order = np.argsort(mmhg)
    smooth = [np.median(logs[order[max(0, n - 3) : n + 4]]) for n in range(len(order))]
    return mmhg >= mmhg[order[int(np.argmax(smooth))]] if smooth else mmhg > 0


def _robust_fit(mmhg: Numbers, logs: Numbers, candidates: Numbers) -> tuple[_Fit, Numbers]:
    """The fit without the windows that lie far off it, and which those are (weight 0)."""
    trusted = np.ones_like(logs)
    for _ in range(3):
        fit = _fitted(mmhg, logs, candidates, trusted)
        spread = max(0.25, 1.4826 * float(np.median(np.abs(fit.residuals[trusted > 0]))))
        trusted = ((fit.residuals < 2.5 * spread) & (fit.residuals > -4 * spread)).astype(float)
    return fit, trusted


def _fitted(mmhg: Numbers, logs: Numbers, candidates: Numbers, weights: Numbers) -> _Fit:
    """Noise plus a pulse that ends at the candidate, by reweighted least squares, all candidates and scales at once."""
    energy = np.exp(logs)
    scales = np.array(OPENS_OVER_MMHG)[:, None]
    shape = (-np.expm1(-np.maximum(0.0, candidates[:, None, None] - mmhg) / scales)) ** SHRINKS_WITH
    noise = np.full((*shape.shape[:2], 1), np.quantile(energy, 0.1))
    pulse = np.full_like(noise, np.median(energy))
    for _ in range(5):
        w = weights / np.maximum(1e-5, noise + pulse * shape) ** 2
        one, cross, square = (_sum(w), _sum(w * shape), _sum(w * shape**2))
        flat, shaped = _sum(w * energy), _sum(w * shape * energy)
        area = one * square - cross**2 + 1e-9
        noise = np.maximum(1e-4, (flat * square - shaped * cross) / area)
        pulse = np.maximum(1e-6, (shaped * one - flat * cross) / area)
    residuals = logs - np.log(noise + pulse * shape)
    squares = (weights * residuals**2).sum(axis=-1)
    best = np.unravel_index(np.argmin(squares), squares.shape)
    return _Fit(squares.min(axis=1), residuals[best])


def _sum(values: Numbers) -> Numbers:
    total: Numbers = values.sum(axis=-1, keepdims=True)
    return total


def _judged(fit: _Fit, windows: float, candidates: Numbers, highest: float, demand: Demand) -> Estimate:
    """The mean over all candidates by how well they fit; refused where it does not fit, or fits anything."""
    spread = max(LEAST_SPREAD, float(fit.squares.min()) / max(1.0, windows - 4))
    chance = np.exp(-(fit.squares - fit.squares.min()) / (2 * spread))
    chance /= chance.sum()
    mean = float((candidates * chance).sum())
    half = 2 * float(np.sqrt(((candidates - mean) ** 2 * chance).sum())) + METHOD_MMHG
    refused = [
        (windows < demand.windows, "There were too few calm heart beats."),
        (spread > MOST_SPREAD, "The heart beats too unevenly, or the limb moved."),
        (mean > highest - SEEN_ABOVE_MMHG, f"The pulse was still there at {highest:.0f} mmHg."),
        (half > demand.widest_mmhg, "The pulse is too weak to see where it ends."),
    ]
    words = next((words for holds, words in refused if holds), "")
    return Estimate(None if words else mean, half, words)
