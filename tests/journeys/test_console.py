"""The console itself: it fits a tablet, it does nothing by accident, and STOP needs neither a sign-in nor a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.axe import violations
from tests.journeys.live import HIDDEN_HEIGHT, hear_the_alarms, inflate, open_patient, preflight
from tests.waiting import until

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def test_a_hold_let_go_early_inflates_nothing_and_another_page_can_stop_the_session(
    sign_in: SignIn, cuff: Control
):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Demo, Daniel"))
    button = page.locator("[data-hold=INFLATE]")
    expect(page.locator("#sound-check")).to_be_visible()
    expect(button).to_be_disabled()
    hear_the_alarms(page)
    expect(button).to_be_enabled(timeout=15_000)

    button.hover()
    page.mouse.down()
    page.wait_for_timeout(400)
    page.mouse.up()
    page.wait_for_timeout(1_200)

    assert page.get_attribute("#console", "data-state") == "READY"
    assert cuff.state()["pressure"][0] < 20
    assert page.evaluate(HIDDEN_HEIGHT) <= 0
    assert violations(page) == []

    other = page.context.new_page()
    other.goto("/patients/")
    expect(other.locator(".stop-button")).to_be_visible()
    other.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("#over")).to_be_visible(timeout=10_000)
    expect(other.get_by_text("Confirmed: every cuff is below 20.")).to_be_visible()
    expect(other.locator(".stop-button")).to_be_hidden(timeout=15_000)


def test_escape_in_a_field_opens_the_cuff_although_the_sign_in_has_expired(sign_in: SignIn, cuff: Control):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Demo, Daniel"))
    inflate(page)
    page.context.clear_cookies(name="sessionid")

    page.click("[data-order=PAUSE]")
    expect(page.locator("#log")).to_contain_text("Your sign-in has ended")
    page.click("[data-symptom=NUMBNESS]")
    expect(page.locator("#alarm-front")).to_contain_text("Entry NOT recorded")
    page.focus("#entry-PAIN")
    page.keyboard.press("Escape")

    expect(page.locator("form.stop")).to_have_attribute("data-stage", "confirmed", timeout=15_000)
    until(lambda: cuff.state()["pressure"][0] < 20, 1, "the air is not out")
    expect(page.locator("#over")).to_contain_text("confirmed open")


def test_files_come_compressed_and_pages_that_hold_secrets_do_not(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    file, answer = page.request.get("/static/css/base.css"), page.request.get("/patients/")
    assert file.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in answer.headers


LATE_FOR_TWO_MINUTES = """async ({ lateS, setBackS }) => {
  const { Offset } = await import("/static/js/console/stream.js");
  const offset = new Offset();
  const ages = [];
  for (let now = 1000; now < 1120; now += 1) {
    const server = now + 300 - (now > 1060 ? setBackS : 0);
    offset.learn(now - 0.02, server - 0.01, now);
    offset.keepBelow(now, server - lateS);
    ages.push(now - offset.seconds - (server - lateS));
  }
  return ages;
}"""


def test_what_comes_late_is_old_however_long_it_comes_late_and_whatever_the_clocks_say(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")

    late = page.evaluate(LATE_FOR_TWO_MINUTES, {"lateS": 6, "setBackS": 0})
    prompt = page.evaluate(LATE_FOR_TWO_MINUTES, {"lateS": 0.05, "setBackS": 0})
    clocks_set = page.evaluate(LATE_FOR_TWO_MINUTES, {"lateS": 6, "setBackS": 3600})
    clocks_set_ahead = page.evaluate(LATE_FOR_TWO_MINUTES, {"lateS": 6, "setBackS": -3600})

    for ages in (late, clocks_set, clocks_set_ahead):
        assert all(6 <= age < 6.1 for age in ages)
    assert all(0.05 <= age < 0.1 for age in prompt)
