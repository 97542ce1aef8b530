"""What the machine itself takes for a STOP: a POST that does nothing, one exchange on the line. A bare timer is in punctual.py."""

import http.client
import time
from contextlib import suppress
from urllib.parse import urlsplit

from devices.drivers import ControllerError, Driver, open_controller

EXCHANGES = 200
NOBODYS_LINK = "/live/nobody/stop"


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


def _one_stop_ms(url: str, box: Driver) -> float:
    began = time.perf_counter()
    assert post(url, NOBODYS_LINK) == 404
    box.read()
    return (time.perf_counter() - began) * 1000
