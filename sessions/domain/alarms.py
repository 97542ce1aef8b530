"""Alarms: what each condition is called and how grave it is, and what becomes of it: raised, over but latched, acknowledged.

The words are those of IEC 60601-1-8 as remembered, for a page is no certified alarm. Audio paused is not acknowledged is not
inactivated. What holds now is asked in `conditions`; times are monotonic seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from kaatsu_clinic.thresholds import PROGRAMME, Area, Origin, Source, Thresholds
from sessions.domain.stopping import SCOPES, Action, Signal

THRESHOLDS = Thresholds(Area.ALARMS, __name__)
SILENCE_OF_TOURNIQUETS = Source("Alarm silence of the Delfi PTS and the Zimmer ATS", Origin.VENDOR)
AUDIO_PAUSED_S = THRESHOLDS.of(30.0, "s", "Alarm sounds stay paused for", SILENCE_OF_TOURNIQUETS)
ESCALATES_AFTER_S = THRESHOLDS.of(
    60.0, "s", "An alarm of medium priority that nobody acknowledges becomes a high one after"
)
SAME_WITHIN_S = THRESHOLDS.of(
    1.0, "s", "A condition that is back within this is the same alarm, and not told anew"
)
STALE_AFTER_S = THRESHOLDS.of(
    1.0, "s", "A console that hears no new reading says that there is no live data, after"
)
STAYS_S = THRESHOLDS.of(20.0, "s", "An alarm that is over stays in sight for")
CONFIRM_OPEN_WITHIN_S = THRESHOLDS.of(
    2.0, "s", "The cuff is told to open and not seen to be open: alarm after"
)


class Priority(IntEnum):
    """How soon somebody must act. INFO is no alarm: it has no colour and no alarm sound."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Kind(StrEnum):
    """Whether it is about the person or about the equipment."""

    PHYSIOLOGICAL = "PHYSIOLOGICAL"
    TECHNICAL = "TECHNICAL"


@dataclass(frozen=True)
class Sort:
    """What a condition is called, in a word or two that are read from afar, and its priority."""

    name: str
    priority: Priority
    kind: Kind = Kind.TECHNICAL


HIGH, MEDIUM, LOW, INFO = Priority.HIGH, Priority.MEDIUM, Priority.LOW, Priority.INFO

SORTS: Mapping[str, Sort] = {
    "VENT_NOT_CONFIRMED": Sort("Not seen open", HIGH),
    "OVER_LIMIT": Sort("Over limit", HIGH),
    "BLOCKED": Sort("Does not empty", HIGH),
    "IMPLAUSIBLE": Sort("Sensor wrong", HIGH),
    "SENSORS_APART": Sort("Sensors disagree", HIGH),
    "SENSOR_STUCK": Sort("Sensor stuck", HIGH),
    "SETPOINT": Sort("Wrong pressure held", HIGH),
    "PUMP_RUNS_ON": Sort("Pump runs on", HIGH),
    "TOO_HIGH_AGAIN": Sort("Too high again", HIGH),
    "UNWATCHED": Sort("Nobody watches", HIGH),
    "UNWATCHED_SOON": Sort("Nobody watches", HIGH),
    "RUSH": Sort("Rises too fast", MEDIUM),
    "LEAK": Sort("Leak", MEDIUM),
    "PUMPS_ON": Sort("Leak", MEDIUM),
    "AIR_MISSING": Sort("Air is missing", MEDIUM),
    "NO_FILL": Sort("Does not fill", MEDIUM),
    "TOO_HIGH": Sort("Too high", MEDIUM),
    "BLEEDS_ON": Sort("Pump may not stop", MEDIUM),
    "BOX_FAULT": Sort("Controller fault", MEDIUM),
    "SILENT": Sort("Controller silent", MEDIUM),
    "STALLED": Sort("Computer stalled", MEDIUM),
    "ORDER_NOT_KNOWN": Sort("Order not known", MEDIUM),
    "TROUBLE": Sort("Fault of the station", MEDIUM),
    "BUS_LOST": Sort("Line to consoles lost", MEDIUM),
    "BUS_LOST_SOON": Sort("Line to consoles lost", MEDIUM),
    "UNTOUCHED": Sort("Nobody at the console", MEDIUM),
    "UNTOUCHED_PAUSE": Sort("Nobody at the console", MEDIUM),
    "UNTOUCHED_SOON": Sort("Nobody at the console", MEDIUM),
    "TOTAL_TIME": Sort("Longest time in all", MEDIUM, Kind.PHYSIOLOGICAL),
    "INFLATED_TIME": Sort("Longest inflation", MEDIUM, Kind.PHYSIOLOGICAL),
    "TIME_SOON": Sort("Open soon", LOW, Kind.PHYSIOLOGICAL),
    "PROMPT_LATE": Sort("Not answered", LOW, Kind.PHYSIOLOGICAL),
    "LATE": Sort("Computer late", LOW),
    "NO_SAMPLE": Sort("Reading missing", LOW),
    "HERE_STALE": Sort("No live data", HIGH),
    "HERE_STOP": Sort("STOP not answered", HIGH),
    "HERE_ENTRY": Sort("Entry NOT recorded", HIGH),
    "HERE_PAUSE": Sort("NOT paused", HIGH),
    "HERE_COMMAND": Sort("Command not known", MEDIUM),
    "PAUSED": Sort("Paused", INFO),
    "STOPPED": Sort("Stopped", INFO),
}
"""Programme settings after the examples in the notes on peers, D.5. Each end by a fault also opens the cuff, so what is left
to do decides: HIGH where the person may be under a pressure that nobody knows or lets out. HERE_: what only a console can see.
"""

OF_CRITERION = {Action.WARN: LOW, Action.PAUSE: MEDIUM, Action.END: HIGH}
"""What a person feels, or a clinician measures."""
THRESHOLDS.tell(
    *(
        (f"Alarm: {one.name}", one.priority.name.lower(), f"({code})", PROGRAMME)
        for code, one in SORTS.items()
    ),
    *(
        (f"Alarm: a stop criterion that leads to {action.name}", one.name.lower(), "", PROGRAMME)
        for action, one in OF_CRITERION.items()
    ),
)


UNSORTED = Sort("Fault", HIGH)


def sort_of(code: str) -> Sort:
    """What a condition is. One of several cuffs ends in its number; one that nobody has sorted is of high priority."""
    bare, _line, last = code.rpartition("_")
    if code in SORTS:
        return SORTS[code]
    if last in Action.__members__ and bare in Signal.__members__:
        return Sort(SCOPES[Signal(bare)].words, OF_CRITERION[Action[last]], Kind.PHYSIOLOGICAL)
    if last.isdecimal() and bare in SORTS:
        return SORTS[bare]
    return UNSORTED


@dataclass(frozen=True)
class Condition:
    """Something that holds now and is to be told: its code, and what is said of it."""

    code: str
    words: str


@dataclass(frozen=True)
class Alarm:
    """A condition from when it was raised. `number` counts alarms; a graver turn gets a new one, so that it sounds anew.

    `over_at` is None while it holds, `is_told_over` whether the log has that; `acknowledged_by` None until somebody has.
    """

    number: int
    code: str
    words: str
    priority: Priority
    raised_at: float
    over_at: float | None = None
    is_told_over: bool = False
    acknowledged_by: str | None = None

    @property
    def is_latched(self) -> bool:
        """Over, but grave enough that somebody has to say that they saw it."""
        return self.over_at is not None and self.priority is HIGH and self.acknowledged_by is None

    @property
    def is_active(self) -> bool:
        """Holds, or is latched."""
        return self.over_at is None or self.is_latched

    @property
    def asks(self) -> bool:
        """Whether it wants to be acknowledged."""
        return self.is_active and self.priority > INFO and self.acknowledged_by is None


class What(StrEnum):
    """What may become of alarms by itself. Kinds of events."""

    RAISED = "ALARM_RAISED"
    ESCALATED = "ALARM_ESCALATED"
    OVER = "ALARM_OVER"
    AUDIO_RESUMED = "AUDIO_RESUMED"


Change = tuple[What, Alarm | None]


@dataclass(frozen=True)
class Book:
    """The alarms of a session, newest first. `inactivated` are codes of low priority that somebody has switched off.

    While the audio is paused, alarms up to number `paused_upto` are silent; a newer one sounds in spite of it.
    """

    listed: tuple[Alarm, ...] = ()
    count: int = 0
    paused_until: float | None = None
    paused_upto: int = 0
    paused_by: str = ""
    inactivated: frozenset[str] = frozenset()

    @property
    def audible(self) -> tuple[Alarm, ...]:
        """Those that sound now, newest first."""
        silent_upto = 0 if self.paused_until is None else self.paused_upto
        return tuple(
            one
            for one in self.listed
            if one.asks and one.number > silent_upto and one.code not in self.inactivated
        )

    @property
    def sound(self) -> Priority | None:
        """The gravest of those that sound."""
        return max((one.priority for one in self.audible), default=None)


NO_ALARMS = Book()


def follow(
    book: Book, now: float, found: Sequence[Condition], same_within_s: float = SAME_WITHIN_S
) -> tuple[Book, tuple[Change, ...]]:
    """Bring the book in step with what holds now: each code once, the gravest first. What became of the alarms is told."""
    if not (found or book.listed or book.paused_until):
        return book, ()
    held = {one.code: one for one in found}
    before = [one for one in book.listed if not _is_done(one, now, held)]
    after = [_moved_on(one, now, held.get(one.code), same_within_s) for one in before]
    news = [change for pair in zip(before, after, strict=True) if (change := _became(*pair))]
    count = book.count
    for place, one in enumerate(after):
        if _is_grave_now(one, now):
            count += 1
            after[place] = replace(one, number=count, priority=HIGH)
            news.append((What.ESCALATED, after[place]))
    known = {one.code for one in after}
    for new in reversed([one for one in found if one.code not in known]):
        count += 1
        after.append(Alarm(count, new.code, new.words, sort_of(new.code).priority, now))
        news.append((What.RAISED, after[-1]))
    book = replace(book, count=count, listed=tuple(sorted(after, key=lambda one: -one.number)))
    if book.paused_until is not None and now >= book.paused_until:
        return resume_audio(book), (*news, (What.AUDIO_RESUMED, None))
    return book, tuple(news)


def _is_done(alarm: Alarm, now: float, held: Mapping[str, Condition]) -> bool:
    """Whether one that is over leaves the list: after a while, or because it comes back as a new one."""
    if alarm.is_active or alarm.over_at is None:
        return False
    return now - alarm.over_at > (SAME_WITHIN_S if alarm.code in held else STAYS_S)


def _moved_on(alarm: Alarm, now: float, condition: Condition | None, same_within_s: float) -> Alarm:
    """The same alarm at this moment. A latched one may hold again."""
    if condition:
        return replace(alarm, words=condition.words, over_at=None, is_told_over=False)
    over_at = now if alarm.over_at is None else alarm.over_at
    return replace(alarm, over_at=over_at, is_told_over=now - over_at >= same_within_s)


def _became(before: Alarm, after: Alarm) -> Change | None:
    if before.is_told_over == after.is_told_over:
        return None
    return (What.OVER if after.is_told_over else What.RAISED), after


def _is_grave_now(alarm: Alarm, now: float) -> bool:
    """Whether it has asked for somebody for so long that it becomes a grave one."""
    waits = alarm.priority is MEDIUM and alarm.over_at is None and alarm.asks
    return waits and now - alarm.raised_at > ESCALATES_AFTER_S


def acknowledge(book: Book, upto: int, by: str, code: str = "") -> Book:
    """Somebody has seen those up to a number, or the one of a code. They stay in sight while they hold, and are silent."""
    return replace(
        book,
        listed=tuple(
            replace(one, acknowledged_by=by) if is_meant(one, upto, code) else one for one in book.listed
        ),
    )


def is_meant(alarm: Alarm, upto: int, code: str = "") -> bool:
    """Whether an acknowledgement is of this alarm. One that was raised since the console drew its list is not."""
    return alarm.asks and alarm.number <= upto and code in ("", alarm.code)


def pause_audio(book: Book, now: float, by: str, upto: int) -> Book:
    """Silence those that sound and were seen, up to this number, for a while. Nothing else changes, and a new one sounds."""
    return replace(book, paused_until=now + AUDIO_PAUSED_S, paused_upto=upto, paused_by=by)


def resume_audio(book: Book) -> Book:
    """The sounds are back."""
    return replace(book, paused_until=None, paused_upto=0, paused_by="")


def may_be_inactivated(code: str) -> bool:
    """Only what is of low priority and about the equipment may be switched off for a session."""
    return sort_of(code).priority is LOW and sort_of(code).kind is Kind.TECHNICAL


def inactivate(book: Book, code: str) -> Book:
    """Let a code be silent for the rest of the session. It is told all the same. Raises ValueError where that may not be."""
    if not may_be_inactivated(code):
        raise ValueError(f"{code} may not be inactivated")
    return replace(book, inactivated=book.inactivated | {code})


def reactivate(book: Book, code: str) -> Book:
    """Take that back."""
    return replace(book, inactivated=book.inactivated - {code})


class Heard(StrEnum):
    """The answer to a console's check of its sounds. Going on without is said on purpose, and stays in sight."""

    HEARD = "HEARD"
    NOT_HEARD = "NOT_HEARD"
    WITHOUT = "WITHOUT"


ANSWERED = frozenset({Heard.HEARD, Heard.WITHOUT})
"""With these a console may inflate."""
