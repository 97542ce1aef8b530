"""A station's program with one session, as a process to be killed: the real task, guard, port, Redis and disk.

`python -m tests.faults.station SESSION_ID`. On SIGUSR1 something in the loop goes wrong; on SIGUSR2 the wall clock steps by an
hour; on SIGHUP the disk is full; on SIGALRM it does not answer any more; SIGTERM is a deployment, as a worker takes it.
"""

import os
import resource
import signal
import sys
import time

import django

django.setup()

from sessions import tasks  # noqa: E402 - needs Django
from sessions.tasks import station  # noqa: E402 - needs Django

FOREVER = 2**40
HOUR_S = 3600.0


def _fail(number: int, frame: object) -> None:
    raise RuntimeError("Something in the loop went wrong.")


def _step_the_clock(number: int, frame: object) -> None:
    real = time.time
    time.time = lambda: real() + HOUR_S


def _fill_the_disk(number: int, frame: object) -> None:
    """No file grows any more: every write fails, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _stand_the_disk_still(number: int, frame: object) -> None:
    """What is written is never said to be safe."""
    os.fdatasync = lambda fd: time.sleep(HOUR_S)


def _shut_down(number: int, frame: object) -> None:
    """What Celery does with it: the soft shutdown, which lets the task end."""


def main() -> None:
    """Run one session to its end."""
    signal.signal(signal.SIGUSR1, _fail)
    signal.signal(signal.SIGUSR2, _step_the_clock)
    signal.signal(signal.SIGHUP, _fill_the_disk)
    signal.signal(signal.SIGALRM, _stand_the_disk_still)
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
        signal.signal(number, _shut_down)
    station._open_cuffs_before_shutting_down()
    print(os.getpid(), flush=True)
    tasks.run_live_session(session_id=int(sys.argv[1]), start_by_unix_s=FOREVER)


if __name__ == "__main__":
    main()
