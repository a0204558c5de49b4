"""What every engine is asked and answers. Visibility is part of the question: no engine ever finds first and filters
later, for totals, facets and scores would tell of hidden items."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from django.utils.safestring import SafeString

from search.syntax import Query

FACETS = ("element", "owner", "country", "type", "year")


@dataclass(frozen=True)
class Access:
    """What the viewer may see at the instant: an item whose stored tokens are of that instant and meet these, or one of
    `judged_ids`: sharing rows whose tokens are of another instant, and whose facts let the viewer in.

    `judge` finds those, once. An engine that can tell by itself that no tokens are of another instant need not ask.
    """

    tokens: frozenset[str]
    at: datetime
    judge: Callable[[frozenset[str], datetime], Iterable[int]] = field(default=lambda _tokens, _at: (), compare=False)

    @cached_property
    def judged_ids(self) -> tuple[int, ...]:
        """The rows that are judged from their facts."""
        return tuple(self.judge(self.tokens, self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Exact values that an item must have; empty ones do not filter, unknown ones match nothing.

    Instants: `published_from` inclusive, `published_before` exclusive.
    """

    element: str = ""
    owner: str = ""
    country: str = ""
    type: str = ""
    state: str = ""
    published_from: datetime | None = None
    published_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineQuery:
    """What is looked for. Order: by relevance (those whose title has it all, then rank, then newest) or newest first;
    then by identifier, so that the order is total. Without a wanted word relevance is newest first."""

    query: Query = field(default_factory=Query)
    filters: Filters = field(default_factory=Filters)
    by_date: bool = False
    offset: int = 0
    limit: int = 20
    facets: bool = True


@dataclass(frozen=True, slots=True)
class EngineHit:
    """One item found; `snippet` is HTML: escaped text with <mark> around what matched."""

    sharing_id: int
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the items found have the value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class EngineResult:
    """The exact number of visible items found, the hits of the page in order, and the facets, commonest value first."""

    total: int
    hits: tuple[EngineHit, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


class Engine(Protocol):
    """Finds items in one read model."""

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see of what is looked for; nothing hidden takes part in any part of it."""
