"""What the machine itself takes: a timer loop that does nothing, a POST that does nothing, one exchange on the line."""

import http.client
import time
from contextlib import suppress
from urllib.parse import urlsplit

from devices.drivers import ControllerError, ReferenceController, open_controller
from sessions.runner import PERIOD_S, Pace

LOOP_S = 20
EXCHANGES = 200
NOBODYS_LINK = "/live/nobody/stop"


def loop_ms() -> list[float]:
    """Lateness of the loop's own timer at 20 Hz with nothing in it."""
    pace = Pace(time.sleep)
    for turn, _ in enumerate(pace.ticks()):
        if turn * PERIOD_S >= LOOP_S:
            break
    return pace.lateness_ms


def post(url: str, path: str) -> int:
    """One POST on a connection of its own, with no body. The status."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        line.request("POST", path, headers={"Accept": "application/json"})
        return line.getresponse().status
    finally:
        line.close()


def stop_ms(url: str, port: str) -> list[float]:
    """A POST to the same server that reaches no session, and then one serial exchange."""
    box = open_controller(driver="reference", port=port, expected_serial=None)
    taken: list[float] = []
    try:
        for _ in range(EXCHANGES):
            with suppress(ControllerError):  # an answer too late for the driver is no exchange
                taken.append(_one_stop_ms(url, box))
    finally:
        box.close()
    return taken


def _one_stop_ms(url: str, box: ReferenceController) -> float:
    began = time.perf_counter()
    assert post(url, NOBODYS_LINK) == 404
    box.read(0)
    return (time.perf_counter() - began) * 1000
