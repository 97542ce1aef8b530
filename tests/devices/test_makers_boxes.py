"""Boxes that others make, from the shell of a station: registered, examined with the guard as their watchdog, fit for a session."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from devices import selectors
from devices.models import Controller, Station
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("kind", "firmware", "rated_maximum"),
    [
        ("alicat", "10v20", 300),
        ("pace", "02.00.07", 300),
        ("pgva", "2.0.45", 337),
        ("pgva_ascii", "2.0.45", 337),
    ],
)
def test_it_is_registered_and_passes_with_the_guard_as_its_watchdog(
    start_apart, capsys, kind, firmware, rated_maximum
):
    bench = start_apart("--kind", kind, "--preset", "cylinder")
    clinic = make.clinic_of(make.admin())
    station = Station.objects.create(clinic=clinic, name="Room", slug="room")
    where = {"station": station.slug, "driver": kind, "port": bench.port}

    call_command("add_controller", **where, name="Door", cuff=[make.cuff_model().name])
    box = Controller.objects.get()
    assert (box.serial_number, box.firmware, box.rated_maximum) == (
        bench.serial_number,
        firmware,
        rated_maximum,
    )
    capsys.readouterr()
    call_command("controller_check", box.pk, seconds=30, json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["passed"], told
    assert {step["name"] for step in told["steps"]} >= {"fills", "holds", "vents", "watchdog"}
    assert told["is_acceptance"]
    assert not any("acceptance" in words for words in selectors.why_not_fit(box, timezone.localdate()))
    assert bench.true_pressure < 20
