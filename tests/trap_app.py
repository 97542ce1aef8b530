"""A Celery of its own with the clinic's settings, but for what a test gets wrong on purpose. One task, which tells what happens to it."""

import json
import os
import time
from pathlib import Path

from celery import Celery

TICK_S = 0.02

app = Celery("trap", set_as_current=True)
app.config_from_object("kaatsu_clinic.settings", namespace="CELERY")
wrong = json.loads(os.environ.get("TRAP", "{}"))
app.conf.update(worker_soft_shutdown_timeout=0.5)
if wrong.pop("is_impatient", False):
    impatient = {"visibility_timeout": 1, "unacked_restore_interval": 0.3, "unacked_restore_throttle": 1}
    app.conf.update(broker_transport_options={**app.conf.broker_transport_options, **impatient})
app.conf.update(wrong)


@app.task(name="hold")
def hold(*, to: str, name: str, seconds: float, start_by: float | None = None) -> None:
    """As a live session: it takes its time, and opens the cuff at the end however that comes."""
    if start_by is not None and time.time() > start_by:
        _tell(to, name, "too late")
        return
    _tell(to, name, "began")
    over_at = time.monotonic() + seconds
    try:
        while time.monotonic() < over_at:
            time.sleep(TICK_S)
        _tell(to, name, "went on to the end")
    finally:
        _tell(to, name, "vented")


def _tell(to: str, name: str, what: str) -> None:
    line = json.dumps({"name": name, "what": what, "pid": os.getpid(), "at": time.monotonic()})
    with Path(to).open("a") as file:
        file.write(line + "\n")
