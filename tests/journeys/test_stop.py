"""STOP in each state of a session: by finger, by key, from elsewhere, twice, magnified. It is never covered and never asks."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from devices.simulator.control import Control
from tests.journeys.conftest import TABLET
from tests.journeys.live import inflate, open_patient, preflight
from tests.opened import Opener
from tests.served import Served
from tests.waiting import until

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
IS_ON_TOP = """button => {
  const box = button.getBoundingClientRect();
  return [0.1, 0.5, 0.9].every(share => button.contains(
    document.elementFromPoint(box.left + box.width * share, box.top + box.height / 2)));
}"""
"""Whether a finger that lands on STOP lands on nothing else."""
TWICE_THE_SIZE: ViewportSize = {"width": 512, "height": 384}
"""What is left of a tablet at 200 %."""


def press(page: Page) -> None:
    """Lay a finger on STOP, which is within reach at 200 %, too; it is not let go."""
    button = page.locator(".stop-button")
    for size in (TWICE_THE_SIZE, TABLET):
        page.set_viewport_size(size)
        until(lambda: button.evaluate(IS_ON_TOP), 2, f"something lies over STOP at {size}")
    button.hover()
    page.mouse.down()


def is_confirmed(page: Page, cuff: Control) -> None:
    """The page says that the air is out, and it is."""
    expect(page.locator("form.stop")).to_have_attribute("data-stage", "confirmed", timeout=15_000)
    until(lambda: cuff.state()["pressure"][0] < 20, 1, "the air is not out")
    expect(page.locator("#over")).to_be_visible(timeout=15_000)


@pytest.fixture
def band(clinic_program: Served) -> Iterator[Control]:
    """The true state of the demo room's KAATSU band."""
    control = Control(clinic_program.control("sku"))
    yield control
    control.close()


@pytest.fixture
def physio(sign_in: SignIn) -> Page:
    """Signed in as the physiotherapist."""
    return sign_in("physio@demo.clinic")


def test_before_the_station_has_answered_and_twice_in_a_row(physio: Page, cuff: Control):
    preflight(physio, open_patient(physio, "Demo, Daniel"))

    press(physio)
    press(physio)

    is_confirmed(physio, cuff)


def test_ready_and_nothing_inflated_by_the_keyboard_alone(physio: Page, cuff: Control):
    preflight(physio, open_patient(physio, "Demo, Daniel"))
    expect(physio.locator("#console")).to_have_attribute("data-state", "READY")

    physio.locator(".stop-button").focus()
    physio.keyboard.press("Enter")

    is_confirmed(physio, cuff)


def test_in_a_rest_while_the_cuff_stays_inflated(physio: Page, cuff: Control):
    preflight(physio, open_patient(physio, "Martin, Sophie"))
    inflate(physio)
    physio.click("[data-order=NEXT]")
    expect(physio.locator("#console")).to_have_attribute("data-kind", "REST")
    assert cuff.state()["pressure"][0] > 20

    press(physio)

    is_confirmed(physio, cuff)


def test_in_a_pause_it_ends_the_session_and_nothing_inflates_again(physio: Page, band: Control):
    preflight(physio, open_patient(physio, "Bauer, Ingrid"))
    inflate(physio)
    physio.click("[data-order=PAUSE]")
    expect(physio.locator("#console")).to_have_attribute("data-state", "PAUSED")

    press(physio)

    is_confirmed(physio, band)
    expect(physio.locator("[data-hold=RESUME]")).to_be_hidden()


def test_in_a_measurement_of_the_occlusion_pressure(physio: Page, cuff: Control):
    begin_measuring(physio, open_patient(physio, "Popescu, Mihai"))
    inflate(physio)

    press(physio)

    is_confirmed(physio, cuff)


def begin_measuring(page: Page, patient: int) -> None:
    """By hand, with the cuff: as far as the console."""
    page.goto(f"/patients/{patient}/sessions/occlusion/")
    for question in ("infection", "new_medicine", "swelling"):
        page.check(f"[name={question}][value=no]")
    for name, value in {
        "pain_nrs": 2,
        "systolic_mmhg": 126,
        "diastolic_mmhg": 78,
        "heart_rate_bpm": 70,
    }.items():
        page.fill(f"[name={name}]", str(value))
    for name, choice in {"limb": "LEG", "side": "RIGHT", "posture": "SEATED", "method": "DOPPLER"}.items():
        page.check(f"[name={name}][value={choice}]")
    page.click("button:has-text('Check and open the console')")
    page.wait_for_url(re.compile(r"/console/$"))


def test_from_another_page_while_the_browser_has_frozen_the_tab_of_the_console(physio: Page, cuff: Control):
    preflight(physio, open_patient(physio, "Hansen, Lars"))
    inflate(physio)
    other = physio.context.new_page()
    other.goto("/patients/")
    browser = physio.context.new_cdp_session(physio)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})

    press(other)
    until(lambda: cuff.state()["pressure"][0] < 20, 3, "the air is not out")
    browser.send("Page.setWebLifecycleState", {"state": "active"})

    is_confirmed(physio, cuff)


def test_at_twice_the_size_of_everything_it_is_whole_and_on_top(physio: Page):
    """Zoomed to 200 %, a window of 1280 by 800 has room for 640 by 400."""
    physio.set_viewport_size({"width": 640, "height": 400})
    preflight(physio, open_patient(physio, "Demo, Daniel"))
    expect(physio.locator("#console")).to_have_attribute("data-state", "READY")
    button = physio.locator(".stop-button")
    for place in (0, 10_000):
        physio.evaluate("place => document.scrollingElement.scrollTo(0, place)", place)
        assert button.evaluate(IS_ON_TOP)
        box = button.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 401
    press(physio)
    expect(physio.locator("#over")).to_be_visible(timeout=15_000)


PAGES = ("/", "/patients/", "/patients/{}/", "/patients/{}/sessions/", "/devices/", "/protocols/", "/room/")


def test_it_is_on_every_page_of_who_supervises_and_escape_works_there(
    physio: Page, opener: Opener, cuff: Control
):
    session = opener.open()
    physio.goto(session.console)
    expect(physio.locator("#console")).to_have_attribute("data-state", "READY")
    other = physio.context.new_page()
    for path in PAGES:
        other.goto(path.format(session.patient))
        expect(other.locator(".stop-button")).to_be_visible()
        assert other.locator(".stop-button").evaluate(IS_ON_TOP), path

    other.keyboard.press("Escape")

    expect(other.get_by_text("Confirmed: every cuff is below 20.")).to_be_visible(timeout=10_000)
    is_confirmed(physio, cuff)
    expect(other.locator(".stop-button")).to_be_hidden(timeout=15_000)


def test_it_comes_to_a_page_that_was_open_before_the_session_and_goes_from_it_after(
    physio: Page, opener: Opener, cuff: Control
):
    before = physio.context.new_page()
    before.goto("/patients/")
    expect(before.locator(".stop-bar")).to_be_hidden()
    physio.goto(opener.open().console)
    inflate(physio)
    before.bring_to_front()

    expect(before.locator(".stop-button")).to_be_visible(timeout=7_000)
    assert before.locator(".stop-button").evaluate(IS_ON_TOP)
    before.keyboard.press("Escape")

    expect(before.locator("form.stop")).to_have_attribute("data-stage", "confirmed")
    until(lambda: cuff.state()["pressure"][0] < 20, 1, "the air is not out")
    expect(before.locator(".stop-bar")).to_be_hidden(timeout=20_000)


def test_nothing_takes_escape_from_it_and_tab_leads_there(physio: Page, opener: Opener, cuff: Control):
    physio.goto(opener.open().console)
    inflate(physio)
    physio.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    try_escape_everywhere(physio)
    assert cuff.state()["pressure"][0] > 20, "it was opened before"

    physio.locator("a").first.focus()
    until(lambda: tab_leads_to_stop(physio), 30, "no way to STOP by Tab")
    physio.keyboard.press("Enter")

    is_confirmed(physio, cuff)


def try_escape_everywhere(page: Page) -> None:
    """In each place that takes the keyboard; what is sent is counted, and goes no further."""
    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=202, json={"state": "SENT"})

    page.route("**/live/*/stop", count)
    places = page.locator(":is(a, button, input, select, textarea, summary):visible:enabled").all()
    assert len(places) > 5
    for place in places:
        if not place.is_visible():  # gone meanwhile, as an alarm's button goes
            continue
        sent.clear()
        place.focus()
        page.keyboard.press("Escape")
        until(lambda: page.evaluate("1") and sent, 3, f"{place} keeps Escape for itself")
    page.unroute("**/live/*/stop")


def tab_leads_to_stop(page: Page) -> bool:
    """One step further."""
    page.keyboard.press("Tab")
    return bool(page.evaluate("document.activeElement.matches('.stop-button')"))


def test_a_console_behind_another_tab_keeps_watch_and_shows_the_stop_that_was_pressed_there(
    physio: Page, opener: Opener, cuff: Control
):
    """Hidden for longer than a console may be silent before the cuff opens."""
    physio.add_init_script(BEHIND_ANOTHER_TAB)
    physio.goto(opener.open().console)
    inflate(physio)
    other = physio.context.new_page()
    other.goto("/patients/")
    physio.evaluate("hide(true)")
    other.wait_for_timeout(11_500)
    assert cuff.state()["pressure"][0] > 20, "the hidden console was taken for gone"

    press(other)
    until(lambda: cuff.state()["pressure"][0] < 20, 3, "the air is not out")
    physio.evaluate("hide(false)")

    is_confirmed(physio, cuff)


BEHIND_ANOTHER_TAB = """
let isHidden = false;
const [timeout, interval, frame] = [setTimeout, setInterval, requestAnimationFrame].map((one) => one.bind(window));
const waiting = [];
const whenShown = (work) => isHidden ? waiting.push(work) : work();
window.requestAnimationFrame = (work) => frame((now) => whenShown(() => work(now)));
window.setTimeout = (work, ...all) => timeout(() => whenShown(work), ...all);
window.setInterval = (work, ...all) => interval(() => isHidden || work(), ...all);
Object.defineProperty(Document.prototype, "visibilityState", { get: () => isHidden ? "hidden" : "visible" });
Object.defineProperty(Document.prototype, "hidden", { get: () => isHidden });
window.hide = (hidden) => {
  isHidden = hidden;
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  if (!hidden) for (const work of waiting.splice(0)) work();
};
"""
"""Chromium without a window hides no page. So: no frames, and the timers of a tab that has been hidden for long stand still."""
