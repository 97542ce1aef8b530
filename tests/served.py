"""The real program, started as a person starts it: for the journeys and the benchmark."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kaatsu_clinic import redis_server

ROOT = Path(__file__).resolve().parents[1]
STOP_WITHIN_S = 30
SET_BY_THE_TESTS = ("REDIS_URL", "DATABASE_URL", "KAATSU_DATA", "KAATSU_STATION", "DJANGO_SETTINGS_MODULE")


class DidNotStartError(Exception):
    """With all that the program said."""


@dataclass(frozen=True)
class Served:
    """A running clinic: its address, its folder, and who is who in it."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def pid(self, name: str) -> int:
        """Of launch, redis, station, worker, beat, web, simulator-mmhg or simulator-sku, as it is now."""
        pids: dict[str, int] = json.loads((self.data / "run" / "pids.json").read_text())
        return pids[name]

    def control(self, scale: str) -> Path:
        """The socket that tells and asks the simulated controller: scale mmhg or sku."""
        return self.data / "dev" / f"kaatsu-demo-{scale}.control"

    def log(self, name: str) -> str:
        """What a program has said so far."""
        return (self.data / "log" / f"{name}.log").read_text()


def start(folder: Path) -> Served:
    """`make run` on a free port, from nothing to Ready. Fails with what it said where it does not come up."""
    env = {name: value for name, value in os.environ.items() if name not in SET_BY_THE_TESTS}
    command = [sys.executable, "-m", "kaatsu_clinic.launch", "--with-parent"]
    where = ["--port", str(redis_server.free_port()), "--data", str(folder)]
    process = subprocess.Popen(
        [*command, *where], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = []
    assert process.stdout
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready: "):
            return Served(line.split()[1], folder, process)
    process.wait()
    process.stdout.close()
    raise DidNotStartError("".join(said) + _last_words(folder))


def _last_words(folder: Path) -> str:
    return "".join(
        f"\n== {log.name}\n{log.read_text()[-1500:]}" for log in sorted((folder / "log").glob("*.log"))
    )


def end(served: Served) -> None:
    """Ctrl-C again and again, which ends it at once: for what nobody waits for any more."""
    while served.process.poll() is None:
        served.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            served.process.wait(0.3)
    if served.process.stdout:
        served.process.stdout.close()


def stop(served: Served) -> None:
    """One Ctrl-C, then wait for the orderly end."""
    served.process.send_signal(signal.SIGINT)
    try:
        served.process.communicate(timeout=STOP_WITHIN_S)
    finally:
        served.process.kill()
        served.process.wait()
        if served.process.stdout:
            served.process.stdout.close()
