"""The served program and a browser in front of it: real worker, real Redis, real serial line. No test here touches the ORM."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from kaatsu_clinic import redis_server

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "kaatsu-demo"
TABLET: ViewportSize = {"width": 1024, "height": 768}
STOP_WITHIN_S = 30
SET_BY_THE_TESTS = ("REDIS_URL", "DATABASE_URL", "KAATSU_DATA", "KAATSU_STATION", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True)
class Served:
    """A running clinic: its address, its folder, and who is who in it."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def pid(self, name: str) -> int:
        """Of launch, redis, station, worker, beat, web, simulator-mmhg or simulator-sku, as it is now."""
        pids: dict[str, int] = json.loads((self.data / "run" / "pids.json").read_text())
        return pids[name]

    def control(self, scale: str) -> Path:
        """The socket that tells and asks the simulated controller: scale mmhg or sku."""
        return self.data / "dev" / f"kaatsu-demo-{scale}.control"

    def log(self, name: str) -> str:
        """What a program has said so far."""
        return (self.data / "log" / f"{name}.log").read_text()


def start(folder: Path) -> Served:
    """`make run` on a free port, from nothing to Ready. Fails with what it said where it does not come up."""
    env = {name: value for name, value in os.environ.items() if name not in SET_BY_THE_TESTS}
    command = [sys.executable, "-m", "kaatsu_clinic.launch", "--with-parent"]
    where = ["--port", str(redis_server.free_port()), "--data", str(folder)]
    process = subprocess.Popen(
        [*command, *where], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = []
    assert process.stdout
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready: "):
            return Served(line.split()[1], folder, process)
    process.wait()
    process.stdout.close()
    pytest.fail("The program did not start:\n" + "".join(said) + _last_words(folder))


def _last_words(folder: Path) -> str:
    return "".join(
        f"\n== {log.name}\n{log.read_text()[-1500:]}" for log in sorted((folder / "log").glob("*.log"))
    )


def stop(served: Served) -> None:
    """One Ctrl-C, then wait for the orderly end."""
    served.process.send_signal(signal.SIGINT)
    try:
        served.process.communicate(timeout=STOP_WITHIN_S)
    finally:
        served.process.kill()


@pytest.fixture(scope="session")
def clinic_program() -> Iterator[Served]:
    """The program, started once for all journeys. Each journey makes the patients that it changes."""
    folder = Path(tempfile.mkdtemp(prefix="kc-"))  # short: socket addresses may have 107 letters
    served = start(folder)
    yield served
    stop(served)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. One per file: Playwright's loop must be gone before another file's test asks the ORM."""
    if not Path(CHROMIUM).exists():
        words = f"There is no Chromium at {CHROMIUM}. Install it (Debian: apt-get install chromium) or set CHROMIUM to its path."
        pytest.fail(words) if os.environ.get("CI") == "true" else pytest.skip(words)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, clinic_program: Served) -> Iterator[Callable[[], Page]]:
    """Makes a page in a browser profile of its own. Afterwards no page may have met a script error or a CSP refusal."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def make() -> Page:
        contexts.append(browser.new_context(base_url=clinic_program.url, viewport=TABLET))
        contexts[-1].set_default_timeout(10_000)
        page = contexts[-1].new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """One page, nobody signed in."""
    return new_page()


@pytest.fixture
def sign_in(new_page: Callable[[], Page]) -> Callable[[str], Page]:
    """`sign_in("physio@demo.clinic")`: a page of that person's own, on their home page."""

    def enter(email: str) -> Page:
        page = new_page()
        login(page, email)
        return page

    return enter


def login(page: Page, email: str) -> None:
    """Through the form, as a person does."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
