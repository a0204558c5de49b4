"""`GET /api/v1/items/ID`: the item, or the one 404."""

from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.worlds.models import Kind, WorldObject
from tests.factories import make_item, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters():
    caches["counters"].clear()


@pytest.fixture
def owner():
    return make_organisation(key="harbour-police")


@pytest.fixture
def officer(owner):
    return make_person(owner)


@pytest.fixture
def client(officer):
    return sign_in(Client(), officer)


def get(client, identifier):
    """Ask for an item."""
    return client.get(f"/api/v1/items/{identifier}")


def test_an_item_with_all_it_says(client, owner):
    item = make_item(
        owner=owner, title="Quay", body="at the <b>quay</b>", element="RE", countries=["MA"], state="network"
    )
    WorldObject.objects.create(kind=Kind.ITEM, key="b-0001", uuid=item.uuid)
    response = get(client, item.uuid)
    assert response.status_code == 200
    content = response.json()
    assert "<b>quay</b>" in content.pop("body")
    assert content == {
        "id": str(item.uuid),
        "key": "b-0001",
        "reference": item.reference,
        "type": "bulletin",
        "title": "Quay",
        "summary": "In short: invented.",
        "language": "en",
        "element": "return",
        "topic": None,
        "owner": "harbour-police",
        "countries": ["MA"],
        "marking": "CLEAR",
        "state": "network",
        "use_limits": [],
        "copies_allowed": True,
        "level": None,
        "reliability": None,
        "accuracy": None,
        "information_date": "2026-06-01",
        "information_until": None,
        "published_at": "2026-06-15T12:00:00Z",
        "review_date": None,
        "url": f"/i/{item.uuid}/",
        "attachments": [],
        "fields": {},
    }


def test_a_reading_is_recorded_once(client, owner, officer):
    item = make_item(owner=owner)
    get(client, item.uuid)
    row = AuditEvent.objects.get(event=Event.ITEM_VIEWED)
    assert (row.actor_id, row.item, row.owner_id, row.marking) == (officer.pk, item.uuid, owner.pk, item.marking)


def test_without_a_session_a_public_item_is_read(owner):
    assert get(Client(), make_item(owner=owner, state="public").uuid).status_code == 200
    assert get(Client(), make_item(owner=owner, state="network").uuid).status_code == 404


def same(response):
    """Return all of an answer that could tell one from another."""
    return response.status_code, response.content, dict(response.headers)


def test_hidden_absent_and_malformed_are_the_same_to_the_byte(client, owner):
    hidden = make_item(owner=make_organisation())
    draft = make_item(owner=owner, live=False)
    quarantined = make_item(owner=owner, quarantined=True)
    visible = make_item(owner=owner).uuid
    identifiers = [
        hidden.uuid,
        draft.uuid,
        quarantined.uuid,
        uuid4(),
        "1",
        "x",
        "None",
        "%00",
        "%FF",
        "a" * 5000,
        "..",
        "a/b/c",
        f"{visible}/",
        f"{visible}x",
        f"{hidden.uuid}/",
        str(visible).upper(),
        visible.hex,
        f"{{{visible}}}",
        f"urn:uuid:{visible}",
        f"%20{visible}",
        f"{visible}%0A",
        "",
    ]
    answers = {str(identifier)[:60]: same(get(client, identifier)) for identifier in identifiers}
    one = answers[str(hidden.uuid)]
    assert one[:2] == (404, b'{"detail": "Not found."}')
    assert {identifier: given for identifier, given in answers.items() if given != one} == {}
    assert same(client.get("/api/v1/items")) == one
    assert same(client.get("/api/v1/nothing")) == one
    assert not AuditEvent.objects.filter(event=Event.ITEM_VIEWED).exists()


def test_an_item_needs_few_queries(client, owner):
    item = make_item(owner=owner)
    with CaptureQueriesContext(connection) as queries:
        get(client, item.uuid)
    assert len(queries) <= 12
