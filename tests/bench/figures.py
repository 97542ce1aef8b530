"""Numbers as the benchmark keeps and shows them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and worst."""
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50": round(float(p50), 3), "p99": round(float(p99), 3), "max": round(max(values), 3)}


def percentile(values: Sequence[float], share: float) -> float:
    """One percentile."""
    return round(float(np.percentile(values, share)), 3)


def rows(figures: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, float]]:
    """Nested figures as (dotted name, number)."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from rows(value, f"{above}{name}.")
        else:
            yield above + name, value


def table(figures: Mapping[str, Any], wanted: Mapping[str, float]) -> str:
    """One figure a line, with what was wanted of it beside."""
    lines = []
    for name, value in rows(figures):
        verdict = (
            f"  wanted <= {wanted[name]:g}: {'yes' if value <= wanted[name] else 'NO'}"
            if name in wanted
            else ""
        )
        lines.append(f"{name:<34}{value:>12.3f}{verdict}")
    return "\n".join(lines)


def write(figures: Mapping[str, Any], path: Path) -> None:
    """Keep them as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n")
