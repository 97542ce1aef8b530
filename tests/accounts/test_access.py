"""The table and the URL configuration say the same, and each row does what it says.

Every name is found by walking the resolver; the ids in a URL are filled from one clinic's world, so a new page is tested
from the day it has a row.
"""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import Http404
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kaatsu_clinic import access
from kaatsu_clinic.access import TABLE, Relation
from kaatsu_clinic.accounts.models import Role, User
from tests import make

pytestmark = pytest.mark.django_db
HTML = {"accept": "text/html"}


class Page(NamedTuple):
    """A URL name with its namespace, and the arguments its path wants."""

    name: str
    arguments: frozenset[str]


def pages(patterns: list[Any], space: str = "", arguments: frozenset[str] = frozenset()) -> Iterator[Page]:
    for one in patterns:
        wanted = arguments | frozenset(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, wanted)
        else:
            assert isinstance(one, URLPattern)
            assert one.name, f"{one.pattern} has no name"
            yield Page(f"{space}{one.name}", wanted)


PAGES = list(pages(get_resolver().url_patterns))
GUARDED = [page for page in PAGES if page.name in TABLE and TABLE[page.name].roles is not None]
RELATED = [page for page in GUARDED if TABLE[page.name].relations]
each_guarded_page = pytest.mark.parametrize("page", GUARDED, ids=lambda page: page.name)
each_related_page = pytest.mark.parametrize("page", RELATED, ids=lambda page: page.name)


def row(page):
    return TABLE[page.name]


class World:
    """One clinic with someone in each role, and one of everything that may stand in a URL."""

    def __init__(self):
        self.clinic = make.clinic()
        staff = {
            role: make.person(role, self.clinic)
            for role in (Role.PHYSIOTHERAPIST, Role.MEDICAL_LEAD, Role.ADMIN)
        }
        self.patient = make.patient(staff[Role.PHYSIOTHERAPIST])
        self.people = {**staff, Role.PATIENT: make.trainee(self.patient), Role.CARER: self.carer()}
        self.ids = self.things()

    def carer(self) -> User:
        carer = make.person(Role.CARER, self.clinic)
        self.patient.carers.create(carer=carer, since=make.TODAY)
        return carer

    def things(self) -> dict[str, Any]:
        """Every argument that a guarded URL may want."""
        controller = make.controller(self.clinic, self.people[Role.PHYSIOTHERAPIST])
        clearance = make.clearance(self.patient)
        prescription = make.prescription(self.patient)
        return {
            "patient_id": self.patient.pk,
            "screening_id": clearance.screening_id,
            "clearance_id": clearance.pk,
            "prescription_id": prescription.pk,
            "protocol_id": make.protocol(clinic=self.clinic).pk,
            "controller_id": controller.pk,
            "channel_id": controller.channels.get().pk,
            "station_id": controller.station_id,
            "session_id": make.training_session(prescription, controller).pk,
            "event_id": make.adverse_event(self.patient).pk,
            "log_id": uuid.uuid4(),
        }


@pytest.fixture(scope="module")
def _worlds(django_db_setup, django_db_blocker):
    """Two clinics, made once for the tests of this file, and undone after them. No page here changes them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(), World()
        transaction.set_rollback(True)


@pytest.fixture
def world(_worlds, db):
    return _worlds[0]


@pytest.fixture
def elsewhere(_worlds, db):
    return _worlds[1]


def arguments(page, world):
    missing = page.arguments - world.ids.keys()
    assert not missing, f"World.things() must learn to make {sorted(missing)}"
    return {name: world.ids[name] for name in page.arguments}


def url(page, world):
    return reverse(page.name, kwargs=arguments(page, world))


# The table and the configuration


def test_every_url_has_a_row():
    assert {page.name for page in PAGES} - TABLE.keys() == set()


def test_every_row_has_a_url():
    assert TABLE.keys() - {page.name for page in PAGES} == set()


def test_no_name_stands_for_two_paths():
    names = [page.name for page in PAGES]

    assert sorted(names) == sorted(set(names))


def test_a_row_that_lets_anyone_in_says_why():
    assert [name for name, one in TABLE.items() if one.roles is None and not one.why] == []


def test_every_id_in_a_guarded_url_is_asked_about():
    known = {relation.value[0] for relation in Relation}
    unasked = [
        (page.name, name)
        for page in GUARDED
        for name in (page.arguments & known) - {relation.value[0] for relation in row(page).relations}
    ]

    assert unasked == []


def test_every_relation_of_a_row_stands_in_its_url():
    missing = [
        (page.name, relation.name)
        for page in GUARDED
        for relation in row(page).relations
        if relation.value[0] not in page.arguments
    ]

    assert missing == []


def test_a_name_without_a_row_is_an_error():
    with pytest.raises(ImproperlyConfigured):
        access.row_for("patients:everything")


# Each row


@each_guarded_page
def test_nobody_gets_in_without_signing_in(client, world, page):
    link = url(page, world)

    answer = client.get(link, headers=HTML)

    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))
    assert client.get(link, headers={"accept": "application/json"}).status_code == 401


@each_guarded_page
def test_a_wrong_role_gets_403(client, world, page):
    link = url(page, world)

    for role in set(Role) - row(page).roles:
        client.force_login(world.people[role])
        assert client.get(link, headers=HTML).status_code == 403, role


@each_related_page
def test_a_stranger_with_the_right_role_gets_404(client, world, elsewhere, page):
    link = url(page, world)

    for role in row(page).roles:
        client.force_login(elsewhere.people[role])
        assert client.get(link, headers=HTML).status_code == 404, role


@each_related_page
def test_an_id_that_does_not_exist_gets_404(client, world, page):
    ids = arguments(page, world)
    nobody = {relation.value[0]: 987_654_321 for relation in row(page).relations}
    role = next(iter(row(page).roles))

    client.force_login(world.people[role])

    assert client.get(reverse(page.name, kwargs=ids | nobody), headers=HTML).status_code == 404


@each_guarded_page
def test_the_right_role_of_the_same_clinic_is_let_through(world, page):
    ids = arguments(page, world)

    for role in row(page).roles:
        try:
            access.check(row(page), world.people[role], ids)
        except Http404:
            pytest.fail(f"{role} can't see what they may")


@each_guarded_page
def test_no_page_is_kept_by_a_browser_and_none_runs_what_we_did_not_send(client, world, page):
    client.force_login(world.people[min(row(page).roles)])

    answer = client.get(url(page, world), headers=HTML)

    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_after_a_form_that_met_an_ended_sign_in_the_way_back_is_the_page_it_stands_on(client):
    def way_back(**headers):
        return client.post("/patients/1/flare/end/", headers={"accept": "text/html"} | headers).headers[
            "Location"
        ]

    assert way_back(referer="http://testserver/patients/1/?all=1").endswith("next=/patients/1/%3Fall%3D1")
    assert way_back(referer="http://elsewhere.test/patients/1/").endswith("next=/patients/1/flare/end/")
