"""`manage.py controller_check` on a simulated box behind a pseudo-terminal: the test, its record, and what follows from it."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from devices import selectors
from kaatsu_clinic.accounts.models import Role
from tests import make
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bench(start_apart):
    return start_apart("--preset", "cylinder")


@pytest.fixture
def box(bench):
    admin = make.admin()
    box = make.controller(
        make.clinic_of(admin), admin, port=bench.port, serial_number=bench.serial_number, firmware="1.2"
    )
    box.acceptance_tests.all().delete()
    return box


def test_a_controller_that_passes_may_be_armed_and_the_table_says_why(box, capsys):
    assert any("acceptance test" in words for words in selectors.why_not_fit(box, timezone.localdate()))

    call_command("controller_check", box.pk, seconds=30, json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["passed"]
    assert told["is_acceptance"]
    assert {step["name"] for step in told["steps"]} >= {"self-test", "fills", "holds", "vents", "watchdog"}
    assert selectors.why_not_fit(box, timezone.localdate()) == []


def test_a_short_run_is_a_trial_that_accepts_nothing_and_says_so(box, capsys):
    call_command("controller_check", box.pk, seconds=5, target=40)

    assert "A trial, not an acceptance: it held 40 for 5 s." in capsys.readouterr().out
    kept = box.acceptance_tests.get()
    assert (kept.passed, kept.is_trial, kept.valid_until) == (True, True, None)
    assert any("acceptance test" in words for words in selectors.why_not_fit(box, timezone.localdate()))


def test_one_that_fails_is_kept_too_and_can_not_be_armed(box, bench, capsys):
    bench.control.fault("no_lease")
    bench.control.fault("leak")

    with pytest.raises(CommandError, match="did not pass"):
        call_command("controller_check", box.pk, seconds=5)

    assert "FAILED" in capsys.readouterr().out
    assert not box.acceptance_tests.get().passed
    until(lambda: bench.true_pressure < 20, within_s=5)
    assert any("acceptance test" in words for words in selectors.why_not_fit(box, timezone.localdate()))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": 500}, "between 40 and"),
        ({"seconds": 0}, "5 to 600"),
        ({"by": "nobody@example.org"}, "signs in as"),
    ],
)
def test_a_senseless_wish_is_refused_in_words(box, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("controller_check", box.pk, **{"seconds": 5} | options)


def test_an_unknown_controller_or_port_is_told(box):
    with pytest.raises(CommandError, match="no controller 999999"):
        call_command("controller_check", 999_999)

    box.port = "/dev/no-such-port"
    box.save()
    with pytest.raises(CommandError, match="cable"):
        call_command("controller_check", box.pk)


def test_who_is_treated_here_can_not_answer_for_a_box(box):
    person = make.person(Role.PATIENT, box.station.clinic)

    with pytest.raises(CommandError, match="Nobody who works in this clinic"):
        call_command("controller_check", box.pk, seconds=5, by=person.email)


def test_every_channel_is_examined_before_any_of_them_may_be_armed(start_apart, capsys):
    bench = start_apart("--preset", "cylinder", "--channels", "2")
    admin = make.admin()
    box = make.controller(make.clinic_of(admin), admin, port=bench.port, serial_number=bench.serial_number)
    box.channels.create(number=1, cuff_model=box.channels.get().cuff_model)

    call_command("controller_check", box.pk, seconds=5, json=True)

    names = {step["name"] for step in json.loads(capsys.readouterr().out)["steps"]}
    assert {"1: fills", "2: fills", "1: watchdog", "2: watchdog"} <= names
    assert bench.control.state()["pressure_max"][1] > 100


def test_a_box_is_examined_again_after_its_host_fell_silent_and_with_the_firmware_that_it_runs_now(
    box, bench
):
    stranger = bench.open()
    stranger.arm(fence=1, ceiling=100, max_inflated_s=60)
    until(lambda: stranger.read().faults, within_s=5)
    stranger.close()
    box.firmware = "1.0"
    box.save()

    call_command("controller_check", box.pk, seconds=5)

    box.refresh_from_db()
    assert (box.firmware, box.acceptance_tests.get().firmware) == ("1.2", "1.2")


def test_firmware_that_was_not_tried_is_not_examined_at_all(box, bench):
    bench.control.fault("old_firmware")

    with pytest.raises(CommandError, match=r"Firmware 0\.9 has not been tried"):
        call_command("controller_check", box.pk, seconds=5)

    assert not box.acceptance_tests.exists()
