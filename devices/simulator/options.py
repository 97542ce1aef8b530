"""The simulator's command line, shared by `python -m devices.simulator` and `manage.py simulate_controller`."""

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path

from devices.domain.registers import MAX_CHANNELS, SERIAL_NUMBER_LENGTH
from devices.domain.units import Scale
from devices.simulator.alicat import AlicatFirmware
from devices.simulator.far_end import FarEnd
from devices.simulator.faults import Fault
from devices.simulator.firmware import Firmware
from devices.simulator.limb import PRESETS
from devices.simulator.pace import Pace
from devices.simulator.pgva import Pgva, PgvaAscii
from devices.simulator.port import SimulatedPort
from devices.simulator.rack import Rack


def _serial(text: str) -> str:
    if not text.isascii() or not 0 < len(text) <= SERIAL_NUMBER_LENGTH:
        raise argparse.ArgumentTypeError(
            f"a serial number has 1 to {SERIAL_NUMBER_LENGTH} plain letters and digits"
        )
    return text


KINDS: dict[str, type[FarEnd]] = {
    "alicat": AlicatFirmware,
    "pace": Pace,
    "pgva": Pgva,
    "pgva_ascii": PgvaAscii,
    "reference": Firmware,
}
"""Simulated boxes by the name of their driver."""

REAL_TIME = 50
"""Before the loop that it answers: a real box does not share its processor with us."""


def add_options(to: argparse.ArgumentParser) -> None:
    """Put the options on a parser."""
    to.add_argument(
        "--link", nargs="+", required=True, type=Path, help="where each simulated serial port appears"
    )
    to.add_argument("--kind", choices=sorted(KINDS), default="reference", help="whose box it stands for")
    to.add_argument(
        "--serial", nargs="+", default=[], help="serial numbers, up to 8 characters, one per link"
    )
    to.add_argument(
        "--channels", type=int, default=1, choices=range(1, MAX_CHANNELS + 1), help="cuffs on each box"
    )
    to.add_argument("--preset", choices=sorted(PRESETS), default="thigh", help="the limb in each cuff")
    to.add_argument("--scale", choices=[scale.value for scale in Scale], default=Scale.MMHG.value)
    to.add_argument(
        "--fault",
        nargs="+",
        default=[],
        choices=[fault.value for fault in Fault],
        help="faults from the start",
    )
    to.add_argument("--moving", action="store_true", help="the limb exercises from the start")
    to.add_argument("--seed", type=int, default=1, help="of the sensors' noise")
    to.add_argument("--control", type=Path, help="a Unix socket to switch faults and look behind the sensors")


def parser() -> argparse.ArgumentParser:
    """A parser of its own."""
    made = argparse.ArgumentParser(
        "simulate_controller", description="Simulated pressure controllers on pseudo-terminals."
    )
    add_options(made)
    return made


def rack(options: argparse.Namespace) -> Rack:
    """The boxes that were asked for, on their ports."""
    serials = [
        *options.serial,
        *(f"SIM{n:05}" for n in range(len(options.serial) + 1, len(options.link) + 1)),
    ]
    ports = [
        _port(options, link, serial, n)
        for n, (link, serial) in enumerate(zip(options.link, serials, strict=False))
    ]
    return Rack(ports, options.control)


def _port(options: argparse.Namespace, link: Path, serial: str, n: int) -> SimulatedPort:
    try:
        box = KINDS[options.kind](
            serial_number=serial,
            presets=[options.preset] * options.channels,
            scale=Scale(options.scale),
            seed=options.seed + n,
        )
    except ValueError as why_not:
        sys.exit(str(why_not))
    box.faults_on |= {Fault(name) for name in options.fault}
    for limb in box.limbs:
        limb.is_moving = options.moving
    link.parent.mkdir(parents=True, exist_ok=True)
    return SimulatedPort(box, link)


def serve(options: argparse.Namespace) -> None:
    """Run until told to stop. One line says when the ports are there."""
    with contextlib.suppress(PermissionError):  # it stands for a box with a processor of its own
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(REAL_TIME))
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _frame: told.append(caught))
    shelf = rack(options)
    sys.stdout.write(f"Simulated controllers ready: {' '.join(str(link) for link in options.link)}\n")
    sys.stdout.flush()
    shelf.run(lambda: bool(told))
