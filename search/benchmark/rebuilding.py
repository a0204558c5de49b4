"""How fast an external index is built anew, by the product's own rebuild."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter

from django.conf import settings
from django.db import connections

from search.benchmark.scratch import take_for_default
from search.engines.elastic.connection import client
from search.rebuilding import rebuild_external


def rebuilt(alias: str) -> dict[str, int]:
    """Build the index of the scratch database anew, in a process of its own; return how many entries were copied, and
    how many a second. The index that was there is gone afterwards."""
    # a connection cannot be shared with a child
    connections.close_all()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        return pool.submit(_rebuild, alias).result()


def _rebuild(alias: str) -> dict[str, int]:
    take_for_default()
    client.cache_clear()
    # nobody else uses the settings of this process
    settings.ELASTICSEARCH_INDEX, settings.ELASTICSEARCH_KEPT_OUT = alias, []
    start = perf_counter()
    made = rebuild_external(lambda _progress: None)
    seconds = perf_counter() - start
    connections.close_all()
    return {"rebuilt_entries": made.copied, "rebuilt_per_second": round(made.copied / seconds)}
