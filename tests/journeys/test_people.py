"""Several people, several tablets, several tabs: one console controls, and everybody sees which."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from devices.simulator.control import Control
from tests.journeys.axe import violations
from tests.journeys.live import HIDDEN_HEIGHT, hear_the_alarms, inflate, open_patient, preflight
from tests.journeys.test_stop_criteria import shot
from tests.waiting import until

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]
DRAWN = """() => {
  const canvas = document.getElementById("trace");
  const { width, height } = canvas;
  const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let columns = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const at = 4 * (y * width + x);
      if (pixels[at] === 11 && pixels[at + 1] === 85 && pixels[at + 2] === 99) { columns++; break; }
    }
  }
  return (60 * columns) / width;
}"""
"""Seconds of trace on the canvas: columns with the colour of the pressure."""


def role(page: Page, wanted: str) -> None:
    expect(page.locator("#console")).to_have_attribute("data-role", wanted)


def keep_down(page: Page, selector: str) -> None:
    """Hold a guarded button until it fires."""
    button = page.locator(selector).first
    expect(button).to_be_enabled()
    button.hover()
    page.mouse.down()
    page.wait_for_function("one => !one.classList.contains('is-held')", arg=button.element_handle())
    page.mouse.up()


def seconds(page: Page) -> int:
    """The clock of the set."""
    minutes, rest = page.inner_text("[data-f=timer]").split(":")
    return int(minutes) * 60 + int(rest)


def test_control_passes_by_takeover_and_handover_and_a_reload_keeps_it(sign_in: SignIn, cuff: Control):
    pia, leo = sign_in("physio@demo.clinic"), sign_in("lead@demo.clinic")
    preflight(pia, open_patient(pia, "Evans, Gareth"))
    console = pia.url
    role(pia, "controls")
    inflate(pia)
    for _ in range(2):
        pia.click("#tap")
    expect(pia.locator("[data-f=done]")).to_have_text("2")

    watch(leo, console)
    reload_with_the_same_clock(pia, leo)
    take_over(leo, pia)
    hand_over(leo, pia)
    stop_as_a_watcher(leo, pia, cuff)
    read_who_controlled(pia, console)


def watch(leo: Page, console: str) -> None:
    """Everything is read, nothing is asked for but STOP and Pause."""
    leo.goto(console)
    role(leo, "watches")
    expect(leo.locator("#people summary")).to_contain_text("Watching. Pia Berger controls.")
    expect(leo.locator("[data-f=done]")).to_have_text("2")
    expect(leo.locator("[data-order=PAUSE]")).to_be_enabled()
    expect(leo.locator("#entries")).to_be_hidden()
    expect(leo.locator("#take-over")).to_be_disabled()
    for asked in ("#undo", "[data-order=NEXT]", "#prompt"):
        expect(leo.locator(asked)).to_be_hidden()
    leo.keyboard.press("r")
    leo.wait_for_timeout(500)
    expect(leo.locator("[data-f=done]")).to_have_text("2")
    assert leo.evaluate(HIDDEN_HEIGHT) <= 0
    assert violations(leo) == []
    shot(leo, "people-watching")


def reload_with_the_same_clock(pia: Page, leo: Page) -> None:
    until(lambda: leo.evaluate(DRAWN) > 6, 15, "the watcher has no trace")
    before = pia.evaluate("sessionStorage.getItem('kaatsu-console')")
    pia.reload()
    role(pia, "controls")
    assert pia.evaluate("sessionStorage.getItem('kaatsu-console')") == before
    expect(pia.locator("[data-f=done]")).to_have_text("2")
    expect(pia.locator("[data-f=set]")).to_have_text(leo.inner_text("[data-f=set]"))
    assert abs(seconds(pia) - seconds(leo)) <= 1
    assert pia.evaluate(DRAWN) > 6
    assert pia.get_attribute("#console", "data-state") == "RUNNING"


def take_over(leo: Page, pia: Page) -> None:
    """With a reason, as she is there; a press that is too short does nothing."""
    leo.check("#takeover-why >> text=We agreed on it")
    leo.click("#take-over")
    leo.wait_for_timeout(1_200)
    role(pia, "controls")
    keep_down(leo, "#take-over")
    role(leo, "controls")
    role(pia, "watches")
    expect(pia.locator("#takeover")).to_contain_text("Dr Leo Lindqvist has taken over. You are watching")
    expect(leo.locator("#log")).to_contain_text("From Pia Berger. Why: We agreed on it")
    leo.click("#tap")
    expect(pia.locator("[data-f=done]")).to_have_text("3")
    shot(pia, "people-lost")


def hand_over(leo: Page, pia: Page) -> None:
    """It is offered, declined, offered again, and passes when it is taken."""
    leo.click("#people summary")
    keep_down(leo, ".people-hand")
    pia.click("#decline")
    expect(leo.locator("[data-f=offer]")).to_contain_text("Pia Berger declined")
    expect(pia.locator("#takeover")).to_contain_text("You are watching")
    keep_down(leo, ".people-hand")
    expect(leo.locator("[data-f=offer]")).to_contain_text("Offered to Pia Berger")
    expect(leo.locator("[data-f=who]")).to_have_text("You control, offered to Pia Berger")
    expect(pia.locator("#takeover")).to_contain_text("Dr Leo Lindqvist hands this session over to you")
    expect(pia.locator("[data-f=who]")).to_have_text("Dr Leo Lindqvist offers you control")
    role(leo, "controls")
    shot(leo, "people-offered")
    shot(pia, "people-offer")
    keep_down(pia, "#take-over")
    role(pia, "controls")
    role(leo, "watches")


def stop_as_a_watcher(leo: Page, pia: Page, cuff: Control) -> None:
    leo.keyboard.press("Escape")
    expect(pia.locator("#over")).to_be_visible()
    until(lambda: cuff.state()["pressure"][0] < 20, 5, "the air is not out")


def read_who_controlled(pia: Page, console: str) -> None:
    def told() -> bool:
        pia.goto(console.replace("console/", ""))
        return "Vent confirmed" in pia.inner_text("main")

    until(told, 15, "the record is not stored")
    happened = [
        re.sub(r"\s+", " ", one)
        for one in pia.locator("[aria-labelledby=events] table").first.locator("tr").all_inner_texts()
    ]
    stops = [one for one in happened if "STOP" in one]  # it is sent again where the answer is slow
    passed = [one for one in happened if re.search("In control|Took over|Handover", one)] + stops[-1:]
    expected = [
        "The console that opened the session. Pia Berger",
        "From Pia Berger. Why: We agreed on it Dr Leo Lindqvist",
        "Offered to Pia Berger, not taken yet. Dr Leo Lindqvist",
        "Pia Berger declined. Pia Berger",
        "Offered to Pia Berger, not taken yet. Dr Leo Lindqvist",
        "Handed over by Dr Leo Lindqvist. Pia Berger",
        "Dr Leo Lindqvist",
    ]
    assert len(passed) == len(expected), happened
    for words, line in zip(expected, passed, strict=True):
        assert words in line


def test_two_tabs_with_different_people_block_each_other_until_one_says_who(sign_in: SignIn):
    aiko = sign_in("physio@demo.clinic")
    preflight(aiko, open_patient(aiko, "Tanaka, Aiko"))
    hear_the_alarms(aiko)
    role(aiko, "controls")
    dana = aiko.context.new_page()
    preflight(dana, open_patient(dana, "Demo, Dana"))
    for tab, here, there in ((aiko, "Tanaka, Aiko", "Demo, Dana"), (dana, "Demo, Dana", "Tanaka, Aiko")):
        blocked(tab, here, there)
    expect(aiko.locator("[data-hold=INFLATE]")).to_be_hidden()
    assert dana.evaluate(HIDDEN_HEIGHT) <= 0
    assert violations(dana) == []
    shot(dana, "people-tabs")

    aiko.click("#tabs-with")
    expect(aiko.locator("#tabs")).to_be_hidden()
    expect(aiko.locator("[data-hold=INFLATE]")).to_be_enabled()
    expect(dana.locator("#tabs")).to_contain_text("You said in another tab that you are with Tanaka, Aiko.")

    dana.reload()
    blocked(dana, "Demo, Dana", "Tanaka, Aiko")
    expect(aiko.locator("#tabs")).to_be_hidden()

    dana.click("#tabs-with")
    expect(dana.locator("#tabs")).to_be_hidden()
    blocked(aiko, "Tanaka, Aiko", "Demo, Dana")

    close_and_open_again(aiko, dana)


def close_and_open_again(aiko: Page, dana: Page) -> None:
    """A closed tab blocks nobody; one that is opened later wants the question answered anew. STOP works in both."""
    console = dana.url
    dana.close()
    expect(aiko.locator("#tabs")).to_be_hidden()
    again = aiko.context.new_page()
    again.goto(console)
    blocked(again, "Demo, Dana", "Tanaka, Aiko")
    blocked(aiko, "Tanaka, Aiko", "Demo, Dana")
    for tab in (again, aiko):
        tab.locator(".stop-button").dispatch_event("pointerdown")
        expect(tab.locator("#over")).to_be_visible()
        expect(tab.locator("#tabs")).to_be_hidden()


def blocked(tab: Page, here: str, there: str) -> None:
    """Both people are named; STOP, pressure and its age are seen, and nothing that asks for something is."""
    expect(tab.locator("#tabs")).to_contain_text(here)
    expect(tab.locator("#tabs")).to_contain_text(there)
    for seen in (".stop-button", ".gauge", ".age", "[data-order=PAUSE]"):
        expect(tab.locator(seen).first).to_be_visible()
    for hidden in (".sets", ".trace", ".entries", "[data-order=NEXT]", "#people"):
        expect(tab.locator(hidden).first).to_be_hidden()


def test_a_duplicated_tab_is_a_console_of_its_own_that_watches(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    preflight(page, open_patient(page, "Tanaka, Aiko"))
    role(page, "controls")

    with page.expect_popup() as opened:  # a tab that takes the storage of the first with it
        page.evaluate("window.open(location.href)")
    copy = opened.value

    role(copy, "watches")
    expect(copy.locator("#people summary")).to_contain_text("You control elsewhere")
    page.wait_for_timeout(1_500)
    role(page, "controls")
    expect(page.locator("#people-here li")).to_have_count(2)
    keep_down(copy, "#take-over")  # from oneself, without a reason
    role(copy, "controls")
    role(page, "watches")
    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(copy.locator("#over")).to_be_visible()


def test_a_screen_that_may_go_dark_says_so(sign_in: SignIn):
    page = sign_in("physio@demo.clinic")
    page.add_init_script(
        "navigator.wakeLock.request = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    preflight(page, open_patient(page, "Tanaka, Aiko"))
    page.click("#wake summary")
    expect(page.locator("#wake")).to_contain_text("this device refused to keep it on")
    assert page.evaluate(HIDDEN_HEIGHT) <= 0
    page.locator(".stop-button").dispatch_event("pointerdown")
    expect(page.locator("#over")).to_be_visible()
