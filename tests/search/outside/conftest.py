"""An index of each process's own on the Elasticsearch of the run, empty at the beginning of each test."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from pytest_django import Settings

from search.engines import get_engine
from search.engines.elastic.connection import client
from search.engines.elastic.definition import creation, definition
from search.engines.elastic.engine import ElasticEngine
from search.external import ExternalIndex
from search.rebuilding import index_uuid
from search.sync import written_as
from tests.factories import NOW


@pytest.fixture(scope="session")
def index_prefix() -> str:
    """What the names of this process's indexes begin with."""
    return f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def server(elasticsearch_url: str, index_prefix: str) -> Iterator[Elasticsearch]:
    """A client of the test's own; indexes of this process are gone afterwards."""
    outside = Elasticsearch(elasticsearch_url, request_timeout=60)
    yield outside
    for name in outside.indices.get(index=f"{index_prefix}*").body:
        outside.indices.delete(index=name)
    outside.close()


@pytest.fixture
def elastic_settings(settings: Settings, elasticsearch_url: str, index_prefix: str) -> Iterator[Settings]:
    """The settings name Elasticsearch as the engine; no marking is kept out."""
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URL = [elasticsearch_url]
    settings.ELASTICSEARCH_INDEX = index_prefix
    settings.ELASTICSEARCH_KEPT_OUT = []
    # a busy machine must not make PostgreSQL answer
    settings.ELASTICSEARCH_TIMEOUT = 30_000
    forget_connections()
    yield settings
    client().close()
    forget_connections()


def forget_connections() -> None:
    """Have the next one who asks make a client by the settings."""
    client.cache_clear()
    get_engine.cache_clear()


@pytest.fixture
def index(elastic_settings: Settings, server: Elasticsearch, db: None) -> ExternalIndex:
    """An empty index that answers; made once by each process, emptied before each test."""
    alias = str(elastic_settings.ELASTICSEARCH_INDEX)
    name, wanted = f"{alias}-1", definition()
    found = server.indices.get(index=f"{alias}*").body
    if list(found) != [name]:
        # a test has built another one
        for other in found:
            server.indices.delete(index=other)
        server.indices.create(index=name, aliases={written_as(name): {}, alias: {}}, **creation(wanted))
    server.indices.refresh(index=name)
    server.delete_by_query(index=name, query={"match_all": {}}, refresh=True, conflicts="proceed")
    return ExternalIndex.objects.create(
        role=ExternalIndex.Role.SERVING,
        name=name,
        uuid=index_uuid(name),
        definition=wanted,
        created_at=NOW,
    )


@pytest.fixture
def elastic(index: ExternalIndex) -> ElasticEngine:
    """The engine over the empty index."""
    return ElasticEngine()
