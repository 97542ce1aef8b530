"""Guidance at the console: what is asked for in the rest, and a whole session by keys and a pedal, without a mouse."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from devices.simulator.control import Control
from tests.journeys.axe import violations
from tests.journeys.conftest import TABLET, login
from tests.journeys.live import HIDDEN_HEIGHT, answer, fill_preflight, inflate, open_patient, preflight
from tests.served import Served
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, own_program: Served) -> Iterator[Page]:
    """A physiotherapist's tablet in front of a program of its own."""
    context = browser.new_context(base_url=own_program.url, viewport=TABLET)
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    login(page, "physio@demo.clinic")
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def cuff(own_program: Served) -> Iterator[Control]:
    """The true state of the cuff."""
    control = Control(own_program.control("mmhg"))
    yield control
    control.close()


def test_what_is_asked_for_in_the_rest_is_answered_large_and_a_criterion_opens_the_cuff(
    page: Page, cuff: Control
):
    preflight(page, open_patient(page, "Tanaka, Aiko"), "Right")
    inflate(page)
    expect(page.locator("[data-f=pacer-word]")).to_have_text("up", timeout=10_000)
    expect(page.locator("[data-f=pacer-word]")).to_have_text("down", timeout=5_000)
    count_two_of_three(page)
    page.click("[data-order=NEXT]")
    the_question_is_large(page)

    answer(page, "PAIN", "3")
    expect(page.locator("[data-f=prompt-said]")).to_contain_text("Pain 3: recorded at")
    page.click("#not-possible summary")
    page.wait_for_timeout(500)
    page.click('[data-reason]:has-text("Can\'t say")')
    expect(page.locator("[data-f=prompt-said]")).to_contain_text("Effort not possible: recorded at")
    answer(page, "CRT", "4")

    until(lambda: cuff.state()["pressure"][0] < 20, 5, "a refill of 4 s did not open the cuff")
    expect(page.locator("[data-f=prompt-why]")).to_have_text("Before the cuff is filled again")
    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("#over")).to_be_visible()
    page.click("[data-f=over-close]")
    expect(page.locator("main")).to_contain_text("The person can't say.")


def count_two_of_three(page: Page) -> None:
    """Three taps, one of them taken back."""
    for count in ("1", "2", "3"):
        page.click("#tap")
        expect(page.locator("[data-f=done]")).to_have_text(count)
    page.click("#undo")
    expect(page.locator("[data-f=done]")).to_have_text("2")


def the_question_is_large(page: Page) -> None:
    """It stands in the place of the steppers, which are a press away, and nothing scrolls."""
    expect(page.locator("[data-f=prompt-title]")).to_have_text("Joint pain now?")
    expect(page.locator("[data-f=prompt-why]")).to_have_text("After set 1")
    expect(page.locator("[data-f=behind]")).to_contain_text("Set 1: 2 of 30")
    expect(page.locator(".entries")).to_be_hidden()
    assert page.evaluate(HIDDEN_HEIGHT) <= 0
    for part in ("#prompt", ".sets"):
        assert violations(page, part) == []
    assert smallest_target(page) >= 44
    page.click("#prompt-rest")
    expect(page.locator("#entry-PAIN")).to_be_visible()
    page.click("#prompt-back")


def smallest_target(page: Page) -> float:
    """The smallest side of anything that can be pressed in the question and beside the count, in CSS pixels."""
    return float(
        page.evaluate(
            """() => Math.min(...[...document.querySelectorAll("#prompt button, #prompt summary, .sets button")]
            .filter(one => one.checkVisibility()).map(one => Math.min(one.offsetWidth, one.offsetHeight)))"""
        )
    )


def tab_to(page: Page, selector: str) -> None:
    """By Tab alone, as someone without a mouse, once it is there: what waits for the first sample can't be reached before."""
    expect(page.locator(selector).filter(visible=True)).to_have_count(1)
    for _ in range(120):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def hold_key(page: Page, selector: str, key: str) -> None:
    tab_to(page, selector)
    page.keyboard.down(key)
    page.wait_for_timeout(2_000)  # twice as long as is asked for
    page.keyboard.up(key)


PRESSED_TWICE = """() => {
  document.activeElement.click();
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true }));
}"""
"""The key on the button bounces: at once, whatever else this computer does."""


def learn_pedal(page: Page) -> None:
    press(page, "#keys > summary")
    tab_to(page, "#pedal-learn")
    page.evaluate(PRESSED_TWICE)
    expect(page.locator("[data-f=pedal]")).to_have_text("Press your pedal now…")
    page.wait_for_timeout(500)  # until then a press belongs to the button
    page.keyboard.press("PageDown")
    expect(page.locator("[data-f=pedal]")).to_have_text("learned: PageDown")
    press(page, "#keys > summary")


def test_a_whole_session_goes_by_keys_and_a_pedal_that_was_learned(page: Page):
    fill_preflight(page, open_patient(page, "Tanaka, Aiko"), "Right")
    press(page, "button.btn-primary.btn-lg")
    page.wait_for_url(re.compile(r"/console/$"))
    press(page, "#sound-check [data-play]")
    press(page, "[data-heard=HEARD]")
    learn_pedal(page)

    expect(page.locator("[data-hold=INFLATE]")).to_be_enabled()
    hold_key(page, "[data-hold=INFLATE]", "PageDown")
    assert page.get_attribute("#console", "data-state") == "READY", "the pedal has inflated"
    hold_key(page, "[data-hold=INFLATE]", "Enter")
    expect(page.locator("[data-f=controller]")).to_contain_text("Holding")
    for key, count in (("PageDown", "1"), ("PageDown", "2"), ("r", "3"), ("u", "2")):
        page.wait_for_timeout(300)
        page.keyboard.press(key)
        expect(page.locator("[data-f=done]")).to_have_text(count)

    press(page, "[data-order=NEXT]")
    expect(page.locator("#prompt")).to_be_visible()
    page.wait_for_timeout(500)
    page.keyboard.press("q")
    page.keyboard.press("Enter")
    expect(page.locator("[data-f=prompt-said]")).to_contain_text("Pain 0: recorded")
    switch_keys_off(page)
    page.keyboard.press("Escape")
    expect(page.locator("#over")).to_be_visible()
    press(page, "[data-f=over-close]")
    page.wait_for_url(re.compile(r"/sessions/\d+/"))


def switch_keys_off(page: Page) -> None:
    """Then a single key does nothing any more; Escape stays STOP."""
    press(page, "#keys > summary")
    press(page, "[data-setting=keys]", "Space")
    press(page, "#keys > summary")
    page.keyboard.press("q")
    assert not page.evaluate("document.getElementById('prompt').contains(document.activeElement)")
