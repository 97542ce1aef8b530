"""Sessions in a served clinic, opened past the preflight by a process of their own: whoever drives a browser asks no ORM.

`python -m tests.opened` in the served program's environment; a session for each line that it is told. `Opener` is its other end.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.served import ROOT, Served

JOINED = ("REDIS_URL", "KAATSU_DATA", "KAATSU_DEMO")


class Opener:
    """Opens sessions on the demo room's mmHg cuff, each for a new patient, supervised by the demo's physiotherapist."""

    def __init__(self, served: Served) -> None:
        said = Path(f"/proc/{served.pid('web')}/environ").read_text().split("\0")
        joined = dict(one.split("=", 1) for one in said if one.startswith(JOINED))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.opened"],
            cwd=ROOT,
            env=os.environ | joined | {"DJANGO_SETTINGS_MODULE": "kaatsu_clinic.settings"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def open(self) -> "Opened":
        """A session on its way to the station."""
        found = self._ask()
        return Opened(found["patient"], f"/patients/{found['patient']}/sessions/{found['session']}/console/")

    def _ask(self) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("open\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End that process."""
        self._process.communicate(timeout=10)


@dataclass(frozen=True)
class Opened:
    """One session: whose, and the address of its console."""

    patient: int
    console: str


def _open() -> dict[str, int]:
    from django.utils import timezone

    from devices.domain.units import Scale
    from devices.models import Channel
    from kaatsu_clinic.accounts.models import User
    from sessions import tasks
    from sessions.models import TrainingSession
    from tests import make

    cuff = Channel.objects.get(controller__serial_number="KC-DEMO-01", number=0)
    box, physio, now = cuff.controller, User.objects.get(email="physio@demo.clinic"), timezone.now()
    _make_free(box)
    make_fit(box, physio)
    patient = make.patient(physio, clinic=box.station.clinic, number=f"J-{now.timestamp()}")
    session = TrainingSession.objects.create(
        patient=patient,
        channel=cuff,
        controller=box,
        supervisor=physio,
        scale=Scale.MMHG,
        preflight={},
        opened_at=now,
        **_sets(patient, cuff),
    )
    tasks.launch(session)
    return {"session": session.pk, "patient": patient.pk}


def _sets(patient: Any, cuff: Any) -> dict[str, Any]:
    """Two sets and a rest of a minute."""
    from django.utils import timezone

    from devices.domain.units import Scale
    from protocols.domain.plan import Plan, sets_at
    from tests import make

    plan = Plan(Scale.MMHG, sets_at(60.0, (30, 15), 60.0), 120.0, 600.0, 1200.0, lop_mmhg=150.0).to_json()
    prescription = make.prescription(
        patient,
        protocol=make.protocol(slug=f"journey-{patient.pk}", clinic=patient.clinic),
        occlusion=make.occlusion(patient, cuff_model=cuff.cuff_model),
        plan=plan,
        valid_until=timezone.localdate() + timedelta(days=7),
    )
    return {"plan": plan, "prescription": prescription}


def _make_free(box: Any) -> None:
    """End what a test before has left running."""
    from sessions import bus
    from sessions.domain.commands import Command, Verb
    from sessions.models import TrainingSession
    from tests.waiting import until

    left = TrainingSession.objects.filter(controller=box).exclude(status=TrainingSession.Status.ENDED)
    for one in left:
        bus.send(one.pk, Command(Verb.STOP))
    until(lambda: not left.all().exists(), 30, "a session before does not end")


def make_fit(box: Any, by: Any) -> None:
    """Take back what a session before has latched, as someone would who looked at the cuff."""
    from django.utils import timezone

    from devices import services, tasks

    if box.faults.filter(cleared_at=None).exists() and tasks.ask_to_clear_fault(box).is_well:
        services.clear_fault(controller=box, reason="Looked at: empty.", by=by, now=timezone.now())


def main() -> None:
    """Answer until nobody asks any more."""
    import django

    django.setup()
    for _ in sys.stdin:
        print(json.dumps(_open()), flush=True)


if __name__ == "__main__":
    main()
