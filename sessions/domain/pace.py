"""How punctual a session's loop was: lateness of its ticks and round trips to the box, counted in fixed buckets."""

from collections.abc import Sequence
from typing import Any

import numpy as np

EDGES_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Upper edges; what is above the last has a bucket of its own."""


def summary(
    late_ms: Sequence[float], round_trip_ms: Sequence[float], *, missed: int, period_s: float
) -> dict[str, Any]:
    """What is kept with the session: two histograms with their percentiles, and the ticks that were skipped."""
    return {
        "period_ms": round(period_s * 1000),
        "ticks": len(late_ms),
        "missed": missed,
        **_about("late_ms", late_ms),
        **_about("round_trip_ms", round_trip_ms),
    }


def _about(name: str, values: Sequence[float]) -> dict[str, Any]:
    if not values:
        return {name: [0] * (len(EDGES_MS) + 1)}
    counts, _edges = np.histogram(values, [-np.inf, *EDGES_MS, np.inf])
    p50, p99 = np.percentile(values, [50, 99])
    return {
        name: counts.tolist(),
        f"{name}_p50": round(float(p50), 3),
        f"{name}_p99": round(float(p99), 3),
        f"{name}_max": round(max(values), 3),
    }


def rows(loop: dict[str, Any]) -> list[tuple[int | None, int, int]]:
    """The buckets as a table: upper edge (None: above all of them), late ticks, round trips. Empty for an old record."""
    if "late_ms" not in loop:
        return []
    return list(zip((*EDGES_MS, None), loop["late_ms"], loop["round_trip_ms"], strict=True))
