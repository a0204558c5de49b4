"""Elasticsearch passes the suite of all engines: with all copies up to date, with a part of them, and with none."""

import pytest

from search.engines.base import Engine
from search.engines.elastic.engine import ElasticEngine
from tests.search.conformance import EngineConformance
from tests.search.outside.engines import Synced, Unsynced


class TestAllCopies(EngineConformance):
    """The suite, answered by the index alone."""

    @pytest.fixture
    def engine(self, elastic: ElasticEngine) -> Engine:
        """Return the engine."""
        return Synced(elastic)


class TestSomeCopies(EngineConformance):
    """The suite, answered by both together."""

    @pytest.fixture
    def engine(self, elastic: ElasticEngine) -> Engine:
        """Return the engine."""
        return Synced(elastic, one_in=2)


class TestNoCopies(EngineConformance):
    """The suite, answered beside an empty index."""

    @pytest.fixture
    def engine(self, elastic: ElasticEngine) -> Engine:
        """Return the engine."""
        return Unsynced(elastic)
