"""When to change a dose: facts in, suggestions out, each with its rule and where that is from. A person decides (map D12).

At most one change is suggested at a time, load before pressure, and none that raises anything while something speaks
against it. What is not known speaks against it.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from kaatsu_clinic import thresholds
from kaatsu_clinic.thresholds import Area, Source, Thresholds
from protocols.domain.envelope import Origin

THRESHOLDS = Thresholds(Area.PRESCRIBING, __name__)
EXKNEE = "EXKnee, Jorgensen 2020 (PMC7534706, Table 3)"
SEEN = Source(EXKNEE, thresholds.Origin.PUBLISHED)
STEP = Source(
    "EXKnee took the smallest of the machine, 5 kg on the leg press; in % 1RM it is ours",
    thresholds.Origin.PROGRAMME,
)
SLIGHTLY = Source("Pressure last and slightly: FitCuffs guide; the step is ours", thresholds.Origin.PROGRAMME)
REPETITIONS_OVER = THRESHOLDS.of(15, "repetitions", "More in the fourth set: suggest one step of load", SEEN)
SETS_ASKED_FOR = THRESHOLDS.of(4, "sets", "That suggestion looks at this set", SEEN)
LOAD_STEP_PERCENT = THRESHOLDS.of(5, "% 1RM", "One suggested step of load", STEP)
PRESSURE_STEP_PERCENT = THRESHOLDS.of(5, "% LOP", "One suggested step of pressure, at most", SLIGHTLY)
PRESSURE_EVERY_DAYS = THRESHOLDS.of(7, "days", "Between two suggested steps of pressure, at least", SLIGHTLY)
HOURS_APART = THRESHOLDS.of(36, "h", "Suggestions: between two sessions, at least", SEEN)
MOST_A_WEEK = THRESHOLDS.of(3, "sessions a week", "Suggestions: at most")
LEAST_A_WEEK = THRESHOLDS.of(2, "sessions a week", "Suggestions: at least")
AFTER_FLARE_VOLUME_PERCENT = THRESHOLDS.of(65, "% of the volume", "Suggested after a flare (60-70 %)")
AFTER_FLARE_LOP_PERCENT = THRESHOLDS.of(40, "% LOP", "Suggested after a flare")


class Rule(StrEnum):
    """What a suggestion follows. Stored with the decision."""

    LOAD = "LOAD"
    PRESSURE = "PRESSURE"
    CYCLE = "CYCLE"
    FREQUENCY = "FREQUENCY"
    AFTER_FLARE = "AFTER_FLARE"
    VOLUME_BACK = "VOLUME_BACK"


@dataclass(frozen=True)
class Facts:
    """One prescription and what came of it. None means not known, and never speaks for a rise.

    `percent_lop` None: no LOP (SKU). `load_percent_1rm` None: body weight or none. `sets` are those of repetitions. `sessions_at_dose` counts those
    under this very prescription; `went_through` says of the last one that it was neither paused nor ended early.
    """

    percent_lop: float | None
    most_percent_lop: float
    load_percent_1rm: int | None
    most_load_percent: int
    sets: int
    last_set_repetitions: int | None
    cycles: int | None
    cycles_allowed: int
    volume_percent: int
    sessions_per_week: int
    sessions_at_dose: int
    went_through: bool | None
    pain_rose: bool | None
    in_flare: bool | None
    flare_ended_lately: bool
    has_open_event: bool | None
    days_at_pressure: int | None
    hours_between_last_two: float | None
    sessions_in_7_days: int


@dataclass(frozen=True)
class Suggestion:
    """One change of one variable; `change` holds the new values by the name that a `Wish` has for them."""

    rule: Rule
    words: str
    because: str
    source: str
    origin: Origin
    change: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Plain values, as kept with the decision."""
        return asdict(self)


@dataclass(frozen=True)
class Advice:
    """What may be changed next, and what speaks against any rise."""

    suggestions: tuple[Suggestion, ...]
    holds: tuple[str, ...]


def advise(facts: Facts) -> Advice:
    """A suggestion at most, or the reasons why there is none that raises."""
    if facts.in_flare is not False:
        return Advice((), ("Never during a flare (programme setting): the dose stays, and training waits.",))
    if facts.flare_ended_lately and facts.volume_percent == 100 and not facts.sessions_at_dose:
        return Advice((_after_flare(facts),), ())
    holds = tuple(_holds(facts))
    if holds:
        return Advice((), holds)
    rises = (_volume_back(facts), _load(facts), _pressure(facts), _cycle(facts), _frequency(facts))
    first = next((one for one in rises if one), None)
    return Advice((first,), ()) if first else Advice((), tuple(_why_none(facts)))


def _holds(facts: Facts) -> list[str]:
    apart = facts.hours_between_last_two
    found = [
        (
            facts.sessions_at_dose < 1,
            "No session has been done at this dose yet. One variable at a time, then a session.",
        ),
        (
            facts.sessions_at_dose >= 1 and facts.went_through is not True,
            "The last session did not go through without a pause.",
        ),
        (
            facts.pain_rose is not False,
            "It is not known, or not so, that pain stayed the same after the last session.",
        ),
        (facts.has_open_event is not False, "An adverse event is open."),
        (
            apart is not None and apart < HOURS_APART,
            f"The last two sessions were {apart or 0:.0f} h apart; at least {HOURS_APART} h ({EXKNEE}).",
        ),
        (
            facts.sessions_in_7_days > MOST_A_WEEK,
            f"{facts.sessions_in_7_days} sessions in 7 days; 2 to {MOST_A_WEEK} are asked for (after Patterson 2019).",
        ),
    ]
    return [words for holds, words in found if holds]


def _why_none(facts: Facts) -> list[str]:
    if facts.sets >= SETS_ASKED_FOR and facts.last_set_repetitions is None:
        return ["The repetitions of the last set were not counted, so the rule for the load can't be asked."]
    return ["No rule asks for a change. The dose stays."]


def _has_strength_to_spare(facts: Facts) -> bool:
    done = facts.last_set_repetitions
    return facts.sets >= SETS_ASKED_FOR and done is not None and done > REPETITIONS_OVER


def _load(facts: Facts) -> Suggestion | None:
    load = facts.load_percent_1rm
    if load is None or load >= facts.most_load_percent or not _has_strength_to_spare(facts):
        return None
    raised = min(load + LOAD_STEP_PERCENT, facts.most_load_percent)
    return Suggestion(
        Rule.LOAD,
        f"Raise the load by one step next time: {load} to {raised} % 1RM. The pressure stays.",
        f"{facts.last_set_repetitions} repetitions in the last set, more than {REPETITIONS_OVER}.",
        f"{EXKNEE}: the smallest load step, 5 kg on the leg press. As % 1RM it is a programme setting.",
        Origin.PUBLISHED,
        {"load_percent_1rm": raised},
    )


def _pressure(facts: Facts) -> Suggestion | None:
    percent, days = facts.percent_lop, facts.days_at_pressure
    is_too_soon = days is None or days < PRESSURE_EVERY_DAYS
    has_load_left = facts.load_percent_1rm is not None and facts.load_percent_1rm < facts.most_load_percent
    if percent is None or is_too_soon or has_load_left or not _has_strength_to_spare(facts):
        return None
    raised = min(round(percent) + PRESSURE_STEP_PERCENT, facts.most_percent_lop)
    if raised <= percent:
        return None
    return Suggestion(
        Rule.PRESSURE,
        f"Raise the pressure from {percent:.0f} to {raised:.0f} % LOP. The load stays.",
        f"The load can't go up any more, and the pressure has been the same for {days} days.",
        f"At most {PRESSURE_STEP_PERCENT} % LOP a week; load before pressure.",
        Origin.PROGRAMME,
        {"wished": raised},
    )


def _cycle(facts: Facts) -> Suggestion | None:
    if facts.cycles is None or facts.cycles >= facts.cycles_allowed:
        return None
    return Suggestion(
        Rule.CYCLE,
        f"One cycle more: {facts.cycles + 1} instead of {facts.cycles}. The pressure stays.",
        "A week at this number of cycles was tolerated.",
        "One cycle more each week, up to six (kaatsuresources.com).",
        Origin.VENDOR,
        {"cycles": facts.cycles + 1},
    )


def _frequency(facts: Facts) -> Suggestion | None:
    if facts.sessions_per_week >= LEAST_A_WEEK:
        return None
    return Suggestion(
        Rule.FREQUENCY,
        f"{LEAST_A_WEEK} sessions a week instead of {facts.sessions_per_week}, at least {HOURS_APART} h apart.",
        f"2 to {MOST_A_WEEK} a week are usual.",
        "2-3 a week after Patterson 2019 (table as recalled, to be checked).",
        Origin.PROGRAMME,
        {"sessions_per_week": LEAST_A_WEEK},
    )


def _after_flare(facts: Facts) -> Suggestion:
    change: dict[str, float] = {"volume_percent": AFTER_FLARE_VOLUME_PERCENT}
    words = f"Begin again with {AFTER_FLARE_VOLUME_PERCENT} % of the volume"
    if facts.percent_lop is not None:
        change["wished"] = min(facts.percent_lop, AFTER_FLARE_LOP_PERCENT)
        words += f", at {change['wished']:.0f} % LOP"
    if facts.cycles is not None:
        change["cycles"] = max(1, facts.cycles * AFTER_FLARE_VOLUME_PERCENT // 100)
    return Suggestion(
        Rule.AFTER_FLARE,
        f"{words}. Nothing on or through a joint that is still swollen.",
        "A flare has ended in the last two weeks.",
        "60-70 % of the volume before it, at 40 % LOP.",
        Origin.PROGRAMME,
        change,
    )


def _volume_back(facts: Facts) -> Suggestion | None:
    if facts.volume_percent >= 100:
        return None
    return Suggestion(
        Rule.VOLUME_BACK,
        f"Back to all of the volume, from {facts.volume_percent} %. Load and pressure stay.",
        "The reduced volume after a flare was tolerated.",
        "One variable at a time, volume first.",
        Origin.PROGRAMME,
        {"volume_percent": 100},
    )
