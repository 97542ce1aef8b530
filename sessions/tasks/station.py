"""A station looks after itself: air where nobody holds any is let out, lost sessions are closed, it says that it is there.

It has a process for each of its ports, so that no session waits for another, and some to spare for this and for questions.
"""

import logging
import signal
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from celery import Task, shared_task, signals
from celery.worker.control import Panel, control_command
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from devices.control import sweep
from devices.models import Controller
from devices.services import latch_fault
from kaatsu_clinic import VERSION
from sessions import bus, selectors
from sessions.domain.commands import LONGEST_WORDS, Command, Verb
from sessions.tasks.journals import close_lost

log = logging.getLogger(__name__)

SPARE_PROCESSES = 2
BEGINS_WITHIN_S = 10
"""A session that was taken this long ago has its port open; before that nobody else goes near it."""


@shared_task(bind=True, max_retries=0)
def look_after(self: "Task[Any, None]", *, slug: str) -> None:
    """On a station, every few seconds: first the air, then the records, then whether it has processes enough."""
    stop_out_of_use(slug)
    let_air_out(slug)
    close_lost()
    _grow(self, slug)


def stop_out_of_use(slug: str) -> None:
    """End every session on a box that was taken out of use meanwhile: whoever wears its cuff does not wait for the plan's end.

    However it was taken out of use, by a person or by a calibration that failed. Said until it has ended.
    """
    for session in selectors.live_out_of_use(slug):
        words = f"The controller was taken out of use: {session.controller.quarantine_reason}"
        with suppress(bus.BusDownError):
            bus.send(session.pk, Command(Verb.STOP, words=_plain(words)))


def _plain(words: str) -> str:
    """As a command may carry them: nothing in them may keep the STOP from being read."""
    return "".join(one if one.isprintable() else " " for one in words)[:LONGEST_WORDS]


def let_air_out(slug: str) -> None:
    """Vent what holds air on any registered port of a station with no session of its own that holds it."""
    boxes = {
        sweep.Place(box.driver, box.port): box
        for box in Controller.objects.filter(station__slug=slug).exclude(pk__in=_beginning())
    }
    for place, found in sweep.empty(boxes).items():
        if found.was_inflated:
            _tell_found(boxes[place], found)


def _beginning() -> list[int]:
    """Controllers on which a session is about to open its port."""
    return selectors.controllers_taken_since(timezone.now() - timedelta(seconds=BEGINS_WITHIN_S))


def _tell_found(box: Controller, found: sweep.Found) -> None:
    """In the log; and where no session of ours explains the air, nobody uses the box before someone has looked."""
    outcome = {True: "It was vented.", False: "It did NOT empty.", None: "Whether it is empty is not known."}
    words = f"Found with air in a cuff while no session ran: {found.pressure:.0f}. {outcome[found.vented]}"
    log.warning(words, extra={"controller_id": box.pk})
    if found.vented is not True or not box.training_sessions.live().exists():
        latch_fault(controller=box, reason=words, now=timezone.now())


def _grow(task: "Task[Any, None]", slug: str) -> None:
    """One process more for each controller that was registered since this worker began."""
    wanted = processes_for(slug)
    with suppress(bus.BusDownError):
        seen = bus.station(slug)
        if seen and seen.processes < wanted:
            task.app.control.broadcast(
                "grow_to", arguments={"wanted": wanted}, destination=[str(task.request.hostname)]
            )


def processes_for(slug: str) -> int:
    """How many a station needs."""
    return Controller.objects.filter(station__slug=slug).count() + SPARE_PROCESSES


# --- the worker's own process ------------------------------------------------------------------------------------
@signals.celeryd_init.connect
def _begin(conf: Any, **kwargs: Any) -> None:
    """A station that starts first lets the air out, before it takes any message."""
    if not settings.STATION:
        return
    try:
        let_air_out(settings.STATION)
        conf.worker_concurrency = processes_for(settings.STATION)
    except DatabaseError:
        log.exception("The database does not answer, so it is not known which ports to look at.")
    finally:
        connections.close_all()


@control_command(args=[("wanted", int)])
def grow_to(state: Any, wanted: int) -> dict[str, Any]:
    """Have so many processes. Said twice, it is done once."""
    missing = max(0, wanted - state.consumer.pool.num_processes)
    return dict(Panel.data["pool_grow"](state, n=missing))


@signals.worker_ready.connect
def _look_and_tell(sender: Any, **kwargs: Any) -> None:
    """Close what was lost; from now on each heartbeat says that the station is here, and how many sessions it can run."""
    if settings.STATION:
        _pools.append(sender.pool)
        look_after.apply_async(kwargs={"slug": settings.STATION}, queue=f"station.{settings.STATION}")
        _tell_the_station_is_here()


_pools: list[Any] = []
"""Of this worker, from when it is ready until it begins to end."""


@signals.worker_shutting_down.connect
def _say_no_more(**kwargs: Any) -> None:
    """A station that is going takes no session any more, and its pool may be gone before its last heartbeat."""
    _pools.clear()


@signals.heartbeat_sent.connect
def _tell_the_station_is_here(**kwargs: Any) -> None:
    for pool in _pools:
        with suppress(bus.BusDownError):
            bus.mark_station_seen(settings.STATION, VERSION, pool.num_processes)


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
