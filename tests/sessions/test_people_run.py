"""People at the consoles of a session on the real loop, and at its page afterwards: commands through the web, names from the sign-in."""

import json
import uuid
from typing import Any

import pytest
from django.urls import reverse

from sessions import bus, services
from sessions.domain.commands import Command, Verb
from sessions.models import SessionEvent, TrainingSession
from tests import make
from tests.at_a_console import Console, at_the_console, ended
from tests.sessions.test_live_run import session
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["session"]

ANNAS_CONSOLE, BENS_CONSOLE = str(uuid.uuid4()), str(uuid.uuid4())


def post(client: Any, session: TrainingSession, **command: Any) -> int:
    """A command as a page sends it. The status."""
    body = {"key": str(uuid.uuid4()), **command}
    link = reverse("sessions:command", args=[session.patient_id, session.pk])
    return int(client.post(link, json.dumps(body), content_type="application/json").status_code)


def sent(session: TrainingSession) -> list[Command]:
    with bus.client() as client:
        return [Command.from_json(fields["c"]) for _, fields in client.xrange(bus.commands_key(session.pk))]


def test_who_asks_is_told_by_the_sign_in_whatever_the_page_says(client, session):
    client.force_login(session.supervisor)

    assert post(client, session, verb="TAKE", console=ANNAS_CONSOLE, user=4711, who="Somebody else") == 202

    [command] = sent(session)
    assert (command.user, command.who) == (session.supervisor.pk, str(session.supervisor))
    assert command.console == ANNAS_CONSOLE


@pytest.mark.parametrize("fields", [{"console": "me"}, {"other": "you"}, {"console": 5}])
def test_a_console_without_a_proper_id_is_refused_in_words(client, session, fields):
    client.force_login(session.supervisor)
    assert post(client, session, **({"verb": "TAKE"} | fields)) == 400
    assert sent(session) == []


def test_nobody_of_another_clinic_or_without_a_sign_in_takes_over(client, session):
    assert post(client, session, verb="TAKE", console=BENS_CONSOLE) in (302, 401, 403)
    for stranger in (make.physio(), make.admin(session.patient.clinic), make.trainee(session.patient)):
        client.force_login(stranger)
        assert post(client, session, verb="TAKE", console=BENS_CONSOLE) in (403, 404)
    assert sent(session) == []


def test_the_console_page_tells_its_scripts_who_is_signed_in(client, session):
    client.force_login(session.supervisor)
    page = client.get(reverse("sessions:console", args=[session.patient_id, session.pk]))
    told = page.context["console"]
    assert told["me"] == session.supervisor.pk
    assert told["patient"]["id"] == session.patient_id
    assert 'data-role="nobody"' in page.content.decode()


def test_control_passes_on_the_real_loop_and_the_record_tells_who_and_when(client, session, bench):
    lead = make.lead(session.patient.clinic)
    with at_the_console(session) as person:
        person.see(state="READY", controller="ARMED")
        other = Console(session, by=lead)
        until(lambda: len(person.last["people"]["here"]) == 2, 5, "the second console is not listed")
        other.press(Verb.INFLATE)
        take = Command(
            Verb.TAKE, console=other.seat.console, other=person.seat.console, words="We agreed on it"
        )
        services.issue_command(session=session, command=take, by=lead, now=make.NOW)
        until(lambda: person.last["people"]["controller"]["user"] == lead.pk, 5, "control did not pass")
        person.press(Verb.INFLATE)
        person.press(Verb.STOP)
        person.see(state="ENDED", vented=True)
        other.leave()

    stored = ended(session)
    assert bench.true_pressure < 20
    told = {(one.kind, one.by_id) for one in stored.events.exclude(kind="ORDER")}
    assert {("CONTROL", session.supervisor_id), ("TAKE", lead.pk), ("STOP", session.supervisor_id)} <= told
    assert ("INFLATE", lead.pk) not in told
    refused = SessionEvent.objects.filter(session=stored, kind="REFUSED")
    assert {one.by_id for one in refused} == {lead.pk, session.supervisor_id}

    client.force_login(lead)
    page = client.get(reverse("sessions:detail", args=[stored.patient_id, stored.pk])).content.decode()
    assert "Took over" in page
    assert f"From {session.supervisor}. Why: We agreed on it" in page
    assert f"{session.supervisor} controls this session. Take over first." in page
