"""Figures under the strict content policy, pages that axe has nothing against, and the phone of a patient with stiff hands."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.axe import violations
from tests.journeys.test_after import words_on_paper

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
PHONE = ViewportSize(width=360, height=740)
SMALLEST_TARGET_PX = 56
SMALLEST_LETTERS_PX = 18
LINES_OVERLEAF = 6
IS_NO_WIDER = "document.documentElement.scrollWidth <= window.innerWidth"
SMALL_TARGETS = """[...document.querySelectorAll("summary, button, main select, main textarea, main p > a:only-child, main table a, header a, footer a")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 120))"""


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


def test_on_a_phone_what_is_to_be_done_is_in_sight_and_everything_is_reached(sign_in: SignIn) -> None:
    page = sign_in("physio@demo.clinic")
    page.set_viewport_size(PHONE)
    page.goto("/attention/")
    edges = page.locator("main td :is(.btn, .flag)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert max(edges) <= PHONE["width"]
    expect_fit_for_a_phone(page)

    for words in ("Say why it ended", "Read and sign"):
        page.goto("/attention/")
        page.get_by_role("link", name=words).first.click()
        expect_fit_for_a_phone(page)
    page.get_by_role("link", name="The session").click()
    expect_fit_for_a_phone(page)
    page.get_by_role("link", name="All sessions").click()
    expect_fit_for_a_phone(page)
    page.get_by_role("link", name="Back to the patient").click()
    expect(page.get_by_role("heading", name="Open adverse events")).to_be_visible()
    expect_fit_for_a_phone(page)
    for address in ("/devices/", "/devices/1/", "/patients/", "/protocols/"):
        page.goto(address)
        expect_fit_for_a_phone(page)


def expect_fit_for_a_phone(page: Page) -> None:
    """Nothing for axe, no wider than the screen, and what opens or leads on is large enough for a thumb."""
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert violations(page) == []
    assert page.evaluate(IS_NO_WIDER)
    assert page.evaluate(SMALL_TARGETS) == []


def test_a_word_without_an_end_makes_no_page_wider(sign_in: SignIn) -> None:
    page = sign_in("physio@demo.clinic")
    page.set_viewport_size(PHONE)
    page.goto("/patients/register/")
    page.fill("[name=number]", "LONG-1")
    page.fill("[name=family_name]", "Wolfeschlegelsteinhausen" * 5)
    page.fill("[name=given_name]", "Hubert")
    page.fill("[name=birth_date]", "1970-01-01")
    page.select_option("[name=sex]", index=1)
    page.select_option("[name=diagnosis]", index=1)
    page.fill("[name=diagnosis_detail]", "x" * 100)
    page.get_by_role("button", name="Register").click()
    page.wait_for_url(re.compile(r"/patients/\d+/$"))
    assert page.evaluate(IS_NO_WIDER)
    for part in ("sessions/new/", "sessions/", "progress/", "screen/"):
        page.goto(page.url.split("/patients/")[0] + re.findall(r"/patients/\d+/", page.url)[0] + part)
        assert page.evaluate(IS_NO_WIDER), part
    page.goto("/patients/?q=Wolfe")
    assert page.evaluate(IS_NO_WIDER)

    page.goto("/attention/")
    page.get_by_role("link", name="Say why it ended").first.click()
    page.get_by_text("The patient asked", exact=True).click()
    page.get_by_text("Say more (you may leave it out)").click()
    page.fill("[name=note]", "W" * 400)
    page.get_by_role("button", name="Keep the reason").click()
    expect(page.locator(".verdict").first).to_contain_text("WWWW")
    assert page.evaluate(IS_NO_WIDER)


def test_paper_begins_with_the_first_sessions_and_ends_with_more_than_a_heading(
    sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("physio@demo.clinic")
    page.goto("/patients/?q=Tanaka")
    page.get_by_role("link", name=re.compile("Tanaka")).first.click()
    page.get_by_role("link", name="All supervised sessions").click()
    assert "Completed" in words_on_paper(page, tmp_path)[0]

    page.goto("/attention/")
    page.get_by_role("link", name="Read and sign").first.click()
    assert fewest_lines_overleaf(page, tmp_path) >= LINES_OVERLEAF


def fewest_lines_overleaf(page: Page, folder: Path) -> int:
    """The fewest lines of the note on its second page, while it grows line by line past its first."""
    fewest = 99
    for length in range(30, 60):
        page.locator("#note-form textarea").evaluate(
            "(one, length) => { one.value = Array.from({ length }, (_, n) => `Line ${n}`).join('\\n'); }",
            length,
        )
        second = words_on_paper(page, folder)[1:2]
        fewest = min([fewest, *(len(re.findall(r"Line \d+", one)) for one in second)])
    return fewest


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
    assert page.evaluate(IS_NO_WIDER)
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
