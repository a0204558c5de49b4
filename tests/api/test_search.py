"""`GET /api/v1/search`."""

import json

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.worlds.models import Kind, WorldObject
from tests.factories import make_item, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/search"


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


def found(client, **parameters):
    """Return the answer to the parameters."""
    response = client.get(ADDRESS, parameters)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return response.json()


def test_the_shape_of_an_answer(client, owner):
    item = make_item(owner=owner, title="Quay", body="at the <b>quay</b>", element="RE", countries=["MA"])
    WorldObject.objects.create(kind=Kind.ITEM, key="b-0001", uuid=item.uuid)
    assert found(client, q="quay") == {
        "total": 1,
        "items": [
            {
                "id": str(item.uuid),
                "key": "b-0001",
                "title": "Quay",
                "url": f"/i/{item.uuid}/",
                "element": "return",
                "owner": "harbour-police",
                "published_at": "2026-06-15T12:00:00Z",
                "snippet": "at the <mark>quay</mark>",
                "reference": item.reference,
                "type": "bulletin",
                "marking": "CLEAR",
                "language": "en",
                "countries": ["MA"],
                "matched": ["title", "body"],
                "source": None,
            }
        ],
        "facets": {
            "element": [{"value": "return", "title": "Return", "count": 1}],
            "type": [{"value": "bulletin", "title": "Bulletin", "count": 1}],
            "owner": [{"value": "harbour-police", "title": "Harbour-Police", "count": 1}],
            "country": [{"value": "MA", "title": "Morocco", "count": 1}],
            "marking": [{"value": "CLEAR", "title": "TLP:CLEAR", "count": 1}],
            "state": [{"value": "owner", "title": "Owner only", "count": 1}],
            "level": [],
            "language": [{"value": "en", "title": "English", "count": 1}],
            "attachment": [{"value": "no", "title": "Without", "count": 1}],
            "year": [{"value": "2026", "title": "2026", "count": 1}],
            "month": [{"value": "2026-06", "title": "2026-06", "count": 1}],
        },
    } | {"notices": [], "meant": None, "next": None}


def test_pages_follow_each_other_by_cursor(client, owner):
    for number in range(5):
        make_item(owner=owner, title=f"Quay {number}")
    shown, after = [], ""
    for _ in range(3):
        answer = found(client, q="quay", size=2, after=after)
        shown += [item["title"] for item in answer["items"]]
        after = answer["next"]
    assert sorted(shown) == [f"Quay {number}" for number in range(5)]
    assert after is None


def test_a_cursor_that_is_none_is_told(client):
    response = client.get(ADDRESS, {"after": "nonsense"})
    assert (response.status_code, list(response.json()["errors"])) == (422, ["after"])


def test_several_values_and_words_of_the_language(client, owner):
    for element in ("RE", "EW", "VB"):
        make_item(owner=owner, title=f"Quay {element}", element=element)
    assert found(client, q="quay OR absentia", element=["return", "early-warning"])["total"] == 2
    assert found(client, q="quay absentia")["total"] == 0
    assert found(client, q="quay absentia", match="any")["total"] == 3
    assert found(client, q="owner:harbour-police qua*")["total"] == 3
    assert len(found(client, q="q*")["notices"]) == 1


def test_an_item_of_no_world_file_has_no_key(client, owner):
    make_item(owner=owner)
    assert found(client)["items"][0]["key"] is None


def test_facets_can_be_left_out(client, owner):
    make_item(owner=owner)
    assert "facets" not in found(client, facets="0")


def test_empty_parameters_count_as_absent(client, owner):
    make_item(owner=owner)
    names = ["q", "element", "country", "owner", "type", "state", "from", "to", "sort", "page", "size"]
    assert found(client, **dict.fromkeys(names, "")) == found(client)


def test_pages(client, owner):
    for _ in range(5):
        make_item(owner=owner)
    pages = [found(client, size="2", page=str(page)) for page in (1, 2, 3, 4)]
    assert [page["total"] for page in pages] == [5, 5, 5, 5]
    assert [len(page["items"]) for page in pages] == [2, 2, 1, 0]


def test_without_a_session_public_items_are_found(owner):
    make_item(owner=owner, title="Public", state="public")
    make_item(owner=owner, title="Network", state="network")
    assert [item["title"] for item in found(Client())["items"]] == ["Public"]


def test_the_terms_stand_before_everything_but_the_public(owner):
    make_item(owner=owner, title="Public", state="public")
    make_item(owner=owner, title="Own")
    person = make_person(owner)
    person.acceptances.all().delete()
    assert [item["title"] for item in found(sign_in(Client(), person))["items"]] == ["Public"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("size", "101"),
        ("from", "x"),
        ("to", "2026-02-30"),
        ("sort", "x"),
        ("facets", "2"),
        ("q", "x" * 999),
    ],
)
def test_a_parameter_that_is_not_understood_is_named(client, name, value):
    response = client.get(ADDRESS, {name: value})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [name]
    assert not AuditEvent.objects.filter(event=Event.SEARCHED).exists()


def test_a_search_is_recorded_once(client, owner, officer):
    item = make_item(owner=owner, body="quay")
    found(client, q="quay")
    row = AuditEvent.objects.get(event=Event.SEARCHED)
    assert (row.actor_id, row.count, row.details["items"]) == (officer.pk, 1, [str(item.uuid)])
    assert "quay" not in json.dumps(row.details)


def test_a_search_needs_few_queries_whatever_it_finds(client, owner):
    make_item(owner=owner, body="quay")
    with CaptureQueriesContext(connection) as one:
        found(client, q="quay", facets="0")
    for _ in range(9):
        make_item(owner=make_organisation(), state="public", body="quay")
    with CaptureQueriesContext(connection) as ten:
        assert found(client, q="quay", facets="0")["total"] == 10
    assert len(ten) == len(one) <= 12


def test_beyond_the_limit_the_answer_says_so(client, owner, monkeypatch):
    monkeypatch.setattr(settings, "API_RATE_LIMIT", "2/m")
    make_item(owner=owner, state="public")
    responses = [client.get(ADDRESS) for _ in range(3)]
    assert [response.status_code for response in responses] == [200, 200, 429]
    assert "at most 2/m" in responses[-1].json()["detail"]
    assert int(responses[-1]["Retry-After"]) >= 1
    assert client.get("/api/v1/items/none").status_code == 429
    # another account, and somebody without one, have counts of their own
    assert sign_in(Client(), make_person(owner)).get(ADDRESS).status_code == 200
    assert Client().get(ADDRESS).status_code == 200


def test_only_reading(client):
    assert client.post(ADDRESS).status_code in {403, 405}
    assert client.head(ADDRESS).status_code == 200
