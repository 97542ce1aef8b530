"""Hurried and trembling hands: a button pressed twice, a page on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.live import open_patient

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
PHONE = ViewportSize(width=390, height=844)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_form_is_sent_once_however_often_its_button_is_pressed(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Svensson, Birgitta")
    page.goto(f"/patients/{patient}/screen/")
    for button in page.locator("[data-no-to-the-rest]").all():
        button.click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.locator("main form button:not([type=button])").last.dblclick()

    page.wait_for_url(re.compile(r"/screenings/\d+/$"))
    assert len(sent) == 1


def test_on_a_phone_what_stands_in_the_way_is_not_out_of_sight(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    page.set_viewport_size(PHONE)
    patient = open_patient(page, "Andersson, Nils")
    for path in (f"/patients/{patient}/", f"/patients/{patient}/measure/", "/patients/?q=Andersson"):
        page.goto(path)
        assert page.evaluate(TOO_WIDE) <= 0
        expect(page.locator(".flag").first).to_be_in_viewport(ratio=1)
