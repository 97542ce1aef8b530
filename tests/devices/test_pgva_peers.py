"""Programs that others wrote speak with both of our sides of a PGVA-1: its maker's client with our box, pymodbus with our driver."""

import json
import os
import pty
import select
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command

from devices.domain.box import BoxState
from devices.drivers import ControllerError, Driver, open_controller
from tests import make
from tests.peers.environment import HERE, run_peer
from tests.waiting import until

SERVER = HERE / "pgva_server.py"
TIMEOUT_S = 0.5


def test_the_makers_client_inflates_our_box(start):
    bench = start("--preset", "arm", "--kind", "pgva")

    seen = json.loads(run_peer("pgva", HERE / "pgva_client.py", bench.ports[0], "160"))

    assert seen["firmware"] == [2, 0, 45]
    assert abs(seen["reached"] - 160) <= 10
    assert seen["status"]["Status"] == "Idle"
    assert set(seen["warnings"].values()) | set(seen["errors"].values()) == {"Reset"}
    assert seen["chamber"] > 200
    assert bench.control.state()["target"] == [0]
    assert bench.control.state()["eeprom_writes"] == 0


@contextmanager
def cable() -> Iterator[tuple[str, str]]:
    """The names of two serial ports with a cable between them."""
    ends = [pty.openpty() for _ in range(2)]
    masters = [master for master, _ in ends]
    for _, slave in ends:
        tty.setraw(slave)
    done_read, done_write = os.pipe()

    def carry() -> None:
        while True:
            ready = select.select([*masters, done_read], [], [])[0]
            if done_read in ready:
                return
            for master in ready:
                os.write(masters[1 - masters.index(master)], os.read(master, 512))

    carrier = threading.Thread(target=carry)
    carrier.start()
    try:
        yield os.ttyname(ends[0][1]), os.ttyname(ends[1][1])
    finally:
        os.write(done_write, b"x")
        carrier.join()
        for fd in (*masters, *(slave for _, slave in ends), done_read, done_write):
            os.close(fd)


@contextmanager
def served(port: str, framer: str, unit: int) -> Iterator[None]:
    server = subprocess.Popen([sys.executable, str(SERVER), port, framer, str(unit)])
    try:
        yield
    finally:
        server.kill()
        server.wait()


@pytest.fixture(params=[("pgva", "rtu", 1), ("pgva_ascii", "ascii", 16)], ids=["rtu", "ascii"])
def peer_ports(request) -> Iterator[tuple[str, str]]:
    """The name of our driver, and a port with a pymodbus server at its other end that answers."""
    driver, framer, unit = request.param
    with cable() as (theirs, ours), served(theirs, framer, unit):

        def opens() -> bool:
            try:
                opened(driver, ours).close()
            except ControllerError:
                return False
            return True

        until(opens, within_s=20)
        yield driver, ours


def opened(driver: str, port: str) -> Driver:
    return open_controller(driver=driver, port=port, expected_serial=None, reply_timeout_s=TIMEOUT_S)


@pytest.fixture
def peer(peer_ports) -> Iterator[Driver]:
    """Our driver on a pymodbus server."""
    found = opened(*peer_ports)
    yield found
    found.close()


def test_our_driver_inflates_a_pymodbus_server(peer):
    identity = peer.identify()
    assert (identity.serial_number, identity.firmware) == ("000EF0123456", "2.1.3")

    assert peer.arm(fence=1, ceiling=200, max_inflated_s=60).state is BoxState.ARMED
    until(lambda: abs(peer.hold({0: 120}, slew_per_s=500)[0].pressure - 120) < 0.4)
    held = peer.read()[0]
    assert (held.pressure, held.target) == (pytest.approx(120, abs=0.4), 120)

    assert peer.vent()
    until(lambda: peer.read().state is BoxState.VENTED)
    assert peer.fault() is None


@pytest.mark.django_db(transaction=True)
def test_the_acceptance_test_passes_on_a_pymodbus_server(peer_ports, capsys):
    driver, port = peer_ports
    admin = make.admin()
    box = make.controller(
        make.clinic_of(admin), admin, driver=driver, port=port, serial_number="000EF0123456", firmware="2.1.3"
    )
    box.acceptance_tests.all().delete()

    call_command("controller_check", box.pk, seconds=5, json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["passed"], told
    assert {step["name"] for step in told["steps"]} >= {"fills", "holds", "vents", "watchdog"}
