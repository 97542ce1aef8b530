"""A room of eight simulated cuffs and a box with four, made beside the demo's, and sessions in it. Needs Django with the served instance's environment."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.utils import timezone

from devices.domain.units import Scale
from devices.models import Channel, Controller, CuffModel, Station
from devices.simulator.control import Control
from kaatsu_clinic import programs
from kaatsu_clinic.accounts.models import Role, User
from kaatsu_clinic.supervisor import House, Program
from protocols.domain.plan import Plan, sets_at
from protocols.models import Prescription
from sessions import bus, tasks
from sessions.models import TrainingSession
from tests.make import accept

ROOM = "bench-room"
CUFFS = 8
TARGET_MMHG = 60.0
PLAN = Plan(
    scale=Scale.MMHG,
    intervals=sets_at(TARGET_MMHG, (30, 15, 15, 15), 30.0),
    ceiling=150.0,
    max_inflated_s=3600.0,
    max_total_s=3600.0,
    lop_mmhg=150.0,
)


class TooSlowError(Exception):
    """Something did not happen in time."""


def wait_for(
    what: str, holds: Callable[[], bool], within_s: float = 60.0, seen: Callable[[], object] = lambda: ""
) -> None:
    """Return as soon as it holds. `seen` tells what was there instead."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            raise TooSlowError(f"{what} took more than {within_s:.0f} s. {seen()}")
        time.sleep(0.01)


def link(data: Path, number: int) -> Path:
    """The serial port of one cuff."""
    return data / "dev" / f"bench-{number}"


def control(data: Path) -> Path:
    """Where to ask the simulator what it saw."""
    return data / "dev" / "bench.control"


FOUR = "KC-BENCH-4X"
"""The box with four cuffs, beside the eight with one."""


def serial_number(number: int) -> str:
    """Of one box."""
    return f"KC-BENCH-{number}"


def start(data: Path) -> House:
    """The simulator and the station's worker."""
    house = House(data / "log")
    house.start(_simulator(data))
    house.start(_simulator_of_four(data))
    wait_for("The simulator's start", lambda: control(data).exists() and link(data, CUFFS).exists())
    station = programs.station_worker(ROOM)
    house.start(replace(station, name="bench-station"))
    wait_for("The station's start", lambda: bus.station(ROOM) is not None)
    return house


def _simulator(data: Path) -> Program:
    links = [str(link(data, number)) for number in range(CUFFS)]
    serials = [serial_number(number) for number in range(CUFFS)]
    where = ["--link", *links, "--serial", *serials, "--control", str(control(data))]
    return Program("bench-simulator", "The simulator", programs.python("-m", "devices.simulator", *where))


def _simulator_of_four(data: Path) -> Program:
    where = ["--link", str(link(data, CUFFS)), "--serial", FOUR, "--channels", "4", "--preset", "arm"]
    return Program(
        "bench-four", "The simulator with four cuffs", programs.python("-m", "devices.simulator", *where)
    )


def furnish(data: Path) -> list[tuple[Channel, Prescription]]:
    """Cuffs in the database, the box with four last, each with a patient of the demo who has a prescription in mmHg."""
    physio = User.objects.get(email="physio@demo.clinic")
    clinic = physio.clinics_as(Role.PHYSIOTHERAPIST)[0]
    station = Station.objects.create(clinic=clinic, name="Bench", slug=ROOM)
    cuff = CuffModel.objects.filter(scale=Scale.MMHG)[0]
    boxes = [
        _box(station, cuff, link(data, number), serial_number(number), physio) for number in range(CUFFS)
    ]
    channels = [box.channels.get() for box in boxes]
    channels.append(_box(station, cuff, link(data, CUFFS), FOUR, physio, cuffs=4).channels.all()[0])
    written = {one.patient_id: one for one in Prescription.objects.filter(scale=Scale.MMHG)}
    return list(zip(channels, written.values(), strict=False))


def _box(station: Station, cuff: CuffModel, port: Path, serial: str, by: User, cuffs: int = 1) -> Controller:
    box = Controller.objects.create(
        station=station,
        name=f"Bench {serial}",
        port=str(port),
        serial_number=serial,
        firmware="1.2",
        scale=Scale.MMHG,
        rated_maximum=cuff.rated_maximum,
        registered_at=timezone.now(),
        registered_by=by,
    )
    for number in range(cuffs):
        Channel.objects.create(controller=box, number=number, cuff_model=cuff)
    accept(box)
    return box


def open_session(channel: Channel, prescription: Prescription, plan: Plan = PLAN) -> TrainingSession:
    """A session on its way to the station, past the preflight."""
    session = TrainingSession.objects.create(
        patient=prescription.patient,
        prescription=prescription,
        channel=channel,
        controller=channel.controller,
        supervisor=channel.controller.registered_by,
        scale=Scale.MMHG,
        plan=plan.to_json(),
        preflight={},
        opened_at=timezone.now(),
    )
    tasks.launch(session)
    return session


def vented_at(truth: Control, number: int) -> float:
    """When the first byte of the last vent came, on this machine's monotonic clock."""
    return truth.state(serial_number(number))["last_vent_request_monotonic"] or 0.0
