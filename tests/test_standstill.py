"""The measure by which a failed test is run again: a computer that stands still, and nothing else."""

import signal
import subprocess
import sys
import time

WATCHES = """
from tests.standstill import Standstill
seen = Standstill()
seen.watch()
print("watches", flush=True)
input()
print(seen.was_seen())
"""


def told(*, stands_still_s: float) -> str:
    """What a program that was stopped for so long says of it."""
    program = subprocess.Popen(
        [sys.executable, "-c", WATCHES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout
    assert program.stdout.readline() == "watches\n"
    program.send_signal(signal.SIGSTOP)
    time.sleep(stands_still_s)
    program.send_signal(signal.SIGCONT)
    out, _ = program.communicate("\n", timeout=10)
    return out.strip()


def test_a_standstill_is_seen():
    assert told(stands_still_s=0.5) == "True"


def test_a_moment_is_none():
    assert told(stands_still_s=0.05) == "False"
