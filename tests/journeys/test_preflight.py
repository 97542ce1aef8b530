"""Before a session: a reason to hold is put right, a reason for less is agreed to, and all of it takes few touches."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.live import fill_preflight, inflate, open_patient
from tests.journeys.test_stop_criteria import shot

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
MOST_TOUCHES, MOST_SECONDS = 16, 60


def test_a_hold_becomes_a_reduced_session_in_under_a_minute(sign_in: SignIn, cuff: Control):
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Nguyen, Linh")
    page.goto(f"/patients/{patient}/sessions/new/")
    began = time.monotonic()
    fill_preflight(page, patient)
    page.fill("[name=pain_nrs]", "8")
    page.check("[name=slept_badly][value=yes]")
    page.click("button:has-text('Check and open the console')")
    expect(page.locator(".verdict-bad")).to_contain_text("Joint pain is 8: too much to train today.")
    shot(page, "preflight-hold")

    page.fill("[name=pain_nrs]", "4")
    page.click("button:has-text('Check and open the console')")
    expect(page.locator(".verdict-warn").first).to_contain_text("Slept badly.")
    shot(page, "preflight-reduced")
    page.click("button:has-text('Agree: open it reduced')")
    page.wait_for_url("**/console/")
    assert time.monotonic() - began < MOST_SECONDS
    expect(page.locator(".strip")).to_contain_text("Reduced today")

    inflate(page)
    expect(page.locator("[data-f=set]")).to_contain_text("of 2")
    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("#over")).to_be_visible(timeout=10_000)
    page.click("[data-f=over-close]")
    expect(page.locator("main")).to_contain_text("Reduced that day")


def test_a_preflight_with_nothing_against_it_takes_few_touches(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Nguyen, Linh")
    fill_preflight(page, patient)
    asked = page.locator("#preflight :is([type=number], [type=radio]:checked)")
    optional = page.locator("#preflight [name=spo2_percent]")

    touches = asked.count() - optional.count() + page.locator("#preflight button").count()

    assert touches <= MOST_TOUCHES
