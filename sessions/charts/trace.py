"""The pressure of one session over time, as measured: a gap in the samples is a gap in the line."""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from protocols.domain.plan import Plan
from sessions.charts import look
from sessions.domain.dose import band
from sessions.domain.trace import Point, clock, is_gap, unread

MOST_POINTS = 2400
"""More than a screen has columns. Thinning keeps the highest and the lowest of what it leaves out."""

MOST_TICKS = 8
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
HIGHER = 1.05
"""What is drawn over the whole height is higher than all else by this."""

TOLD = "%{text}: %{y}"
"""What is shown of a point under the pointer."""

Line = list[tuple[float, float | None]]


def pressure(points: Sequence[Point], plan: Plan) -> go.Figure:
    """Measured pressure, target, band around it, and the ceiling of the plan, all on the plan's scale.

    The axis runs from the start to the last sample, whether that has a reading or not.
    """
    made = look.figure(
        x_title=_("time from the start (min:s)"), y_title=_("pressure (%s)") % plan.scale.symbol
    )
    _mark_time(made, points[-1].t_s if points else 0.0)
    _draw_unseen(made, blanks(points, plan))
    _draw(
        made,
        bands(points, plan),
        name=_("band"),
        line={"width": 0},
        fill="toself",
        fillcolor=look.SOFT,
        hoverinfo="skip",
    )
    _draw(
        made,
        targets(points),
        name=_("target"),
        line={"color": look.QUIET, "dash": "dot", "width": 2},
        hovertemplate=TOLD,
    )
    _draw(
        made,
        measured(points),
        name=_("measured"),
        line={"color": look.ACCENT, "width": 2},
        hovertemplate=TOLD,
    )
    made.add_hline(
        y=plan.ceiling,
        line={"color": look.STOP, "dash": "dash", "width": 1.5},
        annotation={"text": _("ceiling"), "font": {"color": look.STOP}},
        annotation_position="top left",
    )
    return made


def _mark_time(made: go.Figure, until_s: float) -> None:
    at = ticks(until_s)
    made.update_xaxes(range=[0, max(1.0, until_s)], tickvals=at, ticktext=[clock(one) for one in at])


def _draw_unseen(made: go.Figure, path: Line) -> None:
    """Behind all else, and named only where there is such a stretch."""
    if path:
        _draw(
            made,
            path,
            name=_("without a reading"),
            line={"width": 0},
            fill="toself",
            fillpattern={"shape": "/", "fgcolor": look.QUIET, "bgcolor": look.UNKNOWN, "solidity": 0.1},
            hoverinfo="skip",
        )


def measured(points: Sequence[Point]) -> Line:
    """The line of what was measured, broken wherever nothing is known."""
    runs = _runs(points)
    share = MOST_POINTS / max(1, sum(len(run) for run in runs))
    return _joined([(one.t_s, one.pressure) for one in _thinned(run, share)] for run in runs)


def targets(points: Sequence[Point]) -> Line:
    """The target where there was one, as steps."""
    return _joined([(one.t_s, one.target) for one in stretch] for stretch in _held(points))


def bands(points: Sequence[Point], plan: Plan) -> Line:
    """The band around each stretch of target, as outlines."""
    return _joined(_outline(run[0], run[-1], band(plan, run[0].interval)) for run in _held(points))


def blanks(points: Sequence[Point], plan: Plan) -> Line:
    """The stretches without a reading over the whole height, as outlines."""
    known = [one.pressure for one in points if one.pressure is not None]
    top = HIGHER * max([plan.ceiling, *known])
    return _joined(
        [(begin, 0), (end, 0), (end, top), (begin, top), (begin, 0)] for begin, end in unread(points)
    )


def ticks(until_s: float) -> list[int]:
    """Whole seconds for the marks of the axis: as close as so few of them may be."""
    step_s = next((one for one in STEPS_S if until_s / one <= MOST_TICKS), STEPS_S[-1])
    return list(range(0, int(until_s) + 1, step_s))


def _outline(first: Point, last: Point, share: float) -> Line:
    low, high = first.target * (1 - share), first.target * (1 + share)
    return [(first.t_s, low), (last.t_s, low), (last.t_s, high), (first.t_s, high), (first.t_s, low)]


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Stretches of known samples without a gap inside."""
    runs: list[list[Point]] = [[]]
    for earlier, later in pairwise([None, *points]):
        if later is None or later.pressure is None or (earlier is not None and is_gap(earlier, later)):
            runs.append([])
        if later is not None and later.pressure is not None:
            runs[-1].append(later)
    return [run for run in runs if run]


def _held(points: Sequence[Point]) -> list[list[Point]]:
    """The ends of each stretch with one target above zero."""
    stretches = (list(run) for _key, run in groupby(points, key=lambda one: (one.interval, one.target)))
    return [[run[0], run[-1]] for run in stretches if run[0].target > 0]


def _thinned(run: Sequence[Point], share: float) -> list[Point]:
    size = max(1, round(2 / share))
    if size <= 2:
        return list(run)
    buckets = [run[start : start + size] for start in range(0, len(run), size)]
    kept = [end for bucket in buckets for end in (min(bucket, key=_height), max(bucket, key=_height))]
    return sorted(kept, key=lambda one: one.t_s)


def _height(one: Point) -> float:
    return one.pressure or 0.0


def _joined(lines: Iterable[Line]) -> Line:
    """One line with a hole between each two."""
    joined: Line = []
    for line in lines:
        joined += [(line[0][0], None), *line] if joined else line
    return joined


def _draw(made: go.Figure, path: Line, **style: object) -> None:
    made.add_scatter(
        x=[round(t_s, 2) for t_s, _value in path],
        y=[value for _t_s, value in path],
        text=[clock(t_s) for t_s, _value in path],
        mode="lines",
        connectgaps=False,
        **style,
    )
