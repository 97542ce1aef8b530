"""After the air is out: three taps for the reason, a note that is drafted, edited, signed, amended and printed, and no word lost."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.axe import violations
from tests.journeys.conftest import login
from tests.journeys.live import inflate, open_patient, preflight
from tests.journeys.test_stop_criteria import shot

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
BELOW_STOP = """(() => {
  const stop = document.querySelector('.stop-bar').getBoundingClientRect().top;
  return Math.max(...[...document.querySelectorAll('#console-reason .btn')]
    .filter(one => one.offsetParent).map(one => one.getBoundingClientRect().bottom)) - stop;
})()"""
"""How far the lowest button of the reason reaches below the upper edge of STOP."""


def end_of_a_session(page: Page, name: str) -> None:
    """Inflated, and stopped by the Escape key: the console asks why."""
    preflight(page, open_patient(page, name))
    inflate(page)
    page.keyboard.press("Escape")
    expect(page.locator("#console-reason")).to_be_visible()


def tap(page: Page, words: str) -> None:
    page.locator("form.reason").get_by_text(words, exact=True).click()


def test_from_the_end_in_three_taps_to_a_note_that_is_edited_signed_amended_and_printed(
    sign_in: SignIn, cuff: Control, tmp_path: Path
):
    page = sign_in("physio@demo.clinic")
    end_of_a_session(page, "Martin, Sophie")
    give_the_reason(page)
    edit_and_sign(page)
    amend(page)
    page.get_by_role("link", name="The session").click()
    expect(page.locator(".figure .scatterlayer .trace")).to_have_count(3)

    paper = words_on_paper(page, tmp_path)

    for number, sheet in enumerate(paper, start=1):
        for words in ("P-0033 · session", "note, 1 amendment", "KAATSU Clinic 1 · made"):
            assert words in sheet
        assert f"page {number} / {len(paper)}" in sheet
    whole = "\n".join(paper)
    for words in (
        "Same load next time.",
        "It was the other knee",
        "Side was wrong",
        "Set by set",
        "What happened",
    ):
        assert words in whole
    for words in ("Sign out", "Amend the note", "Print this page"):
        assert words not in whole


def give_the_reason(page: Page) -> None:
    """Three taps. Why a person pressed STOP is not guessed."""
    assert page.locator("#console-reason :checked").count() == 0
    shot(page, "console-reason")
    tap(page, "The patient asked")
    tap(page, "Tired")
    assert page.evaluate(BELOW_STOP) <= 0
    assert violations(page) == []
    tap(page, "Keep the reason")
    page.wait_for_url(re.compile(r"/sessions/\d+/$"))
    expect(page.locator(".verdict").first).to_contain_text("The patient asked, Tired (Pia Berger)")
    put_a_wrong_tap_right(page)
    expect(page.locator("section[aria-labelledby=followups]")).to_contain_text("due from")
    assert violations(page) == []


def put_a_wrong_tap_right(page: Page) -> None:
    """Another reason and back again, each in words on the page."""
    for reason, detail in (("The device", "Cuff slipped or leaked"), ("The patient asked", "Tired")):
        page.get_by_text("Change the reason").click()
        tap(page, reason)
        tap(page, detail)
        assert violations(page) == []
        tap(page, "Keep the reason")
        expect(page.locator(".verdict").first).to_contain_text(f"{reason}, {detail} (Pia Berger)")
    expect(page.get_by_role("button", name="Keep the reason")).to_be_hidden()


def edit_and_sign(page: Page) -> None:
    """The draft says what the record says; what is added to it is kept while it is written."""
    page.get_by_role("link", name="Read and sign the note").click()
    note = page.get_by_label("Note", exact=True)
    expect(note).to_have_value(re.compile(r"Reason: The patient asked: Tired \(Pia Berger\)\."))
    expect(note).to_have_value(re.compile("Cuff open at the end: confirmed below 20 mmHg"))
    assert violations(page) == []
    note.press("Control+End")
    note.type("Slept badly. Same load next time.")
    expect(page.locator("#note-said")).to_contain_text("Draft kept")
    page.reload()
    expect(note).to_have_value(re.compile("Same load next time"))
    page.get_by_role("button", name="Sign as Pia Berger").click()
    page.wait_for_url(re.compile(r"/sessions/\d+/$"))
    signed = page.locator("section[aria-labelledby=note]")
    expect(signed).to_contain_text("Same load next time.")
    expect(signed).to_contain_text("Pia Berger, Physiotherapist")


def amend(page: Page) -> None:
    """What was signed stays to be read above what is added."""
    page.get_by_role("link", name="Amend the note").click()
    page.get_by_label("Why is it amended?").fill("Side was wrong")
    page.get_by_label("What is added").fill("It was the other knee that hurt.")
    page.get_by_role("button", name="Sign the amendment").click()
    expect(page.locator("main")).to_contain_text("Signed and added.")
    expect(page.locator(".note-entry")).to_have_count(2)
    expect(page.locator(".note-entry").first).to_contain_text("Same load next time.")
    assert violations(page) == []


def words_on_paper(page: Page, folder: Path) -> list[str]:
    """What each page says when it is printed."""
    if not shutil.which("pdftotext"):
        pytest.fail("There is no pdftotext: install it (Debian: apt-get install poppler-utils).")
    page.pdf(path=folder / "session.pdf", prefer_css_page_size=True)
    told = subprocess.run(
        ["pdftotext", "-layout", folder / "session.pdf", "-"], capture_output=True, text=True, check=True
    )
    return told.stdout.rstrip("\f").split("\f")


def test_the_reason_is_kept_although_the_sign_in_ran_out_at_the_end_of_the_session(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    end_of_a_session(page, "Ito, Kenji")
    page.context.clear_cookies(name="sessionid")
    tap(page, "The device")
    tap(page, "Keep the reason")
    expect(page.locator("[data-reason-said]")).to_contain_text("Your sign-in has ended")

    login(page.context.new_page(), "physio@demo.clinic")
    tap(page, "Keep the reason")

    page.wait_for_url(re.compile(r"/sessions/\d+/$"))
    expect(page.locator(".verdict").first).to_contain_text("The device (Pia Berger)")


def open_note(page: Page, name: str) -> None:
    """The note that the list of what needs attention offers for someone."""
    page.goto("/attention/")
    page.get_by_role("row", name=name).get_by_role("link", name="Read and sign").click()


def test_a_sign_in_that_runs_out_while_writing_loses_nothing(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    open_note(page, "Murphy, Sean")
    page.context.clear_cookies(name="sessionid")
    note = page.get_by_label("Note", exact=True)
    note.press("Control+End")
    note.type("Written after the sign-in had ended.")

    expect(page.locator("#note-said")).to_contain_text("your sign-in has ended")
    page.get_by_role("button", name="Sign as Pia Berger").click()
    expect(note).to_have_value(re.compile("Written after the sign-in had ended"))
    assert "/note/" in page.url

    other = page.context.new_page()
    login(other, "physio@demo.clinic")
    expect(page.locator("#note-said")).to_contain_text("Draft kept", timeout=15_000)
    page.get_by_role("button", name="Sign as Pia Berger").click()
    expect(page.locator("section[aria-labelledby=note]")).to_contain_text(
        "Written after the sign-in had ended."
    )


def test_of_two_who_write_at_once_the_second_is_told_and_sees_both(sign_in: SignIn):
    physio, lead = sign_in("physio@demo.clinic"), sign_in("lead@demo.clinic")
    open_note(physio, "Tanaka, Aiko")
    lead.goto(physio.url)
    physio.get_by_label("Note", exact=True).fill("The physiotherapist's words.")
    expect(physio.locator("#note-said")).to_contain_text("Draft kept")

    lead.get_by_label("Note", exact=True).fill("The lead's words.")
    expect(lead.locator("#note-said")).to_contain_text("Pia Berger has saved this note in the meantime")
    lead.get_by_role("button", name="Save the draft").click()

    expect(lead.locator(".verdict[role=alert]")).to_contain_text("The physiotherapist's words.")
    expect(lead.get_by_label("Note", exact=True)).to_have_value("The lead's words.")
    shot(lead, "note-of-two")
    assert violations(lead) == []
