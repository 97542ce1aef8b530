"""Someone at the console of a session on the real loop: real serial line, real Redis, real database."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from django.db import connections

from kaatsu_clinic import VERSION
from kaatsu_clinic.accounts.models import User
from sessions import bus, tasks
from sessions.domain.commands import Command, Verb
from sessions.domain.people import Seat
from sessions.models import TrainingSession
from tests.waiting import until

FOREVER = 2**40


class Console:
    """What a person's console does: looks at the newest sample, watches, presses."""

    def __init__(self, session: TrainingSession, by: User | None = None) -> None:
        self.id = session.pk
        person = by or session.supervisor
        self.seat = Seat(person.pk, str(uuid.uuid4()), str(person))
        self._client = bus.client()
        self._stop_watching = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        while True:
            with suppress(bus.BusDownError):  # tried again, as a page does
                bus.send(self.id, self.said(Command(Verb.WATCH)))
            if self._stop_watching.wait(1.0):
                return

    @property
    def last(self) -> dict[str, Any]:
        found = self._client.xrevrange(bus.telemetry_key(self.id), count=1)
        return json.loads(found[0][1]["s"]) if found else {}

    def press(self, verb: Verb, **fields) -> None:
        """Who inflates has heard the alarms."""
        if verb is Verb.INFLATE:
            bus.send(self.id, self.said(Command(Verb.SOUND_CHECK, signal="HEARD")))
        bus.send(self.id, self.said(Command(verb, seen_n=self.last.get("n"), **fields)))

    def said(self, command: Command) -> Command:
        """The command as it comes from this person at this console."""
        return replace(command, console=self.seat.console).said_by(self.seat.user, self.seat.name)

    def see(self, within_s: float = 15, **wanted) -> dict[str, Any]:
        """The first sample that shows all that is wanted."""
        return until(lambda: self._shows(wanted), within_s, f"{wanted}, last was {self.last}")

    def _shows(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        last = self.last
        return last if last and all(last[name] == value for name, value in wanted.items()) else None

    def leave(self) -> None:
        self._stop_watching.set()
        self._watcher.join()
        self._client.close()


def _run_as_a_worker(session_id: int) -> None:
    tasks.run_live_session(session_id=session_id, start_by_unix_s=FOREVER, version=VERSION)
    connections.close_all()


@contextmanager
def at_the_console(session: TrainingSession) -> Iterator[Console]:
    """Someone at the console of a running session; the task ends before the test does."""
    station = threading.Thread(target=_run_as_a_worker, args=[session.pk])
    station.start()
    person = Console(session)
    yield person
    bus.send(session.pk, Command(Verb.STOP))
    station.join(timeout=30)
    person.leave()
    assert not station.is_alive()


def ended(session) -> TrainingSession:
    """The session as stored once it has ended."""
    return until(
        lambda: TrainingSession.objects.filter(pk=session.pk, status="ENDED").first(),
        20,
        "the session has not ended",
    )
