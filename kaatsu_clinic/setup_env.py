"""Makes `.venv` and fills it with the pinned packages, again only when the pins changed. Run as a file: it needs Python alone."""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
IS_RECENT = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
ROOM_NEEDED_MB = 1200  # the packages take about 650 MB, and pip unpacks before it moves


def pins(names: Sequence[str]) -> dict[str, str]:
    """What must be installed: a fingerprint of each file, and of the place (scripts in a moved environment are broken)."""
    return {"place": str(VENV)} | {
        name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names
    }


def installed() -> dict[str, str]:
    """The pins as they were when they were last installed."""
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def make_venv() -> None:
    """An empty environment, unless a sound one is here. Says which Debian package is missing where it can't."""
    if (
        PYTHON.exists()
        and installed().get("place", str(VENV)) == str(VENV)
        and _runs([str(PYTHON), "-c", IS_RECENT])
    ):
        return
    if not importlib.util.find_spec("ensurepip"):
        sys.exit(
            "This Python can't make a virtual environment. Install its venv module (Debian: apt-get install python3-venv)."
        )
    _say(f"Making .venv with Python {sys.version.split()[0]}.")
    if not _runs([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        sys.exit("The virtual environment could not be made: the lines above say why.")


def install(names: Sequence[str]) -> None:
    """Bring the environment to the pins, with pip's own progress."""
    wanted = {line for name in names for line in (ROOT / name).read_text().splitlines() if line[:1].isalpha()}
    _say(
        f"Installing {len(wanted)} pinned packages and what they need: once, and again when the pins change."
    )
    began = time.monotonic()
    files = [part for name in names for part in ("-r", str(ROOT / name))]
    if not _runs([str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *files]):
        sys.exit(
            "The packages could not be installed: the lines above say why. Check the network and the room on the disk, then run the same command again."
        )
    STAMP.write_text(json.dumps(installed() | pins(names)))
    _say(f"Installed in {time.monotonic() - began:.0f} s.")


def _runs(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main(names: Sequence[str]) -> None:
    """Do what is missing, or nothing."""
    if pins(names).items() <= installed().items() and PYTHON.exists():
        return
    free_mb = shutil.disk_usage(ROOT).free // 1_000_000
    if free_mb < ROOM_NEEDED_MB:
        sys.exit(
            f"The disk has {free_mb} MB left and the packages need {ROOM_NEEDED_MB} MB. Make room, then run the same command again."
        )
    make_venv()
    install(names)


if __name__ == "__main__":
    main(sys.argv[1:] or ["requirements.txt"])
