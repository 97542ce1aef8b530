"""Programs are started, started again, stopped, and nobody is left behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kaatsu_clinic.supervisor import DEATHS_IN_A_ROW, GivingUpError, House, Program
from tests.waiting import until

SLEEPS = ("sleep", "600")
IGNORES_SIGTERM = ("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done")
DIES = ("sh", "-c", "echo last words; exit 3")


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    for running in made.running.values():
        running.kill()
        running.process.wait()


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_what_a_program_says_is_in_its_log_and_the_run_before_beside_it(house, tmp_path):
    for _ in range(2):
        house.start(Program("one", "One", DIES)).process.wait()

    assert (tmp_path / "one.log").read_text() == "last words\n"
    assert (tmp_path / "one.log.1").read_text() == "last words\n"


def test_a_program_that_died_is_started_again(house):
    running = house.start(Program("one", "One", SLEEPS))
    before = running.pid
    running.kill()
    until(lambda: house.dead() == [running], 5, "the death is seen")

    running.revive()

    assert house.dead() == []
    assert running.pid != before


def test_a_program_that_keeps_dying_is_given_up_in_words(house):
    running = house.start(Program("one", "The clock", DIES))

    for _ in range(DEATHS_IN_A_ROW - 1):
        running.process.wait()
        running.revive()

    with pytest.raises(GivingUpError, match=r"The clock keeps stopping.*one\.log"):
        running.revive()


def test_an_orderly_stop_waits_for_the_end(house):
    running = house.start(Program("one", "One", SLEEPS))

    house.stop(["one"])

    assert running.process.returncode == -signal.SIGTERM


def test_a_program_that_will_not_stop_is_ended_when_patience_is_over(house, tmp_path):
    running = house.start(Program("one", "One", IGNORES_SIGTERM, patience_s=0.2))
    until(lambda: "deaf" in (tmp_path / "one.log").read_text(), 5, "the program is up")

    house.stop(["one"])

    assert running.process.returncode == -signal.SIGKILL


def test_programs_end_with_whoever_started_them(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from kaatsu_clinic.supervisor import House, Program\n"
        "house = House(Path(sys.argv[1])); print(house.start(Program('one', 'One', ['sleep', '600'])).pid, flush=True)\n"
        "time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    pid = int(starter.stdout.readline())

    starter.kill()
    starter.communicate()

    until(lambda: _has_ended(pid), 5, "the program ends")
