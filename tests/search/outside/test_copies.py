"""Copies outside the database: noted whatever way an entry changes, written with a version, confirmed, forgotten."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from elasticsearch import Elasticsearch
from pytest_django import Settings

from cms.core.instants import current_instant
from cms.notifications.draining import LONGEST_PAUSE, MOST_FAILURES, drain
from cms.notifications.models import OutboxRow
from cms.sharing.enums import Marking
from search.engines.elastic.connection import client
from search.external import WATERMARK, ExternalIndex, IndexedItem
from search.models import SearchEntry
from search.services import index_items
from search.sync import KEEPS_TOMBSTONES, SYNC, purge_tombstones, read_copies, sync, sync_pending, write
from search.watching import lag, state
from tests.factories import NOW, make_item, make_organisation, set_facts
from tests.factories.items import ItemFacts
from tests.search.worlds import rewrite

pytestmark = pytest.mark.django_db
_SECONDS = timedelta(seconds=20)


def version_of(server: Elasticsearch, index: ExternalIndex, sharing_id: int | str) -> int:
    """Return the version of the copy."""
    return int(server.get(index=index.name, id=str(sharing_id))["_version"])


def tokens_of(server: Elasticsearch, index: ExternalIndex, sharing_id: int) -> list[str]:
    """Return the tokens of the copy."""
    query = {"ids": {"values": [str(sharing_id)]}}
    (hit,) = server.search(index=index.name, query=query, docvalue_fields=[{"field": "audience"}])["hits"]["hits"]
    return list(hit.get("fields", {}).get("audience", []))


def test_nothing_is_noted_where_there_is_no_index() -> None:
    make_item(owner=make_organisation())
    assert not IndexedItem.objects.exists()


def test_a_new_item_is_noted_and_copied(index: ExternalIndex, server: Elasticsearch) -> None:
    item = make_item(owner=make_organisation(), state="network")
    noted = IndexedItem.objects.get(pk=item.pk)
    assert noted.pending_since is not None
    sync_pending()
    noted = IndexedItem.objects.get(pk=item.pk, pending_since=None, restrictive=False)
    assert version_of(server, index, item.pk) == noted.version
    item.refresh_from_db()
    assert tokens_of(server, index, item.pk) == sorted(item.audience)


def test_an_act_that_fails_notes_and_announces_nothing(index: ExternalIndex) -> None:
    item = make_item(owner=make_organisation(), state="network")
    drain()
    before = IndexedItem.objects.values().get()
    with suppress(RuntimeError), transaction.atomic():
        set_facts(item, ItemFacts(state="owner"))
        assert OutboxRow.objects.filter(kind=SYNC).exists()
        raise RuntimeError
    assert not OutboxRow.objects.filter(kind=SYNC).exists()
    assert IndexedItem.objects.values().get() == before


def test_an_entry_written_anew_as_it_was_is_no_change(index: ExternalIndex) -> None:
    item = make_item(owner=make_organisation())
    sync_pending()
    before = IndexedItem.objects.get(pk=item.pk).version
    index_items([item.pk])
    after = IndexedItem.objects.get(pk=item.pk)
    assert (after.version, after.pending_since) == (before, None)


@pytest.mark.parametrize("way", ["act", "text", "sql", "queryset"])
def test_no_way_of_changing_an_entry_passes_the_note_by(index: ExternalIndex, way: str) -> None:
    item = make_item(owner=make_organisation(), state="network")
    sync_pending()
    before = IndexedItem.objects.get(pk=item.pk).version
    ways = {
        "act": lambda: set_facts(item, ItemFacts(state="owner")),
        "text": lambda: rewrite(item, summary="Another."),
        "sql": lambda: connection.cursor().execute("UPDATE search_searchentry SET level = 'high'"),
        "queryset": lambda: SearchEntry.objects.update(state="withdrawn"),
    }
    ways[way]()
    after = IndexedItem.objects.get(pk=item.pk)
    assert after.version > before
    assert after.restrictive
    assert after.pending_since is not None


def test_an_item_that_is_gone_leaves_a_tombstone(index: ExternalIndex, server: Elasticsearch) -> None:
    item = make_item(owner=make_organisation(), state="public")
    sync_pending()
    page = item.page
    page.unpublish()
    sync_pending()
    noted = IndexedItem.objects.get(pk=item.pk)
    assert noted.gone_at is not None
    assert version_of(server, index, item.pk) == noted.version
    assert tokens_of(server, index, item.pk) == []


def test_an_older_state_never_takes_the_place_of_a_newer_one(index: ExternalIndex, server: Elasticsearch) -> None:
    item = make_item(owner=make_organisation(), state="network")
    sync_pending()
    set_facts(item, ItemFacts(state="owner"))
    sync_pending()
    newer = version_of(server, index, item.pk)
    late = server.options(ignore_status=409).index(
        index=index.name,
        id=str(item.pk),
        version=newer - 1,
        version_type="external_gte",
        document={"audience": ["public"]},
    )
    assert late.meta.status == 409
    sync([item.pk])
    assert version_of(server, index, item.pk) == newer
    assert "public" not in tokens_of(server, index, item.pk)


def test_what_changes_while_it_is_sent_stays_pending(index: ExternalIndex) -> None:
    item = make_item(owner=make_organisation(), state="network")
    with CaptureQueriesContext(connection) as queries:
        sync_pending()
    confirming = [query["sql"] for query in queries.captured_queries if "SET pending_since = NULL" in query["sql"]]
    set_facts(item, ItemFacts(state="owner"))
    with connection.cursor() as cursor:
        # the confirmation of the earlier version comes late
        cursor.execute(confirming[0].replace("%", "%%"))
    assert IndexedItem.objects.get(pk=item.pk).pending_since is not None


def test_a_worker_that_is_killed_before_it_confirms(index: ExternalIndex, server: Elasticsearch) -> None:
    item = make_item(owner=make_organisation())
    copies, indexes = read_copies([item.pk])
    # what it did until then: the copy is there, and nobody knows
    write(copies, indexes[0])
    assert IndexedItem.objects.get(pk=item.pk).pending_since is not None
    drain()
    noted = IndexedItem.objects.get(pk=item.pk, pending_since=None)
    assert version_of(server, index, item.pk) == noted.version == copies[0].version


def test_tombstones_are_forgotten_when_nothing_late_can_come(
    index: ExternalIndex, server: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = make_item(owner=make_organisation())
    sync_pending()
    SearchEntry.objects.filter(pk=item.pk).delete()
    sync_pending()
    assert purge_tombstones() == 0
    gone_at = IndexedItem.objects.get(pk=item.pk).gone_at
    assert gone_at is not None
    IndexedItem.objects.filter(pk=item.pk).update(gone_at=gone_at - KEEPS_TOMBSTONES)
    assert purge_tombstones() == 1
    assert not server.exists(index=index.name, id=str(item.pk))
    assert not IndexedItem.objects.filter(pk=item.pk).exists()


def test_kept_out_markings_leave_no_text_outside(
    index: ExternalIndex, server: Elasticsearch, elastic_settings: Settings
) -> None:
    item = make_item(owner=make_organisation(), state="owner", marking=Marking.AMBER)
    sync_pending()
    assert tokens_of(server, index, item.pk)
    elastic_settings.ELASTICSEARCH_KEPT_OUT = ["RED"]
    set_facts(item, ItemFacts(state="owner", marking=Marking.RED))
    sync_pending()
    assert tokens_of(server, index, item.pk) == []


def test_acts_put_rows_into_the_outbox_and_the_worker_does_them(index: ExternalIndex, server: Elasticsearch) -> None:
    items = [make_item(owner=make_organisation()) for _ in range(3)]
    rows = OutboxRow.objects.filter(kind="search.sync")
    assert {row.payload["sharing_id"] for row in rows} == {item.pk for item in items}
    drain()
    assert not OutboxRow.objects.filter(kind="search.sync").exists()
    assert {version_of(server, index, item.pk) for item in items} == set(
        IndexedItem.objects.values_list("version", flat=True)
    )


def test_copies_that_are_refused_for_good_are_set_aside(index: ExternalIndex, server: Elasticsearch) -> None:
    make_item(owner=make_organisation())
    server.indices.put_settings(index=index.name, settings={"index.blocks.write": True})
    try:
        for turn in range(MOST_FAILURES):
            drain(current_instant() + turn * 2 * LONGEST_PAUSE)
    finally:
        server.indices.put_settings(index=index.name, settings={"index.blocks.write": False})
    (row,) = OutboxRow.objects.filter(kind="search.sync")
    assert row.set_aside_at is not None
    assert "RefusedCopies" in row.last_error
    # so long as it is, PostgreSQL answers for it; the clock tries again
    assert IndexedItem.objects.filter(pending_since__isnull=False).count() == 1
    assert sync_pending() == 1
    assert not IndexedItem.objects.filter(pending_since__isnull=False).exists()


def test_a_busy_or_absent_server_is_waited_for(index: ExternalIndex, elastic_settings: Settings) -> None:
    make_item(owner=make_organisation())
    elastic_settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
    client.cache_clear()
    drain()
    (row,) = OutboxRow.objects.filter(kind="search.sync")
    assert (row.set_aside_at, row.failures) == (None, 0)


def test_an_index_that_is_gone_is_used_no_more(index: ExternalIndex, server: Elasticsearch, settings: Settings) -> None:
    make_item(owner=make_organisation())
    server.indices.delete(index=index.name)
    sync_pending()
    assert not ExternalIndex.objects.exists()
    assert "run rebuild_index" in state(NOW)
    # nothing was made in its place by writing to it
    assert not server.indices.exists(index=index.name)


def test_an_index_ahead_of_the_database_is_used_no_more(index: ExternalIndex, server: Elasticsearch) -> None:
    item = make_item(owner=make_organisation())
    version = IndexedItem.objects.get(pk=item.pk).version + 1000
    server.index(index=index.name, id=str(item.pk), version=version, version_type="external", document={"audience": []})
    sync([item.pk])
    assert not ExternalIndex.objects.exists()


def test_the_watermark_is_the_highest_version_written(index: ExternalIndex, server: Elasticsearch) -> None:
    for _ in range(3):
        make_item(owner=make_organisation())
    sync_pending()
    index.refresh_from_db()
    highest = max(IndexedItem.objects.values_list("version", flat=True))
    assert index.confirmed == version_of(server, index, WATERMARK) == highest


def test_the_lag_is_that_of_the_oldest_change(index: ExternalIndex) -> None:
    make_item(owner=make_organisation())
    (since,) = IndexedItem.objects.values_list("pending_since", flat=True)
    assert since is not None
    assert lag(since) == since - since
    assert state(since) == "ok"
    assert state(since + _SECONDS) == "copies are 20 s late"
    sync_pending()
    assert lag(since + _SECONDS).total_seconds() == 0


def test_forgotten_changes_are_found_by_the_clock(index: ExternalIndex) -> None:
    make_item(owner=make_organisation())
    OutboxRow.objects.all().delete()
    assert sync_pending() == 1
