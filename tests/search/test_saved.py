"""Saved searches tell of what is new, as their owner sees it; histories are their owner's alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from cms.notifications.models import OutboxRow
from cms.sharing.services import Target
from search.engines.postgres import PostgresEngine
from search.models import Finding, PastSearch, SavedSearch
from search.queries import InvalidSearch, parse_search
from search.saving import (
    MOST_KEPT,
    MOST_SAVED,
    Change,
    TooManySaved,
    find_new,
    forget_old_past,
    past_searches,
    remember,
    save_search,
    tell_due,
)
from search.selectors import question_of
from search.telling import NEWLY_SEEN
from search.visibility import access_of
from tests.factories import NOW, hours, make_item, make_organisation, make_participant, make_person, set_facts, sign_in
from tests.search.conformance import facts

pytestmark = pytest.mark.django_db
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def reader():
    return make_person(make_organisation())


def save(person, parameters="q=quay", frequency="at_once"):
    """Save a search of the person's."""
    return save_search(actor=person, name="Mine", parameters=parameters, frequency=frequency, at=NOW)


def told():
    """Return whom rows of the outbox tell of which item's reference."""
    rows = OutboxRow.objects.filter(kind="notify").order_by("pk")
    return [(row.payload["users"], row.payload["reference"]) for row in rows if row.payload["kind"] == "search.saved"]


def changes():
    """Return what the outbox says of items that somebody newly sees."""
    rows = OutboxRow.objects.filter(kind=NEWLY_SEEN).order_by("pk")
    return [Change(pk, frozenset(tokens)) for row in rows for pk, tokens in row.payload["items"]]


def test_a_published_item_is_found_and_told_once(owner, reader):
    saved = save(reader)
    item = make_item(owner=owner, state="network", body="quay")
    make_item(owner=owner, state="network", body="crane")
    assert find_new(changes(), NOW) == 1
    assert told() == [([reader.pk], item.reference)]
    find_new(changes(), NOW)
    assert len(told()) == 1
    assert Finding.objects.get().saved == saved


def test_what_the_owner_does_not_see_is_not_found(owner, reader):
    save(reader)
    item = make_item(owner=owner, state="owner", body="quay")
    assert find_new(changes(), NOW) == 0
    set_facts(item, facts(state="network"))
    assert find_new(changes()[-1:], NOW) == 1


def test_what_was_visible_before_is_not_new(owner, reader):
    item = make_item(owner=owner, state="network", body="quay")
    save(reader)
    set_facts(item, facts(state="public"))
    assert [change.sharing_id for change in changes()] == [item.pk]
    assert find_new(changes(), NOW) == 0


def test_narrowing_announces_nothing(owner, reader):
    item = make_item(owner=owner, state="network", body="quay")
    save(reader)
    set_facts(item, facts(state="owner"))
    assert changes() == []


def test_what_begins_to_be_shared_by_the_clock_is_new(owner):
    home = make_participant()
    reader = make_person(home)
    save(reader)
    target = Target(kind="organisation", target_id=home.pk, valid_from=NOW + hours(1))
    item = make_item(owner=owner, body="quay", state="restricted", recipients=[target])
    assert find_new(changes(), NOW) == 0
    assert find_new([Change(item.pk, NOBODY)], NOW + hours(2)) == 1


@pytest.mark.parametrize(("frequency", "days"), [("daily", 1), ("weekly", 7)])
def test_others_are_told_when_their_time_has_come(owner, reader, frequency, days):
    save(reader, frequency=frequency)
    first = make_item(owner=owner, state="network", body="quay")
    find_new(changes(), NOW)
    assert told() == []
    assert tell_due(NOW) == 1
    second = make_item(owner=owner, state="network", body="quay")
    find_new([Change(second.pk, NOBODY)], NOW)
    assert tell_due(NOW + timedelta(days=days) - timedelta(seconds=1)) == 0
    assert tell_due(NOW + timedelta(days=days)) == 1
    assert [reference for _users, reference in told()] == [first.reference, second.reference]


def test_never_is_never(owner, reader):
    save(reader, frequency="never")
    make_item(owner=owner, state="network", body="quay")
    assert changes() == []


def test_filters_and_words_of_the_search_hold(owner, reader):
    save(reader, "element=return")
    save(reader, "q=quay+country:MA")
    make_item(owner=owner, state="network", element="RE")
    make_item(owner=owner, state="network", element="EW", countries=["MA"], body="quay")
    make_item(owner=owner, state="network", element="EW", countries=["TR"], body="quay")
    find_new(changes(), NOW)
    assert Finding.objects.count() == 2


ASKED = [
    "q=quay",
    "q=quay+OR+crane",
    "q=crane+-quay",
    "q=qua*",
    "q=title:crane",
    "q=quay+crane&match=any",
    "q=country:MA",
    "q=owner:harbour&country=MA&country=LY",
    "element=return&marking=CLEAR",
    "language=en&q=quay",
    "from=2026-01-01&to=2027-01-01&q=quay",
    "type=absentia",
    "",
]


def test_thousands_are_asked_as_the_engine_answers_each_of_them(django_assert_max_num_queries):
    owner, home = make_organisation(key="harbour"), make_participant()
    target = Target(kind="organisation", target_id=home.pk, valid_from=NOW + hours(1))
    items = [
        make_item(owner=owner, state="network", body="quay"),
        make_item(owner=owner, state="owner", title="Crane", body="quay crane", countries=["MA"]),
        make_item(owner=home, state="network", element="RE", body="crane", countries=["LY", "MA"]),
        make_item(owner=owner, state="restricted", body="quay", recipients=[target]),
        make_item(owner=owner, body="quay crane", live=False),
    ]
    people = [make_person(owner), make_person(home), make_person(make_organisation())]
    saved = [save(person, parameters, "daily") for parameters in ASKED for person in people]
    at = NOW + hours(2)
    expected = set()
    for one, person in zip(saved, people * len(ASKED), strict=True):
        asked, _notices = question_of(parse_search(QueryDict(one.parameters)))
        found = PostgresEngine().search_ordered(replace(asked, limit=len(items)), access_of(person, at)).found
        expected |= {(one.pk, sharing_id) for sharing_id, _key in found}
    with django_assert_max_num_queries(40):
        find_new([Change(item.pk, NOBODY) for item in items], at)
    assert set(Finding.objects.values_list("saved_id", "sharing_id")) == expected
    assert len({sharing_id for _saved, sharing_id in expected}) == 4


def test_a_search_is_kept_without_its_place(reader):
    saved = save(reader, "q=a&page=3&size=5&element=&facets=0&after=x&element=return")
    assert QueryDict(saved.parameters) == QueryDict("q=a&element=&element=return")


def test_what_is_no_search_is_not_saved(reader):
    with pytest.raises(InvalidSearch):
        save(reader, "from=yesterday")
    for number in range(MOST_SAVED):
        save(reader, f"q={number}")
    with pytest.raises(TooManySaved):
        save(reader)


def test_the_history_has_each_search_once_and_is_cut(reader):
    other = make_person(make_organisation())
    for person, words in ((reader, "a"), (reader, "b"), (reader, "a"), (other, "c")):
        remember(actor=person, address=QueryDict(f"q={words}"), words=words, total=1, at=NOW)
    assert [past.words for past in past_searches(reader)] == ["a", "b"]
    PastSearch.objects.bulk_create(
        PastSearch(user=reader, parameters=f"q={n}", words=str(n), total=0, at=NOW) for n in range(MOST_KEPT)
    )
    assert forget_old_past() == 3
    assert PastSearch.objects.filter(user=reader).count() == MOST_KEPT


def test_the_page_of_saved_searches(reader):
    client, other = sign_in(Client(), reader), sign_in(Client(), make_person(make_organisation()))
    assert client.get("/search/", {"q": "quay"}).status_code == 200
    kept = {"name": "My quays", "frequency": "daily", "parameters": "q=quay"}
    assert client.post("/search/saved/add/", kept).status_code == 302
    page = client.get("/search/saved/").content.decode()
    assert "My quays" in page
    assert page.count("/search/?q=quay") == 2
    handle = SavedSearch.objects.get().handle
    assert "My quays" not in other.get("/search/saved/").content.decode()
    for address in (f"/search/saved/{handle}/change/", f"/search/saved/{handle}/delete/"):
        assert other.post(address, {"name": "Quays", "frequency": "weekly"}).status_code == 404
    change = f"/search/saved/{handle}/change/"
    assert client.post(change, {"name": "Quays", "frequency": "weekly"}).status_code == 302
    refused = client.post(change, {"name": "", "frequency": "hourly"}, follow=True).content.decode()
    assert "Nothing was changed: Name: This field is required. Tell me: Select a valid choice." in refused
    assert (SavedSearch.objects.get().name, SavedSearch.objects.get().frequency) == ("Quays", "weekly")
    wrong = client.post("/search/saved/add/", kept | {"parameters": "from=yesterday"}, follow=True).content.decode()
    assert "The search was not saved: Search: Give a day as YYYY-MM-DD" in wrong
    client.post("/search/history/empty/")
    assert not PastSearch.objects.exists()
    client.post(f"/search/saved/{handle}/delete/")
    assert not SavedSearch.objects.exists()


def test_nobody_keeps_without_an_account():
    assert Client().get("/search/saved/").status_code in {302, 404}
    Client().get("/search/", {"q": "quay"})
    assert not PastSearch.objects.exists()
