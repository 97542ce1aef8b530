"""A serious event is on the lead's screen as soon as a therapist has graded it, and the mail's fate stands beside it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.live import open_patient
from tests.journeys.test_stop_criteria import shot

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def test_a_serious_event_reaches_the_lead_at_once(sign_in: SignIn):
    physio, lead = sign_in("physio@demo.clinic"), sign_in("lead@demo.clinic")
    expect(lead.locator(".unread")).to_be_hidden()
    open_patient(physio, "Kim, Min-jun")
    physio.locator("a[href*='/adverse-events/']").first.click()
    for field, value in {"severity": "2", "causality": "POSSIBLE", "is_device_deficiency": "no"}.items():
        physio.check(f"[name={field}][value='{value}']")
    physio.check("[name=serious_for][value=HOSPITAL]")
    physio.check("[name=special_interest][value=SYNCOPE]")
    physio.fill("[name=words]", "Taken to hospital to be watched over night.")
    shot(physio, "adverse-event")
    physio.click("button:has-text('Save')")
    expect(physio.locator("main")).to_contain_text("The grade is kept.")

    lead.goto("/attention/")
    expect(lead.locator(".unread")).to_have_text("1 unread")
    expect(lead.locator("section[aria-labelledby=told]")).to_contain_text("Kim, Min-jun")
    shot(lead, "attention")
    lead.click("text=I have read it")
    expect(lead.locator(".unread")).to_be_hidden()
    expect(lead.locator("section[aria-labelledby=told]")).to_contain_text("mail")
