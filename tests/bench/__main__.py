"""`make bench`: measures part by part, prints a table, keeps var/bench/latest.json. `--only` takes single parts."""

import argparse
import atexit
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from tests.bench.figures import at_least, at_most, percentile, spread, table, write
from tests.served import ROOT, Served, start, stop

KILLS = 200
CONSOLES = 20
KEPT_IN = ROOT / "var" / "bench" / "latest.json"
HELD = {
    "exercise_in_10pct": at_least(0.995),
    "rest_in_5pct": at_least(0.999),
    "seconds_over_ceiling": at_most(0.0),
    "overshoot_mmhg": at_most(5.0),
    "rise_ratio": at_most(1.3),
}
WANTED = {
    "start_s.warm": at_most(5.0),
    **{
        f"punctual.{rate}.{count}.{load}.ours.{name}": at_most(bound)
        for rate, counts in (("20hz", (1, 4, 8)), ("50hz", (1, 4)))
        for count in counts
        for load in ("idle", "busy")
        for name, bound in (("p99", 5.0), ("max", 25.0), ("missed", 0.0))
    },
    **{
        f"loop_lateness_ms.{count}.{name}": at_most(bound)
        for count in (1, 4, 8)
        for name, bound in (("p99", 5.0), ("max", 25.0), ("missed", 0.0))
    },
    "kill9_to_vent_ms.p99": at_most(10.0),
    "journal.lost_s_max": at_most(1.0),
    "journal.damaged": at_most(0.0),
    "hang_to_vent_ms.p99": at_most(400.0),
    "overpressure_to_vent_ms.p99": at_most(10.0),
    "stop_http_to_wire_ms.1.p50": at_most(12.0),
    "stop_http_to_wire_ms.1.p99": at_most(30.0),
    "stop_http_to_wire_ms.8.p99": at_most(45.0),
    **{
        f"hold.{preset}.{way}{name}": wanted
        for preset in ("thigh_fast", "thigh_delfi_like", "calf", "arm", "thigh_quick_reps")
        for way in ("", "device.")
        for name, wanted in HELD.items()
    },
    "hold.random200.exercise_in_10pct_median": at_least(0.995),
    "hold.random200.exercise_in_10pct_p5": at_least(0.95),
    "hold.random200.share_of_tuned_p5": at_least(0.98),
    "hold.random200.device.exercise_in_10pct_median": at_least(0.995),
    "hold.random200.device.exercise_in_10pct_p5": at_least(0.95),
    "console_frame_ms.p95": at_most(33.0),
    "console_frames_wrong": at_most(0.0),
    "console_long_tasks.over_50_ms": at_most(0.0),
    "console_memory.growth_pct": at_most(5.0),
    "console_memory.settled_growth_pct": at_most(5.0),
    "console_page_kb": at_most(300.0),
    "console_interactive_ms.p50": at_most(1000.0),
    "crowd.sse_latency_ms.p95": at_most(150.0),
    "crowd.stop_p99_ratio": at_most(1.5),
    "lop.within_10": at_least(0.95),
    "lop.off_by_20_unsaid": at_most(0.0),
    "lop.not_determinable": at_most(0.1),
}


def say(words: str) -> None:
    """What is being measured now."""
    print(words, flush=True)


def started(data: Path) -> tuple[Served, float]:
    """The program, and the seconds until it was ready."""
    began = time.monotonic()
    served = start(data)
    return served, round(time.monotonic() - began, 2)


def starts(data: Path) -> tuple[Served, dict[str, float]]:
    """From an empty folder, and again. The second one goes on running."""
    served, cold_s = started(data)
    stop(served)
    served, warm_s = started(data)
    return served, {"cold": cold_s, "warm": warm_s}


def join(served: Served) -> None:
    """Make this process one of the instance: same database, same Redis."""
    environment = Path(f"/proc/{served.pid('web')}/environ").read_text().split("\0")
    os.environ |= {
        name: value
        for name, _, value in (line.partition("=") for line in environment)
        if name in ("REDIS_URL", "KAATSU_DATA", "KAATSU_DEMO")
    }
    os.environ["DJANGO_SETTINGS_MODULE"] = "kaatsu_clinic.settings"
    django.setup()


def web(url: str) -> dict[str, Any]:
    """Sign-in and a patient's page."""
    from tests.bench.web import login_ms, patient_ms

    return {
        "login_ms": {"p95": percentile(login_ms(url), 95)},
        "patient_ms": {"p95": percentile(patient_ms(url), 95)},
    }


@contextmanager
def room_of(served: Served) -> Iterator[list[tuple[Any, Any]]]:
    """The bench's cuffs, furnished and with their station's worker: eight, and a box with four."""
    from tests.bench import room

    furnished = room.furnish(served.data)
    house = room.start(served.data)
    try:
        yield furnished
    finally:
        house.stop(list(house.running))
        house.kill_orphans()


def live(served: Served, stops: int) -> dict[str, Any]:
    """All that needs cuffs. The floor is taken before, on the same idle instance."""
    from tests.bench import floors, room
    from tests.bench.live import Place, crowd, hold, stops_ms

    with room_of(served) as furnished:
        places = [Place(served.url, served.data, number, *furnished[number]) for number in range(room.CUFFS)]
        stop_floor = spread(floors.stop_ms(served.url, str(room.link(served.data, 0))))
        lateness: dict[str, Any] = {}
        stopping: dict[str, Any] = {}
        lost: dict[str, float] = {}
        ages: list[float] = []
        for count in (1, 4, len(places)):
            say(f"Live sessions: {count}. Holding, and all but four are stopped {stops} times.")
            lateness[str(count)], samples = hold(places[:count])
            ages = ages or samples
            if count == 4:
                continue
            stopping[str(count)] = stops_ms(places[:count], stops)
            lost[str(count)] = float(sum(len(place.lost) for place in places) - sum(lost.values()))
        say(f"Consoles: {CONSOLES} on {len(places)} live sessions.")
        crowd(places, CONSOLES)
        _, crowded = hold(places)
        crowded_stops = stops_ms(places, stops)
    for words in sorted({words for place in places for words in place.lost}):
        say(f"Sessions ended by themselves: {words}")
    return {
        "stop_http_to_wire_ms": stopping,
        "stop_floor_ms": stop_floor["p99"],
        "loop_lateness_ms": lateness,
        "ended_by_themselves": lost,
        "floors": {"stop_ms": stop_floor},
        "sse_latency_ms": _ages(ages),
        "crowd": {
            "sse_latency_ms": _ages(crowded),
            "stop_http_to_wire_ms": crowded_stops,
            "stop_p99_ratio": round(crowded_stops["p99"] / stopping["1"]["p99"], 2),
        },
    }


def _ages(ages: list[float]) -> dict[str, float]:
    return {"p50": percentile(ages, 50), "p95": percentile(ages, 95)}


_began: dict[str, Any] = {}


def the_program() -> Served:
    """The real program in a fresh folder, started cold and warm by the first part that wants it. This process joins it."""
    if not _began:
        data = Path(tempfile.mkdtemp(prefix="kc-bench-"))
        atexit.register(shutil.rmtree, data, ignore_errors=True)
        say("Starting, cold and warm.")
        served, _began["start_s"] = starts(data)
        atexit.register(stop, served)
        _began["served"] = served
        join(served)
    running: Served = _began["served"]
    return running


def clinic(options: argparse.Namespace) -> dict[str, Any]:
    """The program's starts, its pages, its live sessions."""
    served = the_program()
    say("Pages.")
    return {"start_s": _began["start_s"], "web": web(served.url), **live(served, options.stops)}


def console(options: argparse.Namespace) -> dict[str, Any]:
    """The console in a browser: how heavy it is, how soon it is there, and how it draws four cuffs for so many minutes."""
    served = the_program()
    from tests.bench.screen import measure

    with room_of(served) as furnished:
        say(f"The console with four cuffs, {options.minutes:g} minutes.")
        return measure(served.url, furnished[-1], options.minutes)


def guard(options: argparse.Namespace) -> dict[str, Any]:
    """How soon a cuff is opened when something goes wrong, in a process as large as the station's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaatsu_clinic.settings")
    django.setup()
    importlib.import_module("sessions.tasks")
    from tests.bench.guard import measure

    return measure()


def occlusion(options: argparse.Namespace) -> dict[str, Any]:
    """How true the automatic measurement of the occlusion pressure is, on simulated limbs."""
    from tests.bench.lop import lop

    return {"lop": lop()}


def journal(options: argparse.Namespace) -> dict[str, Any]:
    """What is lost when a writer is killed and the power fails after it."""
    from tests.kills import losses

    with tempfile.TemporaryDirectory(prefix="kc-bench-") as folder:
        found = losses(Path(folder), KILLS, seed=int(time.time()))
    damaged = sum(not loss.is_whole for loss in found)
    return {
        "journal": {
            "kills": len(found),
            "lost_s_max": round(max(loss.seconds for loss in found), 3),
            "damaged": damaged,
        }
    }


def hold(options: argparse.Namespace) -> dict[str, Any]:
    """How well a pressure is held, by the host and by a box, faster than time."""
    from tests.bench.hold import measure

    return {"hold": measure()}


def punctual(options: argparse.Namespace) -> dict[str, Any]:
    """How punctual the loop is at 20 and 50 Hz, beside a bare exchange and a bare timer."""
    from tests.bench.punctual import measure

    return {"punctual": measure()}


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "clinic": clinic,
    "console": console,
    "guard": guard,
    "lop": occlusion,
    "hold": hold,
    "journal": journal,
    "punctual": punctual,
}
"""By the names that --only takes. The first two join a program that they start, so nothing of Django may be there before."""


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--stops", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30.0, help="of training in front of the console")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="which parts")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    figures: dict[str, Any] = {}
    for name in options.only:
        say(f"Part: {name}.")
        figures |= PARTS[name](options)
    write(figures, KEPT_IN)
    say(table(figures, WANTED))
    say(f"Kept in {KEPT_IN.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
