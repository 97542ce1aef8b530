"""What several journeys do before and during a session: find someone who is ready, pass the preflight, inflate."""

import re

from playwright.sync_api import Page, expect


def open_patient(page: Page, name: str) -> int:
    """The page of a patient found by search; the id from its address."""
    page.goto(f"/patients/?q={name.split(',')[0]}")
    page.click(f"text={name}")
    page.wait_for_url(re.compile(r"/patients/\d+/$"))
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def preflight(page: Page, patient: int) -> None:
    """Asked, measured, nothing against it: the console opens."""
    fill_preflight(page, patient)
    page.click("button:has-text('Check and open the console')")
    page.wait_for_url(re.compile(r"/console/$"))


def fill_preflight(page: Page, patient: int) -> None:
    """A fit person's answers and measurements, not sent yet."""
    page.goto(f"/patients/{patient}/sessions/new/")
    for question in ("infection", "new_medicine", "swelling"):
        page.check(f"[name={question}][value=no]")
    for name, value in {
        "systolic_mmhg": 126,
        "diastolic_mmhg": 78,
        "heart_rate_bpm": 70,
        "pain_nrs": 2,
    }.items():
        page.fill(f"[name={name}]", str(value))


def hold(page: Page, order: str) -> None:
    """Press and hold a guarded button until it has fired."""
    button = page.locator(f"[data-hold={order}]")
    expect(button).to_be_enabled(timeout=15_000)
    button.hover()
    page.mouse.down()
    expect(button).to_be_hidden(timeout=5_000)
    page.mouse.up()


def inflate(page: Page) -> None:
    """Inflate, and wait until the controller holds."""
    hold(page, "INFLATE")
    expect(page.locator("[data-f=controller]")).to_contain_text("Holding", timeout=15_000)
