"""The console in each of its states: it fits a tablet, says what is not known, keeps STOP in reach, and reads on a phone.

The scenes are those of `tests.gallery`: the real page with the samples of the real loop, without a server.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.gallery import PHONE, SCENES, TABLET, Show, Shown, made_apart
from tests.journeys.axe import violations

pytestmark = pytest.mark.browser

BY_NAME = {scene.name: scene for scene in SCENES}
WIDE: ViewportSize = {"width": 1280, "height": 800}
TWICE: ViewportSize = {"width": 640, "height": 400}
HALF_TABLET: ViewportSize = {"width": 512, "height": 384}
FOUR_TIMES: ViewportSize = {"width": 320, "height": 200}
HIDDEN_HEIGHT = "document.querySelector('main').scrollHeight - document.querySelector('main').clientHeight"
HIDDEN_WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_NUMBERS = """[...document.querySelectorAll(".gauge :is(.now > *, .gauge-words > *, dt, dd, h2)")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > one.closest(".gauge").getBoundingClientRect().right - 2)
  .map((one) => one.innerText)"""
CUT_ALARMS = """[...document.querySelectorAll(".alarm-row > *, .sound-check:not([hidden]) > *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().bottom > one.closest(".alarms-place").getBoundingClientRect().bottom)
  .map((one) => one.innerText)"""
AGE_IS_IN_SIGHT = """() => {
  const box = document.querySelector("[data-f=age]").getBoundingClientRect();
  return box.width > 0 && box.left >= 0 && box.right <= innerWidth;
}"""
CUT_CHOICES = """[...document.querySelectorAll(".choice")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth)
  .map((one) => one.innerText)"""
IS_BETWEEN_HEAD_AND_STOP = """(there) => {
  const [head, box, foot] = [".strip-now", there, ".stop-button"].map((one) => document.querySelector(one).getBoundingClientRect());
  return head.bottom <= box.top && box.bottom <= foot.top;
}"""
LOWEST_STOP = "Math.max(...[...document.querySelectorAll('.stop-button')].map((one) => one.getBoundingClientRect().bottom))"
CUT_TARGETS = """[...document.querySelectorAll(".room-cuffs li")]
  .filter((one) => one.querySelector("[data-cuff-target]").getBoundingClientRect().right > one.getBoundingClientRect().right + 0.5)
  .map((one) => one.innerText)"""
STOP_IS_ON_TOP = """() => {
  const box = document.querySelector(".stop-button").getBoundingClientRect();
  const points = [0.02, 0.25, 0.5, 0.75, 0.98].map((part) => [box.left + box.width * part, box.top + box.height / 2]);
  return points.every(([x, y]) => document.elementFromPoint(x, y)?.closest(".stop-button"));
}"""
OUT_OF_REACH = """() => {
  const wanted = "a, button:not(:disabled), summary, select, input:not([type=hidden], .btn-check), .btn-check + label";
  const seen = [...document.querySelectorAll(wanted)].filter((one) => one.checkVisibility() && !one.closest(".skip-link, .keys-sheet"));
  return seen.filter((one) => {
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !top || !(one.contains(top) || top.contains(one));
  }).map((one) => one.outerHTML.slice(0, 120));
}"""
COLOURS_DRAWN = """() => {
  const canvas = document.getElementById("trace");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) found.add([data[i], data[i + 1], data[i + 2]].join());
  return [...found];
}"""
CUFF_COLOURS = {"11,85,99", "138,63,252", "156,74,0", "23,38,43"}

Open = Callable[..., Show]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """Every page that is shown here."""
    return made_apart(tmp_path_factory.mktemp("gallery"))


@pytest.fixture
def show(shown: dict[str, Shown], browser: Browser) -> Iterator[Open]:
    """`show(size, role)`: a page on which scenes are shown. None may have met a script error."""
    faults: list[str] = []
    contexts = []

    def make(size: ViewportSize = TABLET, role: str = "controls") -> Show:
        contexts.append(browser.new_context(viewport=size))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return Show(page, dict(shown), role)

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def text(page: Page, selector: str) -> list[str]:
    return [one.strip() for one in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize("name", BY_NAME)
def test_each_state_fits_a_tablet_with_stop_on_top_and_nothing_for_axe(show: Open, name: str):
    page = show().open(BY_NAME[name])
    assert page.evaluate(HIDDEN_HEIGHT) <= 0
    assert page.evaluate(HIDDEN_WIDTH) <= 0
    assert page.evaluate(CUT_NUMBERS) == []
    assert page.evaluate(CUT_ALARMS) == []
    assert page.evaluate(AGE_IS_IN_SIGHT)
    assert page.evaluate(STOP_IS_ON_TOP)
    assert violations(page) == []


@pytest.mark.parametrize("name", ["work", "paused", "four", "four-one-unknown", "walking"])
def test_it_fits_a_wide_tablet(show: Open, name: str):
    page = show(WIDE).open(BY_NAME[name])
    assert page.evaluate(HIDDEN_HEIGHT) <= 0
    assert page.evaluate(STOP_IS_ON_TOP)


@pytest.mark.parametrize("size", [TWICE, FOUR_TIMES], ids=["200", "400"])
@pytest.mark.parametrize("name", ["work", "paused", "four", "stopped"])
def test_at_great_zoom_everything_is_reached_and_stop_stays_on_top(show: Open, name: str, size: ViewportSize):
    page = show(size).open(BY_NAME[name])
    assert page.evaluate(HIDDEN_WIDTH) <= 0
    assert page.evaluate(OUT_OF_REACH) == []
    assert page.evaluate(STOP_IS_ON_TOP)


@pytest.mark.parametrize("size", [PHONE, TWICE, HALF_TABLET], ids=["phone", "200", "200-tablet"])
@pytest.mark.parametrize("name", ["work", "four", "four-one-unknown"])
def test_pressure_state_and_age_stay_in_sight_when_the_page_is_scrolled(
    show: Open, name: str, size: ViewportSize
):
    page = show(size).open(BY_NAME[name])
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(100)
    foot = page.locator(".stop-button").bounding_box()["y"]
    for seen in (".strip-pressure", ".strip-state", "[data-f=age]"):
        box = page.locator(seen).bounding_box()
        assert 0 <= box["y"] <= box["y"] + box["height"] <= foot, seen
    assert page.locator(".strip-now").bounding_box()["height"] < 90


@pytest.mark.parametrize("size", [PHONE, TWICE, HALF_TABLET], ids=["phone", "200", "200-tablet"])
@pytest.mark.parametrize(
    ("scene", "role", "there"),
    [
        ("asked-pain", "controls", ".prompt-title"),
        ("asked-refill", "controls", ".prompt-title"),
        ("asked-four", "controls", ".prompt-title"),
        ("work", "offered", ".takeover-title"),
    ],
)
def test_what_waits_for_an_answer_below_is_said_at_the_head_and_one_press_away(
    show: Open, scene: str, role: str, there: str, size: ViewportSize
):
    page = show(size, role).open(BY_NAME[scene])
    page.click(".strip-now a:visible", timeout=5_000)
    page.wait_for_function(IS_BETWEEN_HEAD_AND_STOP, arg=there, timeout=3_000)
    assert page.locator(".strip-now").bounding_box()["height"] < 110


@pytest.mark.parametrize("size", [TABLET, WIDE, TWICE, PHONE], ids=["tablet", "wide", "200", "phone"])
@pytest.mark.parametrize("name", ["asked-pain", "asked-refill"])
def test_an_answer_fits_its_button(show: Open, name: str, size: ViewportSize):
    page = show(size).open(BY_NAME[name])
    assert page.evaluate(CUT_CHOICES) == []


def test_nothing_of_who_controls_or_of_keys_is_shown_once_it_is_over(show: Open):
    page = show().open(BY_NAME["stopped"])
    assert page.locator("#people:visible, #keys:visible").count() == 0


@pytest.mark.parametrize("name", ["left-alone-and-asked", "left-alone-four", "left-alone-large"])
def test_the_call_for_a_touch_covers_no_answer(show: Open, name: str):
    page = show().open(BY_NAME[name])
    assert page.locator("#touch-me").is_visible()
    for choice in page.locator("#prompt .choice:visible").all():
        choice.click(trial=True, timeout=5_000)


def test_four_cuffs_have_a_card_each_with_their_own_numbers_and_a_line_each(show: Open):
    page = show().open(BY_NAME["four"])
    assert [one.split("\n")[0] for one in text(page, ".gauge-limb")] == [
        "Left thigh channel 1",
        "Right thigh channel 2",
        "Left calf channel 3",
        "Right calf channel 4",
    ]
    assert text(page, "[data-g=pressure]") == ["72", "76", "88", "84"]
    assert text(page, "[data-g=target]") == ["72 · 49 %", "76 · 49 %", "88 · 50 %", "84 · 49 %"]
    assert text(page, "[data-g=controller]") == ["Holding"] * 4
    assert len(set(text(page, "[data-g=peak]"))) == 4
    assert set(page.evaluate(COLOURS_DRAWN)) >= CUFF_COLOURS


def test_one_unknown_cuff_is_said_on_its_card_and_the_others_stay(show: Open):
    page = show().open(BY_NAME["four-one-unknown"])
    assert text(page, "[data-g=pressure]") == ["72", "76", "unknown", "84"]
    assert page.locator(".no-data:visible").count() == 1
    assert "treat as inflated" in page.locator("[data-cuff='2'] .no-data").inner_text()


@pytest.mark.parametrize("name", ["work", "four", "walking"])
def test_after_a_second_of_silence_every_number_is_struck_through_and_said_to_be_old(show: Open, name: str):
    page = show().open(BY_NAME[name])
    page.evaluate("gallery.skip(1.1)")
    page.wait_for_selector("#console[data-feed=stale]")
    number = page.locator(".now-number").first
    assert "line-through" in number.evaluate("one => getComputedStyle(one).textDecorationLine")
    assert set(text(page, ".no-data:visible")) == {"NO LIVE DATA"}
    assert page.locator("[data-f=age]").inner_text().startswith("NO LIVE DATA")


def test_before_the_first_sample_nothing_reads_like_a_pressure(show: Open):
    page = show().open(BY_NAME["waiting"])
    assert text(page, "[data-g=pressure]") == ["unknown"]
    assert text(page, "[data-f=age]") == ["no data yet"]


def test_a_line_is_never_drawn_across_what_is_missing(show: Open):
    page = show().open(BY_NAME["work"])
    breaks = page.evaluate("""async () => {
      const { Ring } = await import("/static/js/console/ring.js");
      const ring = new Ring(1, {});
      const add = (n, at, pressure) => ring.add({ n, at, interval: null, cuffs: [{ pressure, target: 0 }] });
      add(1, 0, 50); add(2, 0.05, 50); add(4, 0.15, 50); add(5, 2, 50); add(6, 2.05, null); add(7, 2.1, 50);
      return [...ring.breaks.slice(0, 6), Number.isNaN(ring.pressure[0][4])];
    }""")
    assert breaks == [1, 0, 1, 1, 0, 0, True]


@pytest.mark.parametrize("name", ["work", "rest", "two", "stale"])
def test_a_phone_shows_an_observer_what_matters_and_nothing_that_inflates_or_is_entered(
    show: Open, name: str
):
    page = show(PHONE, "watches").open(BY_NAME[name])
    for hidden in ("[data-hold]", ".entries", "[data-order=NEXT]", "#prompt"):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    foot = page.locator(".stop-button").bounding_box()["y"]
    for seen in (
        ".now-number",
        ".strip-state",
        "[data-f=age]",
        ".alarms-place",
        ".set-line",
        ".timer-number",
    ):
        box = page.locator(seen).first.bounding_box()
        assert box["y"] + box["height"] <= foot, seen
    assert page.evaluate(HIDDEN_WIDTH) <= 0
    assert page.evaluate(STOP_IS_ON_TOP)


def test_large_numbers_come_with_walking_are_a_key_away_elsewhere_and_are_remembered(show: Open):
    here = show()
    assert here.open(BY_NAME["walking"]).get_attribute("#console", "data-view") == "large"
    page = here.open(BY_NAME["work"])
    assert page.get_attribute("#console", "data-view") == "all"
    small = page.locator(".now-number").bounding_box()["height"]
    page.keyboard.press("l")
    assert page.locator(".now-number").bounding_box()["height"] > small
    assert page.get_attribute("#large", "aria-pressed") == "true"
    assert page.evaluate("localStorage.getItem('console-view-SETS')") == "large"


def test_a_cycle_says_which_inflation_of_which_cycle(show: Open):
    page = show().open(BY_NAME["cycle"])
    assert text(page, "[data-f=set]") == ["Cycle 1 of 3"]
    assert text(page, "[data-f=kind]") == ["Inflation 3 of 4"]


@pytest.mark.parametrize("name", ["two-three-digits", "four-three-digits", "self-test"])
def test_on_a_phone_no_number_is_cut_off(show: Open, name: str):
    page = show(PHONE, "watches").open(BY_NAME[name])
    assert page.evaluate(CUT_NUMBERS) == []


def test_data_without_a_time_are_not_taken_for_live(show: Open):
    page = show().open(BY_NAME["work"])
    expect(page.locator("#console")).to_have_attribute("data-feed", "live")
    page.evaluate(
        "() => { gallery.next = () => gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: undefined }); }"
    )
    expect(page.locator("#console")).to_have_attribute("data-feed", "stale")
    expect(page.locator("[data-f=age]")).to_contain_text("NO LIVE DATA")


def test_a_pause_that_was_refused_is_an_alarm_and_says_that_stop_is_left(show: Open):
    page = show().open(BY_NAME["work"])
    page.click("[data-order=PAUSE]")  # nothing here takes commands
    expect(page.locator("#alarm-front")).to_contain_text("NOT paused")
    expect(page.locator("#alarm-front")).to_contain_text("Press STOP")


def test_stop_looks_at_once_when_the_page_hears_of_an_end(show: Open):
    page = show().open(BY_NAME["work"])
    page.evaluate("""() => {
      window.looks = 0;
      document.addEventListener("stop:look", () => { looks += 1; });
      const ending = { outcome: "FAULT", words: "The controller does not answer." };
      gallery.next = () => gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), state: "ENDING", ending });
    }""")
    page.wait_for_function("looks > 0")
    told = page.evaluate("gallery.last.n")
    page.wait_for_function("n => gallery.last.n > n + 5", arg=told)
    assert page.evaluate("looks") == 1, "once is enough"


def test_what_is_over_commands_nothing_any_more(show: Open):
    page = show().open(BY_NAME["unknown"])
    page.evaluate("""() => {
      const alarm = { n: 9, code: "BLOCKED", name: "Does not empty", level: "HIGH", kind: "TECHNICAL", words: "Pull the quick release.", t: 1, is: "LATCHED", by: null, off: false };
      gallery.next = () => gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), alarms: [alarm] });
    }""")
    expect(page.locator("#alarm-front")).to_contain_text("Over now. Then it said: Pull the quick release.")


def test_a_pressure_that_is_not_read_is_old_although_samples_come(show: Open):
    page = show().open(BY_NAME["unknown"])
    page.evaluate(
        "() => { gallery.next = () => gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), unread_s: 5 }); }"
    )
    expect(page.locator("[data-f=age]")).to_contain_text("NO READING · 5.")


def test_two_values_of_a_blood_pressure_the_wrong_way_round_are_asked_about(show: Open):
    page = show().open(BY_NAME["asked-pressure"])
    for signal, value in (("SYSTOLIC", "70"), ("DIASTOLIC", "120")):
        page.fill(f".prompt [data-signal={signal}] input", value)
    page.click(".prompt button:has-text('Record')")
    expect(page.locator("[data-f=prompt-said]")).to_contain_text("Nothing was recorded")


def test_a_second_tap_takes_no_second_mark_back(show: Open):
    page = show().open(BY_NAME["measure-marked"])
    page.evaluate("""() => {
      const marks = [[50, true], [128, false]];
      gallery.next = () => gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), search: { asks: false, marks, next_mmhg: 90 } });
    }""")
    page.wait_for_function(
        "document.querySelector('[data-f=marked]').textContent.includes('128') && document.getElementById('unmark').disabled"
    )
    expect(page.locator("#unmark")).to_be_enabled()


def test_after_a_mark_the_next_step_is_told(show: Open):
    page = show().open(BY_NAME["measure-marked"])
    expect(page.locator("[data-f=next]")).to_have_text("Next: up to 128 mmHg")


def test_after_a_mark_is_taken_back_the_step_that_comes_again_is_told(show: Open):
    page = show().open(BY_NAME["measure-marked"])
    page.evaluate("""() => {
      gallery.next = () => gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), search: { asks: false, marks: [], next_mmhg: 50 } });
    }""")
    expect(page.locator("[data-f=next]")).to_have_text("Next: up to 50 mmHg")


def test_two_consoles_of_one_person_are_told_apart_where_control_is_handed_over(show: Open):
    page = show().open(BY_NAME["work"])
    page.evaluate("""() => {
      const leo = (console) => ({ console, user: -2, name: "Leo Lindqvist" });
      gallery.next = () => {
        const people = { ...gallery.people(), here: [gallery.me(), leo("tablet"), leo("phone")] };
        gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), people });
      };
    }""")
    page.click("#people summary")
    expect(page.locator("#people-here .people-hand")).to_have_text(
        ["Hold to hand over to Leo Lindqvist, console 1", "Hold to hand over to Leo Lindqvist, console 2"]
    )
    expect(page.locator("#people-here li").first).to_have_text("Mei Tanaka (controls, this console)")
    assert page.evaluate(CUT_TARGETS) == []


def test_what_stop_has_seen_of_the_air_is_told_by_a_console_that_hears_of_the_end_later(show: Open):
    """As after a station that was given up, and had opened the cuff all the same."""
    here = show()
    page = here.open(BY_NAME["work"])
    here.end()
    page.wait_for_selector("form.stop[data-stage=confirmed]")
    page.evaluate("""() => {
      clearInterval(gallery.timer);
      const ending = { outcome: "INTERRUPTED", words: "" };
      gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), state: "ENDED", ending, vented: null });
    }""")
    expect(page.locator("[data-f=over-vent]")).to_have_text("The cuff is confirmed open.")


def test_a_pedal_that_stops_does_so_whatever_is_ticked(show: Open):
    here = show()
    here.page.add_init_script(
        """localStorage.setItem("console-settings", JSON.stringify({ pedal: { code: "PageDown", key: "PageDown" }, job: "STOP" }))"""
    )
    page = here.open(BY_NAME["work"])
    page.evaluate("document.querySelector('#keys').open = true")
    page.focus("[data-setting=keys]")
    page.keyboard.press("PageDown")
    expect(page.locator("form.stop")).not_to_have_attribute("data-stage", "idle")


def test_a_pause_of_the_sounds_runs_out_where_the_loop_is_no_longer_heard(show: Open):
    page = show().open(BY_NAME["several-warnings"])
    sounds = page.locator("[data-alarm-order=AUDIO]")
    page.evaluate("""() => {
      clearInterval(gallery.timer);
      const audio = { ...gallery.last.audio, sound: null, paused_s: 20 };
      gallery.tell({ ...gallery.last, n: gallery.last.n + 1, at: gallery.now(), audio });
    }""")
    expect(sounds).to_have_attribute("data-paused", "yes")
    page.evaluate("gallery.skip(25)")
    expect(sounds).to_have_attribute("data-paused", "no")
    expect(page.locator("[data-f=alarm-name]")).to_have_text("No live data")
    page.click("[data-alarm-order=ACKNOWLEDGE]")
    expect(page.locator("[data-f=alarm-name]")).not_to_have_text("No live data")
    expect(sounds).to_be_visible()


def test_each_answer_that_is_lost_asks_for_itself(show: Open):
    page = show().open(BY_NAME["work"])
    front = page.locator("#alarm-front")
    for number in (0, 1):
        page.locator(".symptom").nth(number).click()
        expect(front).to_have_attribute("data-is", "asks")
        page.click("[data-alarm-order=ACKNOWLEDGE]")
        expect(front).to_have_attribute("data-is", "seen")


def test_a_takeover_is_from_whom_it_was_begun_with(show: Open):
    page = show(role="watches").open(BY_NAME["work"])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.check("#takeover-why >> text=We agreed on it")
    page.hover("#take-over")
    page.mouse.down()
    expect(page.locator("#take-over")).to_have_class(re.compile("is-held"))
    page.evaluate("gallery.controller = () => ({ console: 'third', user: -3, name: 'Ben' })")
    expect(page.locator("#take-over")).not_to_have_class(re.compile("is-held"))
    page.mouse.up()
    assert page.locator("#takeover-why :checked").count() == 0
    assert not any("TAKE" in one for one in sent)


def test_a_console_without_data_does_not_say_that_nothing_was_inflated_while_stop_hears_a_sample(show: Open):
    here = show()
    page = here.open(BY_NAME["absent"])
    expect(page.locator("[data-f=over-words]")).to_contain_text("Nothing was inflated")
    here.newest[here.pages["absent"].session_id] = BY_NAME["work"].samples()[-1]
    expect(page.locator("[data-f=over-words]")).to_contain_text("treat it as inflated")


@pytest.mark.parametrize("size", [TABLET, WIDE, PHONE, TWICE], ids=["tablet", "wide", "phone", "twice"])
@pytest.mark.parametrize("sheet", ["#keys", "#people", ".criteria"])
def test_what_opens_at_the_head_is_in_sight_and_leaves_stop_free(show: Open, size: ViewportSize, sheet: str):
    page = show(size).open(BY_NAME["work"])
    page.click(f".strip {sheet} > summary")
    box = page.locator(f".strip {sheet} .keys-sheet").bounding_box()
    stop = page.locator(".stop-button").bounding_box()
    assert box
    assert stop
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= stop["y"]


# --- the room
@pytest.mark.parametrize("size", [TABLET, WIDE, PHONE], ids=["tablet", "wide", "phone"])
def test_the_room_says_unknown_where_nothing_is_known_and_each_card_has_its_stop(
    show: Open, size: ViewportSize
):
    page = show(size).enter("room-8")
    for is_ in ("live", "over", "unknown"):  # each card asks for itself, when it can
        page.wait_for_selector(f".room-session[data-is={is_}]")
    assert page.locator(".room-session").count() == page.locator(".stop-button").count() == 8
    if size == TABLET:
        assert page.evaluate(LOWEST_STOP) <= size["height"], "a STOP is below the edge"
    assert "unknown" in page.locator("#room-sum").inner_text()
    said = page.locator(".room-session").evaluate_all("all => all.map(one => one.dataset.is)")
    assert sorted(set(said)) == ["live", "over", "unknown"]
    assert page.evaluate(HIDDEN_WIDTH) <= 0
    assert page.evaluate(CUT_TARGETS) == []
    assert violations(page) == []


def test_what_stop_learned_before_the_room_listened_is_on_the_card(show: Open):
    """Of a session that is over it learns once."""
    here = show()
    held: list[Route] = []
    here.page.route("**/js/room.js", lambda route: held.append(route))
    page = here.enter("room-8", wait_until="commit")
    page.wait_for_selector("form[data-stop][data-stage=confirmed]")
    held[0].fallback()

    page.wait_for_selector(".room-session[data-is=over]")


def test_the_room_does_not_say_that_an_empty_cuff_rests(show: Open):
    page = show().enter("room-4")
    page.wait_for_selector(".room-session[data-mode=SELF_TEST][data-is=live]")
    said = page.locator("[data-mode=SELF_TEST] [data-room=place]")
    expect(said).to_have_text("Self-test, nobody wears it · cuff inflated")
    assert page.evaluate(CUT_TARGETS) == []
    assert page.evaluate(LOWEST_STOP) <= TABLET["height"], "a STOP is below the edge"


def test_sessions_appear_in_the_room_and_leave_it_without_a_reload(show: Open):
    here = show()
    page = here.enter("room-0")
    assert page.locator("#room-none").is_visible()
    here.become("room-4")
    page.wait_for_selector(".room-session[data-is=live] .stop-button", timeout=15_000)
    assert page.locator(".room-session").count() == 4
    here.end()
    page.wait_for_selector(".room-session[data-is=over]", timeout=15_000)
    here.become("room-0")
    page.evaluate("gallery.skip(11)")
    page.wait_for_selector("#room-none", state="visible", timeout=15_000)


def test_what_has_ended_with_air_in_the_cuff_stays_in_the_room(show: Open):
    here = show()
    page = here.enter("room-4")
    page.wait_for_selector(".room-session[data-is=live]")
    here.end(vented=None)
    here.become("room-0")
    page.wait_for_selector(".room-session[data-is=open]", timeout=15_000)
    page.wait_for_timeout(5_000)
    page.evaluate("gallery.skip(11)")
    page.wait_for_timeout(1_000)
    assert page.locator(".room-session").count() == 4
    assert "NOT confirmed open" in page.locator(".room-session").first.inner_text()
