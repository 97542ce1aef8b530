"""The pages about cuffs, and a real station worker behind them: Redis, Celery, a pseudo-terminal."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.urls import reverse

from devices import services
from devices.models import Channel, Controller, Station
from kaatsu_clinic import redis_server
from kaatsu_clinic.celery import app
from tests import make

pytestmark = pytest.mark.django_db
SLUG = "room-under-test"
WORKER_STARTS_WITHIN_S = 30
VENTED = re.compile(r"It answers: vented, -?[01] mmHg\.")
"""An empty cuff as a gauge with noise tells it."""


@pytest.fixture(scope="module")
def station_worker(redis_url) -> Iterator[None]:
    """The worker of one station, as it runs in a clinic."""
    command = f"-m celery -A kaatsu_clinic worker -Q station.{SLUG} -P solo -n {SLUG}@test --without-gossip --without-mingle"
    worker = subprocess.Popen(
        [sys.executable, *command.split()],
        env=os.environ | {"REDIS_URL": redis_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + WORKER_STARTS_WITHIN_S
    while not app.control.ping(destination=[f"{SLUG}@test"], timeout=0.5):
        assert time.monotonic() < deadline, "the worker does not start"
    yield
    worker.kill()
    worker.wait()


@pytest.fixture
def admin():
    return make.admin()


@pytest.fixture
def station(admin):
    return Station.objects.create(clinic=make.clinic_of(admin), name="Room 1", slug=SLUG)


@pytest.fixture
def box(admin, station):
    return make.controller(make.clinic_of(admin), admin, station=station)


def words(response: HttpResponse) -> str:
    return response.content.decode()


def answer(response: HttpResponse) -> str:
    """What the box said, as the page tells it."""
    return " ".join(re.findall(r"It answers: [^<]*", words(response))).strip()


def terms(station, port: str, **changes) -> dict[str, object]:
    """What is filled in to register a box with one channel."""
    cuff = make.cuff_model()
    return {
        "station": station.pk,
        "driver": "reference",
        "port": port,
        "name": "Door",
        "cuff_1": cuff.pk,
    } | changes


@pytest.mark.parametrize("who", [make.physio, make.lead, make.admin])
def test_the_fleet_is_seen_by_those_who_work_in_the_clinic(client, box, who):
    client.force_login(who(box.station.clinic))

    page = words(client.get(reverse("devices:fleet")))

    assert box.name in page
    assert box.serial_number in page


def test_the_fleet_of_another_clinic_is_not_seen(client, box):
    client.force_login(make.physio())

    page = words(client.get(reverse("devices:fleet")))

    assert box.name not in page
    assert "no station yet" in page


def test_a_patient_sees_no_fleet(client, box):
    client.force_login(make.trainee(make.patient(make.physio())))

    assert client.get(reverse("devices:fleet")).status_code == 403


@pytest.mark.parametrize("name", ["controller", "check", "clear_fault", "quarantine", "return_to_use"])
def test_a_box_of_another_clinic_does_not_exist(client, box, name):
    client.force_login(make.lead())
    ask = client.get if name == "controller" else client.post

    assert ask(reverse(f"devices:{name}", args=[box.pk])).status_code == 404


def test_a_physiotherapist_does_not_register_boxes(client, box):
    client.force_login(make.physio(box.station.clinic))

    assert client.get(reverse("devices:register")).status_code == 403
    assert "Register a controller" not in words(client.get(reverse("devices:fleet")))


def test_anyone_in_the_room_takes_a_box_out_of_use_and_the_lead_takes_it_back(client, box):
    client.force_login(make.physio(box.station.clinic))
    page = client.post(reverse("devices:quarantine", args=[box.pk]), {"reason": "Smells burnt"}, follow=True)
    assert "Smells burnt" in words(page)
    assert client.post(reverse("devices:return_to_use", args=[box.pk])).status_code == 403

    client.force_login(make.lead(box.station.clinic))
    client.post(reverse("devices:return_to_use", args=[box.pk]))

    box.refresh_from_db()
    assert box.quarantined_at is None


def test_a_box_is_not_taken_out_of_use_without_a_reason(client, box):
    client.force_login(make.physio(box.station.clinic))

    answer = client.post(reverse("devices:quarantine", args=[box.pk]), {"reason": " "})

    assert answer.status_code == 422
    assert "Say why" in words(answer)


def test_a_lead_elsewhere_who_is_a_physiotherapist_here_does_not_take_it_back(client, box):
    person = make.lead()
    person.memberships.create(clinic=box.station.clinic, role="PHYSIOTHERAPIST")
    client.force_login(person)

    assert client.post(reverse("devices:return_to_use", args=[box.pk])).status_code == 403


def test_a_box_is_registered_after_its_station_asked_it(client, admin, station, bench, station_worker):
    client.force_login(admin)

    page = client.post(reverse("devices:register"), terms(station, bench.port), follow=True)

    assert "Door is registered: controller SIM00001." in words(page)
    assert Controller.objects.get().port == bench.port
    assert Channel.objects.get().number == 0


def test_a_port_that_is_not_there_is_said_next_to_the_field(client, admin, station, tmp_path, station_worker):
    client.force_login(admin)

    page = client.post(reverse("devices:register"), terms(station, str(tmp_path / "none"), name="Kept name"))

    assert "no such port on this station" in words(page)
    assert "Kept name" in words(page)
    assert page.context["form"].errors.keys() == {"port"}


def test_a_port_in_use_is_said(client, admin, station, bench, station_worker):
    client.force_login(admin)
    session = bench.open()

    page = client.post(reverse("devices:register"), terms(station, bench.port))
    session.close()

    assert "The port is in use: a session runs on it" in words(page)


def test_what_is_not_a_controller_is_said(client, admin, station, bench, station_worker):
    client.force_login(admin)
    bench.control.fault("garbage")

    page = client.post(reverse("devices:register"), terms(station, bench.port))

    assert "Nothing on this port answers as a controller" in words(page)


def test_a_box_that_does_not_fit_is_refused_with_every_reason(client, admin, station, start, station_worker):
    client.force_login(admin)
    bench = start("--channels", "2", "--scale", "SKU", "--fault", "old_firmware")

    page = words(client.post(reverse("devices:register"), terms(station, bench.port)))

    assert "Firmware 0.9" in page
    assert "2 channels" in page
    assert "counts in mmHg" in page
    assert not Controller.objects.exists()


def test_a_station_that_does_not_answer_is_said(client, admin, monkeypatch):
    monkeypatch.setattr("devices.tasks.ANSWER_WITHIN_S", 0.2)
    client.force_login(admin)
    dark = Station.objects.create(clinic=make.clinic_of(admin), name="Dark room", slug="dark")

    page = client.post(reverse("devices:register"), terms(dark, "/dev/ttyUSB0"))

    assert "The station does not answer" in words(page)


def test_without_a_broker_nothing_hangs_and_it_is_said(redis_url):
    program = (
        "import django; django.setup()\n"
        "from devices import tasks\n"
        "from devices.models import Station\n"
        "try: tasks.ask_identity(station=Station(slug='x'), driver='reference', port='/dev/x')\n"
        "except tasks.StationError as error: print(error)\n"
    )
    nobody = f"redis://127.0.0.1:{redis_server.free_port()}/0"

    said = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"REDIS_URL": nobody},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert "broker does not answer" in said.stdout, said.stderr


def test_fields_are_answered_one_by_one(client, admin, station):
    client.force_login(admin)
    cuff = make.cuff_model()

    empty = client.post(reverse("devices:register"), {"name": ""})
    port = client.post(reverse("devices:register"), terms(station, "ttyUSB0"))
    gap = client.post(reverse("devices:register"), terms(station, "/dev/x", cuff_3=cuff.pk))

    assert empty.context["form"].errors.keys() == {"station", "driver", "port", "name", "cuff_1"}
    assert "full name of a device file" in words(port)
    assert gap.context["form"].errors.keys() == {"cuff_2"}


def test_no_box_is_added_to_a_station_of_another_clinic(client, admin):
    elsewhere = make.controller(make.clinic(), admin).station
    client.force_login(admin)

    page = client.post(reverse("devices:register"), terms(elsewhere, "/dev/x"))

    assert page.context["form"].errors.keys() >= {"station"}


def test_a_box_is_asked_how_it_is_and_its_fault_is_cleared(client, box, bench, station_worker):
    Controller.objects.filter(pk=box.pk).update(port=bench.port, serial_number="SIM00001")
    client.force_login(make.physio(box.station.clinic))
    check, clear = (reverse(f"devices:{name}", args=[box.pk]) for name in ("check", "clear_fault"))

    assert VENTED.fullmatch(answer(client.post(check, follow=True)))
    bench.control.fault("reset")
    page = client.post(check, follow=True)
    assert "It restarted by itself." in answer(page)
    assert "clear the fault" in words(page)
    reason = {"clearing_reason": "Plugged in again"}
    assert VENTED.fullmatch(answer(client.post(clear, reason, follow=True)))


def test_a_latched_fault_is_taken_back_by_a_named_person_with_a_reason(client, box, bench, station_worker):
    Controller.objects.filter(pk=box.pk).update(port=bench.port, serial_number="SIM00001")
    services.latch_fault(controller=box, reason="The cuff loses air.", now=make.NOW)
    physio = make.physio(box.station.clinic)
    client.force_login(physio)
    clear = reverse("devices:clear_fault", args=[box.pk])

    assert "The cuff loses air." in words(client.get(reverse("devices:controller", args=[box.pk])))
    assert "The cuff loses air." in words(client.get(reverse("devices:fleet")))
    assert "Say what you looked at" in words(client.post(clear, {"clearing_reason": " "}))
    assert box.standing_fault is not None

    page = words(client.post(clear, {"clearing_reason": "New hose"}, follow=True))

    assert box.standing_fault is None
    assert box.faults.get().cleared_by == physio
    assert "New hose" in page


def test_a_fault_stands_while_the_box_is_not_well(client, box, bench, station_worker):
    Controller.objects.filter(pk=box.pk).update(port=bench.port, serial_number="SIM00001")
    services.latch_fault(controller=box, reason="The cuff loses air.", now=make.NOW)
    client.force_login(make.physio(box.station.clinic))
    bench.control.fault("emergency_stop")

    page = client.post(
        reverse("devices:clear_fault", args=[box.pk]), {"clearing_reason": "Looked"}, follow=True
    )

    assert "refused" in words(page)
    assert box.standing_fault is not None


def test_another_box_on_the_port_is_said(client, box, bench, station_worker):
    Controller.objects.filter(pk=box.pk).update(port=bench.port)
    client.force_login(make.physio(box.station.clinic))

    page = client.post(reverse("devices:check", args=[box.pk]), follow=True)

    assert "Another box than expected" in words(page)


def test_without_a_fault_there_is_nothing_to_clear(client, box):
    client.force_login(make.physio(box.station.clinic))
    page = reverse("devices:controller", args=[box.pk])

    assert "clear the fault" not in words(client.get(page))

    services.latch_fault(controller=box, reason="The cuff loses air.", now=make.NOW)
    assert "clear the fault" in words(client.get(page))


def test_a_check_and_a_clear_are_posts(client, box):
    client.force_login(make.physio(box.station.clinic))

    for name in ("check", "clear_fault", "quarantine"):
        assert client.get(reverse(f"devices:{name}", args=[box.pk])).status_code == 405
