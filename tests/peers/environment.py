"""A virtual environment of its own for each program by others that we test against, because their pins clash with ours.

`peer_python("alicat")` is the Python of `.venv-peers/alicat`, filled with what `tests/peers/alicat.txt` pins: on first use,
and again when the pins change. What can't be installed fails the test; nothing is skipped.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent.parent / ".venv-peers"
INSTALL_WITHIN_S = 300
RUN_WITHIN_S = 60


def peer_python(name: str) -> Path:
    """The Python that has what `tests/peers/<name>.txt` pins. Raises AssertionError when it can't be made."""
    pins = HERE / f"{name}.txt"
    home = ENVIRONMENTS / name
    ENVIRONMENTS.mkdir(exist_ok=True)
    with (ENVIRONMENTS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_filled(home, pins):
            _fill(home, pins)
    return home / "bin" / "python"


def run_peer(name: str, script: Path, *arguments: str) -> str:
    """Run a script there to its end and return what it printed. Raises AssertionError with its words when it fails."""
    return _run([str(peer_python(name)), str(script), *arguments], RUN_WITHIN_S)


def _is_filled(home: Path, pins: Path) -> bool:
    """True if it was filled with exactly these pins, here: scripts in a moved environment are broken."""
    stamp = home / "installed"
    return stamp.exists() and stamp.read_text() == _stamp(home, pins)


def _stamp(home: Path, pins: Path) -> str:
    return f"{home}\n{pins.read_text()}"


def _fill(home: Path, pins: Path) -> None:
    _run([sys.executable, "-m", "venv", "--clear", str(home)], INSTALL_WITHIN_S)
    install = [
        str(home / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]
    _run([*install, "--quiet", "--requirement", str(pins)], INSTALL_WITHIN_S)
    (home / "installed").write_text(_stamp(home, pins))


def _run(command: list[str], within_s: float) -> str:
    """Without our own path and settings, which are not the peer's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=within_s, env=env)
    assert not done.returncode, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout
