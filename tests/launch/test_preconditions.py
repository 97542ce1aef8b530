"""What stands in the way of a start is told in one sentence that says what to do."""

import socket
import subprocess
import sys

import pytest

from kaatsu_clinic import preconditions, redis_server
from kaatsu_clinic.preconditions import CannotStartError, checked_folder, checked_port, locked


@pytest.mark.parametrize("text", ["", "abc", "0", "-1", "65536", "80.5"])
def test_a_port_is_a_number_that_a_port_can_have(text):
    with pytest.raises(CannotStartError, match="PORT must be a number"):
        checked_port(text)


def test_a_port_in_use_is_told_with_another_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CannotStartError, match=rf"Port {port} is in use\..*PORT="):
            checked_port(str(port))


def test_a_free_port_is_free_again_after_the_check():
    port = redis_server.free_port()

    assert checked_port(str(port)) == checked_port(str(port)) == port


def test_a_folder_is_made_with_all_its_parts(tmp_path):
    folder = checked_folder(str(tmp_path / "new" / "data"))

    assert {part.name for part in folder.iterdir()} >= {"dev", "journal", "log", "run"}


def test_a_folder_that_can_not_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CannotStartError, match=r"can't be written.*DATA="):
        checked_folder(str(tmp_path / "file" / "data"))


def test_a_disk_without_room_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(preconditions, "ROOM_NEEDED_MB", 10**12)

    with pytest.raises(CannotStartError, match="Make room"):
        checked_folder(str(tmp_path))


def test_two_instances_never_share_a_folder(tmp_path):
    folder = checked_folder(str(tmp_path))

    with locked(folder), pytest.raises(CannotStartError, match="Another instance"):
        locked(folder)
    locked(folder).close()


def test_a_start_that_can_not_be_ends_with_its_sentence_alone(tmp_path):
    command = [sys.executable, "-m", "kaatsu_clinic.launch", "--port", "none", "--data", str(tmp_path)]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert (
        ended.stderr == "PORT must be a number from 1 to 65535, and 'none' is not. Try: make run PORT=8000\n"
    )


def test_a_named_redis_that_is_silent_is_told_without_its_password():
    silent = f"redis://:secret@127.0.0.1:{redis_server.free_port()}/0"

    with pytest.raises(redis_server.NoRedisError, match="does not answer") as told:
        redis_server.must_answer(silent)
    assert "secret" not in str(told.value)
