"""Many people who search while items are published."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from multiprocessing.queues import Queue
from statistics import median, quantiles
from time import monotonic
from typing import Any

from django.db import connections

from search.benchmark.corpus import Corpus
from search.benchmark.publishing import Instants, follow, publish, waits
from search.benchmark.subjects import Subject
from search.engines.base import Access, EngineQuery
from search.engines.elastic.connection import client

CLIENTS = 8
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked by each client, over and over, and by whom."""

    subject: Subject
    queries: Sequence[EngineQuery]
    access: Access


def under_load(load: Load, corpus: Corpus) -> dict[str, Any]:
    """Have eight processes search for some seconds while another publishes, and where items are copied one does that as
    the worker does; return times of first pages with facets, searches a second, and how long it took from when writing
    an item began until searches find it."""
    # a connection cannot be shared with a child
    connections.close_all()
    context = multiprocessing.get_context("fork")
    seconds_told: Queue[list[float]] = context.Queue()
    published: Queue[dict[int, tuple[float, float]]] = context.Queue()
    followed: Queue[Instants] = context.Queue()
    copied, end = load.subject.copied, monotonic() + SECONDS
    works: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        *((_search, (load, number, end, seconds_told)) for number in range(CLIENTS)),
        (partial(publish, copied=copied), (corpus, end, published)),
        *(((follow, (corpus.items, end, followed)),) * copied),
    ]
    workers = [context.Process(target=work, args=arguments) for work, arguments in works]
    for worker in workers:
        worker.start()
    seconds = [one for _worker in range(CLIENTS) for one in seconds_told.get()]
    waited = waits(published.get(), followed.get() if copied else None)
    for worker in workers:
        worker.join()
    return {
        "clients": CLIENTS,
        "searches_per_second": round(len(seconds) / SECONDS, 1),
        **_spread("search", seconds),
        "published_per_second": round(len(waited) / SECONDS, 1),
        **_spread("publish_to_found", waited),
    }


def _spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    hundredths = quantiles([one * 1000 for one in seconds], n=100, method="inclusive")
    return {
        f"{name}_median_ms": round(median(seconds) * 1000, 1),
        f"{name}_p95_ms": round(hundredths[94], 1),
        f"{name}_p99_ms": round(hundredths[98], 1),
    }


def _search(load: Load, number: int, end: float, found: "Queue[list[float]]") -> None:
    client.cache_clear()
    seconds = []
    queries = cycle([*load.queries[number % len(load.queries) :], *load.queries[: number % len(load.queries)]])
    load.subject.search(load.queries[0], load.access)
    while monotonic() < end:
        start = monotonic()
        load.subject.search(next(queries), load.access)
        seconds.append(monotonic() - start)
    found.put(seconds)
    connections.close_all()
