"""`make bench`: starts the real program in a fresh folder, measures it, prints a table, keeps var/bench/latest.json."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

from tests.bench.figures import percentile, spread, table, write
from tests.served import ROOT, Served, start, stop

KEPT_IN = ROOT / "var" / "bench" / "latest.json"
WANTED = {
    "start_s.warm": 5.0,
    "stop_http_to_wire_ms.1.p99": 75.0,
    "stop_http_to_wire_ms.8.p99": 75.0,
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


def live(served: Served, stops: int) -> dict[str, Any]:
    """All that needs cuffs. The floors are taken before, on the same idle instance."""
    from tests.bench import floors, room
    from tests.bench.live import Place, hold, stops_ms

    house = room.start(served.data)
    try:
        places = [
            Place(served.url, served.data, number, *pair)
            for number, pair in enumerate(room.furnish(served.data))
        ]
        loop_floor, stop_floor = (
            spread(floors.loop_ms()),
            spread(floors.stop_ms(served.url, str(room.link(served.data, 0)))),
        )
        lateness: dict[str, Any] = {}
        stopping: dict[str, Any] = {}
        lost: dict[str, float] = {}
        ages: list[float] = []
        for count in (1, len(places)):
            say(f"Live sessions: {count}. Holding, then {stops} stops.")
            lateness[str(count)], samples = hold(places[:count])
            ages = ages or samples
            stopping[str(count)] = stops_ms(places[:count], stops)
            lost[str(count)] = float(sum(len(place.lost) for place in places) - sum(lost.values()))
    finally:
        house.stop(list(house.running))
        house.kill_orphans()
    for words in sorted({words for place in places for words in place.lost}):
        say(f"Sessions ended by themselves: {words}")
    return {
        "stop_http_to_wire_ms": stopping,
        "stop_floor_ms": stop_floor["p99"],
        "loop_lateness_ms": lateness,
        "loop_floor_ms": loop_floor["p99"],
        "ended_by_themselves": lost,
        "floors": {"stop_ms": stop_floor, "loop_ms": loop_floor},
        "sse_latency_ms": {"p50": percentile(ages, 50), "p95": percentile(ages, 95)},
    }


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--stops", type=int, default=200)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    data = Path(tempfile.mkdtemp(prefix="kc-bench-"))
    say("Starting, cold and warm.")
    served, start_s = starts(data)
    try:
        join(served)
        say("Pages.")
        figures = {"start_s": start_s, "web": web(served.url), **live(served, options.stops)}
    finally:
        stop(served)
        shutil.rmtree(data, ignore_errors=True)
    write(figures, KEPT_IN)
    say(table(figures, WANTED))
    say(f"Kept in {KEPT_IN.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
