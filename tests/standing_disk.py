"""A disk that takes what is written and does not say when it is safe: what a worn-out card or a busy controller does."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

forced = os.fdatasync


@contextmanager
def standing_disk(*, once_it_holds: bytes = b"") -> Iterator[threading.Event]:
    """No file that holds these bytes is forced to the disk before the event is set, or this has ended."""
    answers = threading.Event()

    def wait_and_force(file: int) -> None:
        if once_it_holds in Path(f"/proc/self/fd/{file}").read_bytes():
            answers.wait()
        forced(file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fdatasync", wait_and_force)
        try:
            yield answers
        finally:
            answers.set()
