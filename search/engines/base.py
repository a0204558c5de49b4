"""What every engine is asked and answers. Visibility is part of the question: no engine ever finds first and filters
later, for totals, facets and scores would tell of hidden items.

An engine gets an `EngineQuery`, complete in itself: which items (query, filters, any or all words), in which order
(`ranking` brings the weight of each term, so that all engines rank by the same numbers and none by statistics of what
it holds), which part of them (offset, or a cursor), and what to count. `tests/search/conformance.py` is the contract.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, Protocol

from django.utils.safestring import SafeString

from search.syntax import Query

# facets of every content type. `year` and `month` (2026, 2026-03) are those of publication, UTC; `attachment` has the
# values yes and no. Facets that a type declares of its own come as `field.<name>`.
FACETS = (
    "element",
    "type",
    "owner",
    "country",
    "marking",
    "state",
    "level",
    "language",
    "attachment",
    "year",
    "month",
)
OWN_FACET = "field."
Sort = Literal["relevance", "date", "country"]
Match = Literal["all", "any"]


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
    """Exact values that an item must have: one of those named, of each facet that names some. Unknown values match
    nothing.

    Facet filters are those of the first group: the counts of a facet are taken without its own filter (`year` and the
    two instants, which also narrow the facet `month`, count as one), with all others. `own` holds values of facets that
    types declare, by name without `field.`.
    The others narrow everything alike: `only` and `without` are ids of sharing rows; items have none of the values of
    `without_owner`, `without_country`, `without_element` and `without_type`.
    Instants: `published_from` inclusive, `published_before` exclusive.
    """

    element: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    marking: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    attachment: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    own: tuple[tuple[str, tuple[str, ...]], ...] = ()
    published_from: datetime | None = None
    published_before: datetime | None = None

    only: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    without_owner: tuple[str, ...] = ()
    without_country: tuple[str, ...] = ()
    without_element: tuple[str, ...] = ()
    without_type: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A word by which items are ranked. `weights` has its weight by the language of the text (`""`: every other one);
    a language with the weight 0 is one in which the word is not looked for. `prefix`: the beginning of a word."""

    word: str
    weights: Mapping[str, float]
    prefix: bool = False

    def weight(self, language: str) -> float:
        """Return the weight in texts of the language; 0 where it is not looked for in them."""
        return self.weights.get(language, self.weights.get("", 0.0))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words that stand beside each other in the query: a text in which they stand close (at most three words
    apart, in order) gets the lesser of their weights, times a constant."""

    words: tuple[str, str]
    weights: Mapping[str, float]

    def weight(self, language: str) -> float:
        """Return the weight in texts of the language."""
        return self.weights.get(language, self.weights.get("", 0.0))


@dataclass(frozen=True, slots=True)
class Ranking:
    """By what items are ranked: the sum over terms of weight × saturated frequency in the whole text and, at half
    weight, in the title; and over pairs. No number in it depends on any item. An item of one of the `references` comes
    before all others."""

    terms: tuple[Term, ...] = ()
    pairs: tuple[Pair, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineQuery:
    """What is looked for.

    `match`: all wanted clauses must hold, or any of them (excluded ones and filters hold in both). Of any, those in
    which all hold come first, and a term weighs the more the rarer it is among the items found, which are visible
    ones alone: 0.4 × weight + 0.6 × ln(1 + (N − n + 0.5) / (n + 0.5)), by language.

    Order: by relevance (then newest), newest first, or by the first country (then newest); then by identifier, so that
    the order is total. Without a wanted clause relevance is newest first.

    The page: `limit` items after `offset`, or after the item that the cursor `after` names, a text that an answer to
    the same question gave as `next`; an engine may refuse an offset beyond what it can skip, never a cursor.
    """

    query: Query = field(default_factory=Query)
    ranking: Ranking = field(default_factory=Ranking)
    filters: Filters = field(default_factory=Filters)
    match: Match = "all"
    sort: Sort = "relevance"
    offset: int = 0
    after: str = ""
    limit: int = 20
    facets: bool = True

    @property
    def any_word(self) -> bool:
        """Whether items are found, too, in which not all that is wanted holds."""
        return self.match == "any" and len(self.query.wanted) > 1

    @property
    def by_rank(self) -> bool:
        """Whether ranks are needed at all."""
        return self.sort == "relevance" and bool(self.query.wanted)


@dataclass(frozen=True, slots=True)
class EngineHit:
    """One item found; `snippet` is HTML: escaped text with <mark> around what matched.

    `matched`: where the item has something of the query, of `title`, `summary`, `body`, `attachment`, `reference`, in
    this order. `source` names the attachment, with its page, that the snippet was taken from; empty: the item's text.
    """

    sharing_id: int
    snippet: SafeString
    matched: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the items found have the value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class EngineResult:
    """The exact number of visible items found, the hits of the page in order, and the facets: commonest value first,
    `month` and `year` latest first. `next` is the cursor after the last hit, empty where nothing follows."""

    total: int
    hits: tuple[EngineHit, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    next: str = ""


class UnreadableCursor(ValueError):
    """The cursor is none that an engine gave, or one of another question's order."""


class Engine(Protocol):
    """Finds items in one read model."""

    def search(self, asked: EngineQuery, access: Access) -> EngineResult:
        """Return what the viewer may see of what is looked for; nothing hidden takes part in any part of it.

        Raises UnreadableCursor for an `after` that it did not give.
        """
