"""From a station's journals into the database: what runs, what has ended, and what was lost."""

import logging
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from devices.control import journal
from devices.control.sweep import vented
from devices.drivers import open_controller
from devices.drivers.errors import ControllerError
from sessions import selectors, services
from sessions.domain import record
from sessions.models import TrainingSession

log = logging.getLogger(__name__)

Records = Sequence[dict[str, Any]]

BRINGS_IN_WITHIN_S = 3
"""A session that has just ended brings its journal in by itself; the one of a dead process is older."""
LOST_AFTER_S = 15
"""A running session without a heartbeat of its station for this long is closed as interrupted."""


@shared_task(max_retries=0)
def drain_journals() -> None:
    """On a station: bring every journal into the database, and close sessions whose process is gone."""
    for path in _journals():
        if not _is_quiet(path):
            _drain(path)
    close_lost()


def close_lost() -> None:
    """Bring in the journals that nobody writes any more, and close sessions that never had one."""
    for path in _journals():
        if _is_quiet(path):
            _drain(path)
    _close_those_without_a_journal()


def _journals() -> list[Path]:
    return sorted(settings.JOURNAL_DIR.glob(f"*{journal.SUFFIX}"))


def _is_quiet(path: Path) -> bool:
    """Whether nobody has written for a while and nobody holds it."""
    with suppress(FileNotFoundError):  # brought in meanwhile
        return time.time() - path.stat().st_mtime > BRINGS_IN_WITHIN_S and not journal.is_held(path)
    return False


def _drain(path: Path) -> None:
    try:
        with suppress(FileNotFoundError):
            drain(int(path.stem))
    except TrainingSession.DoesNotExist:
        log.warning("A journal belongs to no session.", extra={"session_id": path.stem})


def _close_those_without_a_journal() -> None:
    """Sessions that were taken here and died before their first record. Nothing was inflated yet."""
    running = selectors.running_since(timezone.now() - timedelta(seconds=LOST_AFTER_S))
    for session in running.filter(controller__station__slug=settings.STATION):
        if not journal.path_of(settings.JOURNAL_DIR, session.pk).exists():
            words = "The station's program was interrupted before the session began. Nothing was inflated."
            services.close_failed(session.pk, words, timezone.now())


def drain(session_id: int, unwritten: Records = ()) -> None:
    """Bring one journal into the database; when its session has ended and all of it is stored, remove it.

    `unwritten` is what came after it and found no place on the disk.
    """
    path = journal.path_of(settings.JOURNAL_DIR, session_id)
    session = selectors.session_to_run(session_id)
    is_held = journal.is_held(path)
    kept = record.of(chain(journal.read(path), unwritten))
    services.store_record(session, kept)
    if is_held:
        return
    if not kept.end:
        services.close_interrupted(session, kept.traces, _vented_now(session), timezone.now())
    journal.remove(path)


def _vented_now(session: TrainingSession) -> bool | None:
    """Vent the controller of a lost session, and look. None if it can't be known."""
    controller = session.controller
    try:
        box = open_controller(
            driver=controller.driver, port=controller.port, expected_serial=controller.serial_number
        )
    except ControllerError:
        return None
    with closing(box):
        return vented(box)
