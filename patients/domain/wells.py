"""Wells score for a suspected clot in a leg (2003), two levels. Only after a swollen leg was reported, only by a clinician.

It says how likely a clot is, never that a person may train.
"""

from collections.abc import Collection
from typing import NamedTuple

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.SCREENING, __name__)
WELLS = Source("Wells 2003, N Engl J Med 349:1227, from concordant copies", Origin.SECONDARY)
LIKELY_FROM = THRESHOLDS.of(2, "points", "Wells: from here on a clot is likely", WELLS)


class Item(NamedTuple):
    """One thing to look for, and its points."""

    name: str
    points: int
    text: str


ITEMS = (
    Item("active_cancer", 1, "Active cancer (treated within 6 months, or palliative)"),
    Item("paralysis", 1, "Paralysis, paresis or recent plaster of the leg"),
    Item("bedridden", 1, "In bed for 3 days or more, or major surgery within 12 weeks"),
    Item("tenderness", 1, "Tenderness along the deep veins"),
    Item("entire_leg", 1, "The entire leg is swollen"),
    Item("calf", 1, "Calf more than 3 cm larger than the other, 10 cm below the tibial tuberosity"),
    Item("pitting", 1, "Pitting oedema of this leg only"),
    Item("collaterals", 1, "Superficial veins newly visible, not varicose"),
    Item("previous_clot", 1, "Earlier DVT, documented"),
    Item(
        "alternative",
        -2,
        "Another diagnosis is at least as likely. A Baker's cyst looks the same, and does not rule a clot out.",
    ),
)
THRESHOLDS.tell(*((f"Wells: {item.text}", item.points, "points", WELLS) for item in ITEMS))


def score(present: Collection[str]) -> int:
    """The points of what was found."""
    return sum(item.points for item in ITEMS if item.name in present)


def is_likely(points: int) -> bool:
    """Two levels: from 2 points on a clot is likely."""
    return points >= LIKELY_FROM
