"""What was narrowed, taken back, expired or deleted is found no more from commit on, whatever became of its copy."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from elasticsearch import ConflictError, Elasticsearch
from pytest_django import Settings

from cms.organisations.models import Organisation
from cms.sharing.enums import Marking
from cms.sharing.models import Sharing
from cms.sharing.services import Target
from cms.users.models import User
from search.engines.base import Access, EngineQuery, EngineResult
from search.engines.elastic.connection import client
from search.engines.elastic.engine import ElasticEngine
from search.engines.elastic.state import MOST_WITHHELD, state_for
from search.external import WATERMARK, ExternalIndex, IndexedItem
from search.models import SearchEntry
from search.queries import parse_search
from search.rebuilding import rebuild_external
from search.sync import read_copies, sync_pending
from search.visibility import access_of
from tests.factories import NOW, hours, make_item, make_organisation, make_participant, make_person, set_facts
from tests.factories.items import ItemFacts
from tests.search.worlds import ask, make_entries, titles

pytestmark = pytest.mark.django_db
Narrowing = Callable[[Sharing], object]
NARROWINGS: dict[str, Narrowing] = {
    "narrowed": lambda item: set_facts(item, ItemFacts(state="owner")),
    "withdrawn": lambda item: set_facts(item, ItemFacts(state="withdrawn")),
    "tightened": lambda item: set_facts(item, ItemFacts(state="owner", marking=Marking.RED)),
    "quarantined": lambda item: set_facts(item, ItemFacts(state="network", marking=Marking.GREEN, quarantined=True)),
    "unpublished": lambda item: item.page.unpublish(),
    "deleted": lambda item: SearchEntry.objects.filter(pk=item.pk).delete(),
}
narrowings = pytest.mark.parametrize("narrowing", list(NARROWINGS))


@pytest.fixture
def owner() -> Organisation:
    """The owner of the items."""
    return make_organisation()


@pytest.fixture
def reader() -> User:
    """An officer of somebody else, who sees what the network sees."""
    return make_person(make_participant())


@pytest.fixture
def item(elastic: ElasticEngine, owner: Organisation, reader: User) -> Sharing:
    """An item that the index has shown to the reader, beside another that stays."""
    make_item(owner=owner, title="Stays", state="network", marking=Marking.GREEN, body="quay")
    item = make_item(owner=owner, title="Goes", state="network", marking=Marking.GREEN, body="quay")
    sync_pending()
    assert elastic.search_outside(*_question(reader)) is not None
    assert ask(elastic, reader, "quay").total == 2
    return item


def _question(reader: User | AnonymousUser, at: datetime = NOW) -> tuple[EngineQuery, Access]:
    return parse_search({"q": "quay"}).engine_query(), access_of(reader, at)


def put_back(server: Elasticsearch, index: ExternalIndex, name: str, version: int, document: dict[str, Any]) -> None:
    """Put a copy of any version in the place of the present one, as a restored snapshot of a part would."""
    server.indices.put_settings(index=index.name, settings={"index.gc_deletes": "0s"})
    server.delete(index=index.name, id=name, refresh=True)
    asked: dict[str, Any] = {"index": index.name, "id": name, "version": version, "version_type": "external_gte"}
    for _ in range(200):
        # the server forgets the version of what was deleted at a refresh, by a clock that ticks five times a second
        server.indices.refresh(index=index.name)
        with suppress(ConflictError):
            server.index(**asked, document=document, refresh=True)
            return
    raise AssertionError(f"The version of {name} is not forgotten.")


def assert_gone(engine: ElasticEngine, reader: User, at: datetime = NOW) -> None:
    """Assert that nothing in any answer speaks of the item."""
    for q in ("quay", "", "quay -absentia", "qua*"):
        found: EngineResult = ask(engine, reader, q, at=at)
        assert titles(found) == ["Stays"]
        assert found.total == 1
        assert [(count.value, count.count) for count in found.facets["type"]] == [("bulletin", 1)]


@narrowings
def test_while_the_copy_lags(elastic: ElasticEngine, item: Sharing, reader: User, narrowing: str) -> None:
    NARROWINGS[narrowing](item)
    assert_gone(elastic, reader)
    # the index itself still has it for everybody: it is withheld, not gone
    assert IndexedItem.objects.get(pk=item.pk).pending_since is not None
    assert elastic.search_outside(*_question(reader)) is not None


@narrowings
def test_when_the_copy_has_followed(elastic: ElasticEngine, item: Sharing, reader: User, narrowing: str) -> None:
    NARROWINGS[narrowing](item)
    sync_pending()
    assert_gone(elastic, reader)
    assert elastic.search_outside(*_question(reader)) is not None


@narrowings
def test_while_elasticsearch_is_down(
    elastic: ElasticEngine, item: Sharing, reader: User, narrowing: str, elastic_settings: Settings
) -> None:
    elastic_settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
    client.cache_clear()
    NARROWINGS[narrowing](item)
    assert_gone(elastic, reader)
    assert not elastic.breaker.closed


@narrowings
def test_while_the_index_is_rebuilt(
    elastic: ElasticEngine, item: Sharing, reader: User, narrowing: str, server: Elasticsearch
) -> None:
    def narrow_half_way(line: str) -> None:
        if "items copied" in line:
            NARROWINGS[narrowing](item)
            assert_gone(elastic, reader)

    rebuild_external(narrow_half_way)
    assert_gone(elastic, reader)
    assert elastic.search_outside(*_question(reader)) is not None


@narrowings
@pytest.mark.parametrize("higher", [0, 1000])
def test_when_an_older_copy_comes_back(
    elastic: ElasticEngine, item: Sharing, reader: User, server: Elasticsearch, narrowing: str, *, higher: int
) -> None:
    index = ExternalIndex.objects.get()
    (copy,), _indexes = read_copies([item.pk])
    NARROWINGS[narrowing](item)
    sync_pending()
    version = IndexedItem.objects.get(pk=item.pk).version - 1 + higher
    put_back(server, index, str(item.pk), version, copy.action(index.name)["_source"])
    assert_gone(elastic, reader)


def test_when_a_recipients_time_is_over(elastic: ElasticEngine, owner: Organisation) -> None:
    home = make_participant()
    reader = make_person(home)
    target = Target(kind="organisation", target_id=home.pk, valid_until=NOW + hours(1))
    make_item(owner=owner, title="Stays", state="network", marking=Marking.GREEN, body="quay")
    make_item(owner=owner, title="Goes", state="restricted", recipients=[target], body="quay")
    sync_pending()
    assert ask(elastic, reader, "quay").total == 2
    assert_gone(elastic, reader, at=NOW + hours(1))
    assert elastic.search_outside(*_question(reader, NOW + hours(1))) is not None


def test_when_what_was_written_is_lost(
    elastic: ElasticEngine, item: Sharing, reader: User, index: ExternalIndex, server: Elasticsearch
) -> None:
    """As after a disk was put back to an earlier state: the watermark is an older one too."""
    index.refresh_from_db()
    set_facts(item, ItemFacts(state="owner"))
    (copy,), _indexes = read_copies([item.pk])
    sync_pending()
    put_back(server, index, WATERMARK, copy.version - 1, {"audience": []})
    assert_gone(ElasticEngine(), reader)
    assert ElasticEngine().search_outside(*_question(reader)) is None


def test_when_another_index_stands_under_the_name(
    elastic: ElasticEngine, item: Sharing, reader: User, index: ExternalIndex, elastic_settings: Settings
) -> None:
    index.uuid = "another"
    index.save()
    assert ElasticEngine().search_outside(*_question(reader)) is None
    assert ask(ElasticEngine(), reader, "quay").total == 2


def test_of_too_many_changes_postgresql_answers_alone(
    elastic: ElasticEngine, owner: Organisation, elastic_settings: Settings, index: ExternalIndex
) -> None:
    make_entries(owner, [(f"Item {number}", "quay") for number in range(MOST_WITHHELD + 1)])
    member = make_person(owner)
    # new items that the index lacks are not withheld in such numbers: it may answer without them
    assert elastic.search_outside(*_question(member)) is not None
    sync_pending()
    SearchEntry.objects.update(level="high")
    assert elastic.search_outside(*_question(member)) is None
    assert ask(elastic, member, "quay").total == MOST_WITHHELD + 1
    sync_pending()
    assert elastic.search_outside(*_question(member)) is not None
    # of kept-out items in such numbers, too
    access = access_of(member, NOW)
    assert state_for(access, elastic.kept_out()).withheld == []
    elastic_settings.ELASTICSEARCH_KEPT_OUT = list(set(SearchEntry.objects.values_list("marking", flat=True)))
    assert state_for(access, elastic.kept_out()).withheld is None
    assert ask(elastic, member, "quay").total == MOST_WITHHELD + 1


def test_a_new_item_is_found_before_its_copy_is_there(elastic: ElasticEngine, item: Sharing, reader: User) -> None:
    make_item(owner=make_organisation(), title="New", state="network", marking=Marking.GREEN, body="quay quay")
    assert titles(ask(elastic, reader, "quay"))[0] == "New"
    assert ask(elastic, reader, "quay").total == 3
    assert elastic.search_outside(*_question(reader)) is not None


def test_of_kept_out_markings_postgresql_answers_beside(
    elastic: ElasticEngine, owner: Organisation, elastic_settings: Settings, index: ExternalIndex
) -> None:
    member = make_person(owner)
    for number in range(3):
        make_item(owner=owner, title=f"Amber {number}", body="quay " * (number + 1), marking=Marking.AMBER)
        make_item(owner=owner, title=f"Red {number}", body="quay " * (number + 1), marking=Marking.RED, state="owner")
    sync_pending()
    before = ask(elastic, member, "quay")
    elastic_settings.ELASTICSEARCH_KEPT_OUT = ["RED"]
    rebuild_external(lambda _line: None)
    after = ask(elastic, member, "quay")
    assert elastic.search_outside(*_question(member)) == after
    assert (after.total, after.facets) == (before.total, before.facets) == (6, after.facets)
    assert sorted(titles(after)) == sorted(titles(before))
    assert {title[-1] for title in titles(after)[:2]} == {"2"}
    pages = [ask(elastic, member, "quay", size="2", page=str(page)) for page in (1, 2, 3)]
    assert [title for page in pages for title in titles(page)] == titles(after)
