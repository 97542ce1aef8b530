"""The way home in a real browser: a shut gate that says why, an override that is kept, an open gate, and joints on the map."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import violations
from tests.journeys.chart import register
from tests.journeys.live import open_patient

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
FINGER_PX = 40
"""What a finger needs on the tablet next to the patient."""


def move(page: Page, to: str, reason: str) -> Locator:
    """Ask for a move; the main part of the page that answers."""
    page.check(f"[name=to_phase][value={to}]")
    page.fill("[name=reason]", reason)
    page.get_by_role("button", name="Move").click()
    return page.locator("main")


def test_a_shut_gate_says_why_and_a_lead_overrides_it_with_a_reason(sign_in: SignIn) -> None:
    physio = sign_in("physio@demo.clinic")
    patient = register(physio)
    physio.goto(f"/patients/{patient}/progress/")
    expect(physio.locator(".gate")).to_contain_text("not known")
    assert violations(physio) == []

    refused = move(physio, "TRANSITION", "She feels ready.")
    expect(refused).to_contain_text("The gate is not open. At least 6 completed supervised sessions: 0")
    expect(physio.locator("[name=reason]")).to_have_value("She feels ready.")
    expect(physio.locator(".phase")).to_have_text("Clinical")
    expect(physio.locator("[name=is_override]")).to_have_count(0)

    lead = sign_in("lead@demo.clinic")
    lead.goto(f"/patients/{patient}/progress/")
    lead.check("[name=is_override]")
    expect(move(lead, "TRANSITION", "Trained for a year elsewhere.")).to_contain_text("gate overridden")
    expect(lead.locator(".phase")).to_have_text("Transition")
    expect(lead.locator("main")).to_contain_text("At least 6 completed supervised sessions: 0")


def test_a_gate_opens_once_everything_was_demonstrated(sign_in: SignIn) -> None:
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Schmidt, Dieter")
    page.goto(f"/patients/{patient}/progress/")
    refused = move(page, "HOME", "Sure of himself.")
    expect(refused).to_contain_text("Everything on the competence list demonstrated: not known")

    page.get_by_role("link", name="Check competence").click()
    assert violations(page) == []
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    page.fill("[name=stop_signs]", "8")
    page.fill("[name=vent_s]", "3.4")
    page.get_by_role("button", name="Keep this check").click()
    expect(page.locator("main")).to_contain_text("Open: everything asked for is met.")

    page.select_option("[name=responsible]", label="Pia Berger")
    expect(move(page, "HOME", "Sure of himself.")).to_contain_text("responsible: Pia Berger")
    expect(page.locator(".phase")).to_have_text("Home")


def test_joints_are_tapped_or_reached_by_keyboard_and_counted_live(sign_in: SignIn) -> None:
    page = sign_in("physio@demo.clinic")
    patient = register(page)
    page.goto(f"/patients/{patient}/joints/")
    tender, swollen = page.locator("[data-joints]").all()
    assert violations(page) == []
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.joint')].map(el => el.getBoundingClientRect().width))"
    )
    assert smallest >= FINGER_PX

    for name in ("Knee, left", "Wrist, right"):
        tender.get_by_label(name).check()
    swollen.get_by_label("Shoulder, right").focus()
    page.keyboard.press("Space")
    expect(tender.locator("[data-count]")).to_have_text("2")
    expect(swollen.locator("[data-count]")).to_have_text("1")
    page.get_by_role("button", name="Save the joints").click()
    expect(page.locator("main")).to_contain_text("Tick this once every joint was examined")
    expect(tender.locator("[data-count]")).to_have_text("2")

    page.check("[name=all_examined]")
    page.get_by_role("button", name="Save the joints").click()
    page.wait_for_url(re.compile(r"/progress/$"))
    expect(page.get_by_role("row", name="Tender joints (of 28)")).to_contain_text("2")
    expect(page.get_by_role("row", name="Swollen joints (of 28)")).to_contain_text("1")
