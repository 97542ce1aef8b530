"""Which controllers are accepted into the fleet, and which are not."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from devices import selectors, services
from devices.domain.acceptance import HOLD_AT_REST, Step
from devices.domain.box import Identity
from devices.domain.units import Scale
from devices.drivers import DRIVERS
from devices.forms import DRIVER_NAMES
from devices.models import Controller, CuffModel, Station
from tests import make

pytestmark = pytest.mark.django_db
BOX = Identity("KC-0001", "1.2", Scale.MMHG, 2, 300.0)


@pytest.fixture
def admin():
    return make.admin()


@pytest.fixture
def terms(admin):
    """A box that may be registered as it is."""
    station = Station.objects.create(clinic=make.clinic_of(admin), name="Room 1", slug="room-one")
    return {
        "station": station,
        "name": "By the window",
        "identity": BOX,
        "port": "/dev/serial/by-id/kc-0001",
        "driver": "reference",
        "cuff_models": [make.cuff_model()] * 2,
        "by": admin,
        "now": make.NOW,
    }


def refusal(terms) -> str:
    with pytest.raises(services.NotAcceptedError) as refused:
        services.register_controller(**terms)
    return " ".join(refused.value.objections)


def test_a_box_is_kept_as_it_described_itself(terms):
    box = services.register_controller(**terms)

    kept = Controller.objects.get()
    assert kept == box
    assert (kept.serial_number, kept.firmware, kept.scale, kept.rated_maximum) == (
        "KC-0001",
        "1.2",
        "MMHG",
        300,
    )
    assert [channel.number for channel in selectors.channels_of(kept)] == [0, 1]


def test_firmware_that_was_not_tried_is_refused(terms):
    assert "Firmware 0.9" in refusal(terms | {"identity": replace(BOX, firmware="0.9")})


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_kind_of_controller_has_a_name_for_people_and_firmware_that_was_tried(driver):
    assert services.SUPPORTED_FIRMWARE[driver]
    assert DRIVER_NAMES[driver]


def test_a_box_is_registered_once(terms):
    services.register_controller(**terms)

    assert "already registered as “By the window”" in refusal(terms | {"port": "/dev/other"})


def test_a_port_belongs_to_one_box(terms):
    services.register_controller(**terms)

    assert "belongs to “By the window”" in refusal(
        terms | {"identity": replace(BOX, serial_number="KC-0002")}
    )


def test_a_box_without_a_serial_number_is_refused(terms):
    assert "no serial number" in refusal(terms | {"identity": replace(BOX, serial_number="")})


def test_scales_are_never_mixed(terms):
    sku = make.cuff_model(scale=Scale.SKU)

    assert "counts in SKU, this controller in mmHg" in refusal(terms | {"cuff_models": [sku, sku]})


def test_every_channel_has_a_cuff_and_no_more(terms):
    assert "2 channels" in refusal(terms | {"cuff_models": terms["cuff_models"][:1]})
    assert not Controller.objects.exists()


def test_a_box_in_quarantine_is_not_ready_until_it_is_taken_back(terms):
    box = services.register_controller(**terms)
    clinic = terms["station"].clinic

    services.quarantine(controller=box, reason="Leaks", now=make.NOW)
    assert not selectors.ready_channels(clinic).exists()

    services.return_to_use(controller=box)
    assert selectors.ready_channels(clinic).count() == 2


def test_the_station_shell_registers_what_is_plugged_in(terms, bench, capsys):
    name = CuffModel.objects.get().name

    call_command("add_controller", station="room-one", port=bench.port, name="Door", cuff=[name], json=True)
    call_command("controllers", json=True)

    assert Controller.objects.get().serial_number == "SIM00001"
    assert '"serial_number": "SIM00001"' in capsys.readouterr().out


def test_the_station_shell_says_why_not(terms, bench, tmp_path):
    good = {"station": "room-one", "port": bench.port, "name": "Door", "cuff": [CuffModel.objects.get().name]}

    for wrong, words in (
        ({"station": "nowhere"}, "Known: room-one"),
        ({"port": str(tmp_path / "none")}, "cable"),
        ({"cuff": ["Unheard of"]}, "There is no cuff Unheard of"),
        ({"by": "nobody@example.test"}, "--by"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("add_controller", **(good | wrong))


def test_stations_and_cuffs_are_added_from_the_shell(admin):
    slug = make.clinic_of(admin).slug
    call_command("add_station", clinic=slug, station="room-two", name="Room 2")
    call_command("add_cuff_model", name="Wide", scale="MMHG", width_cm=18, rated_maximum=280)

    assert Station.objects.get().queue == "station.room-two"
    assert CuffModel.objects.get().scale == Scale.MMHG
    with pytest.raises(CommandError, match="already"):
        call_command("add_station", clinic=slug, station="room-two", name="Room 2")


def test_the_first_of_several_faults_stands_until_it_is_cleared(admin):
    box = make.controller(make.clinic_of(admin), admin)
    first = services.latch_fault(controller=box, reason="The cuff loses air.", now=make.NOW)

    assert services.latch_fault(controller=box, reason="Silence.", now=make.NOW) == first
    services.clear_fault(controller=box, reason="New hose", by=admin, now=make.NOW)

    assert services.latch_fault(controller=box, reason="Silence.", now=make.NOW) != first
    assert selectors.cleared_faults(box).get() == first


@pytest.mark.parametrize(("target", "seconds", "rated"), [(99, 60, 300), (120, 29, 300), (79, 60, 100)])
def test_a_run_too_low_or_too_short_neither_accepts_a_box_nor_takes_its_acceptance(target, seconds, rated):
    admin = make.admin()
    box = make.controller(make.clinic_of(admin), admin, rated_maximum=rated)

    def run(target, seconds):
        step = Step("holds", 1.0, HOLD_AT_REST)
        examined = services.Examined([step], box.firmware, target, seconds, exercise=False)
        return services.record_acceptance(controller=box, examined=examined, by=admin, now=timezone.now())

    assert run(target, seconds).is_trial
    assert selectors.why_not_fit(box, make.TODAY) == []

    box.acceptance_tests.all().delete()
    run(target, seconds)
    assert any("acceptance test" in words for words in selectors.why_not_fit(box, make.TODAY))

    assert not run(min(100, 0.8 * rated), 30).is_trial
    assert selectors.why_not_fit(box, make.TODAY) == []


def test_a_trial_that_fails_takes_the_acceptance():
    admin = make.admin()
    box = make.controller(make.clinic_of(admin), admin)
    failed = services.Examined([Step("holds", 0.2, HOLD_AT_REST)], box.firmware, 40, 5, exercise=False)

    services.record_acceptance(controller=box, examined=failed, by=admin, now=timezone.now())

    assert any("acceptance test" in words for words in selectors.why_not_fit(box, make.TODAY))
