"""Many people who search while items are published."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.queues import Queue
from statistics import median, quantiles
from time import monotonic, sleep
from typing import Any

from django.db import connections

from search.benchmark.corpus import Corpus
from search.benchmark.subjects import Subject
from search.engines.base import Access, EngineQuery
from search.engines.elastic.connection import client

CLIENTS = 8
PUBLISHED_PER_SECOND = 20
SECONDS = 20.0
# as often the worker looks for what is to be copied
_LOOK_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked by each client, over and over, and by whom."""

    subject: Subject
    queries: Sequence[EngineQuery]
    access: Access


def under_load(load: Load, corpus: Corpus) -> dict[str, Any]:
    """Have eight processes search for some seconds while a ninth publishes; return times of first pages with facets,
    searches a second, and how long it took from writing an item until a search finds it."""
    # a connection cannot be shared with a child
    connections.close_all()
    context = multiprocessing.get_context("fork")
    found: Queue[list[float]] = context.Queue()
    told: Queue[list[float]] = context.Queue()
    end = monotonic() + SECONDS
    works: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        (_search, (load, number, end, found)) for number in range(CLIENTS)
    ]
    works.append((_publish, (load.subject, corpus, end, told)))
    workers = [context.Process(target=work, args=arguments) for work, arguments in works]
    for worker in workers:
        worker.start()
    seconds = [one for _worker in range(CLIENTS) for one in found.get()]
    waits = told.get()
    for worker in workers:
        worker.join()
    return {
        "clients": CLIENTS,
        "searches_per_second": round(len(seconds) / SECONDS, 1),
        **_spread("search", seconds),
        "published_per_second": round(len(waits) / SECONDS, 1),
        **_spread("publish_to_found", waits),
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


def _publish(subject: Subject, corpus: Corpus, end: float, told: "Queue[list[float]]") -> None:
    client.cache_clear()
    waits: list[float] = []
    started, done = monotonic(), 0
    while monotonic() < end:
        looked = monotonic()
        due = int((looked - started) * PUBLISHED_PER_SECOND)
        if due > done:
            subject.publish([corpus.further(number) for number in range(done + 1, due + 1)])
            # each was committed at its own moment since the last look
            waits += [monotonic() - started - number / PUBLISHED_PER_SECOND for number in range(done + 1, due + 1)]
            done = due
        sleep(max(0.0, looked + _LOOK_SECONDS - monotonic()))
    told.put(waits)
    connections.close_all()
