"""The joints that are looked at: 28 for RA, or 68 tender and 66 swollen for psoriatic arthritis, and where each lies on the map.

The map shows the person from the front: their right side is on the left. A place is a column (1-11) and a row of the map's grid.
"""

from collections.abc import Collection
from dataclasses import dataclass

COLUMNS = 11
MIDDLE, OUTSIDE = 6, 1
"""Columns of the map in which words may stand."""
FINGERS = ("thumb", "index finger", "middle finger", "ring finger", "little finger")
TOES = ("big toe", "second toe", "third toe", "fourth toe", "little toe")


@dataclass(frozen=True)
class Joint:
    """One joint. `is_of_28`: it counts for DAS28, SDAI and CDAI. `swells`: a swelling of it can be felt (not of the hip)."""

    name: str
    words: str
    column: int
    row: int
    is_of_28: bool = False
    swells: bool = True


def _pair(
    name: str, words: str, column: int, row: int, *, is_of_28: bool = False, swells: bool = True
) -> tuple[Joint, Joint]:
    """The same joint on both sides, `column` being that of the right one."""
    return (
        Joint(f"{name}_right", f"{words}, right", column, row, is_of_28, swells),
        Joint(f"{name}_left", f"{words}, left", COLUMNS + 1 - column, row, is_of_28, swells),
    )


def _row(
    name: str, words: str, rays: tuple[str, ...], row: int, *, first: int = 0, is_of_28: bool = False
) -> list[Joint]:
    """The same joint of the fingers or toes from `first` on; the thumb or big toe lies nearest to the middle."""
    return [
        joint
        for number, ray in enumerate(rays[first:], start=first)
        for joint in _pair(f"{name}{number + 1}", f"{words}, {ray}", 5 - number, row, is_of_28=is_of_28)
    ]


JOINTS: tuple[Joint, ...] = (
    *_pair("tmj", "Jaw", 5, 1),
    *_pair("shoulder", "Shoulder", 3, 2, is_of_28=True),
    *_pair("acromioclavicular", "Outer end of the collarbone", 4, 2),
    *_pair("sternoclavicular", "Inner end of the collarbone", 5, 2),
    *_pair("elbow", "Elbow", 2, 3, is_of_28=True),
    *_pair("hip", "Hip", 5, 4, swells=False),
    *_pair("wrist", "Wrist", 3, 4, is_of_28=True),
    *_row("mcp", "Knuckle (MCP)", FINGERS, 5, is_of_28=True),
    *_row("pip", "Middle joint (PIP or IP)", FINGERS, 6, is_of_28=True),
    *_row("dip", "End joint (DIP)", FINGERS, 7, first=1),
    *_pair("knee", "Knee", 5, 8, is_of_28=True),
    *_pair("ankle", "Ankle", 5, 9),
    *_pair("tarsus", "Midfoot", 5, 10),
    *_row("mtp", "Ball of the foot (MTP)", TOES, 11),
    *_row("toe", "Toe joint (IP or PIP)", TOES, 12),
)

ROW_WORDS = (
    "Jaw", "Shoulder", "Elbow", "Wrist", "MCP", "PIP", "DIP", "Knee", "Ankle", "Midfoot", "MTP", "Toes",
)  # fmt: skip
"""The short words in the middle of each row."""


def shown(*, is_full: bool) -> tuple[Joint, ...]:
    """The joints of a map: all of them, or the 28."""
    return JOINTS if is_full else tuple(one for one in JOINTS if one.is_of_28)


def counts(*, is_full: bool, tender: Collection[str], swollen: Collection[str]) -> dict[str, float]:
    """Kind of measurement -> how many. The full map counts the 28 joints as well; the small one says nothing of the others."""
    of_28 = {one.name for one in JOINTS if one.is_of_28}
    found: dict[str, float] = {
        "TENDER_28": len(of_28 & set(tender)),
        "SWOLLEN_28": len(of_28 & set(swollen)),
    }
    if is_full:
        swelling = {one.name for one in JOINTS if one.swells}
        found |= {"TENDER_68": len(set(tender)), "SWOLLEN_66": len(swelling & set(swollen))}
    return found


def row_words(marked: Collection[Joint]) -> list[tuple[int, int, str]]:
    """The rows of a map: row, column, words. They stand in the middle; where the hips share the wrists' row, Wrist stands outside."""
    words = {(one.row, MIDDLE): ROW_WORDS[one.row - 1] for one in marked}
    hips = [one.row for one in marked if one.name.startswith("hip")]
    for row in hips:
        words |= {(row, OUTSIDE): ROW_WORDS[row - 1], (row, MIDDLE): "Hip"}
    return sorted((row, column, said) for (row, column), said in words.items())
