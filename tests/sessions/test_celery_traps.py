"""What Celery and Redis do to a task that holds a cuff, with the clinic's settings and with each of them wrong.

Real workers on a real Redis. Where a setting of the clinic is made wrong, the bad thing must happen: else the test proves nothing.
"""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from kaatsu_clinic import programs
from sessions import tasks
from tests.served import ROOT
from tests.waiting import until

STARTS_WITHIN_S = 40
LONG_S = 4.0
ROOM = "trap"
IMPATIENT = {"is_impatient": True}
"""A visibility timeout of a second: Redis hands out again what nobody has acknowledged for so long."""
LATE = {"task_acks_late": True}
BY_FORCE = {"terminate": True, "signal": "SIGQUIT"}
"""As long as SIGTERM is remapped, the processes of a worker do not hear SIGTERM itself."""


class Clinic:
    """One Redis database, its workers, and what its tasks have told."""

    def __init__(self, url: str, folder: Path) -> None:
        self._told = folder / "told"
        self._folder, self._url = folder, url
        self._app = Celery(broker=url, set_as_current=False)
        self._workers: list[subprocess.Popen[bytes]] = []
        with redis.Redis.from_url(url) as line:
            line.flushdb()

    def worker(
        self, wrong: dict[str, Any] | None = None, pool: str = "prefork", env: dict[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """The station's worker as the clinic starts it, with the task of `tests.trap_app`, one process, and what is wrong."""
        program = programs.station_worker(ROOM)
        argv = [word.replace("kaatsu_clinic", "tests.trap_app") for word in program.argv]
        argv[argv.index("-P") + 1] = pool
        argv[argv.index("-n") + 1] = name = f"worker{len(self._workers)}@trap"
        ours = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        said = {"REDIS_URL": self._url, "TRAP": json.dumps(wrong or {})}
        with (self._folder / "log").open("ab") as log:
            worker = subprocess.Popen(
                [*argv, "-c", "1"],
                cwd=ROOT,
                env={**ours, **(program.env if env is None else env), **said},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._workers.append(worker)
        until(lambda: self._app.control.ping(destination=[name], timeout=0.3), STARTS_WITHIN_S, self._log)
        return worker

    @property
    def _log(self) -> str:
        return f"no worker: {self._folder / 'log'}"

    def hold(self, name: str = "session", seconds: float = LONG_S, **options: Any) -> str:
        """Send the task. Its id."""
        terms = {"to": str(self._told), "name": name, "seconds": seconds}
        terms |= {"start_by": options.pop("start_by")} if "start_by" in options else {}
        sent = self._app.send_task("hold", kwargs=terms, queue=f"station.{ROOM}", **options)
        return str(sent.id)

    def revoke(self, task: str, **how: Any) -> None:
        """Call a task off."""
        self._app.control.revoke(task, **how)

    def told(self, what: str, name: str = "session") -> list[dict[str, Any]]:
        """Each time that a task said this."""
        lines = self._told.read_text().splitlines() if self._told.exists() else []
        return [one for line in lines if (one := json.loads(line))["what"] == what and one["name"] == name]

    def tells(self, what: str, name: str = "session", times: int = 1, within_s: float = 12) -> dict[str, Any]:
        """The newest, once it was said so often."""
        return until(lambda: self._nth(what, name, times), within_s, f"{name}: {what}")

    def _nth(self, what: str, name: str, times: int) -> dict[str, Any] | None:
        told = self.told(what, name)
        return told[-1] if len(told) >= times else None

    def close(self) -> None:
        """End every worker and its children."""
        for worker in self._workers:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self._app.close()


@pytest.fixture
def clinic(redis_url, tmp_path):
    made = Clinic(f"{redis_url.rpartition('/')[0]}/1", tmp_path)  # none that another test uses
    yield made
    made.close()


def is_alive(pid: int) -> bool:
    """Whether the process is there and not only waiting to be reaped."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.parametrize("wrong", [{}, LATE], ids=["ours", "acknowledged_late"])
def test_a_session_longer_than_the_visibility_timeout_starts_once(clinic, wrong):
    clinic.worker({**IMPATIENT, **wrong})
    clinic.hold(
        seconds=10.0 if wrong else LONG_S
    )  # longer than another worker takes to start: it restores as it does
    clinic.tells("began")
    clinic.worker({**IMPATIENT, **wrong})
    ended = clinic.tells("went on to the end", within_s=20)
    beside = [one for one in clinic.told("began")[1:] if one["at"] < ended["at"]]
    assert bool(beside) == bool(wrong)


@pytest.mark.parametrize(
    ("wrong", "starts"),
    [({}, 1), ({**LATE, "task_reject_on_worker_lost": True}, 2)],
    ids=["ours", "rejected_when_its_process_is_lost"],
)
def test_a_session_whose_process_was_killed_never_starts_again(clinic, wrong, starts):
    clinic.worker(wrong)
    clinic.hold(seconds=1.0)
    os.kill(clinic.tells("began")["pid"], signal.SIGKILL)
    clinic.hold("next", seconds=0.1)
    clinic.tells("went on to the end", "next")
    if starts > 1:
        clinic.tells("began", times=starts)
    assert len(clinic.told("began")) == starts


@pytest.mark.parametrize("wrong", [{}, LATE], ids=["ours", "acknowledged_late"])
def test_a_worker_that_is_killed_takes_its_session_with_it_and_nobody_takes_it_up(clinic, wrong):
    killed = clinic.worker({**IMPATIENT, **wrong})
    clinic.hold()
    child = clinic.tells("began")["pid"]

    killed.kill()
    killed.wait()

    until(lambda: not is_alive(child), 2)
    assert not clinic.told("vented")  # nothing of ours runs any more: this is what the guard is for
    clinic.worker({**IMPATIENT, **wrong})
    if wrong:
        clinic.tells("began", times=2)
    else:
        clinic.hold("next", seconds=1.5)
        clinic.tells("went on to the end", "next")
        assert len(clinic.told("began")) == 1


@pytest.mark.parametrize("pool", [None, "threads"], ids=["ours", "threads"])
def test_a_session_that_is_called_off_by_force_vents_at_once(clinic, pool):
    clinic.worker(**({"pool": pool} if pool else {}))
    task = clinic.hold()
    clinic.tells("began")
    clinic.revoke(task, **BY_FORCE)
    clinic.tells("vented")
    assert bool(clinic.told("went on to the end")) == (pool == "threads")


@pytest.mark.parametrize(
    "how",
    [BY_FORCE, {}, {"terminate": True, "signal": "SIGTERM"}],
    ids=["by_force", "gently", "by_the_signal_that_is_remapped"],
)
def test_only_the_right_force_calls_off_a_session_that_runs(clinic, how):
    clinic.worker()
    task = clinic.hold(seconds=2.0)
    clinic.tells("began")
    clinic.revoke(task, **how)
    clinic.tells("vented")
    assert bool(clinic.told("went on to the end")) == (how is not BY_FORCE)


@pytest.mark.parametrize("env", [None, {}], ids=["ours", "a_plain_sigterm"])
def test_a_worker_that_is_told_to_stop_vents_and_does_not_wait_for_the_end_of_the_session(clinic, env):
    worker = clinic.worker(env=env)
    clinic.hold()
    clinic.tells("began")
    worker.terminate()
    clinic.tells("vented")
    assert bool(clinic.told("went on to the end")) == (env == {})


@pytest.mark.parametrize("wrong", [{}, IMPATIENT], ids=["ours", "impatient"])
def test_a_session_that_waits_in_a_busy_worker_is_not_handed_out_a_second_time(clinic, wrong):
    clinic.worker(wrong)
    clinic.hold("before", seconds=2.5)
    clinic.tells("began", "before")
    clinic.hold(seconds=0.1)
    clinic.tells("vented")
    if wrong:
        clinic.tells("began", times=2)
    else:
        clinic.hold("after", seconds=0.1)
        clinic.tells("vented", "after")
        assert len(clinic.told("began")) == 1


@pytest.mark.parametrize(
    ("expires", "says_start_by", "begins"),
    [(1.0, True, False), (None, True, False), (None, False, True)],
    ids=["ours", "a_start_by_time_alone", "neither"],
)
def test_a_session_that_waited_too_long_is_not_begun(clinic, expires, says_start_by, begins):
    clinic.worker()
    clinic.hold("before", seconds=2.0)
    clinic.tells("began", "before")
    clinic.hold(expires=expires, **({"start_by": time.time() + 1.0} if says_start_by else {}))
    clinic.hold("after", seconds=0.1)
    clinic.tells("vented", "after")
    assert bool(clinic.told("began")) == begins
    assert bool(clinic.told("too late")) == (expires is None and says_start_by)


def test_the_clinic_s_settings_are_those_that_were_tried(settings):
    """What the tests above leave as it is, or shorten."""
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] >= 12 * 3600
    assert settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT < programs.VENT_PATIENCE_S
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS is False
    assert not hasattr(settings, "CELERY_WORKER_MAX_TASKS_PER_CHILD")
    assert not hasattr(settings, "CELERY_TASK_TIME_LIMIT")
    assert tasks.run_live_session.max_retries == 0
    assert tasks.run_live_session.ignore_result
