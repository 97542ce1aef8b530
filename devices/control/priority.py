"""Real-time scheduling for what holds a cuff, where the system allows it: a busy computer must not make a loop late."""

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

REAL_TIME = 10
"""Above every ordinary program, and the kernel still keeps a share of each second for those."""

log = logging.getLogger(__name__)


@contextmanager
def ahead_of_others() -> Iterator[None]:
    """Run what is inside, and the threads and programs that it starts, before all ordinary programs.

    Needs root, CAP_SYS_NICE or an RTPRIO limit; without them it says so and goes on as everyone does.
    """
    ordinary = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(REAL_TIME))
    except PermissionError:
        log.info("No real-time scheduling here: the loop shares the processor with everyone.")
    try:
        yield
    finally:
        os.sched_setscheduler(0, *ordinary)


@contextmanager
def without_collections() -> Iterator[None]:
    """A garbage collection in a loop would be a late tick."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
