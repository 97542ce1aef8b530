import os
import subprocess
import sys
import threading

from devices.control.priority import ahead_of_others

AS_NOBODY = """
import os
from devices.control.priority import ahead_of_others
os.setuid(65534)
with ahead_of_others():
    print(os.sched_getscheduler(0))
print(os.sched_getscheduler(0))
"""


def may_be_real_time() -> bool:
    """Whether this system lets these tests have real-time scheduling."""
    return os.geteuid() == 0


def test_the_loop_and_its_threads_run_before_ordinary_programs_and_only_while_they_run():
    wanted = os.SCHED_FIFO if may_be_real_time() else os.SCHED_OTHER
    seen = []

    with ahead_of_others():
        seen.append(os.sched_getscheduler(0))
        thread = threading.Thread(target=lambda: seen.append(os.sched_getscheduler(0)))
        thread.start()
        thread.join()

    assert seen == [wanted, wanted]
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_without_the_right_to_it_everything_goes_on_as_before():
    code = AS_NOBODY if may_be_real_time() else AS_NOBODY.replace("os.setuid(65534)", "")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == [str(os.SCHED_OTHER)] * 2
