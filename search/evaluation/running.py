"""Asking an engine the questions of a collection, in a scratch place, by the same builders as the product."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from time import perf_counter

from cms.sharing.tokens import PUBLIC
from search.benchmark.outside import scratch_index
from search.benchmark.scratch import scratch_database
from search.engines.base import Access, Engine, EngineQuery
from search.engines.postgres import PostgresEngine
from search.entries import EntryRow, settle_index, write_entries
from search.evaluation.bm25 import BM25
from search.evaluation.collection import Collection, Document
from search.evaluation.figures import Figures, figures
from search.ranking import ranking_of
from search.reading import BATCH
from search.syntax import loosened, parse_query
from search.words import composed, parted

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_FOUND = 100
BASELINE = "bm25"
# fills a scratch place with entries, for as long as the engine over it is asked
ScratchEngine = Callable[[Sequence[EntryRow]], AbstractContextManager[Engine]]


def question(text: str) -> EngineQuery:
    """Return the question as the search page asks it where any word is enough."""
    query = loosened(parse_query(text, limited=False))
    return EngineQuery(query=query, ranking=ranking_of(query), match="any", limit=_FOUND, facets=False)


def evaluate(collection: Collection, scratch: ScratchEngine) -> Figures:
    """Return the figures of an engine over the collection; `scratch` makes the engine as a context manager."""
    rows = [_row(number, document) for number, document in enumerate(collection.documents, 1)]
    access = Access(frozenset({PUBLIC}), _AT)
    with scratch(rows) as engine:

        def search(text: str) -> list[str]:
            hits = engine.search(question(text), access).hits
            return [collection.documents[hit.sharing_id - 1].id for hit in hits]

        return _asked(collection, search)


def evaluate_baseline(collection: Collection) -> Figures:
    """Return the figures of plain BM25 over the collection."""
    baseline = BM25(collection.documents)
    return _asked(collection, lambda text: baseline.search(text, _FOUND))


@contextmanager
def scratch_postgres(rows: Sequence[EntryRow]) -> Iterator[Engine]:
    """Yield the engine over a scratch database that holds the entries."""
    with scratch_database(1) as using:
        for start in range(0, len(rows), BATCH):
            write_entries(rows[start : start + BATCH], using)
        settle_index(using)
        yield PostgresEngine(using)


@contextmanager
def scratch_elasticsearch(rows: Sequence[EntryRow]) -> Iterator[Engine]:
    """Yield the engine over a scratch index that holds copies of the entries, and a scratch database for the rest."""
    with scratch_database(1) as using, scratch_index(using) as index:
        for start in range(0, len(rows), BATCH):
            write_entries(rows[start : start + BATCH], using)
        index.fill(rows)
        index.settle()
        yield index


# engine → how a scratch one is made
SCRATCH = {"postgres": scratch_postgres, "elasticsearch": scratch_elasticsearch}


def _asked(collection: Collection, search: Callable[[str], list[str]]) -> Figures:
    results, seconds = [], []
    for asked in collection.questions:
        start = perf_counter()
        found = search(asked.text)
        seconds.append(perf_counter() - start)
        results.append((found, asked.grades))
    return figures(results, seconds)


def _row(number: int, document: Document) -> EntryRow:
    return EntryRow(
        sharing_id=number,
        uuid=uuid.UUID(int=number),
        reference=f"EW-P1-2026-{number:05}",
        type_key="bulletin",
        title=composed(document.title)[:255],
        summary="",
        body=parted(composed(document.text)),
        language=document.language,
        element_id=1,
        owner_id=1,
        countries=[],
        marking="CLEAR",
        state="public",
        level="",
        published_at=_AT,
        information_date=None,
        audience=[PUBLIC],
        audience_since=None,
        next_change=None,
        version=1,
    )
