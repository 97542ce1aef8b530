"""Runs the fault catalogue and writes what it measured to `docs/faults.md`. A case that fails leaves the page as it was."""

import sys
from pathlib import Path
from typing import Any

import pytest


class Notes:
    """Collects what the tests of the catalogue measured, by the number of the case."""

    def __init__(self) -> None:
        self.measured: dict[int, tuple[float, float]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each phase of a test."""
        measured: dict[str, Any] = dict(report.user_properties)
        if report.when == "call" and "measured" in measured:
            number, figures = measured["measured"]
            self.measured[number] = figures


def main() -> int:
    """Run, write, and say how many."""
    notes = Notes()
    failed = pytest.main(["-q", str(Path(__file__).parent), "--deselect", PAGE_TEST], plugins=[notes])
    if failed:
        return int(failed)
    from tests.faults.catalogue import CASES  # Django is set up by pytest, above
    from tests.faults.page import PAGE, page

    PAGE.write_text(page(CASES, notes.measured))
    print(f"{len(notes.measured)} of {len(CASES)} cases measured: {PAGE}")
    return 0


PAGE_TEST = "tests/faults/test_page.py"

if __name__ == "__main__":
    sys.exit(main())
