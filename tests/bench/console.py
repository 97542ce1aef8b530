"""A console as a browser has it: the live events read as they come, and WATCH said every second."""

import json
import threading
import time
import uuid
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.bench.floors import post

WATCH_EVERY_S = 1.0
GIVES_UP_AFTER_S = 5.0


class Console:
    """Follows one session in two threads. `latencies_ms`: sample taken to event received."""

    def __init__(self, url: str, links: dict[str, str]) -> None:
        self.url = url
        self.links = links
        self.id = str(uuid.uuid4())
        self.last: dict[str, Any] | None = None
        self.latencies_ms: list[float] = []
        self._closing = threading.Event()
        for work in (self._follow, self._watch):
            threading.Thread(target=work, daemon=True).start()

    def shows(self, name: str, at_least: float) -> bool:
        """Whether the newest sample has a number of at least this. Unknown is not."""
        return self.last is not None and self.last[name] is not None and self.last[name] >= at_least

    @property
    def has_ended(self) -> bool:
        """Whether the newest sample is the last."""
        return self.last is not None and self.last["state"] == "ENDED"

    def close(self) -> None:
        """Leave the page. The threads end with the next event or second."""
        self._closing.set()

    def _watch(self) -> None:
        with suppress(OSError):  # the program is gone: whoever measures says so
            while True:
                post(self.url, f"{self.links['watch']}?at={self.id}")
                if self._closing.wait(WATCH_EVERY_S):
                    return

    def _follow(self) -> None:
        line = HTTPConnection(urlsplit(self.url).netloc, timeout=GIVES_UP_AFTER_S)
        line.request("GET", self.links["telemetry"], headers={"Accept": "text/event-stream"})
        events = line.getresponse()
        with suppress(OSError):
            while not self._closing.is_set():
                self._take(events.readline())
        line.close()

    def _take(self, text: bytes) -> None:
        if text.startswith(b"data: "):
            now = time.time()
            sample = json.loads(text[6:])
            if "n" in sample:
                self.last = sample
                self.latencies_ms.append((now - sample["at"]) * 1000)
