"""What a protocol wants to know of the person while it runs, when, and at which pace they move. Frozen with each plan.

From the clinical fact sheet, sections 1.2 and 4.1. When to ask is a programme setting: no published schedule was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds

THRESHOLDS = Thresholds(Area.PRESCRIBING, __name__)
EXKNEE = Source("EXKnee, Jorgensen 2020, PMC7534706 Table 3", Origin.PUBLISHED)
UP_S = THRESHOLDS.of(2.0, "s", "Pace of a repetition: up in", EXKNEE)
DOWN_S = THRESHOLDS.of(2.0, "s", "Pace of a repetition: down in", EXKNEE)
FASTEST_S = THRESHOLDS.of(1.0, "s", "A clinic's own protocol: a repetition goes up, and down, in at least")
SLOWEST_S = THRESHOLDS.of(6.0, "s", "A clinic's own protocol: a repetition goes up, and down, in at most")
OFTEN_S = THRESHOLDS.of(90.0, "s", "Training by the clock: pain is asked for every")
SELDOM_S = THRESHOLDS.of(180.0, "s", "Training by the clock: what takes longer is asked for every")


class Asked(StrEnum):
    """What is asked for or measured. WELL: whether there are any symptoms, asked before a cuff is filled again."""

    PAIN = "PAIN"
    RPE = "RPE"
    CRT = "CRT"
    BLOOD_PRESSURE = "BLOOD_PRESSURE"
    WELL = "WELL"


NAMES = {
    Asked.PAIN: "joint pain",
    Asked.RPE: "effort",
    Asked.CRT: "capillary refill",
    Asked.BLOOD_PRESSURE: "blood pressure",
    Asked.WELL: "symptoms",
}
ASKED_IN_A_PLAN = (Asked.PAIN, Asked.RPE, Asked.CRT, Asked.BLOOD_PRESSURE)
"""What a protocol may place, in the order in which it is asked."""


class Moment(StrEnum):
    """When it is asked for."""

    EACH_PAUSE = "EACH_PAUSE"
    ODD_PAUSES = "ODD_PAUSES"
    EVEN_PAUSES = "EVEN_PAUSES"
    EACH_SET = "EACH_SET"
    OFTEN = "OFTEN"
    SELDOM = "SELDOM"


@dataclass(frozen=True)
class Tempo:
    """The pace of a repetition, in seconds each way."""

    up_s: float = UP_S
    down_s: float = DOWN_S

    @property
    def whole_s(self) -> float:
        """One repetition."""
        return self.up_s + self.down_s


@dataclass(frozen=True)
class Ask:
    """One thing that a protocol asks for, and when."""

    what: Asked
    when: Moment

    @property
    def words(self) -> str:
        """What and when, for a clinician."""
        return f"{NAMES[self.what].capitalize()} {WORDS[self.when]}"

    @property
    def every_s(self) -> float | None:
        """Seconds between two askings that go by the clock, None for one that goes by the sets."""
        return {Moment.OFTEN: OFTEN_S, Moment.SELDOM: SELDOM_S}.get(self.when)

    def is_in_pause_after(self, set_number: int) -> bool:
        """Whether it is asked for in the pause after this set, counted from one."""
        return self.when is Moment.EACH_PAUSE or self.when is (
            Moment.ODD_PAUSES if set_number % 2 else Moment.EVEN_PAUSES
        )

    @property
    def is_at_start(self) -> bool:
        """Whether it is asked for at the start of each set or cycle."""
        return self.when is Moment.EACH_SET

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Self:
        """The one that `asdict` wrote. Raises ValueError."""
        return cls(Asked(data["what"]), Moment(data["when"]))


def asks_of(schedule: Mapping[str, str]) -> tuple[Ask, ...]:
    """The asks of a stored schedule, what -> when. Raises ValueError."""
    return tuple(Ask(Asked(what), Moment(when)) for what, when in schedule.items())


def tempo_of(seconds: Any) -> Tempo | None:
    """The pace that was stored as two numbers, None where there is none. Raises ValueError."""
    if seconds is None:
        return None
    up_s, down_s = (float(one) for one in seconds)
    return Tempo(up_s, down_s)


SETS: dict[str, str] = {
    Asked.PAIN: Moment.EACH_PAUSE,
    Asked.RPE: Moment.EACH_PAUSE,
    Asked.CRT: Moment.ODD_PAUSES,
    Asked.BLOOD_PRESSURE: Moment.EVEN_PAUSES,
}
"""Sets with the cuff tight in the rests: there the limb is still, and its refill tells whether the cuff is too tight."""

OPEN_SETS: dict[str, str] = {**SETS, Asked.CRT: Moment.EACH_SET}
"""The cuff opens in the rests, so the refill is looked at when it is tight, before the first repetition."""

CYCLES: dict[str, str] = {
    Asked.PAIN: Moment.OFTEN,
    Asked.RPE: Moment.SELDOM,
    Asked.CRT: Moment.EACH_SET,
    Asked.BLOOD_PRESSURE: Moment.EACH_PAUSE,
}
"""By the clock, as a cycle hardly pauses. Blood pressure between two cycles, where the cuff is open for long enough."""

ONE_HOLD: dict[str, str] = {
    Asked.PAIN: Moment.OFTEN,
    Asked.RPE: Moment.SELDOM,
    Asked.CRT: Moment.SELDOM,
    Asked.BLOOD_PRESSURE: Moment.SELDOM,
}
"""One long inflation: everything by the clock; the person holds still while blood pressure is taken."""

WALKING: dict[str, str] = {
    Asked.PAIN: Moment.OFTEN,
    Asked.RPE: Moment.EACH_PAUSE,
    Asked.CRT: Moment.EACH_SET,
    Asked.BLOOD_PRESSURE: Moment.EVEN_PAUSES,
}
WITHOUT_CUFF: dict[str, str] = {
    Asked.PAIN: Moment.EACH_PAUSE,
    Asked.RPE: Moment.EACH_PAUSE,
    Asked.BLOOD_PRESSURE: Moment.EVEN_PAUSES,
}

WORDS = {
    Moment.EACH_PAUSE: "in the pause after each set",
    Moment.ODD_PAUSES: "in the pause after the first set, then after every other",
    Moment.EVEN_PAUSES: "in the pause after every second set",
    Moment.EACH_SET: "when the cuff is tight, at the start of each set or cycle",
    Moment.OFTEN: f"every {OFTEN_S:g} s",
    Moment.SELDOM: f"every {SELDOM_S:g} s",
}
THRESHOLDS.tell(
    *(
        (f"{name}: {what.lower().replace('_', ' ')} is asked for", WORDS[Moment(when)], "", PROGRAMME)
        for name, schedule in (
            ("Sets, cuff tight in the rests", SETS),
            ("Sets, cuff open in the rests", OPEN_SETS),
            ("Cycles", CYCLES),
            ("One long inflation", ONE_HOLD),
            ("Walking, and other bouts by the clock", WALKING),
        )
        for what, when in schedule.items()
    )
)
