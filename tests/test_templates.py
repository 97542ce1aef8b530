"""What holds for every template, whichever page it is part of."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
WRAP = re.compile(r"<div class=\"[^\"]*\btable-wrap\b[^\"]*\"(.*?)>\s*<table", re.DOTALL)


def named(page: Path) -> str:
    return str(page.relative_to(TEMPLATES))


@pytest.mark.parametrize("page", [one for one in PAGES if "table-wrap" in one.read_text()], ids=named)
def test_what_scrolls_sideways_is_reached_with_keys_and_has_a_name(page: Path):
    wraps = WRAP.findall(page.read_text())

    assert len(wraps) == page.read_text().count("table-wrap")
    for wrap in wraps:
        assert 'tabindex="0" role="region" aria-label' in wrap


def test_every_date_is_written_in_the_clinics_way():
    """Django's own forms say "Nov. 30, 2026, 7:53 p.m."; the clinic says "30 Nov 2026, 19:53"."""
    own = [
        f"{named(page)}: {form}"
        for page in PAGES
        for form in re.findall(r'\|(?:date|time)\b(?::"([^"]*)")?', page.read_text())
        if not form or "_FORMAT" in form or set(form) & set("NPfgA")
    ]

    naked = [
        one
        for page in PAGES
        for one in re.findall(r"\{\{ [\w.]+_(?:at|on|date|until) \}\}", page.read_text())
    ]

    assert own + naked == []
