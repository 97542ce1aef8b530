"""Programs by others run in environments of their own, and one that can't run fails its test."""

import pytest

from tests.peers.environment import peer_python, run_peer


def test_a_peer_has_its_own_packages_and_none_of_ours(tmp_path):
    script = tmp_path / "look.py"
    script.write_text(
        "import importlib.util as found, alicat\nprint(alicat.__name__, found.find_spec('django'))\n"
    )

    assert run_peer("alicat", script).split() == ["alicat", "None"]


def test_it_is_made_once():
    stamp = peer_python("alicat").parent.parent / "installed"
    made_at = stamp.stat().st_mtime_ns

    peer_python("alicat")

    assert stamp.stat().st_mtime_ns == made_at


def test_a_peer_that_fails_fails_the_test_with_its_words(tmp_path):
    script = tmp_path / "fall.py"
    script.write_text("raise SystemExit('the cable is cut')\n")

    with pytest.raises(AssertionError, match="the cable is cut"):
        run_peer("alicat", script)
