"""The questions a day and days after a session: asked by the clinic, answered on a phone, and acted upon."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.axe import violations
from tests.journeys.live import open_patient

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
PHONE = ViewportSize(width=390, height=844)
QUESTIONS = ("SWELLING", "URINE", "PAIN", "NUMBNESS")


def answer(page: Page, *, yes: str = "") -> None:
    """No to all, but for one."""
    for question in QUESTIONS:
        page.locator(f"#div_id_{question}").get_by_text(
            "Yes" if question == yes else "No", exact=True
        ).click()


def last_session(page: Page, patient: int) -> None:
    page.goto(f"/patients/{patient}/sessions/")
    page.locator("main table a").first.click()


def test_a_late_question_is_asked_by_telephone_and_a_red_answer_opens_an_adverse_event(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    page.goto("/attention/")
    waiting = page.locator("section[aria-labelledby=asked]")
    late = waiting.get_by_role("row", name="Weber, Ursula")
    expect(late.first).to_contain_text("overdue since")
    left = late.count()

    assert violations(page) == []
    late.first.get_by_role("link", name="Ask").click()
    answer(page, yes="URINE")
    page.get_by_role("button", name="Keep the answers").click()

    expect(page.locator("main")).to_contain_text("An adverse event was opened: see to the person today.")
    page.goto("/attention/")
    expect(late).to_have_count(left - 1)
    expect(page.locator("section[aria-labelledby=open]")).to_contain_text("dark urine")
    last_session(page, open_patient(page, "Weber, Ursula"))
    asked = page.locator("section[aria-labelledby=followups]")
    expect(asked).to_contain_text("answered: something is wrong")
    expect(asked).to_contain_text("dark urine")
    assert violations(page) == []


def test_questions_left_open_bar_the_next_session_until_they_are_answered(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Jensen, Karen")
    last_session(page, patient)
    page.locator("section[aria-labelledby=followups]").get_by_role("link", name="Ask now").click()

    answer(page)
    page.get_by_role("button", name="Keep the answers").click()

    expect(page.locator("main")).to_contain_text("The answers are kept.")
    page.goto("/attention/")
    expect(page.get_by_role("row", name="Jensen, Karen")).to_have_count(0)
    last_session(page, patient)
    expect(page.locator("section[aria-labelledby=followups]")).not_to_contain_text("Ask now")


def test_a_patient_answers_on_the_phone_and_the_clinic_sees_it(sign_in: SignIn):
    phone = sign_in("patient@demo.clinic")
    phone.set_viewport_size(PHONE)
    phone.reload()
    phone.get_by_role("link", name="Answer 4 questions").click()
    answer(phone)
    phone.locator("main form button").last.click()
    expect(phone.locator("main")).to_contain_text("Thank you. The answers are kept.")

    physio = sign_in("physio@demo.clinic")
    last_session(physio, open_patient(physio, "Okafor, Ruth"))
    asked = physio.locator("section[aria-labelledby=followups]")
    expect(asked).to_contain_text("answered: nothing wrong")
    expect(asked).to_contain_text("Ruth Okafor")
