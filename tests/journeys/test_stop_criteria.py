"""A criterion opens the cuff; the person is looked at anew, someone says why, and only then it is inflated again."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.live import HIDDEN_HEIGHT, answer, hold, inflate, open_patient, preflight
from tests.waiting import until

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def enter(page: Page, signal: str, value: float) -> None:
    """Measured or asked, and recorded."""
    page.fill(f"#entry-{signal}", str(value))
    page.click(f"form[data-signal={signal}] .record")
    expect(page.locator(f"form[data-signal={signal}] output")).not_to_contain_text("sent")


def check_anew(page: Page) -> None:
    """All that is asked for before the cuff is filled again."""
    expect(page.locator("#prompt")).to_contain_text("Before the cuff is filled again")
    page.fill("#prompt-SYSTOLIC", "128")
    page.fill("#prompt-DIASTOLIC", "80")
    page.click("#prompt .record")
    answer(page, "CRT", "1.5")
    answer(page, "WELL", "1")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_pain_opens_the_cuff_and_a_checked_person_with_a_reason_goes_on(sign_in: SignIn, cuff: Control):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Popescu, Mihai"))
    inflate(page)
    page.click(".criteria summary")
    expect(page.locator(".criteria .stop-table").first).to_contain_text(
        "Systolic pressure is 60 or more over rest"
    )
    shot(page, "console-table")
    page.click(".criteria summary")

    enter(page, "PAIN", 6)
    until(lambda: cuff.state()["pressure"][0] < 20, 5, "the cuff was not opened")
    expect(page.locator("[data-f=hold-why]")).to_contain_text("refill")
    expect(page.locator("[data-hold=RESUME]")).to_be_disabled()
    shot(page, "console-paused")
    assert page.evaluate(HIDDEN_HEIGHT) <= 0

    check_anew(page)
    expect(page.locator("[data-f=hold-why]")).to_contain_text("Choose why")
    page.check("#resume-why >> text=The person has recovered")
    hold(page, "RESUME")
    expect(page.locator("[data-f=controller]")).to_contain_text("Holding", timeout=15_000)

    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("#over")).to_be_visible(timeout=10_000)
    page.click("[data-f=over-close]")
    expect(page.locator("main")).to_contain_text("The person has recovered")
    expect(page.locator("main")).to_contain_text("Stop criterion: paused")
