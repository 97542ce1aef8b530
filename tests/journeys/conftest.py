"""The served program and a browser in front of it: real worker, real Redis, real serial line. No test here touches the ORM."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from devices.simulator.control import Control
from tests.opened import Opener
from tests.served import Served, end, start

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "kaatsu-demo"
PATIENCE_MS = 15_000
"""A test machine is busy; where the time itself is promised, a test gives its own bound."""
TABLET: ViewportSize = {"width": 1024, "height": 768}


def _program() -> Iterator[Served]:
    folder = Path(tempfile.mkdtemp(prefix="kc-"))  # short: socket addresses may have 107 letters
    served = start(folder)
    yield served
    end(served)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def clinic_program() -> Iterator[Served]:
    """The program, started once for each file: who trained in another file is not kept from training in this one."""
    yield from _program()


@pytest.fixture
def own_program() -> Iterator[Served]:
    """A program for one journey, which may end it."""
    yield from _program()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. One per file: Playwright's loop must be gone before another file's test asks the ORM."""
    if not Path(CHROMIUM).exists():
        words = f"There is no Chromium at {CHROMIUM}. Install it (Debian: apt-get install chromium) or set CHROMIUM to its path."
        pytest.fail(words) if os.environ.get("CI") == "true" else pytest.skip(words)
    expect.set_options(timeout=PATIENCE_MS)
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
        contexts[-1].set_default_timeout(PATIENCE_MS)
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


@pytest.fixture
def cuff(clinic_program: Served) -> Iterator[Control]:
    """The true state of the demo room's thigh cuff."""
    control = Control(clinic_program.control("mmhg"))
    yield control
    control.close()


@pytest.fixture(scope="module")
def opener(clinic_program: Served) -> Iterator[Opener]:
    """Opens sessions on the thigh cuff, each for a person of its own."""
    one = Opener(clinic_program)
    yield one
    one.close()
