"""`docs/faults.md`: the catalogue as a table, with what was measured last."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.cases import Case, Group

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
NOT_MEASURED = "-"
FIGURE = re.compile(r"^(\d+\.\d\d s|\d+|-)$")

HEAD = """# The fault catalogue

What is broken on purpose, who notices, how long it may take until the limb is safe, how long it took, and what the console says.
Made by `python -m tests.faults` from `tests/faults/catalogue.py`; each row is a test that runs in `make test`. Each asserts how the
pressure ends (the truth in the simulated limb, not what a sensor says), the time to safe, the words, the entry in the journal,
and that nothing inflates again in the ten seconds after, with the fault gone and with INFLATE and RESUME pressed.

*Bound* and *took* are seconds from the fault until the cuff is open for good; where no order can open it, until that is said.
*Highest* is the highest true pressure after the fault, in mmHg, of a session at 60 with a ceiling of 90 unless the row says otherwise.
Everything here is a simulated box and limb: the figures say what the program does, not what a real valve does.
"""

LIMITS = """## What no row here can promise

- **A box without a lease whose line is gone** (Alicat, PGVA-1, PACE) holds for ever: no program can reach it. The quick release, or a
  normally-open valve on a relay that this computer feeds, is what is left.
- **A stuck valve, a kinked hose, a hanging box**: said within the bound, never shown as open; only a hand can open the cuff.
- **Sensors that stand still** are found by the fact that they do not move, and until then a regulator pumps: see *highest*.
- **A sensor on the box's side of a kinked hose** feels the hose, not the cuff. Only a cuff with a sensing line of its own tells.
- **One sensor that is wrong by a plausible amount** can't be told from a right one: calibration is for that.
- **A cuff on no limb, or of another size**, holds its pressure as any other. Whoever fits it sees it; the preflight compares the model.
- **A clock that runs slow in the box** lets its lease last longer. The acceptance test measures the lease.
"""


def page(cases: Sequence[Case], measured: Mapping[int, tuple[float, float]]) -> str:
    """All of it. What was not measured is a dash."""
    numbered = list(enumerate(cases, 1))
    parts = [HEAD]
    for group in Group:
        rows = [_row(n, case, measured.get(n)) for n, case in numbered if case.group is group]
        parts.append("\n".join([f"## {group.value.capitalize()}\n", *TABLE, *rows]) + "\n")
    return "\n".join([*parts, LIMITS])


TABLE = (
    "| no. | fault | tried on | found by | bound | took | highest | safe state | words on the console | where the bound is from |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def _row(number: int, case: Case, measured: tuple[float, float] | None) -> str:
    took, highest = (f"{measured[0]:.2f} s", f"{measured[1]:.0f}") if measured else [NOT_MEASURED] * 2
    state = case.safe.value + ("; box latched" if case.latches else "")
    cells = [
        number,
        case.name,
        case.where,
        case.code or "nobody",
        f"{case.bound_s:.2f} s at most",
        took,
        highest,
    ]
    return "| " + " | ".join(map(str, [*cells, state, case.alarm, case.bound_from])) + " |"


def without_figures(text: str) -> list[list[str]]:
    """What must not go stale: all cells but the measured ones."""
    return [
        [cell for cell in line.split(" | ") if not FIGURE.match(cell)] for line in text.strip().splitlines()
    ]
