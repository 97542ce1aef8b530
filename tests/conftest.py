"""Fixtures for every test: real services, no mocks of our own code. The environment is set here, before Django reads it."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as examples

from devices.drivers import Driver
from kaatsu_clinic import redis_server
from tests.simulated import Apart, Bench
from tests.standstill import Standstill


def _private_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kaatsu-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for part in ("journal", "static", "dev", "run"):
        (folder / part).mkdir()
    return folder


def _private_redis(folder: Path) -> str:
    port = redis_server.free_port()
    server = subprocess.Popen(
        redis_server.command(port, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    atexit.register(server.wait)
    atexit.register(server.kill)
    redis_server.wait_until_up(port, is_alive=lambda: server.poll() is None)
    return redis_server.url(port)


examples.register_profile("busy", deadline=None)
examples.load_profile("busy")  # a test machine may be slow: how long an example takes proves nothing

DATA = _private_folder()
os.environ["KAATSU_DEMO"] = "1"
os.environ["KAATSU_DATA"] = str(DATA)
os.environ["REDIS_URL"] = _private_redis(DATA)
os.environ.pop("KAATSU_STATION", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "kaatsu_clinic.settings"

# A slow hash guards real passwords; here it would be most of the time of every test with a person.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Files are looked for when they are asked for, not all of them by every test's client.
settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True


standstill = Standstill()
standstill.watch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever fails is run once more if this computer stood still meanwhile, and only then."""
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=1, condition=standstill.was_seen))


def pytest_runtest_logstart() -> None:
    """Each test for itself."""
    standstill.forget()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure tells whether the computer stood still."""
    report = yield
    if report.failed:
        report.sections.append(("This computer", f"stood still for {standstill.longest_s:.2f} s at most"))
    return report


def pytest_xdist_setupnodes() -> None:
    """Each of several processes reads the settings once it has a Redis and a folder of its own, as a single one does."""
    for name in ("DJANGO_SETTINGS_MODULE", "REDIS_URL", "KAATSU_DATA"):
        del os.environ[name]


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The tests' own Redis."""
    return os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """KAATSU_DATA of the tests."""
    return DATA


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Start simulated boxes with the flags of `simulate_controller`."""
    yield from _starting(Bench, tmp_path)


@pytest.fixture
def start_apart(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """The same in processes of their own, for what has no more patience with a box than a clinic has."""
    yield from _starting(Apart, tmp_path)


def _starting(kind: type[Bench], folder: Path) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def start_one(*flags: str, **boxes: int) -> Bench:
        benches.append(kind(folder, *flags, **boxes))
        return benches[-1]

    yield start_one
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    """One simulated box with one arm cuff, which fills fast."""
    return start("--preset", "arm")


@pytest.fixture
def box(bench: Bench) -> Iterator[Driver]:
    """A driver on that box."""
    controller = bench.open()
    yield controller
    controller.close()
