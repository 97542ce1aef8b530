"""Before the first patient of the day: a box is tried at the console, with nobody in its cuff."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.live import HIDDEN_HEIGHT, hear_the_alarms, hold, open_patient, preflight, reload_until

pytestmark = pytest.mark.browser
BOX = "KAATSU bands, room 1"
PERSON = "Tanaka, Aiko"
TO_ITS_END_MS = 90_000


def reach_console(page: Page) -> None:
    """From the page of the box, over the one thing to confirm, to the console."""
    page.goto("/devices/")
    page.get_by_role("link", name=BOX).first.click()
    page.click("text=Self-test at the console")
    page.check("[name=nobody_wears_it]")
    page.click("button:has-text('Check and open the console')")
    page.wait_for_url(re.compile(r"/self-test/\d+/console/$"))
    expect(page.locator(".patient-banner")).to_contain_text("Nobody wears this cuff")


def open_self_test(page: Page) -> None:
    """The cuffs of the box are being filled."""
    reach_console(page)
    hear_the_alarms(page)
    assert page.evaluate(HIDDEN_HEIGHT) == 0
    hold(page, "INFLATE")


def see_result(page: Page) -> None:
    page.click("text=See the result")
    reload_until(page, page.locator("#steps").is_visible, 15, "the steps are not there")


def test_it_fills_holds_opens_and_is_passed(sign_in):
    page = sign_in("physio@demo.clinic")
    open_self_test(page)
    expect(page.locator("#over")).to_be_visible(timeout=TO_ITS_END_MS)
    expect(page.locator("[data-f=over-vent]")).to_contain_text("confirmed open")
    assert page.locator("#console-reason").count() == 0
    see_result(page)

    expect(page.locator(".verdict")).to_contain_text("Passed")
    assert page.locator("main").get_by_text("FAILED").count() == 0


def test_stopped_in_the_middle_it_is_not_passed(sign_in):
    page = sign_in("physio@demo.clinic")
    open_self_test(page)
    expect(page.locator("[data-f=controller]")).to_contain_text("Holding")
    page.keyboard.press("Escape")
    expect(page.locator("#over")).to_be_visible()
    see_result(page)

    expect(page.locator(".verdict")).to_contain_text("Not passed")
    page.goto("/devices/")
    page.get_by_role("link", name=BOX).first.click()
    expect(page.locator("main")).to_contain_text("The last self-test was not passed")


def test_a_tab_with_a_person_and_one_with_a_self_test_block_each_other(sign_in):
    person = sign_in("physio@demo.clinic")
    preflight(person, open_patient(person, PERSON))
    hear_the_alarms(person)
    box = person.context.new_page()
    reach_console(box)
    for tab in (person, box):
        for who in (PERSON, f"Self-test: {BOX}"):
            expect(tab.locator("#tabs")).to_contain_text(who)
        expect(tab.locator("[data-hold=INFLATE]")).to_be_hidden()
        expect(tab.locator(".stop-button")).to_be_visible()
        assert violations(tab) == []

    person.click("#tabs-with")
    expect(person.locator("#tabs")).to_be_hidden()
    hold(person, "INFLATE")
    expect(person.locator("[data-f=state]")).to_contain_text("Running")
    expect(box.locator("#tabs")).to_contain_text(f"You said in another tab that you are with {PERSON}.")
    box.locator(".stop-button").dispatch_event("pointerdown")
    expect(box.locator("#over")).to_be_visible()
    expect(person.locator("[data-f=state]")).to_contain_text("Running")
    person.locator(".stop-button").dispatch_event("pointerdown")
    expect(person.locator("#over")).to_be_visible()
