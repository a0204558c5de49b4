"""An item that is erased stands in no document of the index either."""

from datetime import timedelta

import pytest
from elasticsearch import Elasticsearch

from cms.notifications.draining import drain
from search.external import ExternalIndex, IndexedItem
from search.sync import sync_pending
from tests.admin.conftest import House, house
from tests.factories import NOW
from tests.retention.planting import plant
from tests.retention.test_erasing import ENDED, OLD, OVER, TOLD, run

__all__ = ["house"]

pytestmark = pytest.mark.django_db


def found(server: Elasticsearch, index: ExternalIndex, word: str) -> int:
    """Return how many documents hold the word in any field, found as any search would find it."""
    server.indices.refresh(index=index.name)
    asked = server.search(index=index.name, query={"query_string": {"query": f"*{word}*", "fields": ["*"]}})
    return int(asked["hits"]["total"]["value"])


def test_no_document_of_the_index_holds_a_word_of_it(house: House, index: ExternalIndex, server: Elasticsearch) -> None:
    planted = plant(house, OLD, NOW)
    sync_pending()
    number = planted.sharing.pk
    assert found(server, index, planted.word) == 1
    for at in (TOLD, ENDED):
        run(at)
    sync_pending()
    assert found(server, index, planted.word) == 1
    run(OVER)
    drain(OVER + timedelta(days=1))
    assert IndexedItem.objects.get(pk=number).pending_since is None
    assert (found(server, index, planted.word), found(server, index, planted.title_word)) == (0, 0)
    named = {"term": {"uuid": str(planted.sharing.uuid)}}
    assert server.count(index=index.name, query=named)["count"] == 0
