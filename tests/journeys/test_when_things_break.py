"""Kill it, cut it off, ask it twice: the cuff opens, the words are true, and nothing inflates again."""

import os
import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from devices.simulator.control import Control
from tests.journeys.conftest import login
from tests.journeys.live import (
    HIDDEN_HEIGHT,
    clear_the_fault,
    fill_preflight,
    hear_the_alarms,
    inflate,
    open_patient,
    preflight,
)
from tests.served import Served
from tests.waiting import until

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


def is_vented(cuff: Control) -> bool:
    """Whether the air is really out, sensors aside."""
    return bool(cuff.state()["pressure"][0] < 20)


def test_a_worker_killed_in_mid_hold_leaves_an_open_cuff_and_an_interrupted_session(
    sign_in: SignIn, clinic_program: Served, cuff: Control
):
    page = sign_in("physio@demo.clinic")
    patient = open_patient(page, "Hansen, Lars")
    preflight(page, patient)
    inflate(page)
    page.wait_for_timeout(2000)
    session = page.url.split("/sessions/")[1].split("/")[0]

    os.kill(clinic_program.pid("station"), signal.SIGKILL)
    killed_at = time.monotonic()
    until(lambda: is_vented(cuff), 10, "the cuff is not vented")
    took_s = time.monotonic() - killed_at

    expect(page.locator(".no-data")).to_be_visible(timeout=5_000)
    page.goto(f"/patients/{patient}/sessions/{session}/")
    expect(page.locator("main")).to_contain_text("nterrupted", timeout=60_000)  # it comes anew by itself
    expect(page.locator(".figure .js-line").first).to_be_attached()
    assert is_vented(cuff)
    assert took_s < 1.5


def test_a_second_session_on_the_same_controller_is_refused_in_words(sign_in: SignIn, cuff: Control):
    first, second = sign_in("physio@demo.clinic"), sign_in("lead@demo.clinic")
    preflight(first, open_patient(first, "Evans, Gareth"))
    hear_the_alarms(first)
    expect(first.locator("[data-hold=INFLATE]")).to_be_enabled(timeout=15_000)

    fill_preflight(second, open_patient(second, "Rossi, Paola"))
    second.click("button:has-text('Check and open the console')")

    expect(second.locator("main")).to_contain_text("already running")
    assert second.input_value("[name=systolic_mmhg]") == "126"
    second.goto("/room/")
    second.locator(".room-session", has_text="Evans, Gareth").locator(".stop-button").dispatch_event(
        "pointerdown"
    )
    expect(first.locator("#over")).to_be_visible(timeout=15_000)


def test_a_pulled_cable_is_a_fault_in_words_and_an_open_cuff(sign_in: SignIn, cuff: Control):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Costa, Joana"))
    inflate(page)

    cuff.fault("silent")
    until(lambda: is_vented(cuff), 3, "the lease did not vent")
    expect(page.locator("#over")).to_be_visible(timeout=25_000)
    expect(page.locator("#over")).to_contain_text("does not answer")
    expect(page.locator("#over")).to_contain_text(re.compile("quick release", re.IGNORECASE))
    assert page.evaluate(HIDDEN_HEIGHT) <= 0, "the way on is below the edge"
    expect(page.locator("#console-reason")).to_be_hidden()
    cuff.fault("silent", on=False)
    clear_the_fault(page)


def test_a_stop_opens_the_cuff_with_redis_frozen_and_says_that_it_is_not_confirmed(
    sign_in: SignIn, clinic_program: Served, cuff: Control
):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Larsen, Mette"))
    inflate(page)

    os.kill(clinic_program.pid("redis"), signal.SIGSTOP)
    try:
        expect(page.locator(".no-data")).to_be_visible(timeout=5_000)
        page.locator(".stop-button").dispatch_event("pointerdown")
        expect(page.locator("[data-stop-order]")).to_contain_text(
            re.compile("quick release", re.IGNORECASE), timeout=5_000
        )
        until(lambda: is_vented(cuff), 4, "the STOP did not find its way without Redis")
    finally:
        os.kill(clinic_program.pid("redis"), signal.SIGCONT)

    expect(page.locator("#over")).to_be_visible(timeout=20_000)


def test_one_ctrl_c_vents_a_cuff_under_pressure_before_anything_else(browser: Browser, own_program: Served):
    page = browser.new_page(base_url=own_program.url)
    login(page, "physio@demo.clinic")
    preflight(page, open_patient(page, "Tanaka, Aiko"))
    inflate(page)
    cuff = Control(own_program.control("mmhg"))

    own_program.process.send_signal(signal.SIGINT)

    until(lambda: is_vented(cuff), 5, "the cuff is not vented while the program ends")
    assert own_program.process.wait(timeout=30) == 0
    assert "Traceback" not in own_program.log("station")
    page.close()
    cuff.close()
