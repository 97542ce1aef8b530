"""What several journeys do before and during a session: find someone who is ready, pass the preflight, inflate."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.waiting import until

HIDDEN_HEIGHT = "document.querySelector('main').scrollHeight - document.querySelector('main').clientHeight"
"""How much of the console lies below the edge: nothing, for its main part must never scroll on a tablet."""


def open_patient(page: Page, name: str) -> int:
    """The page of a patient found by search; the id from its address."""
    page.goto(f"/patients/?q={name.split(',')[0]}")
    page.click(f"text={name}")
    page.wait_for_url(re.compile(r"/patients/\d+/$"))
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def preflight(page: Page, patient: int, side: str = "") -> None:
    """Asked, measured, nothing against it: the console opens. `side` picks among several prescriptions."""
    fill_preflight(page, patient, side)
    page.click("button:has-text('Check and open the console')")
    page.wait_for_url(re.compile(r"/console/$"))


def fill_preflight(page: Page, patient: int, side: str = "") -> None:
    """A fit person's answers and measurements, not sent yet."""
    page.goto(f"/patients/{patient}/sessions/new/")
    if side:
        plan = page.locator("[name=prescription] option", has_text=side).first.text_content()
        page.select_option("[name=prescription]", label=(plan or "").strip())
    page.check("[name=reaction][value=NONE]")
    for question in ("infection", "new_medicine", "swelling", "slept_badly", "drank_little"):
        page.check(f"[name={question}][value=no]")
    for name, value in {
        "systolic_mmhg": 126,
        "diastolic_mmhg": 78,
        "heart_rate_bpm": 70,
        "pain_nrs": 2,
        "stiffness_min": 10,
    }.items():
        page.fill(f"[name={name}]", str(value))


def play_the_alarms(page: Page) -> None:
    """A browser's very first sound may take longer to come than the page waits: then it is played again, as it says."""
    check = page.locator("#sound-check")
    check.locator("[data-play]:visible").click(timeout=15_000)
    expect(check).not_to_have_attribute("data-step", "ask")
    if check.get_attribute("data-step") == "deaf":
        expect(page.locator("#alarm-part")).to_have_attribute("data-audio", "running")
        check.locator("[data-play]:visible").click()


def hear_the_alarms(page: Page) -> None:
    """Play the alarms and say that they are heard: without that nothing is inflated."""
    play_the_alarms(page)
    page.click("[data-heard=HEARD]")
    expect(page.locator("#sound-check")).to_be_hidden(timeout=5_000)


def hold(page: Page, order: str) -> None:
    """Press and hold a guarded button until it has fired."""
    button = page.locator(f"[data-hold={order}]")
    expect(button).to_be_enabled(timeout=15_000)
    button.hover()
    page.mouse.down()
    expect(button).to_be_hidden(timeout=5_000)
    page.mouse.up()


def inflate(page: Page) -> None:
    """Hear the alarms, inflate, and wait until the controller holds."""
    hear_the_alarms(page)
    hold(page, "INFLATE")
    expect(page.locator("[data-f=controller]")).to_contain_text("Holding", timeout=15_000)


def answer(page: Page, what: str, value: str) -> None:
    """Press an answer to what is asked for now, a moment after the question has come, as a person would."""
    choice = page.locator(f"[data-answer={what}] [data-value='{value}']")
    expect(choice).to_be_visible()
    page.wait_for_timeout(500)
    choice.click()
    expect(page.locator("[data-f=prompt-said]")).to_contain_text("recorded at")


def reload_until(page: Page, question: Callable[[], bool], within_s: float, what: str) -> None:
    """Reload until the page shows it."""

    def shows() -> bool:
        page.reload()
        page.wait_for_timeout(500)  # plotly draws after the page has loaded
        return question()

    until(shows, within_s, what)


def clear_the_fault(page: Page) -> None:
    """Look at the box and say so: without that no session opens on it any more."""
    page.goto("/devices/")
    latched = page.locator("tr", has_text="A fault is latched").get_by_role("link")
    reload_until(page, lambda: latched.count() > 0, 15, "the fault is not latched")
    latched.click()
    page.fill("[name=clearing_reason]", "The cable is back, the cuff was empty.")
    page.click("button:has-text('clear the fault')")
    expect(page.locator("main")).to_contain_text("Cleared by", timeout=15_000)
