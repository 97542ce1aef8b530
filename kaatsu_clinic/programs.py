"""The programs that make up a clinic on one computer, as command lines. Used by `launch`."""

import sys
from pathlib import Path

from kaatsu_clinic.redis_server import HOST
from kaatsu_clinic.supervisor import Program

VENT_PATIENCE_S = 14.0
"""The station worker's own soft shutdown takes up to 10 s with a cuff under pressure."""
DEMO_CONTROLLERS = (("mmhg", "KC-DEMO-01"), ("sku", "KC-DEMO-02"))
STOP_ORDER = (("station",), ("web", "worker", "beat"), ("simulator-mmhg", "simulator-sku"), ("redis",))
WORKER_ENV = {"REMAP_SIGTERM": "SIGQUIT", "CELERY_SKIP_CHECKS": "1"}
"""SIGTERM starts the soft shutdown; Django's checks ran in the preparation and in `make check`."""
QUIET = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")


def python(*arguments: str) -> list[str]:
    """A command line for this Python."""
    return [sys.executable, *arguments]


def celery(command: str, *arguments: str) -> list[str]:
    """A command line for Celery with this project's application."""
    return python("-m", "celery", "-A", "kaatsu_clinic", command, *arguments)


def simulator(data: Path, scale: str, serial: str) -> Program:
    """A simulated controller: physics and firmware behind a pseudo-terminal."""
    link = data / "dev" / f"kaatsu-demo-{scale}"
    flags = (
        "--link",
        str(link),
        "--serial",
        serial,
        "--scale",
        scale.upper(),
        "--control",
        f"{link}.control",
    )
    return Program(
        f"simulator-{scale}", f"The simulated {scale} controller", python("-m", "devices.simulator", *flags)
    )


def simulators(data: Path) -> list[Program]:
    """The two controllers of the demo room, one per scale."""
    return [simulator(data, scale, serial) for scale, serial in DEMO_CONTROLLERS]


def station_worker(station: str) -> Program:
    """Runs the live sessions of one room: a process for each port, nothing prefetched. Its heartbeat says that the room is there."""
    queue = ("-Q", f"station.{station}", "-P", "prefork", "--prefetch-multiplier", "1", "-Ofair")
    env = WORKER_ENV | {"KAATSU_STATION": station}
    return Program(
        "station",
        "The station worker",
        celery("worker", *queue, "-n", f"station@{station}", *QUIET),
        env,
        VENT_PATIENCE_S,
    )


def default_worker(station: str) -> Program:
    """Does what is not a live session: drains journals, closes lost sessions."""
    argv = celery(
        "worker", "-Q", "clinic", "-c", "1", "-n", f"clinic@{station}", "--without-heartbeat", *QUIET
    )
    return Program("worker", "The default worker", argv, WORKER_ENV, VENT_PATIENCE_S)


def beat() -> Program:
    """Asks for the regular tasks."""
    return Program("beat", "The clock (Celery beat)", celery("beat", "--pidfile", "", "--loglevel", "INFO"))


def web(port: int) -> Program:
    """Serves the pages, the signed links and the live events."""
    where = ("--host", HOST, "--port", str(port), "--timeout-graceful-shutdown", "2")
    flags = (
        "--no-access-log",
        "--no-proxy-headers",
        "--no-server-header",
        "--lifespan",
        "off",
        "--log-level",
        "warning",
    )
    return Program(
        "web", "The web server", python("-m", "uvicorn", "kaatsu_clinic.asgi:application", *where, *flags)
    )
