"""What is measured, and how."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from os import getloadavg
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from search.benchmark.corpus import (
    ABSENT,
    AT,
    BEGINNING,
    COMMON,
    HIDDEN,
    MEDIUM,
    PAIR,
    PHRASE,
    RARE,
    Corpus,
    tokens,
)
from search.benchmark.load import Load, under_load
from search.benchmark.publishing import note_changes
from search.benchmark.rebuilding import rebuilt
from search.benchmark.subjects import ElasticSubject, Subject, memory, subject
from search.engines.base import Access, EngineQuery, EngineResult
from search.entries import EntryRow
from search.ranking import ranking_of
from search.syntax import parse_query

REPEATS = 40
BATCH = 2_000
PROBES = {
    "common": COMMON,
    "medium": MEDIUM,
    "rare": RARE,
    "two words": " ".join(PAIR),
    "phrase": f'"{PHRASE}"',
    "beginning": BEGINNING,
    "browsing": "",
}
TOKENS = (5, 50, 500)


@dataclass(frozen=True, slots=True)
class Times:
    """Times of one query in milliseconds, and how many items it found."""

    median: float
    p95: float
    found: int

    def as_json(self) -> dict[str, float]:
        """Return the values under names with their unit."""
        return {"median_ms": round(self.median, 3), "p95_ms": round(self.p95, 3), "found": self.found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured: which engine over how many entries, short ones or usual ones; how often each search runs;
    whether with many clients at once, too; whether the external index is built anew in the end."""

    engine: str
    items: int
    short: bool
    repeats: int
    load: bool
    rebuild: bool = False


def measure(plan: Plan) -> dict[str, Any]:
    """Fill a scratch place with invented entries, time the searches of officers, drop it; return the figures."""
    corpus = Corpus(plan.items, short=plan.short)
    with subject(plan.engine) as asked:
        rate = _fill(corpus, asked)
        access = Access(corpus.viewer.tokens, AT)
        figures: dict[str, Any] = {
            "engine": plan.engine,
            "items": plan.items,
            "words_of_an_entry": round(corpus.words_written / plan.items),
            "entries_per_second": round(rate),
            "bytes": asked.bytes(),
            "queries": [_probe(asked, access, name, text, plan.repeats) for name, text in PROBES.items()],
            "tokens": [_with_tokens(asked, count, plan.repeats) for count in TOKENS],
            "hidden_against_absent": _hidden_against_absent(asked, access, plan.repeats),
        }
        figures["memory_bytes"] = memory(asked.using, plan.engine)
        figures["load_average"] = [round(value, 1) for value in getloadavg()]
        if asked.copied:
            note_changes(asked.using)
        if plan.load:
            queries = [asked_for(text, facets=True) for text in PROBES.values()]
            figures["under_load"] = under_load(Load(asked, queries, access), corpus)
        if plan.rebuild and isinstance(asked, ElasticSubject):
            figures["rebuild"] = rebuilt(asked.alias)
    return figures


def _fill(corpus: Corpus, asked: Subject) -> float:
    """Write the entries; return how many a second were written, the time for inventing them left out."""
    seconds, entries = 0.0, corpus.entries()
    while batch := list(islice(entries, BATCH)):
        if isinstance(asked, ElasticSubject):
            asked.fill_beneath(batch)
        seconds += _seconds(_writer(batch, asked))
    asked.settle()
    return corpus.items / seconds


def _writer(batch: Sequence[EntryRow], asked: Subject) -> Callable[[], None]:
    return lambda: asked.fill(batch)


def _probe(asked: Subject, access: Access, name: str, text: str, repeats: int) -> dict[str, Any]:
    plain, faceted = asked_for(text), asked_for(text, facets=True)
    raw, filtered, facets = _times(
        [
            lambda: asked.search_unfiltered(plain, access),
            lambda: asked.search(plain, access),
            lambda: asked.search(faceted, access),
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


def asked_for(text: str, *, facets: bool = False) -> EngineQuery:
    """Return the question that the text asks, as the search page puts it."""
    query = parse_query(text)
    return EngineQuery(query=query, ranking=ranking_of(query), facets=facets)


def _with_tokens(asked: Subject, count: int, repeats: int) -> dict[str, Any]:
    access, question = Access(tokens(count), AT), asked_for(COMMON, facets=True)
    (times,) = _times([lambda: asked.search(question, access)], repeats)
    return {"tokens": count, **times.as_json()}


def _hidden_against_absent(asked: Subject, access: Access, repeats: int) -> dict[str, Any]:
    """Time a word that only hidden items have and one that none has: the difference must tell nothing."""
    questions = [asked_for(word, facets=True) for word in (HIDDEN, ABSENT)]
    hidden, absent = _times(
        [lambda: asked.search(questions[0], access), lambda: asked.search(questions[1], access)], repeats
    )
    return {
        "hidden": hidden.as_json(),
        "absent": absent.as_json(),
        "hidden_items_with_the_word": asked.search_unfiltered(questions[0], access).total,
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
