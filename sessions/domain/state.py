"""What is known of a running session, and the words for it. Times are monotonic seconds, pressures in the plan's scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from devices.domain.air import Sight
from devices.domain.lop import Estimate
from devices.domain.lop_steps import Mark
from protocols.domain.plan import Interval, Plan
from sessions.domain.alarms import NO_ALARMS, Book, Heard
from sessions.domain.cuff import Cuff
from sessions.domain.people import People, Seat
from sessions.domain.prompting import NOTHING_ASKED, Prompts
from sessions.domain.ripple import Ripple
from sessions.domain.stop_table import BUILT_IN
from sessions.domain.stopping import Criterion, Entry, Signal


class Outcome(StrEnum):
    """How a session ended."""

    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    CRITERION = "CRITERION"
    FAULT = "FAULT"
    INTERRUPTED = "INTERRUPTED"
    NOT_STARTED = "NOT_STARTED"


class State(StrEnum):
    """Where a session stands. ENDING: the cuff is being vented and looked at. ENDED: nothing more will happen."""

    READY = "READY"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    ENDING = "ENDING"
    ENDED = "ENDED"


class Answer(StrEnum):
    """What became of the order in an exchange. LOOKED: none was given, the box was only read. VENTED: the vent was taken."""

    TAKEN = "TAKEN"
    LOOKED = "LOOKED"
    VENTED = "VENTED"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Observation:
    """What one exchange with the box told, a sight for each cuff; none means that nothing is known of any.

    `fault` is what the box says of itself, `trouble` what is wrong around the loop, both in words. `bus_lost_s`: since when
    the message bus is silent. `took_s`: from question to answer. `aim` is where a ramp stands, `found` what it found.
    """

    sights: tuple[Sight, ...] = ()
    box_state: str | None = None
    fault: str | None = None
    answer: Answer = Answer.TAKEN
    trouble: str | None = None
    bus_lost_s: float = 0.0
    took_s: float | None = None
    aim: float = 0.0
    found: Estimate | None = None


NOTHING = Observation(answer=Answer.UNKNOWN)


@dataclass(frozen=True)
class Ack:
    """The answer to a command: SENT on the wire, then CONFIRMED, REFUSED with the reason in words, or NOT_KNOWN."""

    key: str
    outcome: str
    words: str = ""


@dataclass(frozen=True)
class Event:
    """Something worth keeping: what, with which words and number, answering which command, by whom (a user's id)."""

    kind: str
    words: str = ""
    key: str = ""
    signal: str = ""
    value: float | None = None
    by: int | None = None


STUCK = "SENSOR_STUCK"
"""The code of its alarm; that of one of several cuffs ends in its number."""


@dataclass(frozen=True)
class Ending:
    """Why and when the session ended; `needs_report` asks for an adverse-event draft.

    `latches`: the box or its air was at fault, so nobody uses it again before someone has looked; `latched_by` says what was
    found after the end had begun. `code` is that of its alarm, empty where the plan was done.
    """

    outcome: Outcome
    words: str
    at: float
    needs_report: bool = False
    latches: bool = False
    code: str = ""
    latched_by: str = ""


@dataclass(frozen=True)
class Live:
    """All that is known of a running session. Times are monotonic seconds, pressures in the plan's scale.

    `taken` is the order that the box is known to have; `is_in_doubt`: whether it has the next one, nobody knows.
    `table` are the stop criteria in force, `entries` what was entered, `rechecked` what of it since the last vent.
    `met` are the criteria that the newest entries meet, `warnings` what speaks against going on now, `sound_checks` what each
    console answered when its alarms were played to it. `paused_at` is None while it is not paused, `seen_open_at` when all
    cuffs were last seen open.
    `watched_at` and `touched_at`: when the console in control was last heard, and when a hand was last laid on it. `open_keys` are commands whose order was not answered yet. `marks` and `found` belong to a measurement.
    `counted` is how many repetitions each set had that is over, `set_times` how long each took, `ripples` what each cuff
    shows of the repetitions, `reached_at` since when the cuffs are tight in this
    interval, `ran_s` how long the plan has run, `entered_at` when each signal was entered last.
    """

    plan: Plan
    cuffs: tuple[Cuff, ...]
    taken: tuple[float, ...]
    began: float
    now: float
    watched_at: float
    heard_at: float
    period_s: float
    touched_at: float
    people: People
    table: tuple[Criterion, ...] = BUILT_IN
    state: State = State.READY
    n: int = 0
    took_s: float = 0.0
    index: int = -1
    interval_began: float = 0.0
    reached_at: float | None = None
    ran_s: float = 0.0
    repetitions: int = 0
    counted: tuple[int, ...] = ()
    set_times: tuple[float, ...] = ()
    ripples: tuple[Ripple, ...] = ()
    prompts: Prompts = NOTHING_ASKED
    entered_at: Mapping[Signal, float] = field(default_factory=dict)
    observed: Observation = NOTHING
    is_in_doubt: bool = False
    open_keys: tuple[str, ...] = ()
    pauses: int = 0
    paused_because: str = ""
    paused_at: float | None = None
    seen_open_at: float = 0.0
    entries: tuple[Entry, ...] = ()
    met: tuple[Criterion, ...] = ()
    marks: tuple[Mark, ...] = ()
    found: Estimate | None = None
    rechecked: frozenset[Signal] = frozenset()
    warnings: tuple[tuple[str, str], ...] = ()
    alarms: Book = NO_ALARMS
    sound_checks: tuple[tuple[str, Heard], ...] = ()
    acks: tuple[Ack, ...] = ()
    events: tuple[Event, ...] = ()
    ending: Ending | None = None

    @property
    def interval(self) -> Interval | None:
        """The interval in progress, or None before the first and after the last."""
        return self.plan.intervals[self.index] if 0 <= self.index < len(self.plan.intervals) else None

    @property
    def is_ramping(self) -> bool:
        """Whether this is a measurement that drives the cuff by itself."""
        return self.plan.search is not None and self.plan.search.is_automatic

    @property
    def targets(self) -> tuple[float, ...]:
        """The pressure to hold now in each cuff: the interval's while all is well, else none."""
        if self.state is not State.RUNNING or self.interval is None:
            return (0.0,) * len(self.cuffs)
        if self.is_ramping:
            return (self.observed.aim or self.interval.target,) * len(self.cuffs)
        return tuple(cuff.target_in(self.index) for cuff in self.cuffs)

    @property
    def order(self) -> tuple[float, ...]:
        """What the box is told: the targets, but a cuff that is too high is let down first."""
        return tuple(
            0.0 if cuff.air.is_bleeding else target
            for cuff, target in zip(self.cuffs, self.targets, strict=True)
        )

    @property
    def target(self) -> float:
        """The highest target."""
        return max(self.targets)

    @property
    def is_venting(self) -> bool:
        """The session is on its way out: the cuffs are told to vent again and again."""
        return self.state in (State.ENDING, State.ENDED)

    @property
    def unopened_s(self) -> float:
        """How long the cuffs have been told to open without being seen open; 0 while they may hold."""
        ended_at = self.ending.at if self.ending else None
        told = [at for at in (self.paused_at, ended_at) if at is not None]
        return self.now - max(min(told), self.seen_open_at) if told else 0.0

    @property
    def is_over(self) -> bool:
        """Nothing more will happen."""
        return self.state is State.ENDED

    @property
    def pressure(self) -> float | None:
        """The highest pressure in any cuff; None when one of them is not known."""
        known = [cuff.pressure for cuff in self.cuffs if cuff.pressure is not None]
        return max(known) if len(known) == len(self.cuffs) else None

    @property
    def unread_s(self) -> float:
        """For how long the pressure of one of the cuffs has not been read; 0 where all were read just now."""
        return self.now - self.heard_at

    @property
    def vented(self) -> bool | None:
        """Whether every cuff is open. False if one is not, else None if one is not known: a gauge that stuck shows no open cuff."""
        each = {cuff.vented for cuff in self.cuffs}
        seen = False if False in each else None if None in each else True
        return None if seen and self.ending and self.ending.code.startswith(STUCK) else seen

    @property
    def is_inflated(self) -> bool:
        """Whether there is air in a cuff. Not known counts as inflated once a session has begun."""
        return any(cuff.is_inflated(has_begun=self.index >= 0) for cuff in self.cuffs)

    @property
    def needs_guarding(self) -> bool:
        """There is air in a cuff, or will be with the next order, or nobody knows."""
        return self.target > 0 or self.is_inflated

    @property
    def inflated_s(self) -> float:
        """How long the cuff that was inflated first has been so."""
        return max(cuff.inflated_s for cuff in self.cuffs)

    @property
    def total_s(self) -> float:
        """Of the cuff that was inflated the longest in all."""
        return max(cuff.total_s for cuff in self.cuffs)

    @property
    def peak(self) -> float:
        """The highest pressure of any cuff so far."""
        return max(cuff.peak for cuff in self.cuffs)

    @property
    def in_band(self) -> float | None:
        """Share of held time in band of the cuff that is held worst, or None before anything was held."""
        return min((cuff.in_band for cuff in self.cuffs if cuff.in_band is not None), default=None)


def begin(
    plan: Plan,
    now: float,
    period_s: float = 0.05,
    table: tuple[Criterion, ...] = BUILT_IN,
    opener: int | None = None,
) -> Live:
    """A session that has been opened and holds nothing yet. Without an `opener` nobody signs in: one console controls it."""
    cuffs = tuple(Cuff(terms, plan.scale) for terms in plan.each_cuff)
    nothing = (0.0,) * len(cuffs)
    return Live(
        plan,
        cuffs,
        nothing,
        began=now,
        now=now,
        watched_at=now,
        heard_at=now,
        period_s=period_s,
        touched_at=now,
        people=People.one(Seat(), now) if opener is None else People(opener),
        table=table,
    )
