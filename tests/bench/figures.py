"""Numbers as the benchmark keeps and shows them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Wanted:
    """What a figure should be."""

    words: str
    holds: Callable[[float], bool]

    def verdict(self, value: float) -> str:
        """Beside the figure, in the table."""
        return f"  wanted {self.words}: {'yes' if self.holds(value) else 'NO'}"


def at_most(bound: float) -> Wanted:
    """No more than this."""
    return Wanted(f"<= {bound:g}", lambda value: value <= bound)


def at_least(bound: float) -> Wanted:
    """No less than this."""
    return Wanted(f">= {bound:g}", lambda value: value >= bound)


def table(figures: Mapping[str, Any], wanted: Mapping[str, Wanted]) -> str:
    """One figure a line, with what was wanted of it beside."""
    lines = []
    for name, value in rows(figures):
        verdict = wanted[name].verdict(value) if name in wanted else ""
        lines.append(f"{name:<34}{value:>12.3f}{verdict}")
    return "\n".join(lines)


def write(figures: Mapping[str, Any], path: Path) -> None:
    """Keep them as JSON, beside those of parts that were not measured this time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**before, **figures}, indent=2) + "\n")
