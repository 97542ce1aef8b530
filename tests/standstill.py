"""Whether this computer stood still. A virtual one does now and then, and what is timed by the wall then proves nothing.

The program takes a standstill for what it is: loops end, leases run out, guards open cuffs. So a test that fails while one was
measured is run once more (`tests/conftest.py`), and says so; one that fails without is a failure.
"""

import os
import threading
import time
from contextlib import suppress

LOOK_S = 0.02
STOOD_STILL_S = 0.2
"""Less than the quarter of a second after which a guard opens the cuff of a loop that hangs."""
AHEAD = 20


class Standstill:
    """A thread that sleeps and looks how long that took."""

    def __init__(self) -> None:
        self.longest_s = 0.0

    def watch(self) -> None:
        """From now on, until the program ends."""
        threading.Thread(target=self._look, daemon=True, name="standstill").start()

    def forget(self) -> None:
        """Begin anew, with the next test."""
        self.longest_s = 0.0

    def was_seen(self) -> bool:
        """Whether there was one since."""
        return self.longest_s >= STOOD_STILL_S

    def _look(self) -> None:
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(AHEAD))
        while True:
            began = time.monotonic()
            time.sleep(LOOK_S)
            self.longest_s = max(self.longest_s, time.monotonic() - began - LOOK_S)
