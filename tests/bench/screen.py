"""The console as Chromium draws it: weight, time until it can be worked with, event to drawn number and trace, memory.

All of it is real: the served program, a session on a simulated box with four cuffs, its samples by Redis and the live
events, the page and its scripts. A person is played who moves the mouse, and counts a repetition every four seconds.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from devices.models import Channel
from protocols.domain.plan import sets_at, together
from protocols.models import Prescription
from sessions.models import TrainingSession
from tests.bench import room
from tests.bench.figures import percentile
from tests.journeys.conftest import CHROMIUM, TABLET, login
from tests.journeys.live import inflate

SLOWED = 4
FULL_S = 120.0
"""The rings of the trace are full after 103 s."""
SETTLED_S = 600.0
"""What is called seldom is compiled by the browser as late as this: measured, 7.7 % more memory until then."""
WARM_SHARE = 0.5
"""A short run settles for no longer than this share of it."""
COUNT_EVERY_S = 4
SETS = sets_at(room.TARGET_MMHG, (30,) * 60, 30.0)
LIMBS = ("Left upper arm", "Right upper arm", "Left forearm", "Right forearm")
SAMPLES = 20 * 3600 * 2
"""Room for two hours of them, made before memory is looked at."""
ASSETS = ("Document", "Stylesheet", "Script", "Image", "Font")

RECORDER = """
const bench = (window.bench = { latencies: new Float32Array(SPAN), count: 0, wrong: 0, drawnAt: 0, stopAt: 0, inflateAt: 0, tasks: [], last: null });
const arrivals = new Float64Array(4096);
let waiting = 0;
let drawing = 0;
let due = null;
let traces = 0;
let tracesBefore = 0;

// Event: before the page's own listener hears of it.
const Source = window.EventSource;
window.EventSource = class extends Source {
  constructor(...all) {
    super(...all);
    this.addEventListener("sample", (event) => {
      if (!waiting) tracesBefore = traces;
      arrivals[waiting] = performance.now();
      waiting += 1;
      bench.last = event;
    });
  }
};

// Drawn: the frame that drew it has been handed on, and a task after it runs.
const after = new MessageChannel();
after.port1.onmessage = () => {
  const now = performance.now();
  bench.drawnAt ||= now;
  if (traces === tracesBefore || !isShown(JSON.parse(due.data))) bench.wrong += 1;
  for (let i = 0; i < drawing; i += 1) bench.latencies[bench.count++ % bench.latencies.length] = now - arrivals[i];
  arrivals.copyWithin(0, drawing, waiting);
  waiting -= drawing;
  drawing = 0;
  tracesBefore = traces;
};
const stroke = CanvasRenderingContext2D.prototype.stroke;
CanvasRenderingContext2D.prototype.stroke = function (...all) {
  traces += 1;
  return stroke.apply(this, all);
};
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (work) =>
  ask((now) => {
    work(now);
    if (!waiting || drawing || document.getElementById("console")?.dataset.feed === "waiting") return;
    drawing = waiting;
    due = bench.last;
    after.port2.postMessage(null);
  });

function isShown({ cuffs }) {
  const places = document.querySelectorAll(".gauge [data-g=pressure]");
  return cuffs.every(({ pressure, vented }, n) => pressure === null || places[n].textContent === String(vented ? Math.min(19, Math.round(pressure)) : Math.round(pressure)));
}

// Bound: somebody listens for the finger on STOP and on Inflate.
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (name, ...all) {
  if (name === "pointerdown" && this.matches?.(".stop-button")) bench.stopAt ||= performance.now();
  if (name === "pointerdown" && this.matches?.("[data-hold=INFLATE]")) bench.inflateAt ||= performance.now();
  return listen.call(this, name, ...all);
};
new PerformanceObserver((list) => list.getEntries().forEach((one) => bench.tasks.push(one.duration))).observe({ type: "longtask" });
""".replace("SPAN", str(SAMPLES))


def four_cuffs(pair: tuple[Channel, Prescription]) -> TrainingSession:
    """A session on the box with four cuffs, on its way to the station: sets for an hour, each counted by hand."""
    channel, prescription = pair
    one = replace(room.PLAN, intervals=SETS)
    plan = together([(number, limb, one) for number, limb in enumerate(LIMBS)])
    return room.open_session(channel, prescription, plan)


@contextmanager
def chromium(url: str) -> Iterator[BrowserContext]:
    """A tablet's browser with the recorder in every page, the physiotherapist signed in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # one thread, and the ORM is asked between two steps of the browser
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=url, viewport=TABLET)
        context.add_init_script(RECORDER)
        login(context.new_page(), "physio@demo.clinic")
        yield context
        browser.close()


def measure(url: str, pair: tuple[Channel, Prescription], minutes: float) -> dict[str, Any]:
    """All figures of one session: two cold visits while nothing is inflated yet, then so many minutes of training."""
    with chromium(url) as context:
        session = four_cuffs(pair)
        address = f"/patients/{session.patient_id}/sessions/{session.pk}/console/"
        page = context.pages[0]
        line = context.new_cdp_session(page)
        weight_kb = _weight_kb(page, line, address)
        interactive_ms = _interactive_ms(page, line, address)
        inflate(page)
        figures = _trained(page, line, minutes)
        page.locator(".stop-button").dispatch_event("pointerdown")
        page.locator("#over").wait_for()
    return {"console_page_kb": weight_kb, "console_interactive_ms": interactive_ms, **figures}


def _weight_kb(page: Page, line: CDPSession, address: str) -> float:
    """On the wire, headers included, with an empty cache; what is asked again and again (/live/) is not of the page."""
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    line.on("Network.responseReceived", lambda one: kinds.update({one["requestId"]: one["type"]}))
    line.on("Network.loadingFinished", lambda one: sizes.update({one["requestId"]: one["encodedDataLength"]}))
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(address)
    _wait_until_worked_with(page)
    page.wait_for_timeout(1000)
    return round(sum(size for name, size in sizes.items() if kinds.get(name) in ASSETS) / 1000, 1)


def _wait_until_worked_with(page: Page) -> None:
    room.wait_for(
        "The console", lambda: bool(page.evaluate("bench.drawnAt && bench.stopAt && bench.inflateAt"))
    )


def _interactive_ms(page: Page, line: CDPSession, address: str) -> dict[str, float]:
    """From the click on the address to the first drawn sample with STOP and Inflate bound, four times as slow. Of five."""
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    taken = [_visit_ms(page, address) for _ in range(5)]
    line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    line.send("Network.setCacheDisabled", {"cacheDisabled": False})
    line.send("Network.disable")
    page.goto(address)
    return {"p50": percentile(taken, 50), "max": max(taken)}


def _visit_ms(page: Page, address: str) -> float:
    page.goto(address)
    _wait_until_worked_with(page)
    return round(float(page.evaluate("Math.max(bench.drawnAt, bench.stopAt, bench.inflateAt)")), 1)


def _trained(page: Page, line: CDPSession, minutes: float) -> dict[str, Any]:
    """So many minutes, after the page's rings are full and the browser has settled."""
    line.send("Performance.enable")
    settled_s = min(SETTLED_S, minutes * 60 * WARM_SHARE)
    _work_out(page, min(FULL_S, settled_s))
    full = _metrics(line)
    _work_out(page, settled_s - min(FULL_S, settled_s))
    before = _metrics(line)
    page.evaluate("bench.count = bench.wrong = 0; bench.tasks.length = 0")
    _work_out(page, minutes * 60)
    feed = page.get_attribute("#console", "data-feed")
    found = page.evaluate(
        "({latencies: [...bench.latencies.subarray(0, bench.count)], wrong: bench.wrong, tasks: bench.tasks})"
    )
    after = _metrics(line)
    if feed != "live":
        raise room.TooSlowError(f"The session ended by itself: {page.locator('#over').inner_text()}")
    return {
        "console_frame_ms": _spread(found["latencies"]),
        "console_frames_wrong": float(found["wrong"]),
        "console_long_tasks": {
            "over_50_ms": float(len(found["tasks"])),
            "max_ms": max(found["tasks"], default=0.0),
        },
        "console_busy_pct": round((after["TaskDuration"] - before["TaskDuration"]) / (minutes * 60) * 100, 1),
        "console_memory": {
            "minutes": minutes,
            "heap_kb": before["JSHeapUsedSize"] / 1000,
            "growth_pct": _growth_pct(full, after),
            "settled_growth_pct": _growth_pct(before, after),
            "nodes_more": after["Nodes"] - before["Nodes"],
        },
    }


def _growth_pct(before: dict[str, float], after: dict[str, float]) -> float:
    return round((after["JSHeapUsedSize"] / before["JSHeapUsedSize"] - 1) * 100, 2)


def _spread(latencies: Sequence[float]) -> dict[str, float]:
    return {f"p{share}": percentile(latencies, share) for share in (50, 95, 99)} | {
        "max": round(max(latencies), 1)
    }


def _work_out(page: Page, seconds: float) -> None:
    """A hand on the mouse each second, and a repetition counted now and then."""
    for second in range(round(seconds)):
        page.mouse.move(400 + second % 100, 300)
        if second % COUNT_EVERY_S == 0:
            page.keyboard.press("r")
        page.wait_for_timeout(1000)


def _metrics(line: CDPSession) -> dict[str, float]:
    """What is left after a collection of garbage, and how long the page has worked so far."""
    for _ in range(2):
        line.send("HeapProfiler.collectGarbage")
    found = line.send("Performance.getMetrics")["metrics"]
    return {one["name"]: float(one["value"]) for one in found}
