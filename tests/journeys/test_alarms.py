"""An alarm from the fault of a cuff to the log: it sounds, is silenced, is acknowledged, is over, and stands written down."""

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.live import hear_the_alarms, hold, inflate, open_patient, play_the_alarms, preflight
from tests.served import Served
from tests.waiting import until

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def bursts(page: Page) -> int:
    """How many bursts the browser's audio has played to their end."""
    return int(page.get_attribute("#alarm-part", "data-bursts") or "0")


def log_of(page: Page, wanted: str) -> None:
    """The log on the session's page shows this; the record comes into the database by itself."""

    def shows() -> bool:
        page.reload()
        return wanted in (page.locator(".alarm-log").first.text_content() or "")

    until(shows, 60, f"the log has no {wanted}")


def leave(page: Page) -> str:
    """Stop, wait until it is over, and go to the session's page; its address."""
    page.keyboard.press("Escape")
    expect(page.locator("#over")).to_be_visible(timeout=20_000)
    address = page.url.replace("console/", "")
    page.goto(address)
    return address


def test_an_alarm_sounds_is_silenced_is_acknowledged_is_over_and_is_in_the_log(
    sign_in: SignIn, cuff: Control
):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Tanaka, Aiko"))
    inflate(page)
    front = page.locator("#alarm-front")
    expect(front).to_have_attribute("data-is", "none")

    page.click(".symptom[data-symptom=NUMBNESS]")
    expect(front).to_have_attribute("data-level", "MEDIUM")
    expect(front).to_contain_text("Numbness")
    expect(page.locator("#alarm-part")).to_have_attribute("data-last-sound", "MEDIUM", timeout=10_000)
    assert bursts(page) > 0

    page.click("[data-alarm-order=AUDIO]")
    expect(page.locator("[data-alarm-order=AUDIO]")).to_contain_text("Paused")
    expect(front).to_have_attribute("data-is", "asks")
    expect(page.locator("#log")).to_contain_text("Pause alarm sounds: confirmed")

    page.click("[data-alarm-order=OPEN]")
    listed = page.locator("#alarms li[data-code=NUMBNESS_PAUSE]")
    expect(listed).to_contain_text("Medium alarm")
    listed.get_by_role("button", name="Acknowledge").click()
    expect(listed).to_contain_text("acknowledged by")
    expect(front).to_have_attribute("data-is", "seen")
    page.reload()
    expect(front).to_have_attribute("data-is", "seen", timeout=15_000)
    expect(page.locator("[data-f=sound-state]")).to_contain_text("touch the screen")

    leave(page)
    for wanted in (
        "Numbness or tingling.",
        "Alarm acknowledged",
        "Alarm sounds paused",
        "The alarms are heard.",
    ):
        log_of(page, wanted)


def test_what_only_the_console_saw_is_told_to_the_log_when_the_line_is_back(
    sign_in: SignIn, clinic_program: Served, cuff: Control
):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Ito, Kenji"))
    inflate(page)
    front = page.locator("#alarm-front")

    os.kill(clinic_program.pid("redis"), signal.SIGSTOP)
    try:
        expect(front).to_contain_text("No live data", timeout=5_000)
        expect(front).to_have_attribute("data-level", "HIGH")
        expect(page.locator("#alarm-part")).to_have_attribute("data-last-sound", "HIGH", timeout=10_000)
    finally:
        os.kill(clinic_program.pid("redis"), signal.SIGCONT)
    expect(page.locator("[data-f=age]")).to_contain_text(re.compile(r"^\d\.\d s"), timeout=20_000)
    expect(front).to_contain_text("No live data")

    page.click("[data-alarm-order=ACKNOWLEDGE]")
    expect(front).not_to_contain_text("No live data")
    leave(page)
    log_of(page, "No live data for")
    log_of(page, "No live data: acknowledged")


def test_a_console_that_is_not_heard_inflates_only_after_saying_so(sign_in: SignIn, cuff: Control):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Murphy, Sean"))
    play_the_alarms(page)
    page.click("[data-heard=NOT_HEARD]")
    expect(page.locator("[data-hold=INFLATE]")).to_be_disabled()
    page.click("[data-heard=WITHOUT]")
    expect(page.locator("[data-f=sound-state]")).to_contain_text("No sound")

    hold(page, "INFLATE")
    expect(page.locator("[data-f=sound-state]")).to_be_visible()
    leave(page)
    log_of(page, "This console goes on without sound.")


def test_the_list_of_alarms_covers_neither_stop_nor_pressure_nor_age(sign_in: SignIn, cuff: Control):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Mbeki, Grace"))
    hear_the_alarms(page)
    page.click("[data-alarm-order=OPEN]")

    sheet = page.locator("#alarm-sheet").bounding_box()
    assert sheet
    for place in (".stop-button", ".now-number", "[data-f=age]", "#alarm-front"):
        box = page.locator(place).first.bounding_box()
        assert box
        assert box["y"] + box["height"] <= sheet["y"] + 1 or box["y"] >= sheet["y"] + sheet["height"] - 1, (
            place
        )
    expect(page.locator("#alarm-sheet")).to_contain_text("Longest inflation")
    leave(page)
