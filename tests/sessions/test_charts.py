"""Figures: what is drawn is what was measured, and nothing is drawn where nothing is known."""

import json
from datetime import date, timedelta
from pathlib import Path

import plotly
import pytest
from django.template.loader import render_to_string

from devices.domain.units import Scale
from protocols.domain.plan import Interval, IntervalKind, Plan
from sessions.charts import clinic, look
from sessions.charts import trace as chart
from sessions.domain import outcomes, rounds
from sessions.domain.outcomes import Reading, Week
from sessions.domain.trace import Point

WORK = Interval(IntervalKind.WORK, 100.0, 1, repetitions=10)
OPEN = Interval(IntervalKind.RELEASE, 0.0, 1, seconds=10)
PLAN = Plan(Scale.MMHG, (WORK, OPEN), ceiling=130, max_inflated_s=600, max_total_s=600)
TODAY = date(2026, 3, 4)


def points(*times: float, pressure: float | None = 100.0, target: float = 100.0, interval: int = 0):
    return [Point(t, pressure, target, interval) for t in times]


def named(figure, name):
    return next(trace for trace in look.as_json(figure)["data"] if trace.get("name") == name)


def test_a_gap_in_the_samples_is_a_gap_in_the_line():
    line = named(chart.pressure(points(0, 0.5, 10, 10.5), PLAN), "measured")

    assert line["y"] == [100.0, 100.0, None, 100.0, 100.0]
    assert line["connectgaps"] is False


def test_a_reading_that_is_not_known_is_a_gap_in_the_line():
    samples = [*points(0, 0.5), *points(1.0, pressure=None), *points(1.5, 2.0)]

    assert None in named(chart.pressure(samples, PLAN), "measured")["y"]


def test_the_axis_runs_to_the_end_and_what_nobody_saw_is_drawn():
    samples = [*points(0, 5, 10, 15), *points(15.5, 20, 30, pressure=None)]

    figure = chart.pressure(samples, PLAN)

    axis = look.as_json(figure)["layout"]["xaxis"]
    assert axis["range"] == [0, 30]
    assert axis["ticktext"] == ["0:00", "0:05", "0:10", "0:15", "0:20", "0:25", "0:30"]
    assert named(figure, "without a reading")["x"][-5:] == [15.5, 30, 30, 15.5, 15.5]


@pytest.mark.parametrize(
    ("until_s", "last"), [(0.0, 0), (6.0, 6), (95.0, 90), (1200.0, 1200), (9000.0, 9000)]
)
def test_the_marks_of_the_axis_are_few_and_round(until_s, last):
    found = chart.ticks(until_s)

    assert len(found) <= chart.MOST_TICKS + 1
    assert found[-1] == last


def test_nothing_measured_draws_no_line():
    assert named(chart.pressure(points(0, 1, pressure=None), PLAN), "measured")["y"] == []


def test_the_target_and_its_band_are_drawn_only_where_there_was_a_target():
    samples = [*points(0, 10), *points(10.5, 20, target=0.0, interval=1, pressure=2)]

    figure = chart.pressure(samples, PLAN)

    assert named(figure, "target")["y"] == [100.0, 100.0]
    assert named(figure, "band")["y"] == pytest.approx([90, 90, 110, 110, 90])


def test_the_ceiling_and_the_unit_are_on_the_figure():
    layout = look.as_json(chart.pressure(points(0, 1), PLAN))["layout"]

    assert layout["shapes"][0]["y0"] == 130
    assert "mmHg" in layout["yaxis"]["title"]["text"]


def test_a_long_trace_is_thinned_without_losing_its_peak():
    samples = [Point(n / 20, 180.0 if n == 12_345 else 100.0, 100.0, 0) for n in range(24_000)]

    line = chart.measured(samples)

    assert len(line) <= chart.MOST_POINTS + 2
    assert max(value for _t, value in line if value is not None) == 180.0
    assert [t for t, _value in line] == sorted(t for t, _value in line)


@pytest.mark.parametrize(
    "figure",
    [
        chart.pressure([], PLAN),
        clinic.phase_counts({"Clinical": 2}),
        clinic.sessions_per_week([Week(TODAY, 2, 1)]),
        clinic.change_in_pain(outcomes.pain_changes([], 3)),
    ],
)
def test_every_figure_travels_as_plain_json(figure):
    json.dumps(look.as_json(figure))


def test_pain_is_compared_within_the_same_people():
    readings = [
        Reading(1, TODAY, 6),
        Reading(1, TODAY + timedelta(days=30), 3),
        Reading(1, TODAY + timedelta(days=10), 9),
        Reading(2, TODAY, 5),
        Reading(3, TODAY, 4),
        Reading(3, TODAY, 1),
    ]

    found = outcomes.pain_changes(readings, people=4)

    assert (found.changes, found.missing, found.better) == ((-3,), 3, 1)
    assert found.median is None, "one person is no median"


def test_every_week_is_there_even_without_a_session():
    weeks = outcomes.by_week([TODAY], [TODAY - timedelta(weeks=2)], today=TODAY, weeks=3)

    assert [(week.supervised, week.at_home) for week in weeks] == [(0, 1), (0, 0), (1, 0)]
    assert {week.begins_on.weekday() for week in weeks} == {0}


def test_equal_rounds_are_told_once():
    work, rest = (
        Interval(IntervalKind.WORK, 60, 1, repetitions=15),
        Interval(IntervalKind.REST, 60, 1, seconds=30),
    )
    plan = Plan(Scale.MMHG, (work, rest, work_in(2), rest_in(2), work_in(3)), 90, 600, 600)

    assert [(one.first, one.last, one.rest is None) for one in rounds.rounds(plan)] == [(1, 3, False)]
    assert rounds.rounds(plan)[0].work[0].repetitions == work.repetitions
    assert rest.seconds == 30


def work_in(number: int) -> Interval:
    return Interval(IntervalKind.WORK, 60, number, repetitions=15)


def rest_in(number: int) -> Interval:
    return Interval(IntervalKind.REST, 60, number, seconds=30)


def test_the_page_keeps_the_installed_plotly_from_writing_styles():
    plotly_js = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text()
    styles = render_to_string("sessions/_figure_styles.html")

    made_by_id = [
        part.split('"')[0] for part in plotly_js.split('.id="')[1:] if len(part.split('"')[0]) == 64
    ]
    assert made_by_id
    assert all(f'id="{one}"' in styles for one in made_by_id)
    assert ".no-inline-styles" in plotly_js
    assert "plotly.js-style-global" in styles
