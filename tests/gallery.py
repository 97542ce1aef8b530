"""Every state of the console, side by side: the real page, fed with samples of the real loop that walked through an invented session.

    .venv/bin/python -m tests.gallery FOLDER                       # every scene as a picture, and index.html with all of them
    .venv/bin/python -m tests.gallery FOLDER --only four --size 1280x800 --role watches

Nothing is served and no worker runs: pages come from the views with a database in memory, and the browser's every request
is answered here. What the loop would send is told by a stand-in for EventSource, 20 times a second. The tests of the layout
use the same scenes (tests/journeys/test_layout.py): a new state of the console is a new scene below.
"""

import argparse
import json
import mimetypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

if __name__ == "__main__":
    os.environ |= {"KAATSU_DEMO": "1", "DATABASE_URL": "sqlite://:memory:", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    os.environ |= {"KAATSU_DATA": tempfile.mkdtemp(), "DJANGO_SETTINGS_MODULE": "kaatsu_clinic.settings"}
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1")
    import django

    django.setup()

from django.contrib.staticfiles import finders
from django.core import signing
from django.test import Client

from devices.domain.air import Sight
from devices.domain.lop_ramp import START_MMHG, UP_MMHG_S
from devices.domain.units import Scale
from devices.models import Controller
from protocols.domain import asking
from protocols.domain.asking import Tempo, asks_of
from protocols.domain.plan import (
    Interval,
    IntervalKind,
    Plan,
    Search,
    build_up_at,
    sets_at,
    together,
    vented_sets_at,
)
from protocols.models import OcclusionMeasurement
from sessions.domain import live, searching, self_test, telemetry
from sessions.domain.commands import Command, Verb
from sessions.domain.state import Live, Observation, begin
from sessions.domain.stopping import Signal
from sessions.models import OcclusionSearch, TrainingSession
from sessions.views.stop import standing
from tests import make

NAMES = [
    ("Marchetti-Lindqvist", "Rosalind"),
    ("Evans", "Gareth"),
    ("Costa", "Joana"),
    ("Tanaka", "Mei"),
    ("Weber", "Jonas"),
]
ROOT = Path(__file__).resolve().parents[1]
ORIGIN = "http://127.0.0.1:1"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TICK_S = 0.05
PHONE: ViewportSize = {"width": 390, "height": 844}
TABLET: ViewportSize = {"width": 1024, "height": 768}

FEED = """
window.EventSource = class extends EventTarget {
  constructor() { super(); this.readyState = 1; window.gallery.source = this; }
  close() { this.readyState = 2; }
};
window.EventSource.CLOSED = 2;
const clock = performance.now.bind(performance);
window.gallery = {
  skipped: 0,
  role: "controls", // or watches, nobody; offered and silent watch too
  now() { return (performance.timeOrigin + performance.now()) / 1000; },
  name: "Jonas Weber",
  me() { return { console: sessionStorage.getItem("kaatsu-console"), user: this.data().me, name: "Mei Tanaka" }; },
  data() { return JSON.parse(document.getElementById("console-data").textContent); },
  controller() {
    if (this.role === "nobody") return null;
    return this.role === "controls" ? this.me() : { console: "another", user: -1, name: this.name };
  },
  seat(people) { Object.assign(people, { controller: this.controller(), is_here: this.role !== "silent", offered_to: this.role === "offered" ? this.me() : null }); },
  // Another console of this browser, with another person.
  openTab() {
    const tab = new BroadcastChannel("kaatsu-consoles");
    const say = () => tab.postMessage({ what: "here", page: "other", openedAt: 0, console: "other", patient: { id: -1, name: "Costa, Joana" }, choice: null });
    say();
    setInterval(say, 500);
  },
  // Whoever pressed heard the alarms; here that was this console.
  tell(sample) { this.seat(sample.people); const heard = sample.audio.checks[""]; if (heard) sample.audio.checks[sessionStorage.getItem("kaatsu-console")] = heard; this.source.dispatchEvent(new MessageEvent("sample", { data: JSON.stringify(sample) })); this.last = sample; },
  play(samples, isAlive) {
    const shift = this.now() - samples.at(-1).at;
    for (const one of samples) this.tell({ ...one, at: one.at + shift, people: this.people() });
    if (isAlive) this.timer = setInterval(() => this.next(), 50);
  },
  // The page itself controls, unless the scene is shown to somebody who watches.
  people() {
    const own = { ...this.me(), name: "Anna Berg" };
    const other = { console: "other", user: 0, name: "Thomas Weiss" };
    const watches = document.getElementById("console").dataset.role === "watches";
    return { controller: watches ? other : own, since: 0, is_here: true, offered_to: null, declined_by: null, here: watches ? [other, own] : [own] };
  },
  next() { this.tell({ ...this.last, n: this.last.n + 1, at: this.now() - 0.02, acks: [], events: [] }); },
  skip(seconds) { clearInterval(this.timer); this.skipped += seconds * 1000; },
};
localStorage.clear();
performance.now = () => clock() + window.gallery.skipped;
"""
"""A stand-in for the stream of telemetry. `skip` lets time pass in silence."""


# --- plans ---------------------------------------------------------------------------------------------------------
def _sets(target: float, lop: float, side: str) -> tuple[int, str, Plan]:
    plan = Plan(
        Scale.MMHG, sets_at(target, (30, 15, 15, 15), rest_s=30), round(lop * 0.8), 600, 1200, lop_mmhg=lop
    )
    return (0, side, plan)


def _four(*terms: tuple[float, float]) -> Plan:
    """Target and LOP of each thigh, then of each calf."""
    limbs = zip(("Left thigh", "Right thigh", "Left calf", "Right calf"), terms, strict=True)
    return together(
        [(number, limb, _sets(target, lop, limb)[2]) for number, (limb, (target, lop)) in enumerate(limbs)]
    )


SETS = _sets(90, 150, "Right leg")[2]
TWO = together([_sets(72, 148, "Left leg"), _sets(76, 156, "Right leg")])
WIDE_TWO = together([_sets(138, 230, "Left leg"), _sets(144, 240, "Right leg")])
FOUR = _four((72, 148), (76, 156), (88, 176), (84, 170))
WIDE_FOUR = _four((138, 230), (144, 240), (126, 210), (126, 210))
CYCLE = Plan(
    Scale.SKU,
    build_up_at((150, 160, 170, 180), 3, on_s=20, off_s=5, between_s=60),
    250,
    180,
    900,
)
WALK = Plan(
    Scale.MMHG,
    build_up_at((60,), 5, on_s=120, off_s=60, between_s=60),
    120,
    150,
    900,
    lop_mmhg=150,
)
CONSTANT = Plan(Scale.MMHG, (Interval(IntervalKind.WORK, 60, 1, seconds=300),), 120, 360, 900, lop_mmhg=150)
VENTED = Plan(Scale.MMHG, vented_sets_at(60, (20, 10, 10), rest_s=60), 120, 360, 900, lop_mmhg=150)
ASKING = replace(SETS, asks=asks_of(asking.SETS), tempo=Tempo())
ASKING_TWO = replace(TWO, asks=asks_of(asking.SETS), tempo=Tempo())
ASKING_FOUR = replace(FOUR, asks=asks_of(asking.SETS), tempo=Tempo())
ASKING_OPEN = replace(VENTED, asks=asks_of(asking.OPEN_SETS), tempo=Tempo())
ASKING_WALK = replace(WALK, asks=asks_of(asking.WALKING))
ASKING_CYCLE = replace(CYCLE, asks=asks_of(asking.CYCLES))
GUIDED = searching.plan(Search(is_automatic=False, systolic_mmhg=128), ceiling=260)
AUTOMATIC = searching.plan(Search(is_automatic=True, systolic_mmhg=128), ceiling=260)
SELF_TEST = self_test.plan(Scale.MMHG, [self_test.OnChannel(0, 300.0), self_test.OnChannel(1, 250.0)])
SELF_TEST_OF_FOUR = self_test.plan(Scale.MMHG, [self_test.OnChannel(n, 300.0) for n in range(4)])


# --- an invented session on the real loop --------------------------------------------------------------------------
class Story:
    """A session that walks: cuffs fill and open like real ones, somebody watches, and every tick is told as telemetry."""

    def __init__(self, plan: Plan) -> None:
        self.live: Live = begin(plan, now=0.0)
        self.samples: list[dict[str, Any]] = []
        self.now = [0.0] * len(self.live.cuffs)
        self.unknown: set[int] = set()
        self.is_touched = True
        self.aim = 0.0
        self.offset = [0.0] * len(self.live.cuffs)
        self.tick()

    def tick(self, *commands: Command) -> "Story":
        ripple = 1.5 * ((self.live.n // 20) % 4 - 1.5)
        for number, target in enumerate(self.live.targets):
            goal = target + (ripple + self.offset[number] if target else 0.0)
            self.now[number] += (goal - self.now[number]) * (0.06 if target else 0.12)
        sights = tuple(
            Sight(None if number in self.unknown else round(at + 0.2 * (self.live.n % 2), 1))
            for number, at in enumerate(self.now)
        )
        box: str | None = "HOLDING" if any(self.live.targets) else "VENTED"
        box = None if len(self.unknown) == len(self.now) else box
        watch = Command(Verb.WATCH, value=float(self.is_touched))
        seen = Observation(sights, box, aim=self.aim)
        self.live = live.step(self.live, self.live.now + TICK_S, seen, (watch, *commands))
        self.samples.append(telemetry.sample(self.live, self.live.now))
        return self

    def go(self, seconds: float) -> "Story":
        for _ in range(round(seconds / TICK_S)):
            self.tick()
        return self

    def do(self, verb: Verb, times: int = 1, **fields: Any) -> "Story":
        """Who inflates has heard the alarms."""
        if verb is Verb.INFLATE:
            self.tick(Command(Verb.SOUND_CHECK, signal="HEARD"))
        for _ in range(times):
            self.tick(Command(verb, seen_n=self.live.n, **fields)).go(0.2)
        return self

    def working(self, seconds: float = 40, repetitions: int = 9) -> "Story":
        """In the first set, some of it done."""
        return self.go(4).do(Verb.INFLATE).go(seconds).do(Verb.REPETITION, repetitions)


Tell = Callable[[Story], Story]


@dataclass(frozen=True)
class Scene:
    """One state of the console. `tell` walks to it (None: the station says nothing); then `silent_s` pass unheard."""

    name: str
    plan: Plan
    tell: Tell | None = Story.working
    silent_s: float = 0.0
    status: str = "RUNNING"
    posture: str = "SEATED"
    is_large: bool = False
    is_touched: bool = True
    """A browser makes no sound before somebody has touched the page."""
    role: str = ""
    """Who looks, where the scene is about that: offered, silent. Else whoever the pictures are for."""
    has_other_tab: bool = False

    def samples(self) -> list[dict[str, Any]]:
        """The last minute and a little more, as the stream tells it again to a page that was just opened."""
        return self.tell(Story(self.plan)).samples[-1400:] if self.tell else []


def _entered(signal: Signal, value: float) -> Tell:
    return lambda story: story.working().do(Verb.ENTER, signal=signal, value=value).go(3)


def _unknown_one(story: Story) -> Story:
    story.working()
    story.unknown = {2}
    return story.go(0.15)


def _unknown(story: Story) -> Story:
    story.working()
    story.unknown = {0}
    return story.go(0.15)


def _late(story: Story) -> Story:
    story.working()
    story.unknown = {0}
    return story.go(8)


def _never_open(story: Story) -> Story:
    """It ended, and nobody knows whether the cuff is open."""
    return _late(story).go(12)


def _short_of_air(story: Story) -> Story:
    return _loses_air(story.working())


def _loses_air(story: Story) -> Story:
    """An alarm of medium priority; a few seconds later the leak would end it."""
    story.offset = [-30.0, *story.offset[1:]]
    return story.go(2.5)


def _several(story: Story) -> Story:
    """What a person reports and what the air does, at once."""
    story.working().do(Verb.ENTER, signal=Signal.PAIN, value=5).do(Verb.ENTER, signal=Signal.RPE, value=8)
    return _loses_air(story)


def _left_alone(story: Story) -> Story:
    story.working(20, 0)
    story.is_touched = False
    return story.go(75)


def _rests(story: Story) -> Story:
    """In the pause after the first set."""
    return story.working(45, 27).do(Verb.NEXT).go(4)


def _second_rest(story: Story) -> Story:
    """Pain and effort are answered; blood pressure is left."""
    _rests(story).do(Verb.ENTER, signal=Signal.PAIN, value=2).do(Verb.ENTER, signal=Signal.RPE, value=5)
    story.do(Verb.ENTER, signal=Signal.CRT, value=1.5).go(30).do(Verb.REPETITION, 14).do(Verb.NEXT)
    story.do(Verb.ENTER, signal=Signal.PAIN, value=2).do(Verb.ENTER, signal=Signal.RPE, value=6)
    return story.go(2)


def _paused_in_the_rest(story: Story) -> Story:
    """Effort, refill and pressure are left, and all of it is asked for anew before the cuff is filled again."""
    return _rests(story).do(Verb.ENTER, signal=Signal.PAIN, value=4).go(1).do(Verb.PAUSE).go(6)


def _marked_thrice(story: Story) -> Story:
    """A pulse was felt three times, and the cuff is at the fourth step."""
    story.go(4).do(Verb.INFLATE)
    for _mark in range(3):
        story.go(20).do(Verb.PULSE, value=1.0)
    return story.go(20)


def _left_to_its_end(story: Story) -> Story:
    """Nobody touched the console: it paused, and then it ended."""
    story.working(20, 0)
    story.is_touched = False
    return story.go(185)


def _left_alone_and_asked(story: Story) -> Story:
    _rests(story)
    story.is_touched = False
    return story.go(70)


def _marked(story: Story) -> Story:
    """A pulse was felt at the first step, and the cuff is open before the next."""
    return story.go(4).do(Verb.INFLATE).go(20).do(Verb.PULSE, value=1.0).go(3)


def _ramp(story: Story) -> Story:
    """The box looks for the pulse by itself, and is on its way up."""
    story.go(4).do(Verb.INFLATE)
    for tick in range(400):
        story.aim = START_MMHG + UP_MMHG_S * tick * TICK_S
        story.tick()
    return story


SCENES = [
    Scene("waiting", SETS, None, status="READY"),
    Scene("absent", SETS, None, silent_s=8, status="READY"),
    Scene("absent-unknown", SETS, None, silent_s=8),
    Scene("ready", SETS, lambda story: story.go(5)),
    Scene("work", SETS),
    Scene("rest", SETS, lambda story: story.working(45, 30).do(Verb.NEXT).go(8)),
    Scene("paused", SETS, lambda story: story.working().do(Verb.PAUSE).go(6)),
    Scene("warning", SETS, _short_of_air),
    Scene("symptom", SETS, _entered(Signal.NUMBNESS, 1)),
    Scene("pain-8", SETS, _entered(Signal.PAIN, 8)),
    Scene("unknown", SETS, _unknown),
    Scene("stale", SETS, silent_s=3),
    Scene("lost", SETS, silent_s=20),
    Scene("stopped", SETS, lambda story: story.working().do(Verb.STOP).go(6)),
    Scene("criterion", SETS, _entered(Signal.FAINT, 1)),
    Scene("not-vented", SETS, _late),
    Scene("two", TWO),
    Scene("four", FOUR),
    Scene("four-ready", FOUR, lambda story: story.go(5)),
    Scene("four-rest", FOUR, lambda story: story.working(45, 30).do(Verb.NEXT).go(8)),
    Scene("four-one-unknown", FOUR, _unknown_one),
    Scene("four-stale", FOUR, silent_s=3),
    Scene("four-paused", FOUR, lambda story: story.working().do(Verb.PAUSE).go(6)),
    Scene("four-ended", FOUR, lambda story: story.working().do(Verb.STOP).go(6)),
    Scene("two-three-digits", WIDE_TWO, lambda story: story.working(70, 9)),
    Scene("four-three-digits", WIDE_FOUR, lambda story: story.working(70, 9)),
    Scene("large-two-three-digits", WIDE_TWO, lambda story: story.working(70, 9), is_large=True),
    Scene("large-four-three-digits", WIDE_FOUR, lambda story: story.working(70, 9), is_large=True),
    Scene("four-criterion", FOUR, _entered(Signal.FAINT, 1)),
    Scene("four-not-vented", FOUR, _late),
    Scene("walking-not-vented", WALK, _late, posture="STANDING"),
    Scene("never-open", SETS, _never_open),
    Scene("walking-never-open", WALK, _never_open, posture="STANDING"),
    Scene("four-never-open", FOUR, _never_open),
    Scene("four-lost", FOUR, silent_s=20),
    Scene("vented-rest", VENTED, lambda story: story.working(45, 20).do(Verb.NEXT).go(8)),
    Scene("cycle", CYCLE, lambda story: story.working(52, 0)),
    Scene("cycle-open", CYCLE, lambda story: story.working(22, 0)),
    Scene("walking", WALK, lambda story: story.working(70, 0), posture="STANDING"),
    Scene("walking-open", WALK, lambda story: story.working(130, 0), posture="STANDING"),
    Scene("walking-stale", WALK, lambda story: story.working(70, 0), silent_s=3, posture="STANDING"),
    Scene("large", SETS, is_large=True),
    Scene("large-two", TWO, is_large=True),
    Scene("large-four", FOUR, is_large=True),
    Scene("constant", CONSTANT, lambda story: story.working(70, 0)),
    Scene("paced", ASKING),
    Scene("asked-pain", ASKING, _rests),
    Scene("asked-pressure", ASKING, _second_rest),
    Scene("asked-late", ASKING, lambda story: _rests(story).go(60)),
    Scene("asked-anew", ASKING, lambda story: story.working().do(Verb.PAUSE).go(6)),
    Scene("asked-anew-in-rest", ASKING, _paused_in_the_rest),
    Scene("asked-anew-in-rest-two", ASKING_TWO, _paused_in_the_rest),
    Scene("asked-anew-in-rest-four", ASKING_FOUR, _paused_in_the_rest),
    Scene("asked-anew-in-rest-large", ASKING, _paused_in_the_rest, is_large=True),
    Scene("walking-answered", ASKING_WALK, _entered(Signal.CRT, 2), posture="STANDING"),
    Scene("walking-paused", ASKING_WALK, _entered(Signal.CRT, 3.5), posture="STANDING"),
    Scene("asked-refill", ASKING_OPEN, lambda story: story.working(8, 0)),
    Scene("asked-by-the-clock", ASKING_CYCLE, lambda story: story.working(95, 0)),
    Scene("left-alone", ASKING, _left_alone),
    Scene("left-to-its-end", SETS, _left_to_its_end),
    Scene("left-alone-and-asked", ASKING, _left_alone_and_asked),
    Scene("left-alone-four", ASKING_FOUR, _left_alone_and_asked),
    Scene("left-alone-large", ASKING, _left_alone_and_asked, is_large=True),
    *(
        Scene(f"large-asked-{name}", plan, tell, is_large=True)
        for name, plan, tell in [
            ("pain", ASKING, _rests),
            ("pressure", ASKING, _second_rest),
            ("late", ASKING, lambda story: _rests(story).go(60)),
            ("anew", ASKING, lambda story: story.working().do(Verb.PAUSE).go(6)),
            ("refill", ASKING_OPEN, lambda story: story.working(8, 0)),
            ("two", ASKING_TWO, _rests),
            ("two-pressure", ASKING_TWO, _second_rest),
            ("four", ASKING_FOUR, _rests),
            ("four-pressure", ASKING_FOUR, _second_rest),
            ("four-anew", ASKING_FOUR, lambda story: story.working().do(Verb.PAUSE).go(6)),
        ]
    ),
    Scene("asked-two", ASKING_TWO, _second_rest),
    Scene("asked-four", ASKING_FOUR, _second_rest),
    Scene("four-asked-warning", ASKING_FOUR, lambda story: _loses_air(_rests(story))),
    Scene("asked-warning", ASKING, lambda story: _loses_air(_rests(story))),
    Scene("several-warnings", SETS, _several),
    Scene("four-several-warnings", FOUR, _several),
    Scene("two-warning", TWO, _short_of_air),
    Scene("four-warning", FOUR, _short_of_air),
    Scene("large-warning", SETS, _short_of_air, is_large=True),
    Scene("large-four-warning", FOUR, _short_of_air, is_large=True),
    Scene("not-heard", SETS, is_touched=False),
    Scene("not-heard-warning", SETS, _short_of_air, is_touched=False),
    Scene("not-heard-four", FOUR, is_touched=False),
    Scene("not-heard-four-warning", FOUR, _short_of_air, is_touched=False),
    Scene("not-heard-large", ASKING, _rests, is_large=True, is_touched=False),
    Scene("offered", SETS, role="offered"),
    Scene("silent", SETS, role="silent"),
    Scene("tabs", SETS, has_other_tab=True),
    Scene("tabs-four", FOUR, has_other_tab=True),
    Scene("ramp", AUTOMATIC, _ramp),
    Scene("measure-ready", GUIDED, lambda story: story.go(4)),
    Scene("measure", GUIDED, lambda story: story.go(4).do(Verb.INFLATE).go(20)),
    Scene("measure-marked", GUIDED, _marked),
    Scene("measure-fourth", GUIDED, _marked_thrice),
    Scene("self-test-ready", SELF_TEST, lambda story: story.go(4)),
    Scene("self-test", SELF_TEST, lambda story: story.go(4).do(Verb.INFLATE).go(20)),
    Scene("self-test-four", SELF_TEST_OF_FOUR, lambda story: story.go(4).do(Verb.INFLATE).go(20)),
    Scene("self-test-stopped", SELF_TEST, lambda story: story.working(20, 0).do(Verb.STOP).go(6)),
]


# --- the page and its browser --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A page as its view writes it, and what the sessions on it say."""

    html: str
    session_id: int = 0
    newest: dict[int, dict[str, Any]] = field(default_factory=dict)


def pages(scenes: list[Scene]) -> dict[str, Shown]:
    """The console of each scene as its view writes it. Wants a database with nothing of these in it."""
    physio = make.physio()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(physio)
    return {scene.name: _page(client, physio, scene) for scene in scenes}


ROOMS = {
    "room-0": [],
    "room-1": ["work"],
    "room-4": ["rest", "two", "four-one-unknown", "self-test"],
    "room-8": ["work", "rest", "warning", "unknown", "four", "walking", "waiting", "stopped"],
}


def rooms(names: Collection[str]) -> dict[str, Shown]:
    """The room with so many sessions in it, each at the end of its scene."""
    return {
        name: _room([one for wanted in ROOMS[name] for one in SCENES if one.name == wanted]) for name in names
    }


def _room(scenes: list[Scene]) -> Shown:
    physio = make.physio()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(physio)
    newest = {}
    for names, scene in zip(cycle(NAMES), scenes, strict=False):
        session, samples = _session(physio, scene, names), scene.samples()
        if samples:
            newest[session.pk] = samples[-1]
            newest[session.pk]["people"]["controller"] = {"console": "", "user": 1, "name": "Mei Tanaka"}
    return Shown(client.get("/room/").content.decode(), newest=newest)


def _page(client: Client, physio: Any, scene: Scene) -> Shown:
    session = _session(physio, scene)
    answer = client.get(session.address("console"))
    assert answer.status_code == 200, answer
    return Shown(answer.content.decode(), session.pk)


def _session(physio: Any, scene: Scene, names: tuple[str, str] = NAMES[0]) -> TrainingSession:
    """A console has the longest name: what is tight is tight in every scene."""
    person = make.patient(physio, family_name=names[0], given_name=names[1])
    box = make.controller(person.clinic, physio, scale=scene.plan.scale)
    plan = scene.plan if scene.plan.cuffs else together([(0, "Right leg", scene.plan)])
    if plan.is_self_test:
        return _self_test_session(physio, box, scene)
    wanted = make.prescription(person, plan=plan.to_json(), scale=plan.scale, posture=scene.posture)
    if scene.posture == "STANDING":
        wanted.instructions = "Walk at a pace at which you can talk. Say at once if a leg feels numb."
        wanted.save()
    session = make.training_session(wanted, box, status=scene.status)
    if plan.search:
        ways = OcclusionMeasurement.Method
        method = ways.AUTOMATED if plan.search.is_automatic else ways.DOPPLER
        OcclusionSearch.objects.create(
            session=session, limb="LEG", side="RIGHT", posture="SUPINE", method=method
        )
        session.prescription = None
        session.save()
    return session


def _self_test_session(physio: Any, box: Controller, scene: Scene) -> TrainingSession:
    return TrainingSession.objects.create(
        patient=None,
        channel=box.channels.get(),
        controller=box,
        supervisor=physio,
        scale=scene.plan.scale,
        plan=scene.plan.to_json(),
        preflight={},
        opened_at=make.NOW,
        status=scene.status,
    )


def made_apart(folder: Path) -> dict[str, Shown]:
    """All pages, made by a process with a database of its own: for tests that have a browser open, and so no database."""
    place = folder / "pages.json"
    subprocess.run([sys.executable, "-m", "tests.gallery", str(place), "--pages"], cwd=ROOT, check=True)
    made = json.loads(place.read_text())
    return {
        name: Shown(one["html"], one["session_id"], {int(key): told for key, told in one["newest"].items()})
        for name, one in made.items()
    }


class Show:
    """A browser's page that shows scenes: its every request is answered here."""

    def __init__(self, page: Page, pages: dict[str, "Shown"], role: str = "controls") -> None:
        self.page = page
        self.pages = pages
        self.scene = ""
        self.newest: dict[int, dict[str, Any]] = {}
        page.add_init_script(FEED.replace('role: "controls"', f'role: "{role}"'))
        page.route("**/*", self._answer)

    def open(self, scene: Scene) -> Page:
        """The scene, drawn."""
        samples = scene.samples()
        self.scene, self.newest = scene.name, {}
        if samples:
            self.newest[self.pages[scene.name].session_id] = samples[-1]
        self.page.goto(f"{ORIGIN}/console/")
        self._set(scene)
        if samples:
            is_alive = not scene.silent_s and samples[-1]["state"] != "ENDED"
            self.page.evaluate("([samples, isAlive]) => gallery.play(samples, isAlive)", [samples, is_alive])
        if scene.is_large:
            self.page.click("#large") if scene.is_touched else self.page.evaluate("large.click()")
        if scene.silent_s:
            self.page.wait_for_timeout(200)
            self.page.evaluate("seconds => gallery.skip(seconds)", scene.silent_s)
        self.page.wait_for_timeout(500)
        return self.page

    def _set(self, scene: Scene) -> None:
        """Who looks, whether they have touched the page, and what else this browser shows."""
        if scene.role:
            self.page.evaluate("role => { gallery.role = role; }", scene.role)
        if scene.is_touched:
            self.page.mouse.click(1, 1)
        if scene.has_other_tab:
            self.page.evaluate("gallery.openTab()")

    def enter(self, name: str, wait_until: Literal["load", "commit"] = "load") -> Page:
        """A room, its cards about to be told."""
        self.scene, self.newest = name, self.pages[name].newest
        self.page.goto(f"{ORIGIN}/room/", wait_until=wait_until)
        return self.page

    def become(self, name: str) -> None:
        """What the room's next look at the list finds; sessions that were told go on being told."""
        self.scene = name
        self.newest = self.newest | self.pages[name].newest

    def end(self, *, vented: bool | None = True) -> None:
        """Every session ends, its cuffs open, or not known to be."""
        ending = {"outcome": "STOPPED", "words": ""}
        pressure = 0.0 if vented else None
        self.newest = {
            name: one | {"state": "ENDED", "ending": ending, "vented": vented, "pressure": pressure}
            for name, one in self.newest.items()
        }

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        if path in ("/console/", "/room/", "/room/cards/"):
            route.fulfill(body=self.pages[self.scene].html, content_type="text/html; charset=utf-8")
        elif path.startswith("/static/"):
            self._file(route, path.removeprefix("/static/"))
        elif path.endswith("/state"):
            route.fulfill(json=self._standing(path))
        elif path.endswith("/stop"):
            route.fulfill(status=202, json={"state": "SENT"})
        else:
            route.fulfill(status=204)

    def _file(self, route: Route, name: str) -> None:
        found = finders.find(name)
        if found is None:
            return route.fulfill(status=404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)

    def _standing(self, path: str) -> dict[str, Any]:
        token = path.split("/")[-2].split(":")[0]
        session_id = json.loads(signing.b64_decode(token.encode()))[0]
        last = self.newest.get(session_id)
        return standing(last and last | {"at": time.time() - 0.2}, time.time())


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def photograph(
    folder: Path, scenes: list[Scene], room_names: list[str], size: ViewportSize, role: str, *, is_whole: bool
) -> None:
    """Each scene as a picture into the folder, and a page with all of them."""
    shown = pages(scenes) | rooms(room_names)
    with chromium() as browser:
        page = browser.new_context(viewport=size).new_page()
        page.on("pageerror", lambda error: print("script error:", error))
        show = Show(page, shown, role)
        for scene in scenes:
            show.open(scene).screenshot(path=folder / f"{scene.name}.png", full_page=is_whole)
            over = page.evaluate("(m => m.scrollHeight - m.clientHeight)(document.querySelector('main'))")
            print(f"{scene.name}: {over} px below the edge")
        for name in room_names:
            show.enter(name).wait_for_timeout(1_700)
            page.screenshot(path=folder / f"{name}.png", full_page=is_whole)
    figures = "".join(
        f'<figure><img src="{name}.png" width="{size["width"]}"><figcaption>{name}</figcaption></figure>'
        for name in [*(one.name for one in scenes), *room_names]
    )
    (folder / "index.html").write_text(f"<!doctype html><title>Console</title>{figures}")


def main() -> int:
    """From the command line."""
    ask = argparse.ArgumentParser(description="Every state of the console as pictures.")
    ask.add_argument("folder", type=Path)
    ask.add_argument("--only", nargs="+", default=[], help="parts of the names of scenes")
    ask.add_argument("--size", default="1024x768")
    ask.add_argument("--role", default="controls", choices=["controls", "watches", "nobody"])
    ask.add_argument("--pages", action="store_true", help="only the pages, as JSON, into this file")
    ask.add_argument("--whole", action="store_true", help="the whole page, also what lies below the edge")
    asked = ask.parse_args()
    width, height = (int(part) for part in asked.size.split("x"))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if asked.pages:
        made = pages(SCENES) | rooms(ROOMS)
        asked.folder.write_text(json.dumps({name: asdict(one) for name, one in made.items()}))
        return 0
    asked.folder.mkdir(parents=True, exist_ok=True)
    scenes = [one for one in SCENES if not asked.only or any(part in one.name for part in asked.only)]
    room_names = [one for one in ROOMS if not asked.only or any(part in one for part in asked.only)]
    photograph(
        asked.folder, scenes, room_names, {"width": width, "height": height}, asked.role, is_whole=asked.whole
    )
    print(json.dumps([one.name for one in scenes]), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
