import os
from pathlib import Path

import pytest

from devices.control import journal
from devices.control.journal import Entry, Journal, JournalError


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


def test_a_place_that_cannot_be_written_is_told_in_words(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(JournalError, match="can't be written"):
        Journal(tmp_path / "file" / "7.journal", lambda entry: None)


def test_a_full_disk_is_trouble_not_silence():
    class Full(Journal):
        """A journal on the device that is always full."""

        def _open(self, path):
            return os.open("/dev/full", os.O_WRONLY)

    kept = Full(Path("7.journal"), lambda entry: None)
    kept.keep(Entry({"event": "one"}, is_event=True))
    kept.close()
    assert kept.trouble is not None
    assert "No space left" in kept.trouble


def test_what_could_not_be_read_again_is_not_written_and_said(tmp_path):
    path = journal.path_of(tmp_path, 7)
    kept = Journal(path, lambda entry: None)
    for words in ("before", "A" * journal.LARGEST_FRAME, "after"):
        kept.keep(Entry({"words": words}))
    kept.close()
    assert [record["words"] for record in journal.read(path)] == ["before", "after"]
    assert kept.trouble is not None
