"""A cheap, believable trace: the cuff fills, the limb pumps at the pace of the repetitions, the cuff opens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.domain.plan import Interval, IntervalKind, Plan
from protocols.domain.terms import SECONDS_PER_REPETITION
from sessions.domain.trace import Point

PERIOD_S = 0.5
FILLING_TAU_S, OPENING_TAU_S = 1.6, 0.5
NOISE = 0.9
USUAL_RIPPLE = (0.05, 0.105)
"""Share of the target by which a working limb moves the pressure, from a calm to a lively mover."""
OPENING_S = 6.0

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class _Stretch:
    """Some seconds at one target. `index` -1: after the plan."""

    index: int
    target: float
    seconds: float
    ripples: bool


def simulate(plan: Plan, noise: np.random.Generator, *, until_s: float | None = None) -> list[Point]:
    """Samples of a whole session, or of one that was stopped after `until_s`. It ends with an open cuff."""
    level, began_s, points, ripple = 0.0, 0.0, list[Point](), float(noise.uniform(*USUAL_RIPPLE))
    for stretch in _stretches(plan, until_s):
        curve = _curve(stretch, level, ripple, noise)
        times = began_s + PERIOD_S * np.arange(len(curve))
        points += [
            Point(t_s, pressure, stretch.target, stretch.index)
            for t_s, pressure in zip(times.tolist(), curve.round(1).tolist(), strict=True)
        ]
        level, began_s = float(curve[-1]), began_s + PERIOD_S * len(curve)
    return points


def lasts_s(interval: Interval) -> float:
    """How long an interval takes, repetitions at the usual pace."""
    return interval.seconds or (interval.repetitions or 1) * SECONDS_PER_REPETITION


def _stretches(plan: Plan, until_s: float | None) -> Sequence[_Stretch]:
    stretches: list[_Stretch] = []
    left_s = until_s if until_s is not None else float("inf")
    for index, interval in enumerate(plan.intervals):
        seconds = min(lasts_s(interval), left_s)
        left_s -= seconds
        if seconds >= PERIOD_S:
            stretches.append(_Stretch(index, interval.target, seconds, interval.kind is IntervalKind.WORK))
    return [*stretches, _Stretch(-1, 0.0, OPENING_S, ripples=False)]


def _curve(stretch: _Stretch, level: float, ripple: float, noise: np.random.Generator) -> Curve:
    """From the level before towards the target, with the limb's ripple while it works."""
    t = PERIOD_S * np.arange(1, max(1, round(stretch.seconds / PERIOD_S)) + 1)
    tau = FILLING_TAU_S if stretch.target > level else OPENING_TAU_S
    curve = stretch.target + (level - stretch.target) * np.exp(-t / tau)
    if stretch.ripples:
        curve += ripple * stretch.target * np.sin(2 * np.pi * t / SECONDS_PER_REPETITION)
    shaken: Curve = np.maximum(0.0, curve + noise.normal(0, NOISE, len(t)) * (stretch.target > 0))
    return shaken
