"""What stands beside a search by the API: titles while one types, other spellings, the list; what a person keeps."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.models import Organisation
from search.models import PastSearch, SavedSearch
from search.saving import MOST_SAVED
from tests.factories import NOW, make_item, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db
ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    caches["counters"].clear()


@pytest.fixture
def owner() -> Organisation:
    return make_organisation(key="harbour-police")


@pytest.fixture
def client(owner: Organisation) -> Client:
    return sign_in(Client(), make_person(owner))


@pytest.fixture
def other() -> Client:
    """Somebody who sees nothing of it."""
    return sign_in(Client(), make_person(make_organisation()))


def post(client: Client, path: str, **body: Any) -> Any:
    """Do the act."""
    return client.post(f"/api/v1/search/{path}", json.dumps(body), content_type="application/json")


def get(client: Client, path: str, **parameters: str) -> Any:
    """Read."""
    return client.get(f"/api/v1/search/{path}", parameters)


def test_titles_are_suggested_to_those_who_see_them(client: Client, other: Client, owner: Organisation) -> None:
    item = make_item(owner=owner, title="False visas from Ceuta", element="RE")
    assert get(client, "suggest", q="false vis").json() == {
        "items": [
            {
                "id": str(item.uuid),
                "title": "False visas from Ceuta",
                "url": f"/i/{item.uuid}/",
                "language": "en",
                "type": "bulletin",
                "element": "return",
            }
        ]
    }
    hidden, absent = (get(other, "suggest", q=q) for q in ("false vis", "zeppelin"))
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (200, b'{"items": []}')
    with CaptureQueriesContext(connection) as one:
        get(client, "suggest", q="false")
    for number in range(5):
        make_item(owner=owner, title=f"False {number}")
    with CaptureQueriesContext(connection) as six:
        assert len(get(client, "suggest", q="false").json()["items"]) == 6
    assert len(six) == len(one) <= 12


def test_other_spellings_come_from_what_one_sees(client: Client, other: Client, owner: Organisation) -> None:
    make_item(owner=owner, title="Smugglers at the quay")
    found, hidden = (who.get("/api/v1/search", {"q": "smuglers"}).json() for who in (client, other))
    assert (found["total"], found["meant"], hidden["meant"]) == (0, "smugglers", None)
    assert client.get("/api/v1/search", {"q": "smugglers"}).json()["meant"] is None


def test_the_list_is_given_as_a_file(client: Client, other: Client, owner: Organisation) -> None:
    item = make_item(owner=owner, title="Quay")
    rows = list(csv.DictReader(StringIO(get(client, "export/csv", q="quay").content.decode())))
    assert [row["reference"] for row in rows] == [item.reference]
    assert get(other, "export/json", q="quay").json() == []
    event = AuditEvent.objects.filter(event=Event.LIST_EXPORTED).order_by("pk")[0]
    assert (event.count, event.details["items"]) == (1, [str(item.uuid)])
    assert list(get(client, "export/csv", q="x" * 999).json()["errors"]) == ["q"]
    assert [get(client, "export/xml").status_code, get(Client(), "export/csv").status_code] == [404, 401]


def test_a_search_is_kept_changed_and_forgotten_by_its_owner_alone(client: Client, other: Client) -> None:
    body = {"name": "My quays", "frequency": "daily", "parameters": "q=quay&page=3"}
    tried = post(client, "saved?dry_run=1", **body).json()
    assert (tried["done"], tried["saved"]["parameters"], SavedSearch.objects.count()) == (False, "q=quay", 0)
    kept = post(client, "saved", **body).json()["saved"]
    handle = kept["handle"]
    assert kept | {"saved_at": ""} == {
        "handle": str(SavedSearch.objects.get().handle),
        "name": "My quays",
        "frequency": "daily",
        "parameters": "q=quay",
        "url": "/search/?q=quay",
        "readable": True,
        "saved_at": "",
        "told_at": None,
    }
    assert get(client, "saved").json() == {"items": [kept]}
    assert get(other, "saved").json() == {"items": []}
    for act, change in (("change", {"name": "Mine"}), ("delete", {})):
        answers = [post(other, f"saved/{one}/{act}", **change) for one in (handle, ABSENT, "x")]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, b'{"detail": "Not found."}')}
    renamed = post(client, f"saved/{handle}/change", name="Quays").json()["saved"]
    assert renamed == kept | {"name": "Quays"}
    slower = post(client, f"saved/{handle}/change?dry_run=1", frequency="weekly").json()
    assert slower == {"done": False, "saved": renamed | {"frequency": "weekly"}}
    assert SavedSearch.objects.get().frequency == "daily"
    assert not post(client, f"saved/{handle}/delete?dry_run=1").json()["done"]
    assert post(client, f"saved/{handle}/delete").json() == {"done": True, "saved": None}
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"name", "frequency", "parameters"}),
        ({"name": "n" * 101, "frequency": "hourly", "parameters": "q=a"}, {"name", "frequency"}),
        ({"name": "n", "frequency": "daily", "parameters": "from=yesterday"}, {"parameters"}),
        ({"name": 1, "owner": "x"}, {"name", "owner"}),
    ],
)
def test_what_cannot_be_kept_is_told_part_by_part(client: Client, body: dict[str, Any], named: set[str]) -> None:
    answer = post(client, "saved", **body)
    assert (answer.status_code, set(answer.json()["errors"])) == (422, named)
    assert not SavedSearch.objects.exists()


def test_no_more_are_kept_than_one_may(client: Client) -> None:
    assert post(client, "saved", name="first", frequency="daily", parameters="q=a").status_code == 200
    person = SavedSearch.objects.get().user
    SavedSearch.objects.bulk_create(
        SavedSearch(user=person, name=f"{n:02}", parameters=f"q={n}", created_at=NOW) for n in range(1, MOST_SAVED)
    )
    refused = post(client, "saved", name="n", frequency="daily", parameters="q=a")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["act"])
    with CaptureQueriesContext(connection) as queries:
        assert len(get(client, "saved").json()["items"]) == MOST_SAVED
    assert len(queries) <= 8


def test_the_history_is_read_and_emptied_by_its_owner_alone(client: Client, other: Client) -> None:
    for who in (client, other):
        assert who.get("/search/", {"q": "quay"}).status_code == 200
    (past,) = get(client, "history").json()["items"]
    shown = (past["words"], past["parameters"], past["url"], past["total"])
    assert shown == ("quay", "q=quay", "/search/?q=quay", 0)
    assert post(client, "history/empty?dry_run=1").json() == {"done": False, "saved": None}
    assert PastSearch.objects.count() == 2
    assert post(client, "history/empty").json() == {"done": True, "saved": None}
    assert (get(client, "history").json()["items"], len(get(other, "history").json()["items"])) == ([], 1)


def test_nothing_is_kept_without_an_account_and_all_of_it_is_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {get(Client(), path).status_code for path in ("saved", "history")} == {401}
    assert {post(Client(), path).status_code for path in ("saved", "history/empty")} == {401}
    assert get(Client(), "suggest", q="quay").status_code == 200
    monkeypatch.setattr(settings, "API_RATE_LIMIT", "2/m")
    paths = ("saved", "history", "suggest", "export/csv")
    assert [get(client, path).status_code for path in paths] == [200, 200, 429, 429]
    assert post(client, "history/empty").status_code == 429
