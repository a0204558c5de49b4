"""Elasticsearch away, slow, broken: PostgreSQL answers in time, the operator is told, people see nothing of it."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import psutil
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from elasticsearch import Elasticsearch
from pytest_django import Settings

from cms.organisations.models import Organisation
from cms.users.models import User
from search.engines.base import Access, EngineQuery
from search.engines.elastic.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker
from search.engines.elastic.connection import Incomplete, checked, client, unanswered
from search.engines.elastic.engine import DEEPEST, ElasticEngine
from search.engines.pacing import EMPTY_SECONDS
from search.external import ExternalIndex
from search.sync import sync_pending
from search.syntax import parse_query
from search.watching import state
from tests.elastic_server import run_script, start
from tests.factories import NOW, make_item, make_organisation, make_person, sign_in
from tests.search.outside.conftest import forget_connections
from tests.search.worlds import ask


@pytest.fixture
def owner() -> Organisation:
    """The owner of the items."""
    return make_organisation()


@pytest.fixture
def member(owner: Organisation) -> User:
    """An officer of the owner, who sees one item that the index has."""
    make_item(owner=owner, body="quay")
    return make_person(owner)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of somebody who takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_not_waited_for(
    elastic: ElasticEngine, member: User, elastic_settings: Settings, silent: str, caplog: pytest.LogCaptureFixture
) -> None:
    sync_pending()
    elastic_settings.ELASTICSEARCH_URL, elastic_settings.ELASTICSEARCH_TIMEOUT = [silent], 1000
    client.cache_clear()
    caplog.set_level(logging.ERROR, "iconet.search")
    started = monotonic()
    assert ask(elastic, member, "quay").total == 1
    assert 0.1 <= monotonic() - started < 2
    for _ in range(3):
        assert ask(elastic, member, "quay").total == 1
    # the four asked it once, and told it once
    assert [record.levelname for record in caplog.records if "PostgreSQL does" in record.message] == ["ERROR"]


@pytest.mark.django_db
def test_people_are_told_nothing_of_it(elastic: ElasticEngine, member: User, elastic_settings: Settings) -> None:
    sync_pending()
    reader = sign_in(Client(), member)
    pages = []
    for address in (elastic_settings.ELASTICSEARCH_URL, ["http://127.0.0.1:9"]):
        elastic_settings.ELASTICSEARCH_URL = address
        client.cache_clear()
        page = reader.get("/search/", {"q": "quay"})
        assert page.status_code == 200
        pages.append(replace(page.context["result"], took=0))
        assert "Elasticsearch" not in page.content.decode()
    assert pages[0] == pages[1]
    assert pages[0].total == 1


@pytest.mark.django_db
def test_an_empty_answer_takes_its_time(elastic: ElasticEngine, member: User) -> None:
    """What takes longer for a word that hidden items have than for an absent one disappears in it."""
    sync_pending()
    access = Access(frozenset({"public"}), NOW)
    for word in ("quay", "absentia", "quay"):
        started = monotonic()
        assert elastic.search(EngineQuery(query=parse_query(word)), access).total == 0
        assert monotonic() - started >= EMPTY_SECONDS


@pytest.mark.django_db
def test_it_is_asked_again_when_it_is_back(
    elastic: ElasticEngine, member: User, elastic_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    sync_pending()
    real = elastic_settings.ELASTICSEARCH_URL
    clock = [0.0]
    elastic.breaker = Breaker(lambda: clock[0])
    elastic_settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
    client.cache_clear()
    assert ask(elastic, member, "quay").total == 1
    assert not elastic.breaker.closed
    elastic_settings.ELASTICSEARCH_URL = real
    client.cache_clear()
    assert ask(elastic, member, "quay").total == 1
    assert not elastic.breaker.closed
    clock[0] += FIRST_PAUSE
    assert ask(elastic, member, "quay").total == 1
    assert elastic.breaker.closed
    assert "answers again" in caplog.text


@pytest.mark.django_db
def test_a_search_that_is_refused_harms_no_other(
    elastic: ElasticEngine, member: User, index: ExternalIndex, server: Elasticsearch
) -> None:
    sync_pending()
    ask(elastic, member, "quay")
    server.indices.put_settings(index=index.name, settings={"index.max_result_window": 10})
    try:
        assert ask(elastic, member, "quay").total == 1
        assert elastic.breaker.closed
    finally:
        server.indices.put_settings(index=index.name, settings={"index.max_result_window": DEEPEST})


def test_part_of_an_answer_is_none() -> None:
    good = {"timed_out": False, "_shards": {"failed": 0}}
    assert checked(good) is good
    for bad in ({**good, "timed_out": True}, {**good, "_shards": {"failed": 1}}):
        with pytest.raises(Incomplete) as caught:
            checked(bad)
        assert unanswered(caught.value)
    with pytest.raises(Incomplete) as caught:
        checked({"error": {"type": "parsing_exception"}, "status": 400})
    assert not unanswered(caught.value)


def test_the_breaker_waits_longer_each_time_and_lets_one_try() -> None:
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    assert breaker.allows()
    assert breaker.failed()
    assert not breaker.failed()
    assert not breaker.allows()
    clock[0] += 2 * FIRST_PAUSE
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    for _ in range(20):
        breaker.failed()
    clock[0] += LONGEST_PAUSE
    assert breaker.allows()
    assert breaker.succeeded()
    assert not breaker.succeeded()
    assert breaker.allows()


def test_an_engine_without_an_address_is_told_at_the_start(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = []
    forget_connections()
    with pytest.raises(ImproperlyConfigured, match="ELASTICSEARCH_URL"):
        ElasticEngine()


@pytest.mark.parametrize("way", ["key", "account"])
def test_who_asks_is_told(settings: Settings, way: str) -> None:
    settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9", "http://127.0.0.1:8"]
    settings.ELASTICSEARCH_API_KEY = {"key": "c2VjcmV0", "account": ""}[way]
    settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD = "reader", "invented"
    forget_connections()
    header = client()._headers["authorization"]
    forget_connections()
    assert header.startswith({"key": "ApiKey ", "account": "Basic "}[way])


@pytest.mark.slow
@pytest.mark.django_db
def test_a_node_that_is_killed_half_way(
    elastic_settings: Settings, elasticsearch_url: str, tmp_path: Path, owner: Organisation, member: User
) -> None:
    """Killed between two writes: PostgreSQL answers; back again, it has what was confirmed, and is given the rest."""
    elastic_settings.ELASTICSEARCH_URL = [start(tmp_path)]
    forget_connections()
    try:
        call_command("rebuild_index")
        engine = ElasticEngine()
        make_item(owner=owner, body="quay")
        sync_pending()
        psutil.Process(int((tmp_path / "es.pid").read_text())).kill()
        late = make_item(owner=owner, body="quay")
        assert ask(engine, member, "quay").total == 3
        assert "does not answer" in state(NOW) or not engine.breaker.closed
        late.page.unpublish()
        assert ask(engine, member, "quay").total == 2
        elastic_settings.ELASTICSEARCH_URL = [start(tmp_path)]
        forget_connections()
        assert sync_pending() == 1
        call_command("check_index")
        assert ask(ElasticEngine(), member, "quay").total == 2
    finally:
        run_script("stop", "--data", str(tmp_path))
