"""What stands beside the results: widening, other spellings, suggestions, similar items, the list to take along."""

import csv
import json
from io import StringIO

import pytest
from django.test import Client

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.sharing.models import Sharing
from search.exporting import as_csv
from search.limits import limited_time
from search.models import SearchEntry
from search.similar import telling_words
from tests.factories import make_item, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def client(owner):
    return sign_in(Client(), make_person(owner))


def result(client, **parameters):
    """Return what the page of results shows."""
    return client.get("/search/", parameters).context["result"]


def test_where_no_item_has_all_words_those_with_some_are_shown_and_it_is_said(client, owner):
    make_item(owner=owner, title="Quay", body="quay")
    found = result(client, q="quay absentia")
    assert [hit.title for hit in found.hits] == ["Quay"]
    assert any("No item has all" in notice for notice in found.notices)
    assert result(client, q="quay").notices == []
    nothing = result(client, q="nowhere absentia")
    assert (nothing.total, nothing.notices) == (0, [])


def test_a_word_spelt_nearly_alike_is_offered_from_visible_items_alone(client, owner):
    make_item(owner=owner, title="Smugglers at the quay")
    make_item(owner=make_organisation(), title="Zeppelins")
    meant = result(client, q="smuglers").meant
    assert (meant.text, meant.url) == ("smugglers", "?q=smugglers")
    assert result(client, q="zepelins").meant is None
    assert result(client, q="entirely different").meant is None
    # where a word is nowhere and others are found, too; the same letters within another word stay
    assert result(client, q="quay smuglers smuglersson").meant.text == "quay smugglers smuglersson"


def test_titles_are_suggested_while_typing(client, owner):
    item = make_item(owner=owner, title="False visas from Ceuta")
    make_item(owner=owner, title="Other", body="false visas")
    make_item(owner=make_organisation(), title="False visas, hidden")

    def suggested(q):
        return client.get("/search/suggest/", {"q": q}).json()["items"]

    (only,) = suggested("false vis")
    assert only == {
        "title": "False visas from Ceuta",
        "url": f"/i/{item.uuid}/",
        "language": "en",
        "kind": "Bulletin · Early warning",
    }
    assert suggested("fa") == suggested("") == suggested("zzz") == []
    assert client.get("/search/suggest/", {"q": "false"}).json()["told"] == "1 item has this in its title."
    assert Client().get("/search/suggest/", {"q": "false"}).json() == {"items": [], "told": ""}


def test_similar_items_share_what_says_most(client, owner):
    item = make_item(owner=owner, title="Forged ampoules of the harbour", body="ampoule ampoule carnet")
    make_item(owner=owner, title="Near", body="an ampoule and a carnet")
    make_item(owner=owner, title="Far", body="nothing of that kind")
    make_item(owner=make_organisation(), title="Hidden", body="ampoule carnet")
    shown = client.get(f"/search/like/{item.uuid}/").context["hits"]
    assert shown[0].title == "Near"
    assert "Hidden" not in [hit.title for hit in shown]
    beside = client.get(f"/search/like/{item.uuid}/list/")
    assert [hit.title for hit in beside.context["hits"]] == [hit.title for hit in shown]
    assert "Hidden" not in beside.content.decode()
    answered = client.get(f"/api/v1/items/{item.uuid}/related").json()["items"]
    assert [(hit["title"], hit["url"]) for hit in answered] == [(hit.title, hit.url) for hit in shown]
    assert f'data-fill="/search/like/{item.uuid}/list/"' in client.get(item.page.specific.item_url).content.decode()
    assert "ampoule" in telling_words(SearchEntry.objects.get(pk=item.pk))


def test_similar_to_a_hidden_item_is_the_one_404(client):
    hidden = make_item(owner=make_organisation())
    answers = [
        client.get(f"/search/like/{name}/{part}")
        for name in (hidden.uuid, "00000000-0000-4000-8000-000000000000", "x")
        for part in ("", "list/")
    ]
    assert {client.get(f"/api/v1/items/{name}/related").status_code for name in (hidden.uuid, "x")} == {404}
    assert [answer.status_code for answer in answers] == [404] * 6
    assert len({answer.content for answer in answers}) == 1


def test_the_list_is_taken_along_where_owners_allow_copies(client, owner):
    item = make_item(owner=owner, title="=Quay", body="quay")
    Sharing.objects.filter(pk=make_item(owner=owner, title="Kept", body="quay").pk).update(copies_allowed=False)
    make_item(owner=make_organisation(), title="Hidden", body="quay")
    answer = client.get("/search/export/csv/", {"q": "quay"})
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert [(row["title"], row["reference"]) for row in rows] == [("'=Quay", item.reference)]
    assert rows[0]["address"] == f"http://testserver/i/{item.uuid}/"
    assert [row["title"] for row in json.loads(client.get("/search/export/json/", {"q": "quay"}).content)] == ["=Quay"]
    event = AuditEvent.objects.filter(event=Event.LIST_EXPORTED).order_by("pk")[0]
    assert (event.count, event.details["items"], event.details["withheld"]) == (1, [str(item.uuid)], 1)
    assert "quay" not in str(event.details).lower().replace(str(item.uuid), "")


def test_no_list_for_others(client):
    assert client.get("/search/export/xml/").status_code == 404
    assert Client().get("/search/export/csv/").status_code in {302, 404}
    assert client.get("/search/export/csv/", {"from": "x"}).status_code == 400
    assert as_csv([], "").startswith("reference,title")


def test_too_many_searches_are_refused(client, settings):
    settings.API_RATE_LIMIT = "2/m"
    assert [client.get("/search/").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/search/suggest/", {"q": "quay"}).status_code == 429


def test_a_search_that_takes_too_long_is_told(client, owner, monkeypatch):
    make_item(owner=owner, body="quay")
    assert limited_time is not None
    monkeypatch.setattr("search.limits.MOST_MILLISECONDS", 1)
    monkeypatch.setattr("search.engines.postgres.statement", lambda _shape: "SELECT pg_sleep(1)")
    response = client.get("/search/", {"q": "qua*"})
    assert "takes too long" in response.content.decode()
    assert response.context["result"].total == 0
