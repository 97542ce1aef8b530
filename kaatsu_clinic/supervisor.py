"""Keeps a few programs running: starts, watches, restarts and stops them, and leaves nobody behind. Used by `launch`."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
DEATHS_IN_A_ROW = 4
IN_A_ROW_S = 60.0
STEP_S = 0.05
LEFT_BEHIND_S = 3.0
"""How long a process that outlived its parent (a guard that still vents) is given before it is ended."""


class GivingUpError(Exception):
    """A program dies again and again. Says which, and where to read why."""


@dataclass(frozen=True)
class Program:
    """One program of the instance. `patience_s` is how long an orderly stop of it may take."""

    name: str
    words: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    patience_s: float = 5.0


def die_with_parent(signal_number: int, parent_pid: int) -> None:
    """Have the kernel send this process a signal when its parent is gone, however that came."""
    _prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal_number)


def adopt_orphans() -> None:
    """Make this process the parent of what its children leave behind, so that it can be waited for."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


class Running:
    """A started program, in a process group of its own. Without a log file it writes to ours."""

    def __init__(self, program: Program, log_path: Path | None = None) -> None:
        self.program = program
        self.log_path = log_path
        self.deaths: deque[float] = deque(maxlen=DEATHS_IN_A_ROW)
        if log_path and log_path.exists():
            log_path.replace(log_path.with_suffix(".log.1"))
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") if self.log_path else nullcontext() as log:
            return subprocess.Popen(
                self.program.argv,
                env={**os.environ, **self.program.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def revive(self) -> None:
        """Start it again after its death. Raises GivingUpError after several deaths in a row."""
        self.deaths.append(time.monotonic())
        if len(self.deaths) == DEATHS_IN_A_ROW and self.deaths[-1] - self.deaths[0] < IN_A_ROW_S:
            raise GivingUpError(
                f"{self.program.words} keeps stopping. Its last words are in {self.log_path}."
            )
        self.process = self._start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the program itself: what it started is its own to end."""
        if self.is_alive:
            self.process.terminate()

    def wait_until_stopped(self) -> None:
        """Wait as long as it may take, then end it by force."""
        try:
            self.process.wait(self.program.patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()

    def kill(self) -> None:
        """End it and its group at once."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)


class House:
    """All programs of the instance, in the order of their start."""

    def __init__(self, log_folder: Path) -> None:
        self.log_folder = log_folder
        self.running: dict[str, Running] = {}

    def start(self, program: Program) -> Running:
        """Start one more, with its log file."""
        self.running[program.name] = Running(program, self.log_folder / f"{program.name}.log")
        return self.running[program.name]

    def dead(self) -> list[Running]:
        """Those that stopped without being asked."""
        return [running for running in self.running.values() if not running.is_alive]

    def pids(self) -> dict[str, int]:
        """Who is who."""
        return {name: running.pid for name, running in self.running.items()}

    def stop(self, names: Sequence[str]) -> None:
        """Stop these, all at once, and wait for what they leave behind."""
        leaving = [self.running[name] for name in names if name in self.running]
        for running in leaving:
            running.ask_to_stop()
        for running in leaving:
            running.wait_until_stopped()
        self._wait_for_orphans(LEFT_BEHIND_S)

    def kill_all(self) -> None:
        """End everything at once and wait for nothing: the last resort, fit for a signal handler."""
        for running in self.running.values():
            running.kill()
        self.kill_orphans()

    def kill_orphans(self) -> None:
        """End by force what was left behind."""
        for pid in self.orphans():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def _wait_for_orphans(self, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while any(self.orphans()) and time.monotonic() < deadline:
            time.sleep(STEP_S)

    def orphans(self) -> Iterator[int]:
        """Adopted processes that live. Those that ended are reaped on the way."""
        ours = set(self.pids().values())
        for pid in _children():
            if pid in ours:
                continue
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    yield pid


def _children() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []
