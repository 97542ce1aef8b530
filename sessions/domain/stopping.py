"""What a person feels or a clinician measures while a cuff is tight, and what a row of the stop table does about it.

The rows themselves, with their numbers and origins, are in `sessions.domain.stop_table`.
"""

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import Any, Self

PROGRAMME = "programme setting"


class Action(IntEnum):
    """What a criterion does, mildest first. PAUSE and END open the cuff."""

    WARN = 1
    PAUSE = 2
    END = 3


class Signal(StrEnum):
    """What may be entered while a session runs."""

    PAIN = "PAIN"
    DISCOMFORT = "DISCOMFORT"
    RPE = "RPE"
    CRT = "CRT"
    SYSTOLIC = "SYSTOLIC"
    DIASTOLIC = "DIASTOLIC"
    HEART_RATE = "HEART_RATE"
    SPO2 = "SPO2"
    NUMBNESS = "NUMBNESS"
    NUMB_STILL = "NUMB_STILL"
    DIZZINESS = "DIZZINESS"
    SWELLING = "SWELLING"
    FAINT = "FAINT"
    CHEST = "CHEST"
    PULSE_ODD = "PULSE_ODD"
    JOINT = "JOINT"
    SKIN = "SKIN"
    CALF = "CALF"
    WELL = "WELL"


@dataclass(frozen=True)
class Scope:
    """How a signal is entered: its words, unit and plausible range. A symptom has no range."""

    words: str
    unit: str = ""
    lowest: float = 1
    highest: float = 1
    step: float = 1

    @property
    def is_symptom(self) -> bool:
        """True for what is there or not, without a number."""
        return self.lowest == self.highest


SCOPES = {
    Signal.PAIN: Scope("Joint pain", "0-10", 0, 10),
    Signal.DISCOMFORT: Scope("Discomfort under the cuff", "0-10", 0, 10),
    Signal.RPE: Scope("Effort (RPE)", "0-10", 0, 10),
    Signal.CRT: Scope("Capillary refill", "s", 0, 10, 0.5),
    Signal.SYSTOLIC: Scope("Systolic", "mmHg", 60, 280, 5),
    Signal.DIASTOLIC: Scope("Diastolic", "mmHg", 30, 180, 5),
    Signal.HEART_RATE: Scope("Heart rate", "bpm", 30, 220, 5),
    Signal.SPO2: Scope("Oxygen (ear, free limb)", "%", 60, 100),
    Signal.NUMBNESS: Scope("Numbness or tingling"),
    Signal.NUMB_STILL: Scope("Numb 2 min after opening; weak"),
    Signal.DIZZINESS: Scope("Dizzy or sick"),
    Signal.SWELLING: Scope("New swelling"),
    Signal.FAINT: Scope("Faint or confused"),
    Signal.CHEST: Scope("Chest pain, breathless, palpitations, sight"),
    Signal.PULSE_ODD: Scope("New irregular pulse"),
    Signal.JOINT: Scope("Joint stabs, locks, gives way"),
    Signal.SKIN: Scope("Limb white, blue or mottled"),
    Signal.CALF: Scope("One calf hurts or swells"),
    Signal.WELL: Scope("No symptoms now"),
}

Entry = tuple[Signal, float]
"""What was entered, and how much. A symptom has the value 1."""


class Test(StrEnum):
    """How a value is held against the number of a row. NEVER: the row could not be put in force."""

    AT_LEAST = "AT_LEAST"
    OVER = "OVER"
    BELOW = "BELOW"
    AT_MOST = "AT_MOST"
    NEVER = "NEVER"


TESTS: Mapping[Test, Callable[[float, float], bool]] = {
    Test.AT_LEAST: operator.ge,
    Test.OVER: operator.gt,
    Test.BELOW: operator.lt,
    Test.AT_MOST: operator.le,
    Test.NEVER: lambda value, number: False,
}


@dataclass(frozen=True)
class Criterion:
    """One row as it holds in a session: what is entered, tested against `number`, leads to the action.

    `times` is how many entries must meet it. `along_with` are symptoms of which one must have been entered, too. `set_by` says
    who tightened the number, and is empty where nobody did.
    """

    signal: Signal
    action: Action
    words: str
    test: Test
    number: float
    origin: str = PROGRAMME
    times: int = 1
    along_with: tuple[Signal, ...] = ()
    set_by: str = ""

    def holds(self, entries: Sequence[Entry]) -> bool:
        """Whether what was entered so far, the newest last, meets this row."""
        met = [TESTS[self.test](value, self.number) for signal, value in entries if signal is self.signal]
        is_joined = not self.along_with or any(signal in self.along_with for signal, _value in entries)
        return is_joined and sum(met) >= self.times and met[-1]

    def to_json(self) -> dict[str, Any]:
        """Plain values, as frozen with the session."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The row that `to_json` wrote."""
        return cls(
            **{
                **data,
                "signal": Signal(data["signal"]),
                "action": Action(data["action"]),
                "test": Test(data["test"]),
                "along_with": tuple(Signal(one) for one in data["along_with"]),
            }
        )


def judge(rows: Collection[Criterion], entries: Sequence[Entry]) -> Criterion | None:
    """The gravest row that the newest entry meets, with those before it, or None to go on."""
    newest = entries[-1][0]
    met = [row for row in rows if newest in (row.signal, *row.along_with) and row.holds(entries)]
    return max(met, key=lambda row: row.action, default=None)


def met(rows: Collection[Criterion], entries: Sequence[Entry]) -> tuple[Criterion, ...]:
    """The gravest row of each signal that is met by what was entered last. No symptoms now: those before count no more."""
    wells = [place for place, (signal, _value) in enumerate(entries) if signal is Signal.WELL]
    since = wells[-1] if wells else -1
    heard = [one for place, one in enumerate(entries) if place > since or not SCOPES[one[0]].is_symptom]
    gravest = {row.signal: row for row in sorted(rows, key=lambda row: row.action) if row.holds(heard)}
    return tuple(gravest.values())


def implausible(signal: Signal, value: float) -> str | None:
    """Why this value can't be an entry, in words, or None."""
    scope = SCOPES[signal]
    if scope.lowest <= value <= scope.highest:
        return None
    return f"{scope.words} must lie between {scope.lowest:g} and {scope.highest:g} {scope.unit}".strip() + "."
