"""What the record tells of alarms about the equipment: each name once, at the gravest it came to. Asked of the note."""

from collections.abc import Sequence
from dataclasses import dataclass

from sessions.domain.alarms import SORTS, Kind, Priority, What, sort_of
from sessions.domain.told import Told, of_kinds

SOUNDED = (What.RAISED, "ALARM_SEEN")
"""Each is one more time; one that became graver is the same alarm still."""


@dataclass(frozen=True)
class AlarmTold:
    """All alarms of one name on one limb. `limb` is empty where no cuff is meant.

    Seconds are from the start: `first_s` when it was first raised, `gravest_s` when it was first as grave as `priority`.
    """

    name: str
    limb: str
    priority: Priority
    first_s: float
    gravest_s: float
    times: int


def alarms_told(told: Sequence[Told], limbs: Sequence[str]) -> list[AlarmTold]:
    """Those about the equipment, the gravest first. What a person felt or measured stands with the stop criteria."""
    by_name: dict[tuple[str, str], list[Told]] = {}
    for one in of_kinds(told, *SOUNDED, What.ESCALATED):
        if _is_told(one.signal):
            by_name.setdefault((sort_of(one.signal).name, _limb(one.signal, limbs)), []).append(one)
    found = [_together(*key, same) for key, same in by_name.items()]
    return sorted(found, key=lambda one: -one.priority)


def _together(name: str, limb: str, same: Sequence[Told]) -> AlarmTold:
    gravest = max(same, key=_priority)
    times = sum(one.kind in SOUNDED for one in same)
    return AlarmTold(name, limb, _priority(gravest), same[0].t_s or 0.0, gravest.t_s or 0.0, times)


def _priority(one: Told) -> Priority:
    """As it was kept with the event; where it was not, that of its sort."""
    kept = {float(priority): priority for priority in Priority}
    return sort_of(one.signal).priority if one.value is None else kept.get(one.value, Priority.HIGH)


def _is_told(code: str) -> bool:
    is_about_equipment = code in SORTS or sort_of(code).kind is Kind.TECHNICAL
    return is_about_equipment and sort_of(code).priority > Priority.INFO


def _limb(code: str, limbs: Sequence[str]) -> str:
    """Of several cuffs a code ends in the number of the one that is meant."""
    number = code.rpartition("_")[2]
    return limbs[int(number)] if number.isdecimal() and int(number) < len(limbs) else ""
