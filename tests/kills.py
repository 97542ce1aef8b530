"""A journal whose writer is killed, and then the power fails: for a test and, with many more kills, for the benchmark.

The kernel keeps what a killed process has written, so a kill alone loses little. Here all that was not forced to the disk is
lost as well, cut anywhere, and the file grows zeros, as file systems do after a power failure.
"""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from devices.control import journal

WRITER = """
import os, sys, time
from pathlib import Path
from devices.control.journal import Entry, Journal

forced = os.fdatasync
def tell_forced(file):
    size = os.fstat(file).st_size
    forced(file)
    sys.stdout.write(f"{size}\\n")
    sys.stdout.flush()
os.fdatasync = tell_forced

kept = Journal(Path(sys.argv[1]), lambda entry: None)
n = 0
while True:
    kept.keep(Entry({"n": n, "at": time.monotonic()}, is_event=n % 50 == 0))
    n += 1
    time.sleep(0.05)
"""


@dataclass(frozen=True)
class Loss:
    """What one kill cost: seconds between the last record that is left and the kill, and whether all before it is whole."""

    seconds: float
    is_whole: bool


@dataclass(frozen=True)
class _Victim:
    process: "subprocess.Popen[str]"
    path: Path


def losses(folder: Path, kills: int, seed: int, at_once: int = 10) -> list[Loss]:
    """Kill so many writers, a few at once, each at a random instant of its life."""
    chance = random.Random(seed)
    found: list[Loss] = []
    while len(found) < kills:
        victims = [_started(folder, len(found) + n) for n in range(min(at_once, kills - len(found)))]
        for victim in victims:
            _wait_until_it_writes(victim)
        time.sleep(2)
        for victim in victims:
            time.sleep(chance.uniform(0, 0.15))
            found.append(_killed(victim, chance))
    return found


def _started(folder: Path, number: int) -> _Victim:
    path = journal.path_of(folder, number)
    return _Victim(
        subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True), path
    )


def _wait_until_it_writes(victim: _Victim) -> None:
    assert victim.process.stdout
    assert victim.process.stdout.readline(), "the writer ended before it wrote anything"


def _killed(victim: _Victim, chance: random.Random) -> Loss:
    victim.process.send_signal(signal.SIGKILL)
    killed_at = time.monotonic()
    said, _ = victim.process.communicate()
    forced = max(int(line) for line in said.split())
    _lose_power(victim.path, forced, chance)
    left = list(journal.read(victim.path))
    assert left == list(journal.read(victim.path))
    return Loss(killed_at - left[-1]["at"], [one["n"] for one in left] == list(range(len(left))))


def _lose_power(path: Path, forced: int, chance: random.Random) -> None:
    size = path.stat().st_size
    os.truncate(path, chance.randint(forced, size))
    os.truncate(path, size + chance.randint(0, 4096))
