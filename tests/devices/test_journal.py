import json
import os
import subprocess
import sys

import pytest

from devices.control import journal
from devices.control.journal import Entry, Journal, JournalError
from tests.kills import losses
from tests.standing_disk import standing_disk
from tests.waiting import until


def write(path, records, pass_on=lambda entry: None):
    kept = Journal(path, pass_on)
    for record in records:
        kept.keep(Entry(record, is_event="event" in record))
    kept.close()


def test_what_is_kept_is_read_back_in_order(tmp_path):
    path = journal.path_of(tmp_path, 7)
    records = [{"n": n} for n in range(50)] + [{"event": "stop"}]
    write(path, records)
    assert list(journal.read(path)) == records


def test_nobody_is_told_before_it_is_written(tmp_path):
    path = journal.path_of(tmp_path, 7)
    seen = []
    write(
        path, [{"event": "one"}, {"event": "two"}], lambda entry: seen.append(len(list(journal.read(path))))
    )
    assert seen == [1, 2]


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_torn_tail_is_the_end_of_the_record(tmp_path, cut):
    path = journal.path_of(tmp_path, 7)
    write(path, [{"n": 1}, {"n": 2}, {"n": 3}])
    os.truncate(path, path.stat().st_size - cut)
    assert list(journal.read(path)) in ([{"n": 1}, {"n": 2}], [{"n": 1}])


def test_a_damaged_frame_ends_the_record(tmp_path):
    path = journal.path_of(tmp_path, 7)
    write(path, [{"n": 1}, {"n": 2}])
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 0xFF
    path.write_bytes(damaged)
    assert list(journal.read(path)) == [{"n": 1}]


def test_a_journal_in_use_is_held_and_a_closed_one_is_not(tmp_path):
    path = journal.path_of(tmp_path, 7)
    kept = Journal(path, lambda entry: None)
    assert journal.is_held(path)
    kept.close()
    assert not journal.is_held(path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_lets_go_of_the_file_and_is_trouble(tmp_path):
    path = journal.path_of(tmp_path, 7)

    def break_down(entry: Entry) -> None:
        raise RuntimeError

    kept = Journal(path, break_down)
    kept.keep(Entry({"n": 1}, is_event=True))
    until(lambda: not journal.is_held(path), 5, "the file is held by nobody")
    until(lambda: kept.trouble, 5, "nobody is told")
    assert list(journal.read(path)) == [{"n": 1}]


def test_a_place_that_cannot_be_written_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(JournalError, match="can't be written"):
        Journal(tmp_path / "file" / "7.journal", lambda entry: None)


FILLS = """
import json, resource, sys
from pathlib import Path
from devices.control.journal import Entry, Journal
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
kept = Journal(Path(sys.argv[1]), lambda entry: None)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
for n in range(100):
    kept.keep(Entry({"n": n}))
kept.close()
print(json.dumps([kept.trouble, [one["n"] for one in kept.unwritten]]))
"""


def test_a_full_disk_is_trouble_and_what_finds_no_place_on_it_is_still_at_hand(tmp_path):
    path = journal.path_of(tmp_path, 7)
    said = subprocess.run([sys.executable, "-c", FILLS, path], capture_output=True, text=True, check=True)
    trouble, unwritten = json.loads(said.stdout)
    written = [record["n"] for record in journal.read(path)]
    assert "can't be written" in trouble
    assert written
    assert unwritten
    assert written + unwritten == list(range(100))


def test_a_disk_that_does_not_answer_is_trouble_and_nothing_is_lost_once_it_does(tmp_path):
    path = journal.path_of(tmp_path, 7)
    records = [{"n": n} for n in range(20)]
    kept = Journal(path, lambda entry: None)
    with standing_disk():
        for record in records:
            kept.keep(Entry(record, is_event=True))
        until(lambda: kept.trouble, 5, "a disk that stands still is no trouble")
    assert kept.trouble == "The record of the session can't be written: the disk does not answer."
    kept.close()
    assert list(journal.read(path)) == records


def test_a_writer_whose_disk_stands_still_at_the_end_keeps_the_file_until_all_is_written(tmp_path):
    path = journal.path_of(tmp_path, 7)
    records = [{"n": n} for n in range(20)]
    kept = Journal(path, lambda entry: None)
    with standing_disk() as answers:
        for record in records:
            kept.keep(Entry(record, is_event=True))
        kept.close()
        assert journal.is_held(path)
        assert kept.unwritten == []
        answers.set()
        until(lambda: not journal.is_held(path), 5, "the writer still holds its file")
    assert list(journal.read(path)) == records


def test_room_is_set_aside_while_a_session_runs_and_given_back_after(tmp_path):
    path = journal.path_of(tmp_path, 7)
    kept = Journal(path, lambda entry: None)
    reserve = path.with_suffix(journal.RESERVE_SUFFIX)
    assert reserve.stat().st_blocks * 512 >= journal.RESERVE
    kept.close()
    assert not reserve.exists()


def test_a_kill_and_a_power_failure_cost_less_than_the_last_second(tmp_path):
    found = losses(tmp_path, kills=10, seed=7)
    assert all(loss.is_whole for loss in found)
    assert max(loss.seconds for loss in found) < 1.0


def test_zeros_after_the_record_are_its_end(tmp_path):
    path = journal.path_of(tmp_path, 7)
    write(path, [{"n": 1}])
    os.truncate(path, path.stat().st_size + 100)
    assert list(journal.read(path)) == [{"n": 1}]


def test_what_could_not_be_read_again_is_not_written_and_said(tmp_path):
    path = journal.path_of(tmp_path, 7)
    kept = Journal(path, lambda entry: None)
    for words in ("before", "A" * journal.LARGEST_FRAME, "after"):
        kept.keep(Entry({"words": words}))
    kept.close()
    assert [record["words"] for record in journal.read(path)] == ["before", "after"]
    assert kept.trouble is not None
