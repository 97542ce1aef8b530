"""One measure of one person over time: each value where it was taken, and the first as the line to compare with."""

from collections.abc import Sequence

import plotly.graph_objects as go
from django.utils import timezone
from django.utils.translation import gettext as _

from patients.domain.outcomes import Reading
from sessions.charts import look


def trend(readings: Sequence[Reading], words: str) -> go.Figure:
    """The readings in the clinic's time. Nothing is drawn between what was measured but a thin line."""
    made = look.figure(x_title=_("day"), y_title=words)
    made.add_scatter(
        x=[timezone.localtime(one.at) for one in readings],
        y=[round(one.value, 2) for one in readings],
        mode="lines+markers",
        line={"color": look.ACCENT, "width": 1.5},
        marker={"size": 9, "color": look.ACCENT},
        name=words,
        showlegend=False,
    )
    made.add_hline(
        y=readings[0].value,
        line={"color": look.QUIET, "dash": "dot", "width": 1.5},
        annotation={"text": _("first value"), "font": {"color": look.QUIET}},
        annotation_position="bottom right",
    )
    return made
