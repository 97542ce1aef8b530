"""A program of their own, in which the journeys stop the database, the web, the loop and the guard: the cuff opens, and the page says what it knows."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Page, expect

from devices.simulator.control import Control
from tests.journeys.conftest import TABLET, login
from tests.journeys.live import inflate, open_patient, preflight, reload_until
from tests.opened import Opener
from tests.served import Served, end, start
from tests.waiting import until

pytestmark = pytest.mark.browser

UNANSWERED_WITHIN_S = 2
"""After this STOP tells to pull the quick release."""


@pytest.fixture(scope="module")
def program() -> Iterator[Served]:
    """Whose parts are stopped and killed here."""
    folder = Path(tempfile.mkdtemp(prefix="kc-"))
    served = start(folder)
    yield served
    end(served)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page(browser: Browser, program: Served) -> Iterator[Page]:
    """The physiotherapist's tablet."""
    context = browser.new_context(base_url=program.url, viewport=TABLET)
    page = context.new_page()
    login(page, "physio@demo.clinic")
    yield page
    context.close()


@pytest.fixture
def cuff(program: Served) -> Iterator[Control]:
    """The true state of the thigh cuff."""
    control = Control(program.control("mmhg"))
    yield control
    control.close()


def is_empty(cuff: Control) -> bool:
    """Whether the air is really out."""
    return bool(cuff.state()["pressure"][0] < 20)


def inflate_anew(page: Page, program: Served) -> None:
    """With somebody who has not trained today."""
    opener = Opener(program)
    page.goto(opener.open().console)
    opener.close()
    inflate(page)


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process that does nothing for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def no_database(program: Served) -> Iterator[None]:
    """Who opens it now finds a folder in its place."""
    database = program.data / "clinic.sqlite3"
    away = database.with_name("away")
    database.rename(away)
    database.mkdir()
    try:
        yield
    finally:
        database.rmdir()
        away.rename(database)


def guard_of(program: Served) -> int:
    """The process that watches the loop of the one session, a child of the loop's own."""
    found = subprocess.run(
        ["pgrep", "-f", f"control/guard.py.*{program.data}"], capture_output=True, text=True, check=True
    )
    return int(found.stdout.split()[0])


def loop_of(program: Served) -> int:
    """The process that runs the one session."""
    status = Path(f"/proc/{guard_of(program)}/status").read_text()
    return int(re.findall(r"PPid:\s+(\d+)", status)[0])


def test_a_loop_that_stands_still_is_vented_by_its_guard_and_nothing_old_is_shown_as_live(
    page: Page, program: Served, cuff: Control
):
    preflight(page, open_patient(page, "Larsen, Mette"))
    inflate(page)
    number = page.locator(".now-number")
    with standing_still(loop_of(program)):
        until(lambda: is_empty(cuff), 2, "the guard did not open the cuff")
        expect(page.locator("#console")).to_have_attribute(
            "data-feed", re.compile("stale|lost"), timeout=4_000
        )
        assert "line-through" in number.evaluate("one => getComputedStyle(one).textDecorationLine")
        page.wait_for_timeout(3_000)
        assert page.evaluate(PRESSURE_DRAWN, [9, 5.5]) > 0
        assert page.evaluate(PRESSURE_DRAWN, [3.5, 0.4]) == 0, "a line is drawn where nothing is known"
        page.locator(".stop-button").dispatch_event("pointerdown")
        expect(page.locator("[data-stop-order]")).to_contain_text(
            re.compile("quick release", re.IGNORECASE), timeout=UNANSWERED_WITHIN_S * 1000 + 1000
        )
    expect(page.locator("#over")).to_be_visible(timeout=20_000)
    assert is_empty(cuff)


PRESSURE_DRAWN = """([from, to]) => {
  const canvas = document.getElementById("trace");
  const second = (canvas.width * (1 - 40 / canvas.clientWidth)) / 60;
  const { data } = canvas.getContext("2d").getImageData(canvas.width - from * second, 0, (from - to) * second, canvas.height);
  let found = 0;
  for (let i = 0; i < data.length; i += 4) found += data[i + 3] > 200 && Math.hypot(data[i] - 11, data[i + 1] - 85, data[i + 2] - 99) < 20;
  return found;
}"""
"""How many points of the pressure's colour the trace shows from so many seconds ago to so many."""


def test_before_the_station_has_answered_it_holds_as_soon_as_it_does(
    page: Page, program: Served, cuff: Control
):
    patient = open_patient(page, "Demo, Daniel")
    with standing_still(program.pid("station")):
        preflight(page, patient)
        expect(page.locator("#console")).to_have_attribute("data-feed", "waiting")
        page.locator(".stop-button").dispatch_event("pointerdown")
        expect(page.locator("form.stop")).to_have_attribute("data-stage", "sent")

    expect(page.locator("#over")).to_contain_text("Stopped by a person")
    assert is_empty(cuff)


def test_where_no_station_ever_answers_the_quick_release_is_ordered_and_the_end_is_told(
    page: Page, program: Served
):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    patient = open_patient(page, "Demo, Daniel")
    with standing_still(program.pid("station")):
        preflight(page, patient)
        page.locator(".stop-button").dispatch_event("pointerdown")
        expect(page.locator("[data-stop-order]")).to_contain_text(re.compile("quick release", re.IGNORECASE))
        expect(page.locator("#over")).to_contain_text("Nothing was inflated", timeout=20_000)
    assert errors == []


def test_a_worker_that_stands_still_keeps_no_stop_from_its_session(
    page: Page, program: Served, cuff: Control
):
    preflight(page, open_patient(page, "Tanaka, Aiko"))
    inflate(page)
    with standing_still(program.pid("station")):
        page.locator(".stop-button").dispatch_event("pointerdown")
        expect(page.locator("form.stop")).to_have_attribute("data-stage", "confirmed")
        assert is_empty(cuff)
        expect(page.locator("#over")).to_be_visible()


def test_redis_that_dies_is_replaced_and_the_session_can_be_stopped(
    page: Page, program: Served, cuff: Control
):
    preflight(page, open_patient(page, "Rossi, Paola"))
    inflate(page)
    before = program.pid("redis")

    os.kill(before, signal.SIGKILL)
    until(lambda: program.pid("redis") != before, 20, "Redis is not started again")
    page.locator(".stop-button").dispatch_event("pointerdown")

    expect(page.locator("form.stop")).to_have_attribute("data-stage", "confirmed")
    assert is_empty(cuff)
    expect(page.locator("#over")).to_be_visible()


def test_a_cuff_that_was_seen_open_stays_so_when_redis_has_forgotten_the_session(
    page: Page, program: Served, cuff: Control
):
    inflate_anew(page, program)
    stop, before = page.locator("form.stop"), program.pid("redis")
    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(stop).to_have_attribute("data-stage", "confirmed")
    expect(page.locator("#over")).to_be_visible()

    os.kill(before, signal.SIGKILL)
    until(lambda: program.pid("redis") != before, 20, "Redis is not started again")
    state = stop.get_attribute("data-state") or ""
    until(lambda: is_forgotten(page.request.get(state)), 20, "the session is not forgotten")
    page.evaluate("document.dispatchEvent(new CustomEvent('stop:look'))")
    page.wait_for_timeout(1_500)  # longer than between two questions, and as long as an answer may take

    expect(stop).to_have_attribute("data-stage", "confirmed")


def is_forgotten(answer: APIResponse) -> bool:
    """Whether Redis answers, and knows nothing of the session."""
    return answer.ok and answer.json()["is_live"] is None


def test_a_guard_that_stands_still_ends_the_session_in_words(page: Page, program: Served, cuff: Control):
    preflight(page, open_patient(page, "Demo, Daniel"))
    inflate(page)
    with standing_still(guard_of(program)):
        until(lambda: is_empty(cuff), 3, "the loop went on without its guard")
        expect(page.locator("#over")).to_contain_text(re.compile("guard", re.IGNORECASE))


def test_without_its_guard_no_session_goes_on(page: Page, program: Served, cuff: Control):
    preflight(page, open_patient(page, "Martin, Sophie"))
    inflate(page)

    os.kill(guard_of(program), signal.SIGKILL)

    until(lambda: is_empty(cuff), 3, "the loop went on without its guard")
    expect(page.locator("#over")).to_be_visible(timeout=20_000)


def test_without_the_web_the_page_says_so_and_the_unwatched_cuff_opens(
    page: Page, program: Served, cuff: Control
):
    preflight(page, open_patient(page, "Costa, Joana"))
    inflate(page)
    with standing_still(program.pid("web")):
        expect(page.locator("#console")).to_have_attribute("data-feed", "stale", timeout=4_000)
        page.locator(".stop-button").dispatch_event("pointerdown")
        expect(page.locator("[data-stop-order]")).to_contain_text(
            re.compile("quick release", re.IGNORECASE), timeout=UNANSWERED_WITHIN_S * 1000 + 1000
        )
        until(lambda: is_empty(cuff), 12, "nobody watches, and the cuff stays closed")
    expect(page.locator("#over")).to_be_visible(timeout=20_000)


def test_after_the_web_was_killed_the_console_goes_on_with_the_very_next_sample(
    page: Page, program: Served, cuff: Control
):
    page.add_init_script(RECORDER)
    preflight(page, open_patient(page, "Evans, Gareth"))
    inflate(page)

    os.kill(program.pid("web"), signal.SIGKILL)
    until(lambda: page.evaluate("window.opened") >= 2, 9, "the page did not connect again")
    expect(page.locator("#console")).to_have_attribute("data-feed", "live", timeout=5_000)
    seen = page.evaluate("window.seen")

    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("#over")).to_be_visible(timeout=15_000)
    assert seen == list(range(seen[0], seen[0] + len(seen)))
    assert is_empty(cuff)


def test_with_the_database_away_stop_is_sent_acknowledged_and_confirmed(
    page: Page, program: Served, cuff: Control
):
    preflight(page, open_patient(page, "Hansen, Lars"))
    inflate(page)
    with no_database(program):
        page.locator(".stop-button").dispatch_event("pointerdown")

        expect(page.locator("form.stop")).to_have_attribute("data-stage", "confirmed", timeout=10_000)
        until(lambda: is_empty(cuff), 1, "the air is not out")
        expect(page.locator("#over")).to_contain_text("confirmed open")
    session = page.url.removesuffix("console/")
    page.goto(session)
    reload_until(page, lambda: "Stopped" in page.locator("main").inner_text(), 90, "the record")


def test_pressed_again_while_a_valve_sticks_stop_is_sent_again_and_stays_unconfirmed(
    page: Page, program: Served, cuff: Control
):
    """The last one here: afterwards the box wants someone to look at it."""
    inflate_anew(page, program)

    cuff.fault("blocked_vent")
    page.locator(".stop-button").dblclick()
    expect(page.locator("form.stop")).to_have_attribute("data-stage", "late")
    expect(page.locator("[data-stop-order]")).to_contain_text(re.compile("quick release", re.IGNORECASE))
    with page.expect_request("**/live/*/stop"):
        page.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("form.stop")).to_have_attribute("data-stage", "late")
    cuff.fault("blocked_vent", on=False)

    until(lambda: is_empty(cuff), 5, "the valve is free, and the cuff stays closed")
    expect(page.locator("#over")).to_be_visible(timeout=25_000)


RECORDER = """
window.seen = [];
window.opened = 0;
window.EventSource = class extends EventSource {
  constructor(url) {
    super(url);
    this.addEventListener("open", () => (window.opened += 1));
    this.addEventListener("sample", event => window.seen.push(JSON.parse(event.data).n));
  }
};
"""
"""Writes down which samples the page was sent."""
