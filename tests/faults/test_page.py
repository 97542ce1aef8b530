"""The published table says what the catalogue says."""

from tests.faults.cases import Group
from tests.faults.catalogue import CASES
from tests.faults.page import PAGE, page, without_figures


def test_the_published_table_is_the_catalogue():
    """If this fails: `python -m tests.faults`."""
    published = PAGE.read_text()

    assert without_figures(published) == without_figures(page(CASES, {}))
    assert "| - |" not in published


def test_every_group_has_cases_and_there_are_at_least_forty_five():
    assert {case.group for case in CASES} == set(Group)
    assert len(CASES) >= 45
    assert len({(case.name, case.where) for case in CASES}) == len(CASES)
