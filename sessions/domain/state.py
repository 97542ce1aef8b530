"""What is known of a running session, and the words for it. Times are monotonic seconds, pressures in the plan's scale."""

from dataclasses import dataclass
from enum import StrEnum

from devices.domain.units import VENTED_BELOW
from protocols.domain.plan import Interval, Plan


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


@dataclass(frozen=True)
class Observation:
    """What one exchange with the controller told. None means not known; `fault` is in words."""

    pressure: float | None
    box_state: str | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Ack:
    """The answer to a command. REFUSED carries the reason in words."""

    key: str
    outcome: str
    words: str = ""


@dataclass(frozen=True)
class Event:
    """Something worth keeping: what, with which words and number, answering which command."""

    kind: str
    words: str = ""
    key: str = ""
    signal: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Ending:
    """Why and when the session ended; `needs_report` asks for an adverse-event draft."""

    outcome: Outcome
    words: str
    at: float
    needs_report: bool = False


@dataclass(frozen=True)
class Live:
    """All that is known of a running session. Times are monotonic seconds, pressures in the plan's scale."""

    plan: Plan
    began: float
    now: float
    watched_at: float
    heard_at: float
    state: State = State.READY
    n: int = 0
    index: int = -1
    interval_began: float = 0.0
    repetitions: int = 0
    observed: Observation = Observation(None)
    reached: bool = False
    filling_s: float = 0.0
    over_target_s: float = 0.0
    under_target_s: float = 0.0
    inflated_s: float = 0.0
    total_s: float = 0.0
    peak: float = 0.0
    held_s: float = 0.0
    in_band_s: float = 0.0
    pauses: int = 0
    paused_because: str = ""
    slow_refills: int = 0
    refill_checked: bool = False
    warnings: tuple[tuple[str, str], ...] = ()
    acks: tuple[Ack, ...] = ()
    events: tuple[Event, ...] = ()
    ending: Ending | None = None
    vented: bool | None = None

    @property
    def interval(self) -> Interval | None:
        """The interval in progress, or None before the first and after the last."""
        return self.plan.intervals[self.index] if 0 <= self.index < len(self.plan.intervals) else None

    @property
    def target(self) -> float:
        """The pressure to hold now: the interval's while all is well, else none."""
        if self.state is not State.RUNNING or self.interval is None:
            return 0.0
        return min(self.interval.target, self.plan.ceiling)

    @property
    def is_venting(self) -> bool:
        """The session is on its way out: the cuff is told to vent again and again."""
        return self.state in (State.ENDING, State.ENDED)

    @property
    def is_over(self) -> bool:
        """Nothing more will happen."""
        return self.state is State.ENDED

    @property
    def is_inflated(self) -> bool:
        """Whether air is in the cuff. Not known counts as inflated once a session has begun."""
        if self.observed.pressure is None:
            return self.index >= 0
        return self.observed.pressure >= VENTED_BELOW

    @property
    def in_band(self) -> float | None:
        """Share of held time within the band so far, or None before anything was held."""
        return self.in_band_s / self.held_s if self.held_s > 0 else None


def begin(plan: Plan, now: float) -> Live:
    """A session that has been opened and holds nothing yet."""
    return Live(plan=plan, began=now, now=now, watched_at=now, heard_at=now)
