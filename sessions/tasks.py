"""The workers' way in: run a live session on its station, bring journals into the database, close what was lost."""

import gc
import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
from celery import shared_task, signals
from django.conf import settings
from django.db import connections
from django.utils import timezone

from devices.control import journal
from devices.control.guard import Guard, GuardError
from devices.control.priority import ahead_of_others
from devices.domain.units import VENTED_BELOW
from devices.drivers import open_controller
from devices.drivers.errors import ControllerError
from devices.drivers.reference import ReferenceController
from devices.models import Station
from kaatsu_clinic import VERSION
from protocols.domain.plan import Plan
from sessions import bus, runner, selectors, services
from sessions.domain import record, telemetry
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live
from sessions.models import TrainingSession

log = logging.getLogger(__name__)

START_WITHIN_S = 8
"""A session that no station takes within this is closed, and a message that comes later finds nothing to do."""
LOST_AFTER_S = 15
"""A running session without a heartbeat of its station for this long is closed as interrupted."""
CONFIRM_WITHIN_S = 5.0


def launch(session: TrainingSession) -> None:
    """Call the session's station. Raises kombu's OperationalError when the broker does not answer."""
    terms = {"session_id": session.pk, "start_by_unix_s": time.time() + START_WITHIN_S}
    run_live_session.apply_async(
        kwargs=terms, queue=session.controller.station.queue, expires=START_WITHIN_S, retry=False
    )


@shared_task(max_retries=0, acks_late=False)
def run_live_session(*, session_id: int, start_by_unix_s: float) -> None:
    """Drive one claimed session from its first squeeze to an open cuff. Runs on the station's queue, once."""
    now = timezone.now()
    if time.time() > start_by_unix_s:
        services.close_unstarted(session_id, "The station was too late. Nothing was inflated.", now)
        return
    if not services.claim_session(session_id, now):
        return
    session = selectors.session_to_run(session_id)
    try:
        _drive(session)
    except (GuardError, ControllerError, journal.JournalError) as error:
        services.close_failed(session_id, str(error), timezone.now())
        return
    drain(session_id)


def _drive(session: TrainingSession) -> None:
    """Guard the port, open the box, make sure it is empty, run the loop.

    Raises GuardError, ControllerError or JournalError.
    """
    plan, controller = Plan.from_json(session.plan), session.controller
    with ahead_of_others(), Guard(controller.port, ReferenceController.vent_bytes) as guard:
        box = open_controller(
            driver=controller.driver, port=controller.port, expected_serial=controller.serial_number
        )
        try:
            box.vent()
            connections.close_all()
            _run_loop(session, plan, box, guard)
        finally:
            box.vent()
            box.close()


def _run_loop(session: TrainingSession, plan: Plan, box: ReferenceController, guard: Guard) -> None:
    """Arm last: the lease runs from there, and on a busy computer what comes before may take longer than it lasts."""
    outbox, inbox = bus.Outbox(session.pk), bus.Inbox(session.pk, session.controller.station.slug)
    try:
        with _no_collections():
            box.arm(fence=session.pk, ceiling=plan.ceiling, max_inflated_s=plan.max_total_s)
            _walk(session, plan, box, guard, inbox, outbox)
    finally:
        inbox.close()
        outbox.close()


@contextmanager
def _no_collections() -> Iterator[None]:
    """A garbage collection in the loop would be a late tick."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _walk(
    session: TrainingSession,
    plan: Plan,
    box: ReferenceController,
    guard: Guard,
    inbox: bus.Inbox,
    outbox: bus.Outbox,
) -> None:
    kept = journal.Journal(journal.path_of(settings.JOURNAL_DIR, session.pk), _publisher(outbox))
    pace = runner.Pace(inbox.wait)
    try:
        runner.run(
            plan,
            box,
            channel=session.channel.number,
            ticks=pace.ticks(),
            commands=inbox.drain,
            tell=_teller(kept, pace),
            trouble=lambda: guard.trouble() or kept.trouble,
        )
    finally:
        kept.close()


@dataclass(frozen=True)
class _Told(journal.Entry):
    """A journal entry with the line that consoles are sent once it is written."""

    line: str = ""


def _publisher(outbox: bus.Outbox) -> Callable[[journal.Entry], None]:
    def publish(entry: journal.Entry) -> None:
        if isinstance(entry, _Told):
            outbox.publish(entry.line)

    return publish


def _teller(kept: journal.Journal, pace: runner.Pace) -> Callable[[Live], None]:
    """Events first, then the sample: what a console sees is on the disk already."""

    def tell(live: Live) -> None:
        at = time.time()
        for number, event in enumerate(live.events):
            kept.keep(journal.Entry(record.event_record(live, event, number, at), is_event=True))
        if live.is_over:
            kept.keep(journal.Entry(record.end_record(live, at, _lateness(pace)), is_event=True))
        kept.keep(_Told(record.sample_record(live), line=telemetry.line(live, at)))

    return tell


def _lateness(pace: runner.Pace) -> dict[str, Any]:
    p50, p99 = np.percentile(pace.lateness_ms, [50, 99])
    worst = max(pace.lateness_ms)
    return {
        "late_ms_p50": round(float(p50), 3),
        "late_ms_p99": round(float(p99), 3),
        "late_ms_max": round(worst, 3),
        "missed": pace.missed,
    }


# --- from journal to database ------------------------------------------------------------------------------------


@shared_task(max_retries=0)
def drain_journals() -> None:
    """On a station: bring every journal into the database, and close sessions whose process is gone."""
    for path in sorted(settings.JOURNAL_DIR.glob(f"*{journal.SUFFIX}")):
        try:
            drain(int(path.stem))
        except TrainingSession.DoesNotExist:
            log.warning("A journal belongs to no session.", extra={"session_id": path.stem})
    _close_those_without_a_journal()


def _close_those_without_a_journal() -> None:
    """Sessions that were taken here and died before their first record. Nothing was inflated yet."""
    running = selectors.running_since(timezone.now() - timedelta(seconds=LOST_AFTER_S))
    for session in running.filter(controller__station__slug=settings.STATION):
        if not journal.path_of(settings.JOURNAL_DIR, session.pk).exists():
            words = "The station's program was interrupted before the session began. Nothing was inflated."
            services.close_failed(session.pk, words, timezone.now())


def drain(session_id: int) -> None:
    """Bring one journal into the database; when its session has ended and all of it is stored, remove it."""
    path = journal.path_of(settings.JOURNAL_DIR, session_id)
    session = selectors.session_to_run(session_id)
    is_held = journal.is_held(path)
    kept = record.of(journal.read(path))
    services.store_record(session, kept)
    if is_held:
        return
    if not kept.end:
        services.close_interrupted(session, kept.points, _vented_now(session), timezone.now())
    path.unlink()


def _vented_now(session: TrainingSession) -> bool | None:
    """Open the controller of a lost session, vent, and look. None if it can't be known."""
    controller = session.controller
    try:
        box = open_controller(
            driver=controller.driver, port=controller.port, expected_serial=controller.serial_number
        )
    except ControllerError:
        return None
    try:
        return _wait_until_vented(box, session.channel.number)
    finally:
        box.close()


def _wait_until_vented(box: ReferenceController, channel: int) -> bool | None:
    give_up_at = time.monotonic() + CONFIRM_WITHIN_S
    pressure = None
    while time.monotonic() < give_up_at:
        box.vent()
        with suppress(ControllerError):
            pressure = box.read(channel).pressure
        if pressure is not None and pressure < VENTED_BELOW:
            return True
        time.sleep(runner.PERIOD_S)
    return None if pressure is None else False


# --- watching over -------------------------------------------------------------------------------------------------


@shared_task(max_retries=0)
def ask_stations_to_drain() -> None:
    """From beat: every station with a live session brings what it has into the database."""
    for station in Station.objects.filter(
        controllers__training_sessions__status__in=("READY", "RUNNING")
    ).distinct():
        drain_journals.apply_async(queue=station.queue, expires=10)


@shared_task(max_retries=0)
def close_lost_sessions() -> None:
    """From beat: close sessions that no station took, and those whose station has fallen silent."""
    now = timezone.now()
    for session in selectors.unclaimed_since(now - timedelta(seconds=START_WITHIN_S + 2)):
        services.close_unstarted(session.pk, "The station did not answer. Nothing was inflated.", now)
    for session in selectors.running_since(now - timedelta(seconds=LOST_AFTER_S)):
        if not bus.station_seen(session.controller.station.slug, VERSION):
            services.close_interrupted(session, [], None, now)


@signals.heartbeat_sent.connect
def _tell_the_station_is_here(**kwargs: Any) -> None:
    if settings.STATION:
        with suppress(bus.BusDownError):
            bus.mark_station_seen(settings.STATION, VERSION)


@signals.worker_ready.connect
def _look_for_lost_sessions(**kwargs: Any) -> None:
    """A station that starts anew first vents and closes what it lost."""
    if settings.STATION:
        drain_journals.apply_async(queue=f"station.{settings.STATION}")


@signals.worker_ready.connect
def _open_cuffs_before_shutting_down(**kwargs: Any) -> None:
    """Celery waits out its soft shutdown before it tells anyone; a cuff under pressure must not."""
    if settings.STATION:
        for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
            signal.signal(number, partial(_stop_every_session, signal.getsignal(number)))


def _stop_every_session(then: Any, number: int, frame: Any) -> None:
    with suppress(bus.BusDownError):
        bus.send_to_station(settings.STATION, Command(Verb.STOP, words="The station is being shut down."))
    then(number, frame)
