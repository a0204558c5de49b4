"""What is measured, and how."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connections

from search.benchmark.corpus import ABSENT, AT, COMMON, HIDDEN, MEDIUM, PAIR, PARTICIPANTS, RARE, Corpus
from search.benchmark.scratch import scratch_database
from search.engines.base import Access, EngineQuery, EngineResult
from search.engines.postgres import PostgresEngine
from search.entries import EntryRow, settle_index, write_entries
from search.ranking import ranking_of
from search.reading import BATCH
from search.syntax import parse_query

REPEATS = 40
PROBES = {"common": COMMON, "medium": MEDIUM, "rare": RARE, "two words": " ".join(PAIR)}


@dataclass(frozen=True, slots=True)
class Times:
    """Times of one query in milliseconds, and how many items it found."""

    median: float
    p95: float
    found: int

    def as_json(self) -> dict[str, float]:
        """Return the values under names with their unit."""
        return {"median_ms": round(self.median, 3), "p95_ms": round(self.p95, 3), "found": self.found}


def measure(items: int, *, repeats: int = REPEATS) -> dict[str, Any]:
    """Fill a scratch database with invented entries, time the searches of one officer, drop it; return the figures."""
    corpus = Corpus(items)
    with scratch_database(PARTICIPANTS) as using:
        rate = _fill(corpus, using)
        engine = PostgresEngine(using)
        access = Access(corpus.viewer.tokens, AT)
        return {
            "engine": "postgres",
            "items": items,
            "entries_per_second": round(rate),
            **_sizes(using),
            "queries": [_probe(engine, access, name, text, repeats) for name, text in PROBES.items()],
            "hidden_against_absent": _hidden_against_absent(engine, access, repeats),
        }


def _fill(corpus: Corpus, using: str) -> float:
    """Write the entries; return how many a second were written, the time for inventing them left out."""
    seconds, entries = 0.0, corpus.entries()
    while batch := list(islice(entries, BATCH)):
        seconds += _seconds(_writer(batch, using))
    seconds += _seconds(lambda: settle_index(using))
    with connections[using].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_searchentry")
    return corpus.items / seconds


def _writer(batch: Sequence[EntryRow], using: str) -> Callable[[], None]:
    return lambda: write_entries(batch, using)


def _sizes(using: str) -> dict[str, int]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('search_text_and_audience'), pg_total_relation_size('search_searchentry')"
        )
        index, table = cursor.fetchone()
    return {"index_bytes": index, "all_bytes": table}


def _probe(engine: PostgresEngine, access: Access, name: str, text: str, repeats: int) -> dict[str, Any]:
    plain, faceted = _asked(text), _asked(text, facets=True)
    raw, filtered, facets = _times(
        [
            lambda: engine.search_unfiltered(plain),
            lambda: engine.search(plain, access),
            lambda: engine.search(faceted, access),
        ],
        repeats,
    )
    return {
        "name": name,
        "query": text,
        "raw": raw.as_json(),
        "filtered": filtered.as_json(),
        "with_facets": facets.as_json(),
        "filtered_to_raw": round(filtered.median / raw.median, 2),
        "facets_to_raw": round(facets.median / raw.median, 2),
    }


def _asked(text: str, *, facets: bool = False) -> EngineQuery:
    query = parse_query(text)
    return EngineQuery(query=query, ranking=ranking_of(query), facets=facets)


def _hidden_against_absent(engine: PostgresEngine, access: Access, repeats: int) -> dict[str, Any]:
    """Time a word that only hidden items have and one that none has: the difference must tell nothing."""
    asked = [_asked(word, facets=True) for word in (HIDDEN, ABSENT)]
    hidden, absent = _times([lambda: engine.search(asked[0], access), lambda: engine.search(asked[1], access)], repeats)
    everywhere = engine.search_unfiltered(asked[0]).total
    return {
        "hidden": hidden.as_json(),
        "absent": absent.as_json(),
        "hidden_items_with_the_word": everywhere,
        "ratio": round(hidden.median / absent.median, 2),
    }


def _times(searches: Sequence[Callable[[], EngineResult]], repeats: int) -> list[Times]:
    """Time the searches in turn, so that whatever else the machine does meets all alike; the first turn warms up."""
    found = [search().total for search in searches]
    turns = [[_seconds(search) for search in searches] for _turn in range(repeats)]
    return [_summary(seconds, total) for seconds, total in zip(zip(*turns, strict=True), found, strict=True)]


def _summary(seconds: Iterable[float], found: int) -> Times:
    milliseconds = [value * 1000 for value in seconds]
    return Times(median(milliseconds), quantiles(milliseconds, n=20, method="inclusive")[-1], found)


def _seconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start
