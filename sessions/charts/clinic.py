"""What a clinic sees of its outcomes: counts in, figures out. Aggregates only, nobody is named."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from sessions.charts import look
from sessions.domain.outcomes import PainChanges, Week


def phase_counts(counts: Mapping[str, int]) -> go.Figure:
    """How many people are in each phase."""
    made = look.figure(x_title=_("people"), y_title="")
    names, people = list(counts)[::-1], list(counts.values())[::-1]
    made.add_bar(
        y=names, x=people, orientation="h", text=people, marker={"color": look.ACCENT}, hoverinfo="skip"
    )
    made.update_xaxes(rangemode="tozero", tickformat="d")
    return made


def sessions_per_week(weeks: Sequence[Week]) -> go.Figure:
    """Sessions in the clinic and at home, week by week."""
    made = look.figure(x_title=_("week beginning"), y_title=_("sessions"))
    days = [week.begins_on for week in weeks]
    made.add_bar(
        x=days, y=[week.supervised for week in weeks], name=_("in the clinic"), marker={"color": look.ACCENT}
    )
    made.add_bar(
        x=days,
        y=[week.at_home for week in weeks],
        name=_("at home"),
        marker={"color": look.SECOND, "pattern": {"shape": "/"}},
    )
    made.update_layout(barmode="stack")
    made.update_yaxes(tickformat="d")
    return made


def change_in_pain(changes: PainChanges) -> go.Figure:
    """How many people's pain changed by how much, from their first to their latest measurement."""
    made = look.figure(
        x_title=_("change in pain (points of 0-10; below zero is less pain)"), y_title=_("people")
    )
    counts = changes.people_by_change
    made.add_bar(
        x=list(counts), y=list(counts.values()), marker={"color": look.ACCENT}, text=list(counts.values())
    )
    made.update_xaxes(dtick=1)
    made.update_yaxes(tickformat="d")
    return made
