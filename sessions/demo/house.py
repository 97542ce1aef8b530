"""The demo's clinic: its people who sign in, its room and its two simulated controllers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from devices.domain import acceptance
from devices.domain.acceptance import Step
from devices.domain.calibration import Point
from devices.domain.units import Scale
from devices.models import Channel, Controller, CuffModel, Station
from devices.services import Examined, record_acceptance, record_calibration
from devices.simulator.firmware import FIRMWARE_VERSION, RATED_MAXIMUM
from kaatsu_clinic.accounts.models import Clinic, Membership, Role, User
from protocols.models import Protocol

SLUG = "demo"
PASSWORD = "kaatsu-demo"
ROOM = "demo-room"
STAFF = (
    ("physio@demo.clinic", "Pia Berger", Role.PHYSIOTHERAPIST),
    ("lead@demo.clinic", "Dr Leo Lindqvist", Role.MEDICAL_LEAD),
    ("admin@demo.clinic", "Ada Marsh", Role.ADMIN),
    ("patient@demo.clinic", "Ruth Okafor", Role.PATIENT),
    ("carer@demo.clinic", "Ben Okafor", Role.CARER),
)
CONTROLLERS = (
    ("Wide cuff, room 1", "KC-DEMO-01", "kaatsu-demo-mmhg", Scale.MMHG),
    ("KAATSU bands, room 1", "KC-DEMO-02", "kaatsu-demo-sku", Scale.SKU),
)
STEPS = (
    Step("self-test", 0.2, acceptance.SELF_TEST),
    Step("fills", 2.1, acceptance.RISE),
    Step("overshoot", 1.4, acceptance.OVERSHOOT),
    Step("holds", 1.0, acceptance.HOLD_AT_REST),
    Step("leak", 1.2, acceptance.LEAK_ON_CYLINDER),
    Step("vents", 1.6, acceptance.VENT),
    Step("watchdog", 1.1, acceptance.WATCHDOG),
    Step("empty after silence", 2.6, acceptance.VENT),
)
CUFFS = {Scale.MMHG: ("Thigh cuff", 11.5), Scale.SKU: ("KAATSU band", 5.0)}


@dataclass(frozen=True)
class House:
    """All that the demo's history is made in."""

    clinic: Clinic
    staff: Mapping[Role, User]
    channels: Mapping[Scale, Channel]
    protocols: Mapping[str, Protocol]

    @property
    def physio(self) -> User:
        """Who measures, prescribes and supervises."""
        return self.staff[Role.PHYSIOTHERAPIST]

    @property
    def lead(self) -> User:
        """Who signs."""
        return self.staff[Role.MEDICAL_LEAD]


def build(*, devices_dir: Path, now: datetime) -> House:
    """A new clinic with its room."""
    clinic = Clinic.objects.create(name="Demo clinic", slug=SLUG)
    staff = _staff(clinic)
    station = Station.objects.create(clinic=clinic, name="Demo room", slug=ROOM)
    return House(
        clinic=clinic,
        staff=staff,
        channels=_channels(station, staff[Role.ADMIN], devices_dir, now),
        protocols={row.slug: row for row in Protocol.objects.filter(clinic=None, retired_at=None)},
    )


def connect(devices_dir: Path) -> None:
    """Point the demo's controllers to where this start of the program has its simulated ports."""
    for _name, serial, port, _scale in CONTROLLERS:
        Controller.objects.filter(serial_number=serial).update(
            port=str(devices_dir / port), firmware=FIRMWARE_VERSION
        )


def _staff(clinic: Clinic) -> dict[Role, User]:
    """One account for each role. The password is hashed once: that is slow on purpose."""
    hashed = make_password(PASSWORD)
    staff: dict[Role, User] = {}
    for email, name, role in STAFF:
        staff[role] = User.objects.create(email=email, full_name=name, password=hashed, is_demo=True)
        Membership.objects.create(user=staff[role], clinic=clinic, role=role)
    return staff


def _channels(station: Station, by: User, devices_dir: Path, now: datetime) -> dict[Scale, Channel]:
    return {
        scale: _channel(station, name, serial, devices_dir / port, scale, by, now)
        for name, serial, port, scale in CONTROLLERS
    }


def _channel(
    station: Station, name: str, serial: str, port: Path, scale: Scale, by: User, now: datetime
) -> Channel:
    cuff_name, width_cm = CUFFS[scale]
    cuff, _ = CuffModel.objects.get_or_create(
        name=cuff_name, defaults={"scale": scale, "width_cm": width_cm, "rated_maximum": RATED_MAXIMUM[scale]}
    )
    box = Controller.objects.create(
        station=station,
        name=name,
        port=str(port),
        serial_number=serial,
        firmware=FIRMWARE_VERSION,
        scale=scale,
        rated_maximum=RATED_MAXIMUM[scale],
        registered_at=now,
        registered_by=by,
    )
    channel = Channel.objects.create(controller=box, number=0, cuff_model=cuff)
    _accept(channel, by, now)
    return channel


def _accept(channel: Channel, by: User, now: datetime) -> None:
    """What a simulated box gave when it was examined, as invented as all else here."""
    box = channel.controller
    examined = Examined(STEPS, box.firmware, target=120, seconds=60, exercise=False)
    record_acceptance(controller=box, examined=examined, by=by, now=now)
    highest = min(box.rated_maximum, channel.cuff_model.rated_maximum)
    points = [Point(highest * share, highest * share + 0.5) for share in (0.0, 0.3, 0.6, 0.9)]
    record_calibration(
        channel=channel,
        points=points,
        gauge="DEMO-GAUGE",
        gauge_valid_until=timezone.localdate(now) + timedelta(days=365),
        by=by,
        now=now,
    )
