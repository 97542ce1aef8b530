"""Screening, clearance and a barred limb, in the browser: few touches when all is well, one leg stopped when it is not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.chart import agree, clear, measure_occlusion, register, screen
from tests.journeys.live import fill_preflight, preflight
from tests.make import FIT_READINGS

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
MOST_INTERACTIONS = 25


class Hand:
    """A hand at the page that counts what it does. Filling in a number is one interaction."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.interactions += 1

    def fill(self, selector: str, value: str) -> None:
        self.page.fill(selector, value)
        self.interactions += 1


def test_an_uncomplicated_screening_takes_at_most_25_interactions(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    register(page)

    hand = Hand(page)
    hand.click("nav a:has-text('Screen')")
    for name, value in FIT_READINGS.items():
        hand.fill(f"[name={name}]", f"{value:g}")
    while page.locator("[data-no-to-the-rest]:enabled").count():
        hand.click("[data-no-to-the-rest]:enabled")
    expect(page.locator("[data-left]")).to_have_text("All answered")
    hand.click("text=Save the screening")

    expect(page.locator("main")).to_contain_text("No finding that speaks against training.")
    assert hand.interactions <= MOST_INTERACTIONS


def test_a_wound_on_one_leg_stops_that_leg_and_the_other_trains(sign_in: SignIn):
    physio, lead = sign_in("physio@demo.clinic"), sign_in("lead@demo.clinic")
    patient = register(physio)
    agree(physio, patient)
    screen(physio, patient)
    clear(lead, patient)
    for side in ("LEFT", "RIGHT"):
        measure_occlusion(physio, patient, side)
        assert prescribe(physio, patient, side)

    screen_with_wound(physio, patient, "LEFT_LEG")
    expect(physio.locator("main")).to_contain_text("Left leg: Wound")

    physio.goto(f"/patients/{patient}/")
    expect(physio.locator("main")).to_contain_text("Cleared to train until")
    expect(physio.locator("main")).to_contain_text("No cuff on:")
    assert not prescribe(physio, patient, "LEFT")
    expect(physio.locator("main")).to_contain_text("This limb is barred. Left leg: Wound")
    try_to_start(physio, patient, "left")
    expect(physio.locator("main")).to_contain_text("This limb is barred. Left leg: Wound")
    preflight(physio, patient, "right")
    physio.locator(".stop-button").dispatch_event("pointerdown")  # or the next journey finds the cuff taken
    expect(physio.locator("#over")).to_be_visible(timeout=10_000)


def prescribe(page: Page, patient: int, side: str) -> bool:
    """Low-load BFR of one leg. Whether it could be confirmed."""
    page.goto(f"/patients/{patient}/prescribe/")
    page.click("a.choice:has-text('Low-load BFR, knee extension')")
    page.check(f"[name=side][value={side}]")
    page.check("[name=posture][value=SEATED]")
    page.click("button:has-text('Check the limits')")
    page.wait_for_load_state()
    if not page.locator("button[value=confirm]").count():
        return False
    page.click("button[value=confirm]")
    return True


def screen_with_wound(page: Page, patient: int, limb: str) -> None:
    """Asked again: a wound on one limb, no to all others."""
    page.goto(f"/patients/{patient}/screen/")
    for name, value in FIT_READINGS.items():
        page.fill(f"[name={name}]", f"{value:g}")
    expect(page.locator(f"[name=limbs_wound][value={limb}]")).to_be_hidden()
    page.check("[name=wound][value=YES]")
    page.check(f"[name=limbs_wound][value={limb}]")
    for button in page.locator("[data-no-to-the-rest]").all():
        button.click()
    page.click("text=Save the screening")


def try_to_start(page: Page, patient: int, side: str) -> None:
    """The preflight of one leg, asked and measured."""
    fill_preflight(page, patient, side)
    page.click("button:has-text('Check and open the console')")
