"""One patient's whole way through the served program: real worker, real Redis, real serial line, a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.chart import agree, clear, measure_occlusion, register, screen
from tests.journeys.live import inflate, preflight

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def prescribe(page: Page, patient: int) -> None:
    """Low-load BFR at 40 % LOP: the preview shows every limit before anything is signed."""
    page.goto(f"/patients/{patient}/prescribe/")
    page.click("a.choice:has-text('Low-load BFR, knee extension')")
    page.check("[name=side][value=RIGHT]")
    page.check("[name=posture][value=SEATED]")
    page.click("button:has-text('Check the limits')")
    expect(page.locator("main")).to_contain_text("64")
    page.click("button[value=confirm]")
    expect(page.locator("main")).to_contain_text("64")


def test_from_screening_to_dashboard(sign_in: SignIn, cuff: Control):
    physio = sign_in("physio@demo.clinic")
    patient = register(physio)
    agree(physio, patient)
    screen(physio, patient)
    clear(sign_in("lead@demo.clinic"), patient)
    measure_occlusion(physio, patient)
    prescribe(physio, patient)
    preflight(physio, patient)

    inflate(physio)
    assert 50 < cuff.state()["pressure"][0] < 90
    physio.click("#tap")
    expect(physio.locator("[data-f=done]")).to_have_text("1")
    physio.click("[data-order=NEXT]")
    expect(physio.locator("[data-f=set]")).to_contain_text("2", timeout=45_000)
    expect(physio.locator("[data-order=NEXT]")).to_be_enabled(timeout=45_000)

    physio.locator(".stop-button").dispatch_event("pointerdown")
    expect(physio.locator("#over")).to_be_visible(timeout=10_000)
    assert cuff.state()["pressure"][0] < 20

    physio.click("[data-f=over-close]")
    expect(physio.locator("main")).to_contain_text("below 20")
    expect(physio.locator(".figure .js-line").first).to_be_attached()


def test_a_patient_logs_at_home_and_the_admin_sees_one_more(sign_in: SignIn):
    admin = sign_in("admin@demo.clinic")
    before = logged_at_home(admin)

    patient = sign_in("patient@demo.clinic")
    patient.click("text=Log a session")
    patient.click("label:has-text('Yes, all of it')")
    for name, score in {"pain_before": 3, "pain_after": 2, "effort": 5}.items():
        patient.click(f"label[for=id_{name}_{score}]")
    patient.click("text=Send to my clinic")
    expect(patient.locator("main")).to_contain_text("sent", ignore_case=True)

    assert logged_at_home(admin) == before + 1


def logged_at_home(admin: Page) -> int:
    """The number of home logs that the outcome page tells."""
    admin.goto("/outcomes/")
    found = re.search(r"(\d+) logged at home", admin.locator("main").inner_text())
    assert found
    return int(found.group(1))
