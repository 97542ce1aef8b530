"""The packages are installed once, and again when the pins or the place change."""

import json

import pytest

from kaatsu_clinic import setup_env


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with pins, in which nothing is installed by a test."""
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.0\n")
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "STAMP": venv / "installed.json",
    }.items():
        monkeypatch.setattr(setup_env, name, value)
    monkeypatch.setattr(setup_env, "make_venv", lambda: None)
    monkeypatch.setattr(setup_env, "install", lambda names: (venv / "asked").write_text(" ".join(names)))
    return tmp_path


def _asked(clone):
    return (clone / ".venv" / "asked").exists()


def _stamp(clone, *names):
    (clone / ".venv" / "installed.json").write_text(json.dumps(setup_env.pins(names)))


def test_nothing_is_installed_where_the_pins_are_as_they_were(clone):
    _stamp(clone, "requirements.txt", "requirements-dev.txt")

    setup_env.main(["requirements.txt"])

    assert not _asked(clone)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_changed_pin_is_installed(clone, name):
    _stamp(clone, "requirements.txt", "requirements-dev.txt")
    (clone / name).write_text("something==1\n")

    setup_env.main(["requirements.txt", "requirements-dev.txt"])

    assert _asked(clone)


def test_a_broken_stamp_counts_as_none(clone):
    (clone / ".venv" / "installed.json").write_text("{")

    setup_env.main(["requirements.txt"])

    assert _asked(clone)


def test_a_full_disk_is_told_before_anything_is_fetched(clone, monkeypatch):
    monkeypatch.setattr(setup_env, "ROOM_NEEDED_MB", 10**12)

    with pytest.raises(SystemExit, match="Make room"):
        setup_env.main(["requirements.txt"])
    assert not _asked(clone)
