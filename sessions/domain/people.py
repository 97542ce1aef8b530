"""Who is at the consoles of a running session: one controls it, everybody else watches.

Control belongs to a person at a console. It passes only by a takeover or a handover, never by silence: when the page in
control dies, nobody else's page keeps the cuff closed.
"""

from dataclasses import dataclass, field, replace
from typing import Self

from kaatsu_clinic.thresholds import Area, Thresholds

THRESHOLDS = Thresholds(Area.STOPPING, __name__)
LEFT_AFTER_S = THRESHOLDS.of(5.0, "s", "A console that is silent counts as left after")
MOST_LISTED = 12
"""Consoles listed at once; telemetry carries them twenty times a second."""


@dataclass(frozen=True)
class Seat:
    """A person at a console. `console` is an id that the page made, `user` and `name` come from the sign-in alone."""

    user: int | None = None
    console: str = ""
    name: str = field(default="", compare=False)


@dataclass(frozen=True)
class Here:
    """A console, and when it was last heard (monotonic seconds)."""

    seat: Seat
    heard_at: float


@dataclass(frozen=True)
class People:
    """`opener` opened the session: the first of their consoles to be heard controls it. `controller` None: nobody has yet.

    `offered_to` is whom control is offered to, until they take it, decline, leave, or it passes otherwise; `declined_by` who
    last declined, until control is offered anew or passes. Times are monotonic seconds.
    """

    opener: int | None = None
    controller: Seat | None = None
    since: float = 0.0
    here: tuple[Here, ...] = ()
    offered_to: Seat | None = None
    declined_by: Seat | None = None

    @classmethod
    def one(cls, seat: Seat, now: float) -> Self:
        """One console that controls from the start, as where nobody signs in: a test, a benchmark."""
        return cls(controller=seat, since=now, here=(Here(seat, now),))

    def controls(self, seat: Seat) -> bool:
        """Whether this person at this console controls the session."""
        return self.controller is not None and seat == self.controller

    def is_of_another(self, seat: Seat) -> bool:
        """Whether somebody else is, or controls, at the console that this seat claims."""
        known = (self.controller, *(one.seat for one in self.here))
        return any(one and one.console == seat.console and one.user != seat.user for one in known)

    def is_here(self, seat: Seat | None, now: float) -> bool:
        """Whether this console was heard lately."""
        return any(one.seat == seat and now - one.heard_at <= LEFT_AFTER_S for one in self.here)

    def at(self, console: str, now: float) -> Seat | None:
        """Who is at a console now, or None."""
        found = [one for one in self.here if one.seat.console == console and self.is_here(one.seat, now)]
        return max(found, key=lambda one: one.heard_at).seat if found else None


def hear(people: People, seat: Seat, now: float) -> People:
    """A console said that it is there. The opener's first one controls; nobody else's ever does by being heard."""
    people = replace(people, here=_listed(people, seat, now))
    if people.controller is None and seat.user is not None and seat.user == people.opener:
        return given(people, seat, now)
    return people


def forget(people: People, now: float) -> People:
    """Without those who have left. The one in control stays so: only a person passes control on."""
    here = tuple(one for one in people.here if now - one.heard_at <= LEFT_AFTER_S)
    people = people if here == people.here else replace(people, here=here)
    if people.offered_to and not people.is_here(people.offered_to, now):
        return replace(people, offered_to=None)
    return people


def given(people: People, seat: Seat, now: float) -> People:
    """Control has passed to this console."""
    return replace(people, controller=seat, since=now, offered_to=None, declined_by=None)


def why_not_control(people: People, seat: Seat) -> str | None:
    """Why this console may do nothing that wants control, in words, or None."""
    if people.controls(seat):
        return None
    if people.controller is None:
        return "Nobody controls this session yet. Take over first."
    if seat.user is not None and people.controller.user == seat.user:
        return "You control this session at another console. Take over here first."
    return f"{_name(people.controller)} controls this session. Take over first."


def why_not_take(people: People, seat: Seat, seen: str, words: str, now: float) -> str | None:
    """Why control does not pass to this console, or None. `seen` is the console that the page showed in control.

    Of two who take over at once the second is refused, because what it saw no longer holds.
    """
    if people.controls(seat):
        return "You control this session already."
    if seen != (people.controller.console if people.controller else ""):
        return f"{_name(people.controller)} has control now. Look again, then decide."
    if not people.is_here(seat, now):
        return "This console is not connected to the session. Reload the page."
    if needs_words(people, seat, now) and not words.strip():
        return f"{_name(people.controller)} is at the console. Say why you take over."
    return None


def needs_words(people: People, seat: Seat, now: float) -> bool:
    """Taking control from someone who is there wants a reason; from oneself, from nobody, or when it is offered, none."""
    was = people.controller
    is_own = was is not None and was.user is not None and was.user == seat.user
    return people.is_here(was, now) and not is_own and people.offered_to != seat


def taken_words(people: People, seat: Seat, words: str, now: float) -> str:
    """How control passed, for the record: from whom, whether they were there, why."""
    was = people.controller
    if was is None:
        return "Nobody was in control before."
    if people.offered_to == seat:
        return f"Handed over by {_name(was)}."
    there = "" if people.is_here(was, now) else " Their console was not answering."
    why = f" Why: {words.strip()}" if words.strip() else ""
    return f"From {_name(was)}.{there}{why}"


def why_not_hand(people: People, to: str, now: float) -> str | None:
    """Why control can't be offered to a console, or None. An empty `to` withdraws what was offered."""
    if not to:
        return None if people.offered_to else "Nothing was offered."
    found = people.at(to, now)
    if found is None:
        return "This person has left. Look again who is here."
    return "You control this session already." if people.controls(found) else None


def declines(people: People, seat: Seat, to: str) -> bool:
    """Whether this is the one whom control is offered to, and hands it to nobody."""
    return not to and people.offered_to == seat


def handed_words(people: People, seat: Seat, to: str, now: float) -> str:
    """To whom control was offered or who would not have it, for the record."""
    if declines(people, seat, to):
        return f"{_name(seat)} declined."
    found = people.at(to, now) if to else None
    return (
        f"Offered to {_name(found)}, not taken yet."
        if found
        else f"No longer offered to {_name(people.offered_to)}."
    )


def offered(people: People, seat: Seat, to: str, now: float) -> People:
    """With control offered to a console, or to nobody any more. It passes only when they take it."""
    declined_by = seat if declines(people, seat, to) else None
    return replace(people, offered_to=people.at(to, now) if to else None, declined_by=declined_by)


def _listed(people: People, seat: Seat, now: float) -> tuple[Here, ...]:
    """Those who were here, with this one heard now; in the order in which they came."""
    known = [Here(seat, now) if one.seat == seat else one for one in people.here]
    if any(one.seat == seat for one in people.here):
        return tuple(known)
    return (*people.here[-MOST_LISTED + 1 :], Here(seat, now))


def _name(seat: Seat | None) -> str:
    return (seat.name if seat else "") or "Another console"
