"""How every figure looks, and how it travels to the browser."""

import json
from typing import Any, cast

import plotly.graph_objects as go

INK = "#17262b"
QUIET = "#55676e"
LINE = "#d5dddf"
ACCENT = "#0b5563"
SECOND = "#c98500"
SOFT = "rgba(11, 85, 99, .14)"
STOP = "#b3121d"
UNKNOWN = "rgba(85, 103, 110, .12)"


def figure(*, x_title: str, y_title: str) -> go.Figure:
    """An empty figure in the clinic's colours. Nothing in it is dragged, so that a page scrolls under a finger."""
    made = go.Figure()
    made.update_layout(
        template="none",
        font={"family": "system-ui, sans-serif", "size": 14, "color": INK},
        margin={"l": 64, "r": 24, "t": 24, "b": 56},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        hovermode="closest",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    made.update_xaxes(title=x_title, gridcolor=LINE, zeroline=False, automargin=True, fixedrange=True)
    made.update_yaxes(title=y_title, gridcolor=LINE, rangemode="tozero", automargin=True, fixedrange=True)
    return made


def as_json(made: go.Figure) -> dict[str, Any]:
    """The figure as plain values for `json_script`."""
    return cast(dict[str, Any], json.loads(made.to_json()))
