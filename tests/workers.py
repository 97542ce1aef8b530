"""Station workers as a clinic runs them, on the tests' own database and Redis."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from kaatsu_clinic import programs
from sessions import bus
from tests.waiting import until

STARTS_WITHIN_S = 40


def _database_url() -> str:
    """The database of the tests, as another process names it."""
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)


class StationWorker:
    """The worker of one station: a main process, and one process for each of its ports and two to spare."""

    def __init__(self, slug: str, log: Path) -> None:
        program = programs.station_worker(slug)
        env = os.environ | program.env | {"DATABASE_URL": _database_url()}
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                program.argv, env=env, stdout=out, stderr=out, start_new_session=True
            )
        self.slug = slug
        until(lambda: bus.station(slug), STARTS_WITHIN_S, f"the worker does not start: {log}")

    @property
    def processes(self) -> int:
        """How many it says that it has."""
        seen = bus.station(self.slug)
        return seen.processes if seen else 0

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        self.process.kill()
        self.process.wait()


@contextmanager
def station_worker(slug: str, folder: Path) -> Iterator[StationWorker]:
    """A running one, ended in an orderly way unless it was killed."""
    worker = StationWorker(slug, folder / f"{slug}.log")
    try:
        yield worker
    finally:
        worker.process.terminate()
        worker.process.wait(20)
