"""Figures under the strict content policy, pages that axe has nothing against, and the phone of a patient with stiff hands."""

import re
import uuid
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
PHONE = ViewportSize(width=360, height=740)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SMALLEST_TARGET_PX = 56
SMALLEST_LETTERS_PX = 18


def violations(page: Page) -> list[str]:
    """What axe finds wrong, in one line each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def expect_figures(page: Page, count: int) -> None:
    """So many figures, each with a drawn area."""
    expect(page.locator(".figure:has(.main-svg .trace)")).to_have_count(count, timeout=30_000)


def test_a_session_and_the_outcomes_are_drawn(sign_in: SignIn) -> None:
    physio = sign_in("physio@demo.clinic")
    physio.goto("/patients/?q=Tanaka")
    physio.get_by_role("link", name=re.compile("Tanaka")).first.click()
    physio.get_by_role("link", name="All supervised sessions").click()
    physio.locator("main table a").first.click()

    expect_figures(physio, 1)
    expect(physio.locator(".figure .scatterlayer .trace")).to_have_count(3)
    physio.get_by_text("The same as a table").click()
    expect(physio.get_by_role("cell", name="work").first).to_be_visible()
    assert violations(physio) == []

    admin = sign_in("admin@demo.clinic")
    admin.goto("/outcomes/")
    expect_figures(admin, 3)
    assert violations(admin) == []


def test_the_patients_pages_are_large_and_a_log_arrives(sign_in: SignIn) -> None:
    page = sign_in("patient@demo.clinic")
    page.set_viewport_size(PHONE)
    page.reload()
    assert violations(page) == []

    page.get_by_role("link", name="When to stop").click()
    expect(page.locator("#stop-signs")).to_be_in_viewport()
    page.get_by_role("link", name="Log a session").click()
    uuid.UUID(page.input_value("[name=log_id]"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert smallest(page, "main .btn, main .tick", "el.getBoundingClientRect().height") >= SMALLEST_TARGET_PX
    letters = smallest(page, "main p, main label, main li", "parseFloat(getComputedStyle(el).fontSize)")
    assert letters >= SMALLEST_LETTERS_PX

    page.get_by_text("Yes, all of it").click()
    for field, score in (("pain_before", 4), ("pain_after", 3)):
        page.locator(f"#div_id_{field} label").nth(score).click()
    page.get_by_role("button", name="Send to my clinic").click()
    expect(page.get_by_role("heading", name="Kept. Well done.")).to_be_visible()


def smallest(page: Page, selector: str, measure: str) -> float:
    """The smallest of what is visible."""
    return float(
        page.evaluate(
            f"Math.min(...[...document.querySelectorAll('{selector}')]"
            f".filter(el => el.offsetParent).map(el => {measure}))"
        )
    )
