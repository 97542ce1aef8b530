"""Live sessions under measure: STOP to the wire, lateness of the loop, age of a sample when it reaches the browser."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devices.models import Channel
from devices.simulator.control import Control
from protocols.models import Prescription
from sessions import bus
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Outcome
from sessions.models import TrainingSession
from sessions.views.stop import links_for
from tests.bench import room
from tests.bench.console import Console
from tests.bench.figures import spread
from tests.bench.floors import post
from tests.opened import make_fit

HOLD_S = 20.0
INFLATED_MMHG = 10.0
TRIES = 5


@dataclass
class Place:
    """One cuff, the patient at it, and what is needed to look on. `lost`: how sessions here ended by themselves.

    `consoles`: how many follow each session; the first is the one in control.
    """

    url: str
    data: Path
    number: int
    channel: Channel
    prescription: Prescription
    lost: list[str] = field(default_factory=list)
    consoles: int = 1


@dataclass
class Running:
    """A session under pressure, the console that controls it, and those that watch."""

    session: TrainingSession
    console: Console
    watching: list[Console]

    def stop(self) -> float:
        """Post STOP. Monotonic seconds just before."""
        began = time.monotonic()
        status = post(self.console.url, self.console.links["stop"])
        assert status == 202, f"STOP was answered with {status}."
        return began

    def wait_until_closed(self) -> str:
        """Until the session is in the database with its end. Why it ended."""
        for one in (self.console, *self.watching):
            one.close()
        ended = TrainingSession.objects.filter(pk=self.session.pk, status=TrainingSession.Status.ENDED)
        room.wait_for("The session's end", ended.exists)
        self.session.refresh_from_db()
        return self.session.ending_reason


def begin(place: Place) -> Running:
    """Open a session and inflate. On a busy computer it may end by itself: then another one."""
    for _ in range(TRIES):
        running = _open(place)
        if running.console.shows("pressure", INFLATED_MMHG):
            return running
        place.lost.append(running.wait_until_closed())
        make_fit(place.channel.controller, running.session.supervisor)
    raise room.TooSlowError(f"No session stayed alive: {place.lost}")


def _open(place: Place) -> Running:
    """A session that is inflated, or has ended."""
    session = room.open_session(place.channel, place.prescription)
    console = Console(place.url, links_for(session.pk, session.supervisor_id))
    room.wait_for(
        "The first reading",
        lambda: console.has_ended or console.shows("pressure", 0.0),
        seen=lambda: console.last,
    )
    heard = Command(Verb.SOUND_CHECK, signal="HEARD", console=console.id)
    bus.send(session.pk, heard.said_by(session.supervisor_id, ""))
    inflate = Command(Verb.INFLATE, seen_n=console.last["n"] if console.last else None, console=console.id)
    bus.send(session.pk, inflate.said_by(session.supervisor_id, ""))
    room.wait_for(
        "The inflation",
        lambda: console.has_ended or console.shows("pressure", INFLATED_MMHG),
        seen=lambda: console.last,
    )
    watching = [Console(place.url, console.links) for _ in range(place.consoles - 1)]
    return Running(session, console, watching)


def stops_ms(places: Sequence[Place], stops: int) -> dict[str, float]:
    """STOP posted to the first vent byte on the line, cuff after cuff, while every other place holds its pressure."""
    running = [begin(place) for place in places]
    taken: list[float] = []
    for turn in range(stops):
        number = turn % len(places)
        time.sleep(random.uniform(0.05, 0.15))  # anywhere in a tick
        taken += _stop_ms(places[number], running[number])
        running[number] = begin(places[number])
    _end(running)
    return spread(taken)


def _stop_ms(place: Place, running: Running) -> list[float]:
    """How long it took; nothing where the session turns out to have ended before."""
    truth = Control(room.control(place.data))
    posted = running.stop()
    reason = running.wait_until_closed()
    vented = room.vented_at(truth, place.number)
    truth.close()
    if running.session.outcome == Outcome.STOPPED:
        return [(vented - posted) * 1000]
    place.lost.append(reason)
    return []


def _end(running: Sequence[Running]) -> None:
    for one in running:
        one.stop()
    for one in running:
        one.wait_until_closed()


def hold(places: Sequence[Place]) -> tuple[dict[str, float], list[float]]:
    """Lateness while every place holds its pressure (the worst place's figures), and the age of samples on arrival."""
    running = [begin(place) for place in places]
    time.sleep(HOLD_S)
    _end(running)
    loops = [one.session.loop or {} for one in running]
    worst = {name: max(loop[f"late_ms_{name}"] for loop in loops) for name in ("p50", "p99", "max")}
    worst["missed"] = sum(float(loop["missed"]) for loop in loops)
    return worst, [
        age for one in running for console in (one.console, *one.watching) for age in console.latencies_ms
    ]


def crowd(places: Sequence[Place], consoles: int) -> None:
    """So many consoles in all from now on, spread over the places."""
    for number, place in enumerate(places):
        place.consoles = consoles // len(places) + (number < consoles % len(places))
