"""Run a live session on its station: guard the port, open the box, walk the plan, bring its record into the database."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from celery import shared_task
from django.conf import settings
from django.db import connections
from django.utils import timezone

from devices.control import journal
from devices.control.guard import Guard, GuardError, Limits
from devices.control.priority import ahead_of_others, without_collections
from devices.domain.box import Faults
from devices.domain.units import VENTED_BELOW
from devices.drivers import DRIVERS, Driver, Readout, open_controller
from devices.drivers.errors import ControllerError, ControllerRefusedError
from devices.selectors import why_not_fit
from kaatsu_clinic import VERSION
from protocols.domain.plan import Plan
from sessions import bus, runner, selectors, services
from sessions.domain import pace as punctuality
from sessions.domain import record, telemetry
from sessions.domain.orders import Orders
from sessions.domain.state import Live
from sessions.models import TrainingSession
from sessions.selectors.stop_rules import stop_table_of
from sessions.tasks.journals import Records, drain

START_WITHIN_S = 8
"""A session that no station takes within this is closed, and a message that comes later finds nothing to do."""
TELLS_ANYWAY_AFTER_S = 0.3
"""A slow disk must not make consoles blind, whose data are old after 1 s (programme setting)."""


class NotArmedError(Exception):
    """The box refused to be armed, so this session inflated nothing.

    `is_empty`: every cuff was read as empty then, None where that is not known. `has_fault`: the box holds one from before.
    """

    def __init__(self, refusal: ControllerRefusedError, *, is_empty: bool | None, has_fault: bool) -> None:
        words = (
            f"The controller holds a fault from before: {refusal.reason}" if has_fault else refusal.sentence
        )
        super().__init__(f"{words.rstrip('.')}. Nothing was inflated.")
        self.is_empty = is_empty
        self.has_fault = has_fault


def launch(session: TrainingSession) -> None:
    """Call the session's station. Raises kombu's OperationalError when the broker does not answer."""
    start_by = time.time() + START_WITHIN_S
    terms = {"session_id": session.pk, "start_by_unix_s": start_by, "version": VERSION}
    run_live_session.apply_async(
        kwargs=terms, queue=session.controller.station.queue, expires=START_WITHIN_S, retry=False
    )


@shared_task(max_retries=0, acks_late=False)
def run_live_session(*, session_id: int, start_by_unix_s: float, version: str = VERSION) -> None:
    """Drive one claimed session from its first squeeze to an open cuff. Runs on the station's queue, once.

    `version` is the caller's: two workers may have been started on one station, and only one of them was seen.
    """
    now = timezone.now()
    if version != VERSION:
        words = "The station's program has another version than the clinic's. Nothing was inflated."
        services.close_unstarted(session_id, words, now)
        return
    if time.time() > start_by_unix_s:
        services.close_unstarted(session_id, "The station was too late. Nothing was inflated.", now)
        return
    if not services.claim_session(session_id, now):
        return
    session = selectors.session_to_run(session_id)
    if objections := why_not_fit(session.controller, timezone.localdate(now)):
        services.close_failed(session_id, " ".join(objections), now)
        return
    try:
        unwritten = _drive(session)
    except NotArmedError as refusal:
        services.close_failed(
            session_id,
            str(refusal),
            timezone.now(),
            vented=refusal.is_empty,
            latches=refusal.has_fault,
        )
        return
    except (GuardError, ControllerError, journal.JournalError) as error:
        services.close_failed(session_id, str(error), timezone.now())
        return
    drain(session_id, unwritten)


def _drive(session: TrainingSession) -> Records:
    """Guard the port, open the box, make sure it is empty, run the loop. What the journal had no place for.

    Raises NotArmedError, GuardError, ControllerError or JournalError.
    """
    plan, controller = selectors.plan_of(session), session.controller
    limits = Limits(plan.max_inflated_s, plan.max_total_s)
    with ahead_of_others(), Guard(controller.port, DRIVERS[controller.driver].vent_frames, limits) as guard:
        box = open_controller(
            driver=controller.driver,
            port=controller.port,
            expected_serial=controller.serial_number,
            expected_firmware=controller.firmware,
        )
        try:
            box.vent()
            connections.close_all()
            return _run_loop(session, plan, box, guard)
        finally:
            box.vent()
            box.close()


def _run_loop(session: TrainingSession, plan: Plan, box: Driver, guard: Guard) -> Records:
    """Arm last: the lease runs from there, and on a busy computer what comes before may take longer than it lasts."""
    outbox, inbox = bus.Outbox(session.pk), bus.Inbox(session.pk, session.controller.station.slug)
    try:
        with without_collections():
            _arm(box, session, plan)
            return _walk(session, plan, box, guard, inbox, outbox)
    finally:
        inbox.close()
        outbox.close()


def _arm(box: Driver, session: TrainingSession, plan: Plan) -> None:
    """Raises NotArmedError with what is true of the cuffs, so that nobody pulls at one that holds no air."""
    try:
        box.arm(fence=session.pk, ceiling=plan.ceiling, max_inflated_s=plan.max_total_s)
    except ControllerRefusedError as refusal:
        readout = _read(box)
        raise NotArmedError(
            refusal, is_empty=_is_empty(readout), has_fault=bool(readout and readout.faults)
        ) from refusal


def _read(box: Driver) -> Readout | None:
    try:
        return box.read()
    except ControllerError:
        return None


def _is_empty(readout: Readout | None) -> bool | None:
    """None where the box does not answer, or says itself that its sensors can't be right."""
    if readout is None or Faults.SENSOR in readout.faults:
        return None
    return all(channel.pressure < VENTED_BELOW for channel in readout.channels)


def _walk(
    session: TrainingSession,
    plan: Plan,
    box: Driver,
    guard: Guard,
    inbox: bus.Inbox,
    outbox: bus.Outbox,
) -> Records:
    telling = _Telling(outbox)
    kept = journal.Journal(journal.path_of(settings.JOURNAL_DIR, session.pk), telling.as_written)
    pace = runner.Pace(inbox.wait, runner.period_s(plan, box))
    try:
        runner.run(
            plan,
            box,
            ticks=pace.ticks(),
            commands=inbox.drain,
            tell=_teller(kept, telling, pace),
            trouble=lambda live: guard.trouble(is_inflated=live.needs_guarding) or kept.trouble,
            bus_lost_s=inbox.lost_s,
            period_s=pace.period_s,
            table=stop_table_of(session),
            opener=session.supervisor_id,
        )
    finally:
        kept.close(within_s=TELLS_ANYWAY_AFTER_S)
        telling.rest()  # nobody waits for the disk to hear of the end
        kept.close()
    return kept.unwritten


@dataclass(frozen=True)
class _Told(journal.Entry):
    """A journal entry with the line that consoles are sent once it is written, and the number of its sample."""

    n: int = 0
    line: str = ""


class _Telling:
    """What consoles are sent, in its order: what is on the disk, or all there is where the disk makes it wait."""

    def __init__(self, outbox: bus.Outbox) -> None:
        self._outbox = outbox
        self._waiting: deque[_Told] = deque()
        self._lock = threading.Lock()

    def add(self, told: _Told, behind_s: float) -> None:
        """Called by the loop; `behind_s` is how long the disk has kept it waiting."""
        self._waiting.append(told)
        if behind_s > TELLS_ANYWAY_AFTER_S:
            self._send_through(told.n)

    def as_written(self, entry: journal.Entry) -> None:
        """Called by the journal."""
        if isinstance(entry, _Told):
            self._send_through(entry.n)

    def rest(self) -> None:
        """All that still waits: nothing comes after it."""
        with self._lock:
            while self._waiting:
                self._outbox.publish(self._waiting.popleft().line)

    def _send_through(self, n: int) -> None:
        with self._lock:
            while self._waiting and self._waiting[0].n <= n:
                self._outbox.publish(self._waiting.popleft().line)


def _teller(kept: journal.Journal, telling: _Telling, pace: runner.Pace) -> Callable[[Live], None]:
    """Events first, then orders, then the sample: what a console sees is on the disk already, unless the disk stands still."""
    round_trips: list[float] = []
    orders = Orders()

    def tell(live: Live) -> None:
        at = time.time()
        if live.observed.took_s is not None:
            round_trips.append(live.observed.took_s * 1000)
        for number, event in enumerate(live.events):
            kept.keep(journal.Entry(record.event_record(live, event, number, at), is_event=True))
        for one in orders.seen(live, at):
            kept.keep(journal.Entry(one, is_event=True))
        if live.is_over:
            loop = punctuality.summary(
                pace.lateness_ms, round_trips, missed=pace.missed, period_s=pace.period_s
            )
            kept.keep(journal.Entry(record.end_record(live, at, loop), is_event=True))
        told = _Told(record.sample_record(live), n=live.n, line=telemetry.line(live, at))
        telling.add(told, kept.behind_s)
        kept.keep(told)

    return tell
