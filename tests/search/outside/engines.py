"""Engines for the suite of all engines: each lets the index answer under another circumstance, and never falls back."""

from dataclasses import dataclass

from search.engines.base import Access, EngineQuery, EngineResult
from search.engines.elastic.engine import DEEPEST, ElasticEngine
from search.external import IndexedItem
from search.sync import BATCH, sync


class UnwantedFallback(AssertionError):
    """PostgreSQL alone was to answer where the index should."""


@dataclass
class Synced:
    """Before each search brings copies up to date: all, or one in so many; of the others PostgreSQL answers beside."""

    engine: ElasticEngine
    one_in: int = 1

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the index answers, with what is withheld from it."""
        pending = IndexedItem.objects.filter(pending_since__isnull=False).order_by("pk").values_list("pk", flat=True)
        ids = [pk for pk in pending if pk % self.one_in == 0]
        for start in range(0, len(ids), BATCH):
            sync(ids[start : start + BATCH])
        found = self.engine.search_outside(asked, access)
        if found is None and asked.offset + asked.limit < DEEPEST:
            raise UnwantedFallback
        return found or self.engine.search(asked, access)


@dataclass
class Unsynced:
    """Brings nothing up to date: PostgreSQL answers beside an empty index."""

    engine: ElasticEngine

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what both answer."""
        return self.engine.search_outside(asked, access) or self.engine.search(asked, access)
