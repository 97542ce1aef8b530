"""The stop criteria for what a person feels or a clinician measures, as one table: go on, warn, pause or end.

From the clinical fact sheet, section 4.2. Most numbers there have no published source for this kind of training and are
programme settings; those that do carry it. Limits only tighten: a clinic may lower, never raise.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

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
    NUMBNESS = "NUMBNESS"
    DIZZINESS = "DIZZINESS"
    FAINT = "FAINT"
    CHEST = "CHEST"
    SKIN = "SKIN"
    CALF = "CALF"


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
    Signal.NUMBNESS: Scope("Numbness or tingling"),
    Signal.DIZZINESS: Scope("Dizzy or sick"),
    Signal.FAINT: Scope("Faint or confused"),
    Signal.CHEST: Scope("Chest pain, short of breath, palpitations, vision"),
    Signal.SKIN: Scope("Limb white, blue or mottled"),
    Signal.CALF: Scope("Calf pain or swelling on one side"),
}


@dataclass(frozen=True)
class Criterion:
    """One row: the signal at or above `at_least` (or below `below`) leads to the action."""

    signal: Signal
    action: Action
    words: str
    at_least: float | None = None
    below: float | None = None
    origin: str = PROGRAMME

    def holds(self, value: float) -> bool:
        """Whether the value meets this row."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.below is not None and value < self.below


def _ladder(
    signal: Signal, words: str, warn: float, pause: float, end: float, origin: str = PROGRAMME
) -> tuple[Criterion, ...]:
    steps = ((Action.WARN, warn), (Action.PAUSE, pause), (Action.END, end))
    return tuple(
        Criterion(signal, action, f"{words} is {level:g} or more.", at_least=level, origin=origin)
        for action, level in steps
    )


def _symptom(signal: Signal, action: Action, origin: str = PROGRAMME) -> Criterion:
    return Criterion(signal, action, f"{SCOPES[signal].words}.", at_least=1, origin=origin)


KAATSU_VENDOR = "vendor: KAATSU Global, capillary refill at most 3 s"
EXERCISE_TEST = "published outer limit: AHA/ACC and ACSM exercise-test termination"

CRITERIA: tuple[Criterion, ...] = (
    *_ladder(Signal.PAIN, "Joint pain", 4, 6, 8),
    *_ladder(Signal.DISCOMFORT, "Discomfort under the cuff", 6, 8, 10),
    Criterion(Signal.RPE, Action.WARN, "Effort is 7 or more.", at_least=7),
    Criterion(Signal.RPE, Action.PAUSE, "Effort is 9 or more.", at_least=9),
    Criterion(Signal.CRT, Action.WARN, "Capillary refill is 2 s or more.", at_least=2),
    Criterion(
        Signal.CRT,
        Action.PAUSE,
        "Capillary refill is over 3 s: the cuff is too tight.",
        at_least=3.01,
        origin=KAATSU_VENDOR,
    ),
    *_ladder(Signal.SYSTOLIC, "Systolic pressure", 180, 200, 220),
    Criterion(Signal.SYSTOLIC, Action.END, "Systolic pressure is below 90.", below=90),
    *_ladder(Signal.DIASTOLIC, "Diastolic pressure", 100, 110, 115, EXERCISE_TEST),
    Criterion(Signal.HEART_RATE, Action.END, "Heart rate is below 40.", below=40),
    _symptom(Signal.NUMBNESS, Action.PAUSE, "vendor: KAATSU Global, release on numbness"),
    _symptom(Signal.DIZZINESS, Action.PAUSE),
    _symptom(Signal.FAINT, Action.END, EXERCISE_TEST),
    _symptom(Signal.CHEST, Action.END, EXERCISE_TEST),
    _symptom(Signal.SKIN, Action.END, "vendor: KAATSU Global, never pale, grey or blue"),
    _symptom(Signal.CALF, Action.END),
)


def judge(signal: Signal, value: float) -> Criterion | None:
    """The gravest criterion that the value meets, or None to go on."""
    met = [row for row in CRITERIA if row.signal is signal and row.holds(value)]
    return max(met, key=lambda row: row.action, default=None)


def implausible(signal: Signal, value: float) -> str | None:
    """Why this value can't be an entry, in words, or None."""
    scope = SCOPES[signal]
    if scope.lowest <= value <= scope.highest:
        return None
    return f"{scope.words} must lie between {scope.lowest:g} and {scope.highest:g} {scope.unit}".strip() + "."
