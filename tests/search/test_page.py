"""The search page: what it shows, what it says when it does not understand, what it records."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from search.pages import facets as facet_links
from search.pages import histogram, page_links, with_values
from search.queries import parse_search
from search.selectors import FacetValue
from tests.factories import make_item, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation(key="harbour-police")


@pytest.fixture
def officer(owner):
    return make_person(owner)


@pytest.fixture
def client(officer):
    return sign_in(Client(), officer)


def result(response):
    """Return what the page shows."""
    assert response.status_code == 200
    return response.context["result"]


def test_hits_and_facets(client, owner):
    item = make_item(owner=owner, title="Quay", body="at the quay", countries=["MA"], element="RE")
    shown = result(client.get("/search/", {"q": "quay"}))
    (hit,) = shown.hits
    assert (hit.title, hit.url, hit.reference) == ("Quay", f"/i/{item.uuid}/", item.reference)
    assert (hit.element, hit.owner, hit.marking, hit.language) == ("return", "harbour-police", "CLEAR", "en")
    assert (hit.type_title, hit.countries) == ("Bulletin", ("Morocco",))
    assert {facet.name: [value.value for value in facet.values] for facet in shown.facets} == {
        "element": ["return"],
        "type": ["bulletin"],
        "owner": ["harbour-police"],
        "country": ["MA"],
        "language": ["en"],
        "marking": ["CLEAR"],
        "state": ["owner"],
        "level": [],
        "attachment": ["no"],
        "year": ["2026"],
    }


def test_the_snippet_is_marked_and_safe(client, owner):
    make_item(owner=owner, body="&lt;b&gt; quay")
    page = client.get("/search/", {"q": "quay"}).content.decode()
    assert "&lt;b&gt; <mark>quay</mark>" in page


def test_what_was_typed_is_escaped(client):
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_nobody_signed_in_finds_public_items(owner):
    make_item(owner=owner, state="public", title="Public")
    make_item(owner=owner, state="network", title="Network")
    assert [hit.title for hit in result(Client().get("/search/")).hits] == ["Public"]


@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({"q": "x" * 10_000}, "q"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"sort": "size"}, "sort"),
        ({"page": "0"}, "__all__"),
        ({"size": "1000"}, "__all__"),
    ],
)
def test_what_is_not_understood_is_said_and_kept(client, owner, parameters, place):
    make_item(owner=owner)
    response = client.get("/search/", parameters)
    assert result(response).total == 0
    form = response.context["request_form"]
    assert list(form.errors) == [place]
    assert str(form.errors[place][0]) in response.content.decode()
    assert [form[name].value() for name in parameters if name in form.fields] == [
        value for name, value in parameters.items() if name in form.fields
    ]


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": '"open'},
        {"q": "a\x00b\x1f"},
        {"q": "-"},
        {"q": "((("},
        {"page": "1000000000"},
        {"element": "nowhere", "country": "\x00", "owner": "' --", "type": "?", "state": "x"},
        {"unknown": "1"},
    ],
)
def test_odd_input_is_an_empty_page(client, parameters):
    assert result(client.get("/search/", parameters)).hits == ()


def test_an_open_quotation_is_told(client):
    response = client.get("/search/", {"q": '"open'})
    assert len(result(response).notices) == 1
    assert result(response).notices[0] in response.content.decode().replace("&#x27;", "'")


def test_a_selected_value_can_be_taken_away(client, owner):
    make_item(owner=owner, element="RE")
    shown = result(client.get("/search/", {"q": "invented", "element": "return", "page": "1"}))
    (value,) = shown.facets[0].values
    assert (value.selected, value.count, value.url) == (True, 1, "?q=invented")


def test_a_selected_value_stays_where_nothing_has_it(client):
    shown = result(client.get("/search/", {"element": "return", "owner": "nobody"}))
    assert [(v.title, v.count, v.url) for v in shown.facets[0].values] == [("Return", 0, "?owner=nobody")]
    assert [(v.title, v.selected) for v in shown.facets[2].values] == [("nobody", True)]


def test_days_at_work_have_their_way_out(client, owner):
    make_item(owner=owner)
    days = {"from=2026-01-02&to=2026-03-04": "2 January 2026 to 4 March 2026"}
    days |= {"from=2026-01-02": "from 2 January 2026", "to=2026-03-04": "to 4 March 2026"}
    for query, title in days.items():
        (chip,) = result(client.get(f"/search/?q=a&{query}")).chips
        assert (chip.title, chip.url) == (title, "?q=a")
    assert result(client.get("/search/?q=a")).chips == []


def test_values_of_a_facet_add_up():
    counted = {"year": tuple(FacetValue(value=year, title=year, count=1) for year in ("2026", "2025"))}

    def years(query):
        address = QueryDict(query)
        return facet_links(address, parse_search(address), counted)[-1].values

    assert [(year.selected, year.url) for year in years("q=a&page=2")] == [
        (False, "?q=a&year=2026"),
        (False, "?q=a&year=2025"),
    ]
    assert [(year.selected, year.url) for year in years("q=a&year=2025")] == [
        (False, "?q=a&year=2025&year=2026"),
        (True, "?q=a"),
    ]


def test_a_histogram_shows_empty_months_too():
    months = [FacetValue(value=value, title=value, count=count) for value, count in (("2026-01", 4), ("2025-11", 1))]
    bars = histogram(QueryDict("q=a&year=2026"), months)
    assert [(bar.title, bar.count, bar.height) for bar in bars] == [
        ("November 2025", 1, 25),
        ("December 2025", 0, 0),
        ("January 2026", 4, 100),
    ]
    assert bars[0].url == "?q=a&from=2025-11-01&to=2025-11-30"
    assert histogram(QueryDict(), months[:1]) == []


@pytest.mark.parametrize(
    ("current", "pages", "numbers"),
    [
        (1, 0, []),
        (1, 1, []),
        (1, 2, [1, 2]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (4, 7, [1, 2, 3, 4, 5, 6, 7]),
        (10**9, 9, [1, None, 9]),
    ],
)
def test_page_links(current, pages, numbers):
    links = page_links(QueryDict("q=a&page=7"), current, pages)
    assert [link and link.number for link in links] == numbers
    assert [link.number for link in links if link and link.current] == [n for n in numbers if n == current]
    assert all(link.url == f"?q=a&page={link.number}" for link in links if link)


def test_an_address_with_one_thing_changed():
    assert with_values(QueryDict("q=%C3%A9&page=3&element=return"), element="") == "?q=%C3%A9"


def test_a_search_is_one_row_without_its_words(client, owner, officer):
    item = make_item(owner=owner, body="quay")
    make_item(owner=make_organisation(), body="quay")
    client.get("/search/", {"q": "quay"})
    row = AuditEvent.objects.get(event=Event.SEARCHED)
    assert (row.actor_id, row.count, row.details["items"]) == (officer.pk, 1, [str(item.uuid)])
    assert "quay" not in str(row.details)
    client.get("/search/", {"q": "quay"})
    client.get("/search/", {"q": "crane"})
    same, again, other = AuditEvent.objects.filter(event=Event.SEARCHED).order_by("pk")
    assert same.details["query"] == again.details["query"] != other.details["query"]


def test_a_page_needs_few_queries_whatever_it_shows(client, owner):
    make_item(owner=owner, body="quay", countries=["MA"])
    with CaptureQueriesContext(connection) as one:
        client.get("/search/", {"q": "quay"})
    for _ in range(9):
        make_item(owner=make_organisation(), state="public", element="RE", countries=["TR"], body="quay")
    with CaptureQueriesContext(connection) as ten:
        assert len(result(client.get("/search/", {"q": "quay"})).hits) == 10
    assert len(ten) == len(one) <= 25
