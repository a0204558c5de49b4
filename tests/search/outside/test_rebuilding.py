"""Building the index anew, and comparing it with the database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from elasticsearch import Elasticsearch
from pytest_django import Settings

from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from cms.users.models import User
from search import rebuilding
from search.checks import check_external_index
from search.drift import compare_copies
from search.engines.base import Access, EngineQuery
from search.engines.elastic.connection import client
from search.engines.elastic.engine import ElasticEngine
from search.external import ExternalIndex, IndexedItem
from search.models import SearchEntry
from search.queries import parse_search
from search.rebuilding import rebuild_external
from search.sync import sync_pending
from search.visibility import access_of
from search.watching import state
from tests.factories import NOW, make_item, make_organisation, make_person, set_facts
from tests.factories.items import ItemFacts
from tests.search.worlds import ask

pytestmark = pytest.mark.django_db


class BrokenOff(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture
def owner() -> Organisation:
    """The owner of the items."""
    return make_organisation()


@pytest.fixture
def member(owner: Organisation) -> User:
    """An officer of the owner."""
    return make_person(owner)


@pytest.fixture
def items(owner: Organisation) -> list[Sharing]:
    """Items made before there is any index."""
    return [make_item(owner=owner, title=f"Item {number}", body="quay") for number in range(7)]


@pytest.fixture
def no_index(elastic_settings: Settings, server: Elasticsearch) -> Settings:
    """Elasticsearch is the engine, and holds nothing yet."""
    for name in server.indices.get(index=f"{elastic_settings.ELASTICSEARCH_INDEX}*").body:
        server.indices.delete(index=name)
    return elastic_settings


def told(command: str, *arguments: str) -> str:
    """Return what the command printed."""
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def question_of_quays(member: User) -> tuple[EngineQuery, Access]:
    """Return what the member asks."""
    return parse_search({"q": "quay"}).engine_query(), access_of(member, NOW)


def test_the_first_index_is_built_from_the_entries(no_index: Settings, items: list[Sharing], member: User) -> None:
    engine = ElasticEngine()
    assert ask(engine, member, "quay").total == 7
    assert "no external index" in state(NOW)
    assert "7 items copied to" in told("rebuild_index")
    assert state(NOW) == "ok"
    assert ask(engine, member, "quay").total == 7
    assert "7 copies expected, 7 found, 0 on their way: no difference" in told("check_index")


def test_the_new_index_takes_the_place_of_the_old_one(
    index: ExternalIndex, server: Elasticsearch, owner: Organisation, elastic_settings: Settings
) -> None:
    make_item(owner=owner)
    sync_pending()
    built = rebuild_external(lambda _line: None)
    assert list(server.indices.get_alias(name=elastic_settings.ELASTICSEARCH_INDEX).body) == [built.index]
    assert not server.indices.exists(index=index.name)
    (serving,) = ExternalIndex.objects.all()
    assert (serving.role, serving.name) == ("serving", built.index)


def test_what_changes_meanwhile_is_in_both(
    index: ExternalIndex, elastic: ElasticEngine, items: list[Sharing], member: User
) -> None:
    sync_pending()

    def change(line: str) -> None:
        if line == "7 items copied":
            items[0].page.unpublish()
            make_item(owner=items[0].owner, title="New", body="quay")
            sync_pending()
            assert ask(elastic, member, "quay").total == 7

    rebuild_external(change)
    drift = compare_copies()
    assert (drift.items, drift.pending, drift.found) == ([], 0, 8)
    assert ask(elastic, member, "quay").total == 7


def test_broken_off_it_goes_on_where_it_was(
    index: ExternalIndex, items: list[Sharing], member: User, elastic: ElasticEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "STRETCH", 3)

    def break_off(line: str) -> None:
        if line == "3 items copied":
            raise BrokenOff

    with pytest.raises(BrokenOff):
        rebuild_external(break_off)
    # the old one answers on
    assert ask(elastic, member, "quay").total == 7
    built = rebuild_external(lambda _line: None)
    assert (built.resumed, built.copied) == (True, 4)
    assert compare_copies().items == []


def test_broken_off_at_the_switch_it_is_switched_by_the_next(
    index: ExternalIndex, items: list[Sharing], member: User, server: Elasticsearch
) -> None:
    sync_pending()
    alias = index.name.removesuffix("-1")

    def break_off(line: str) -> None:
        if "caught up with" in line:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        rebuild_external(break_off)
    begun = ExternalIndex.objects.get(role="building").name
    # Elasticsearch has the new name already, and the database does not know
    actions = [{"remove": {"index": index.name, "alias": alias}}, {"add": {"index": begun, "alias": alias}}]
    server.indices.update_aliases(actions=actions)
    assert ElasticEngine().search(*question_of_quays(member)).total == 7
    assert ElasticEngine().search_outside(*question_of_quays(member)) is None
    built = rebuild_external(lambda _line: None)
    assert (built.index, built.resumed, built.copied) == (begun, True, 0)
    assert not server.indices.exists(index=index.name)
    found = ElasticEngine().search_outside(*question_of_quays(member))
    assert found is not None
    assert found.total == 7


def test_made_otherwise_it_starts_clean(
    index: ExternalIndex, items: list[Sharing], elastic_settings: Settings, server: Elasticsearch
) -> None:
    def break_off(line: str) -> None:
        if "items copied" in line:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        rebuild_external(break_off)
    begun = ExternalIndex.objects.get(role="building")
    elastic_settings.ELASTICSEARCH_KEPT_OUT = ["RED"]
    built = rebuild_external(lambda _line: None)
    assert (built.resumed, built.copied) == (False, 7)
    assert not server.indices.exists(index=begun.name)


def test_two_at_once_are_one_too_many(index: ExternalIndex) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [rebuilding._LOCK])
    try:
        with pytest.raises(CommandError, match="Another rebuild"):
            call_command("rebuild_index")
    finally:
        other.close()


def test_another_definition_is_named_and_not_used(index: ExternalIndex, owner: Organisation, member: User) -> None:
    make_item(owner=owner, body="quay")
    sync_pending()
    index.definition["mappings"]["properties"]["all_en"]["similarity"] = "BM25"
    index.save()
    assert ask(ElasticEngine(), member, "quay").total == 1
    (message,) = check_external_index(databases=["default"])
    assert "mappings.properties.all_en.similarity" in message.msg
    assert "made otherwise" in state(NOW)
    with pytest.raises(CommandError):
        call_command("check_index")
    told("rebuild_index")
    assert check_external_index(databases=["default"]) == []


def test_differences_are_told_by_kind_and_repaired(
    index: ExternalIndex, items: list[Sharing], server: Elasticsearch, elastic: ElasticEngine, member: User
) -> None:
    told("rebuild_index")
    name = ExternalIndex.objects.get().name
    server.delete(index=name, id=str(items[0].pk))
    version = IndexedItem.objects.get(pk=items[1].pk).version
    copies = [
        (items[1].pk, version + 5, {"number": items[1].pk, "audience": []}),
        (items[2].pk, IndexedItem.objects.get(pk=items[2].pk).version, {"number": items[2].pk, "audience": ["public"]}),
        (999_999_999, 1, {"number": 999_999_999, "audience": ["public"]}),
    ]
    for sharing_id, number, document in copies:
        server.index(
            index=name, id=str(sharing_id), version=number, version_type="external_gte", document=document, refresh=True
        )
    drift = compare_copies()
    assert (drift.missing, drift.version, drift.tokens) == ([items[0].pk], [items[1].pk], [items[2].pk])
    assert drift.stray == [999_999_999]
    with pytest.raises(SystemExit):
        call_command("check_index", stdout=StringIO(), stderr=StringIO())
    assert "4 differences, written anew" in told("check_index", "--repair")
    assert compare_copies().items == []
    assert ask(elastic, member, "quay").total == 7


def test_what_is_on_its_way_is_no_drift(index: ExternalIndex, owner: Organisation) -> None:
    item = make_item(owner=owner)
    sync_pending()
    set_facts(item, ItemFacts(state="withdrawn"))
    drift = compare_copies()
    assert (drift.items, drift.pending) == ([], 1)


def test_with_postgresql_the_entries_are_written_anew(owner: Organisation) -> None:
    item = make_item(owner=owner)
    SearchEntry.objects.update(title="Wrong")
    with pytest.raises(SystemExit):
        call_command("check_index", stdout=StringIO(), stderr=StringIO())
    assert "1 differences, written anew" in told("check_index", "--repair")
    SearchEntry.objects.all().delete()
    assert "1 entries written" in told("rebuild_index")
    assert SearchEntry.objects.filter(pk=item.pk).exists()


def test_a_server_that_is_away_is_said_in_a_sentence(index: ExternalIndex, elastic_settings: Settings) -> None:
    elastic_settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
    client.cache_clear()
    for command in ("rebuild_index", "check_index"):
        with pytest.raises(CommandError, match="Elasticsearch does not answer"):
            call_command(command, stdout=StringIO())
