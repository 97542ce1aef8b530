"""What several journeys do with a patient's chart before a session: register, agree, screen, clear, measure."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.make import FIT_READINGS


def register(page: Page) -> int:
    """A new patient; the id from the address of their page."""
    page.goto("/patients/register/")
    page.fill("[name=family_name]", f"Walk-{uuid.uuid4().hex[:8]}")
    page.fill("[name=given_name]", "Wilma")
    page.fill("[name=birth_date]", "1970-04-02")
    page.select_option("[name=sex]", "FEMALE")
    page.select_option("[name=diagnosis]", "RA")
    page.click("main button.btn-primary")
    page.wait_for_url(re.compile(r"/patients/\d+/$"))
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def screen(page: Page, patient: int) -> None:
    """Every question asked and answered with no."""
    page.goto(f"/patients/{patient}/screen/")
    for name, value in FIT_READINGS.items():
        page.fill(f"[name={name}]", f"{value:g}")
    for button in page.locator("[data-no-to-the-rest]").all():
        button.click()
    page.click("text=Save the screening")
    expect(page.locator("main")).to_contain_text("No finding")


def agree(page: Page, patient: int) -> None:
    """The text is explained, and the person agrees."""
    page.goto(f"/patients/{patient}/candidate/")
    page.click("summary:has-text('Record the consent')")
    page.check("[name=consent-agrees]")
    page.click("button[value=consent]")
    expect(page.locator("main")).to_contain_text("explained by")


def clear(page: Page, patient: int) -> None:
    """The medical lead signs."""
    page.goto("/patients/awaiting/")
    page.goto(f"/patients/{patient}/clear/")
    page.click("text=Sign: cleared to train")
    expect(page.locator("main")).to_contain_text("Cleared to train")


def measure_occlusion(page: Page, patient: int, side: str = "RIGHT") -> None:
    """LOP of a leg, seated, under the wide cuff: 160 mmHg."""
    page.goto(f"/patients/{patient}/occlusion/")
    page.check("[name=limb][value=LEG]")
    page.check(f"[name=side][value={side}]")
    page.check("[name=posture][value=SEATED]")
    page.select_option("[name=cuff_model]", label="Thigh cuff, 11.5 cm")
    page.check("[name=method][value=DOPPLER]")
    page.fill("[name=value_mmhg]", "160")
    page.click("main button.btn-primary")
    expect(page.locator("main")).to_contain_text("160")
