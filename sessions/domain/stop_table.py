"""The stop criteria as one table: what is entered, its number, what follows, and where the number is from.

From the clinical fact sheet, section 4.2. Hardly any number has a published source for this kind of training: those without one
are programme settings, and an outer limit of exercise tests is called that. A number only tightens: a clinic or a patient's
clinician may bring it nearer, as far as the rule's bound, and what is asked for beyond either end is cut back.
What the box, the air and the clock may do is in `devices.domain.interlock` and `sessions.domain.trips`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds
from sessions.domain.stopping import SCOPES, Action, Criterion, Signal, Test

THRESHOLDS = Thresholds(Area.STOPPING, __name__)
KAATSU_VENDOR = Source("KAATSU Global, capillary refill at most 3 s", Origin.VENDOR)
EXERCISE_TEST = Source(
    "Outer limit of exercise tests, AHA/ACC and ACSM: diastolic over 115, angina, near-syncope",
    Origin.PUBLISHED,
)
HEART_SHARE = Source(
    "A relative reason to end an exercise test: over 85 % of 220 - age (AAFP)", Origin.PUBLISHED
)
AGE_BASE_BPM = THRESHOLDS.of(
    220, "beats a minute", "Less the age: the heart rate that is taken as the highest"
)
"""A common formula."""


class Against(StrEnum):
    """What a rule's number is counted from."""

    VALUE = "VALUE"
    OVER = "OVER"
    BELOW = "BELOW"
    RISE = "RISE"
    FALL = "FALL"
    SHARE = "SHARE"
    RESERVE = "RESERVE"


@dataclass(frozen=True)
class Rule:
    """One row before anybody is on the couch. `bound` is how far the number may be tightened; None: not at all."""

    signal: Signal
    action: Action
    number: float = 1
    bound: float | None = None
    against: Against = Against.VALUE
    origin: Source = PROGRAMME
    times: int = 1
    along_with: tuple[Signal, ...] = ()

    @property
    def key(self) -> str:
        """Its name, as kept with a tightened number."""
        parts = [self.signal, self.against, self.action.name] + (["AGAIN"] if self.times > 1 else [])
        return "_".join(parts + (["WITH"] if self.along_with else []))

    @property
    def tightens_up(self) -> bool:
        """Whether a higher number is the stricter one."""
        return self.against is Against.BELOW

    def tightened(self, wanted: float) -> float:
        """The number as wanted, cut back to what lies between the rule's own and its bound."""
        if self.bound is None:
            return self.number
        low, high = sorted((self.number, self.bound))
        return min(max(wanted, low), high)


@dataclass(frozen=True)
class AtRest:
    """What was measured before the session. None means not known: then a rule that counts from it can't hold, and says so."""

    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    heart_rate_bpm: float | None = None
    spo2_percent: float | None = None
    pain_nrs: float | None = None
    age_years: int | None = None

    def of(self, signal: Signal) -> float | None:
        """The value at rest of what a signal measures."""
        return {
            Signal.SYSTOLIC: self.systolic_mmhg,
            Signal.DIASTOLIC: self.diastolic_mmhg,
            Signal.HEART_RATE: self.heart_rate_bpm,
            Signal.SPO2: self.spo2_percent,
            Signal.PAIN: self.pain_nrs,
        }[signal]


class Tightened(NamedTuple):
    """A stricter number that someone asked for, and in whose name."""

    number: float
    set_by: str


WARN, PAUSE, END = Action.WARN, Action.PAUSE, Action.END
LOW_PRESSURE_SIGNS = (Signal.DIZZINESS, Signal.FAINT)

RULES: tuple[Rule, ...] = (
    Rule(Signal.SYSTOLIC, WARN, 180, 140),
    Rule(Signal.SYSTOLIC, PAUSE, 200, 150),
    Rule(Signal.SYSTOLIC, END, 220, 160),
    Rule(Signal.SYSTOLIC, WARN, 60, 20, Against.RISE),
    Rule(Signal.SYSTOLIC, WARN, 10, 5, Against.FALL),
    Rule(Signal.SYSTOLIC, PAUSE, 20, 10, Against.FALL),
    Rule(Signal.SYSTOLIC, END, 10, 5, Against.FALL, along_with=LOW_PRESSURE_SIGNS),
    Rule(Signal.SYSTOLIC, END, 90, 105, Against.BELOW),
    Rule(Signal.DIASTOLIC, WARN, 100, 80),
    Rule(Signal.DIASTOLIC, PAUSE, 110, 90),
    Rule(Signal.DIASTOLIC, END, 115, 95, origin=EXERCISE_TEST),
    Rule(Signal.HEART_RATE, WARN, 80, 50, Against.SHARE),
    Rule(Signal.HEART_RATE, WARN, 60, 30, Against.RESERVE),
    Rule(Signal.HEART_RATE, PAUSE, 85, 55, Against.SHARE, HEART_SHARE),
    Rule(Signal.HEART_RATE, END, 95, 60, Against.SHARE),
    Rule(Signal.HEART_RATE, END, 40, 55, Against.BELOW),
    Rule(Signal.SPO2, WARN, 94, 96, Against.BELOW),
    Rule(Signal.SPO2, WARN, 3, 2, Against.FALL),
    Rule(Signal.SPO2, PAUSE, 92, 95, Against.BELOW),
    Rule(Signal.SPO2, PAUSE, 4, 3, Against.FALL),
    Rule(Signal.SPO2, END, 88, 93, Against.BELOW),
    Rule(Signal.PAIN, WARN, 4, 2),
    Rule(Signal.PAIN, PAUSE, 6, 3),
    Rule(Signal.PAIN, PAUSE, 3, 1, Against.RISE),
    Rule(Signal.PAIN, END, 8, 5),
    Rule(Signal.JOINT, END),
    Rule(Signal.DISCOMFORT, WARN, 6, 3),
    Rule(Signal.DISCOMFORT, PAUSE, 8, 4),
    Rule(Signal.DISCOMFORT, END, 10, 6),
    Rule(Signal.RPE, WARN, 7, 4),
    Rule(Signal.RPE, PAUSE, 9, 5),
    Rule(Signal.CRT, WARN, 2, 1.5),
    Rule(Signal.CRT, PAUSE, 3, 2, Against.OVER, KAATSU_VENDOR),
    Rule(Signal.CRT, END, 3, 2, Against.OVER, times=2),
    Rule(Signal.SKIN, END, origin=Source("KAATSU Global, never pale, grey or blue", Origin.VENDOR)),
    Rule(Signal.NUMBNESS, PAUSE, origin=Source("KAATSU Global, release on numbness", Origin.VENDOR)),
    Rule(Signal.NUMB_STILL, END),
    Rule(Signal.DIZZINESS, PAUSE),
    Rule(Signal.FAINT, END, origin=EXERCISE_TEST),
    Rule(Signal.CHEST, END, origin=EXERCISE_TEST),
    Rule(Signal.PULSE_ODD, END),
    Rule(Signal.SWELLING, PAUSE),
    Rule(Signal.CALF, END),
)
BY_KEY: Mapping[str, Rule] = {rule.key: rule for rule in RULES}

NAMES = {
    Signal.SYSTOLIC: "Systolic pressure",
    Signal.DIASTOLIC: "Diastolic pressure",
    Signal.RPE: "Effort",
    Signal.SPO2: "Oxygen saturation",
}
"""Where the words of the entry are too short for a sentence."""
NOT_IN_FORCE = " Not in force: the value at rest is not known."
UNITS = {Signal.CRT: " s", Signal.SPO2: " %"}


def in_force(rest: AtRest, *tightenings: Mapping[str, Tightened]) -> tuple[Criterion, ...]:
    """The table for one session. Of the built-in number and those asked for the strictest counts."""
    return tuple(_criterion(rule, rest, tightenings) for rule in RULES)


def strictest(rule: Rule, tightenings: tuple[Mapping[str, Tightened], ...]) -> Tightened:
    """The number that counts, and in whose name. Nobody's: the built-in one."""
    pick = max if rule.tightens_up else min
    asked = [one[rule.key] for one in tightenings if rule.key in one]
    cut = [Tightened(rule.tightened(one.number), one.set_by) for one in asked]
    return pick((Tightened(rule.number, ""), *cut), key=lambda one: one.number)


def _criterion(rule: Rule, rest: AtRest, tightenings: tuple[Mapping[str, Tightened], ...]) -> Criterion:
    number, set_by = strictest(rule, tightenings)
    resolved = _resolve(rule, number, rest)
    words = rule_words(rule, number)
    if resolved is None:
        words, test, limit = words + NOT_IN_FORCE, Test.NEVER, number
    else:
        test, limit = resolved
        words += f" Here: {limit:g}{UNITS.get(rule.signal, '')}." if rule.against in COUNTED_FROM_REST else ""
    return Criterion(
        rule.signal, rule.action, words, test, limit, str(rule.origin), rule.times, rule.along_with, set_by
    )


COUNTED_FROM_REST = frozenset({Against.RISE, Against.FALL, Against.SHARE, Against.RESERVE})
TESTS = {Against.VALUE: Test.AT_LEAST, Against.OVER: Test.OVER, Against.BELOW: Test.BELOW}


def _resolve(rule: Rule, number: float, rest: AtRest) -> tuple[Test, float] | None:
    """The test and the number that it is made with, or None where what it counts from is not known."""
    if rule.against in TESTS:
        return TESTS[rule.against], number
    base = rest.of(rule.signal)
    highest = None if rest.age_years is None else float(AGE_BASE_BPM - rest.age_years)
    if rule.against is Against.SHARE:
        return None if highest is None else (Test.AT_LEAST, highest * number / 100)
    if base is None or (rule.against is Against.RESERVE and highest is None):
        return None
    return {
        Against.RISE: (Test.AT_LEAST, base + number),
        Against.FALL: (Test.AT_MOST, base - number),
        Against.RESERVE: (Test.AT_LEAST, base + max(0.0, (highest or base) - base) * number / 100),
    }[rule.against]


def rule_words(rule: Rule, number: float) -> str:
    """The rule as a sentence, with the number that counts."""
    if SCOPES[rule.signal].is_symptom:
        return f"{SCOPES[rule.signal].words}."
    name, unit = NAMES.get(rule.signal, SCOPES[rule.signal].words), UNITS.get(rule.signal, "")
    words = {
        Against.VALUE: f"{name} is {number:g}{unit} or more",
        Against.OVER: f"{name} is over {number:g}{unit}",
        Against.BELOW: f"{name} is below {number:g}{unit}",
        Against.RISE: f"{name} is {number:g} or more over rest",
        Against.FALL: f"{name} is {number:g} or more below rest",
        Against.SHARE: f"{name} is {number:g} % or more of 220 - age",
        Against.RESERVE: f"{name} has used {number:g} % or more of its reserve",
    }[rule.against]
    if rule.along_with:
        words += ", and the person is dizzy, sick or faint"
    return f"{words}{' again after loosening' if rule.times > 1 else ''}."


DOES = {WARN: "Warn", PAUSE: "Open the cuff and pause", END: "Open the cuff and end"}


def _told(rule: Rule) -> tuple[str, float | str, str, Source]:
    words = f"{DOES[rule.action]}: {rule_words(rule, rule.number)}"
    if rule.bound is None:
        return words, "when it is there", "", rule.origin
    return words, rule.number, f"(tightest: {rule.bound:g})", rule.origin


BUILT_IN = in_force(AtRest())
"""The table before anything is measured."""

THRESHOLDS.tell(*map(_told, RULES))
