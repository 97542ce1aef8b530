"""What the person has to be asked for now: from the plan, where it stands, and what was entered since.

`ask` is called once a tick by `live.step`. A question stays until it is answered, or someone says why it can't be; what nobody
answered is told in the session's record. The answers themselves go through the stop criteria like every entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kaatsu_clinic.thresholds import Area, Origin, Source, Thresholds
from protocols.domain.asking import NAMES, Ask, Asked
from protocols.domain.plan import Interval, IntervalKind, Plan
from sessions.domain.stopping import Signal

THRESHOLDS = Thresholds(Area.STOPPING, __name__)
LATE_AFTER_S = THRESHOLDS.of(45.0, "s", "What is asked for during a session and not answered: warn after")
FRESH_S = THRESHOLDS.of(10.0, "s", "What was entered just before it is due is not asked for again, within")
MEASURING_S = THRESHOLDS.of(
    30.0,
    "s",
    "Both arms wear a cuff: blood pressure is taken only where the cuffs are open for at least",
    Source("Only on an arm without a cuff, and at rest", Origin.RECALLED),
)

ANSWERED_BY: Mapping[Asked, tuple[Signal, ...]] = {
    Asked.PAIN: (Signal.PAIN,),
    Asked.RPE: (Signal.RPE,),
    Asked.CRT: (Signal.CRT,),
    Asked.BLOOD_PRESSURE: (Signal.SYSTOLIC, Signal.DIASTOLIC),
    Asked.WELL: (Signal.WELL,),
}


SCORES = tuple(range(11))
"""The answers that are offered for pain and effort: 0 to 10, as these scales go."""
REFILLS_S = (1, 1.5, 2, 2.5, 3, 3.5, 4, 5)
"""The answers that are offered for capillary refill, in seconds; any other can be typed among all entries."""


@dataclass(frozen=True)
class Place:
    """Where a running session stands. `ran_s` is how long it has run in all, pauses left out.

    `is_tight`: the cuffs have reached what this interval asks for.
    """

    plan: Plan
    index: int
    ran_s: float
    is_tight: bool

    @property
    def interval(self) -> Interval:
        """The one in progress."""
        return self.plan.intervals[self.index]

    @property
    def pauses_after_set(self) -> bool:
        """Whether this is the pause between two sets, not the short one between two inflations of a cycle."""
        later = self.plan.intervals[self.index + 1 : self.index + 2]
        return self.interval.kind is not IntervalKind.WORK and all(
            one.set_number != self.interval.set_number for one in later
        )

    @property
    def begins_set(self) -> bool:
        """Whether this is the first work of its set, with the cuffs tight."""
        before = self.plan.intervals[self.index - 1 : self.index] if self.index else ()
        is_first = all(one.set_number != self.interval.set_number for one in before)
        return is_first and self.is_tight and self.interval.kind is IntervalKind.WORK


@dataclass(frozen=True)
class Prompt:
    """A question that is open. `asked_at` is when it arose, `due_at` since when it can be answered; None: not here yet.

    `set_number` is the set that it is about.
    """

    ask: Ask
    asked_at: float
    set_number: int
    due_at: float | None = None

    @property
    def what(self) -> Asked:
        """What is asked for."""
        return self.ask.what

    def is_late(self, now: float) -> bool:
        """Whether it has been due for too long."""
        return self.due_at is not None and now - self.due_at > LATE_AFTER_S

    def is_answered(self, entered_at: Mapping[Signal, float]) -> bool:
        """Whether all that it asks for was entered since, or just before."""
        return all(
            entered_at.get(signal, float("-inf")) >= self.asked_at - FRESH_S
            for signal in ANSWERED_BY[self.what]
        )


@dataclass(frozen=True)
class Prompts:
    """The open questions in the order in which they are asked, and for each what was asked last: which set, or which turn."""

    open: tuple[Prompt, ...] = ()
    asked: tuple[tuple[Ask, int], ...] = ()

    def without(self, what: Asked) -> "Prompts":
        """As if it had been answered."""
        return replace(self, open=tuple(one for one in self.open if one.what is not what))

    def unanswered(self, entered_at: Mapping[Signal, float]) -> "Prompts":
        """Those that nobody has answered yet."""
        return replace(self, open=tuple(one for one in self.open if not one.is_answered(entered_at)))

    def late(self, now: float) -> list[Asked]:
        """What has been due for too long."""
        return [one.what for one in self.open if one.is_late(now)]


NOTHING_ASKED = Prompts()


@dataclass(frozen=True)
class Asking:
    """What one turn led to: the questions as they stand, those that arose, and those that nobody answered before their turn came again."""

    prompts: Prompts
    arose: tuple[Prompt, ...] = ()
    unanswered: tuple[Prompt, ...] = ()


def turn_of(ask: Ask, place: Place) -> int | None:
    """Which turn of an ask a place belongs to, counted from one; None: none."""
    if ask.every_s is not None:
        return int(place.ran_s // ask.every_s) or None
    if place.pauses_after_set:
        return place.interval.set_number if ask.is_in_pause_after(place.interval.set_number) else None
    return place.interval.set_number if place.begins_set and ask.is_at_start else None


def can_be_answered(what: Asked, place: Place) -> bool:
    """Whether this is a place where it can be asked for. Blood pressure needs an arm that wears no tight cuff."""
    if what is not Asked.BLOOD_PRESSURE or len(set(place.plan.arms)) <= 1:
        return True
    seconds = place.interval.seconds or 0.0
    return place.interval.kind is IntervalKind.RELEASE and seconds >= MEASURING_S


def ask(prompts: Prompts, place: Place, entered_at: Mapping[Signal, float], now: float) -> Asking:
    """The questions of this moment. What was answered goes, what comes round again stands for its forerunner, too."""
    before = prompts.unanswered(entered_at).open
    new = {one: turn for one in place.plan.asks if (turn := _new_turn(one, prompts, place))}
    fresh = [Prompt(one, now, place.interval.set_number) for one in new]
    arose = tuple(one for one in fresh if not one.is_answered(entered_at))
    passed = tuple(one for one in before if one.ask in new)
    standing = (*(one for one in before if one.ask not in new), *arose)
    due = sorted((_due(one, place, now) for one in standing), key=lambda one: list(Asked).index(one.what))
    turns = tuple((dict(prompts.asked) | new).items())
    return Asking(Prompts(tuple(due), turns), arose, passed)


def _new_turn(one: Ask, prompts: Prompts, place: Place) -> int | None:
    turn = turn_of(one, place)
    return turn if turn and turn > dict(prompts.asked).get(one, 0) else None


def _due(one: Prompt, place: Place, now: float) -> Prompt:
    if one.due_at is not None or not can_be_answered(one.what, place):
        return one
    return replace(one, due_at=now)


def listed(whats: Iterable[Asked]) -> str:
    """In words for a clinician."""
    return ", ".join(NAMES[one] for one in whats)
