"""What is measured: each engine over a scratch database, filled and asked in the same way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import psutil
from django.db import connections

from search.benchmark.corpus import PARTICIPANTS
from search.benchmark.outside import ScratchIndex, scratch_index
from search.benchmark.scratch import scratch_database
from search.engines.base import Access, EngineQuery, EngineResult
from search.engines.elastic.connection import client
from search.engines.postgres import PostgresEngine
from search.entries import EntryRow, settle_index, write_entries


class Subject(Protocol):
    """An engine under measurement."""

    using: str
    # whether a worker copies what is published
    copied: bool

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see."""

    def search_unfiltered(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return the same over all entries, hidden ones too."""

    def fill(self, rows: Sequence[EntryRow]) -> None:
        """Hold these entries too; this is what is timed."""

    def settle(self) -> None:
        """End the filling."""

    def bytes(self) -> int:
        """Return the size of what is searched, on disk."""


class PostgresSubject:
    """The engine in the database."""

    copied = False

    def __init__(self, using: str) -> None:
        self.using = using
        self._engine = PostgresEngine(using)

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see."""
        return self._engine.search(asked, access)

    def search_unfiltered(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return the same over all entries, whoever asks."""
        return self._engine.search_unfiltered(asked)

    def fill(self, rows: Sequence[EntryRow]) -> None:
        """Write the entries."""
        write_entries(rows, self.using)

    def settle(self) -> None:
        """Sort the index, and let the planner know the table."""
        settle_index(self.using)
        with connections[self.using].cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_searchentry")

    def bytes(self) -> int:
        """Return the size of the table with its indexes."""
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('search_searchentry')")
            size: int = cursor.fetchone()[0]
        return size


class ElasticSubject:
    """The engine over Elasticsearch; the database holds the same entries, for what is shown of hits."""

    copied = True

    def __init__(self, index: ScratchIndex) -> None:
        self.using = index.using
        self.alias = index.alias
        self._index = index
        self._beneath = PostgresSubject(index.using)
        self.search = index.search
        self.search_unfiltered = index.search_unfiltered

    def fill(self, rows: Sequence[EntryRow]) -> None:
        """Copy the entries, which the database has already."""
        self._index.fill(rows)

    def fill_beneath(self, rows: Sequence[EntryRow]) -> None:
        """Write the entries to the database."""
        self._beneath.fill(rows)

    def settle(self) -> None:
        """Let searches see all of it."""
        self._beneath.settle()
        self._index.settle()

    def bytes(self) -> int:
        """Return the size of the index."""
        return self._index.bytes()


@contextmanager
def subject(engine: str) -> Iterator[Subject]:
    """Make a scratch place for the engine, yield what is measured, drop it."""
    with scratch_database(PARTICIPANTS) as using:
        if engine == "postgres":
            yield PostgresSubject(using)
            return
        with scratch_index(using) as index:
            yield ElasticSubject(index)


def memory(using: str, engine: str) -> dict[str, int]:
    """Return the memory of the processes in bytes: this one, the database's for one connection and in all (shared
    memory counted once), Elasticsearch where it is on this machine."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    server = backend.parent()
    family = [server, *server.children(recursive=True)] if server else [backend]
    found = {
        "this_process": psutil.Process().memory_info().rss,
        "postgres_connection": backend.memory_info().rss,
        "postgres": sum(process.memory_full_info().pss for process in family),
    }
    return found | (_elasticsearch_memory() if engine == "elasticsearch" else {})


def _elasticsearch_memory() -> dict[str, int]:
    nodes = client().nodes.info(node_id="_local", metric="process")["nodes"]
    number = next(iter(nodes.values()))["process"]["id"]
    local = psutil.pid_exists(number) and "java" in psutil.Process(number).name()
    return {"elasticsearch": psutil.Process(number).memory_info().rss} if local else {}
