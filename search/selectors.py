"""Searching, for pages and API alike."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.users.models import User
from content_types.presentation import country_names
from search.engines import get_engine
from search.engines.base import Access, Engine, EngineHit, EngineQuery, EngineResult, FacetCount, UnreadableCursor
from search.facet_titles import facet_titles
from search.limits import TookTooLong, limited_time
from search.narrowing import in_doubt, narrowed, only_of, without
from search.queries import ALL, ANY, InvalidSearch, SearchRequest
from search.synonyms import Synonyms, expanded
from search.syntax import FieldValue, loosened
from search.types import type_title
from search.visibility import Listed, access_of, still_visible

logger = logging.getLogger(__name__)
# names that are looked up in one search; of more, those that nobody has find nothing
_MOST_DOUBTED = 3
_PLACES = {
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "body": gettext_lazy("text"),
    "attachment": gettext_lazy("attachment"),
    "reference": gettext_lazy("reference"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One item found, as lists show it. `snippet` is HTML: escaped text with <mark> around what matched; `matched` and
    `source` say where, as those of `EngineHit` do."""

    id: UUID
    reference: str
    title: str
    summary: str
    snippet: SafeString
    matched: tuple[str, ...]
    source: str
    language: str
    marking: str
    type: str
    element: str
    element_title: str
    owner: str
    owner_title: str
    country_codes: Sequence[str]
    published_at: datetime
    shown: Sequence[tuple[str, str]] = ()

    @property
    def url(self) -> str:
        """The item's address on the reader site."""
        return f"/i/{self.id}/"

    @property
    def places(self) -> tuple[str, ...]:
        """Where it was found, in words."""
        return tuple(str(_PLACES[place]) for place in self.matched)

    @property
    def type_title(self) -> str:
        """The content type's name."""
        return type_title(self.type)

    @property
    def countries(self) -> tuple[str, ...]:
        """The names of the countries."""
        return country_names(self.country_codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a facet, its name for people, and how many of the items found have it."""

    value: str
    title: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What a person finds: the exact number, one page of it, and how the items are spread. `next` is the cursor after
    the page, `notices` say how the words were read where that may surprise; `widened`: no item has all of the words,
    these have some."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    next: str = ""
    widened: bool = False


def search(
    user: User | AnonymousUser | None,
    request: SearchRequest,
    at: datetime,
    engine: Engine | None = None,
    *,
    widen: bool = False,
) -> SearchResult:
    """Return what the person finds at the instant; the person is signed in with a second factor or counts as anybody.

    Hidden items take part in nothing. `engine` is the one of the settings unless given. With `widen` a search for all
    of several words that finds nothing is made again for any of them, and a notice says so. Names that were typed and
    are none to this person are passed over, and told. Raises InvalidSearch for a cursor that is none, and for a search
    that takes too long.
    """
    access, chosen = access_of(user, at), engine or get_engine()
    asked, notices = question_of(request)
    found = _ask(chosen, asked, access)
    if strange := _strange(request, found, chosen, access):
        request = replace(request, query=without(request.query, strange))
        asked, notices = question_of(request)
        found = _ask(chosen, asked, access)
    widened = widen and not found.total and request.match == ALL and len(asked.query.wanted) > 1
    if widened:
        asked, notices = question_of(replace(request, match=ANY))
        found = _ask(chosen, asked, access)
        if found.total:
            notices = (*notices, _("No item has all of these words. These have some of them, best matches first."))
    hits = visible_hits(found.hits, access)
    return SearchResult(
        # what the sharing rows refuse was never there
        total=found.total - (len(found.hits) - len(hits)),
        hits=hits,
        facets={name: _named(name, counts) for name, counts in found.facets.items()},
        notices=notices,
        next=found.next,
        widened=widened,
    )


def _strange(request: SearchRequest, found: EngineResult, engine: Engine, access: Access) -> list[FieldValue]:
    """Return the names typed into the query that no item has which the person may see. Whether there is such a name
    costs and tells nothing: the engine looks for items of it either way."""
    doubted = in_doubt(request.query.fields, found.facets)[:_MOST_DOUBTED]
    return [
        name
        for name in doubted
        if not _ask(engine, EngineQuery(filters=only_of(name), limit=1, facets=False), access).total
    ]


def _ask(engine: Engine, asked: EngineQuery, access: Access) -> EngineResult:
    try:
        with limited_time(asked):
            return engine.search(asked, access)
    except TookTooLong:
        raise InvalidSearch({"q": _("This search takes too long. Use fewer words, or longer ones.")}) from None
    except UnreadableCursor:
        raise InvalidSearch({"after": _("This is no place in the results: begin with the first page.")}) from None


def question_of(request: SearchRequest, synonyms: Synonyms | None = None) -> tuple[EngineQuery, tuple[str, ...]]:
    """Return the question for an engine: synonyms joined (those given, or the present ones), filters among the words
    read; and what the person should be told."""
    query = loosened(request.query) if request.match == ANY else request.query
    query = expanded(query, request.language, synonyms)
    asked, notices = replace(request, query=query).engine_query(), request.query.notices
    if request.query.fields:
        filters, told = narrowed(asked.filters, request.query.fields)
        asked, notices = replace(asked, filters=filters), (*notices, *told)
    return asked, notices


def visible_hits(found: Sequence[EngineHit], access: Access) -> tuple[Hit, ...]:
    """Return what lists show of those items found that the sharing rows let the viewer see, in order."""
    if not found:
        return ()
    ids = [hit.sharing_id for hit in found]
    rows = still_visible(ids, access)
    for sharing_id in set(ids) - rows.keys():
        logger.error("The search entry of sharing row %s differs from it: run check_index.", sharing_id)
    return tuple(_hit(hit, rows[hit.sharing_id]) for hit in found if hit.sharing_id in rows)


def _hit(found: EngineHit, row: Listed) -> Hit:
    return Hit(
        id=row.uuid,
        reference=row.reference,
        title=row.title,
        summary=row.summary,
        snippet=found.snippet,
        matched=found.matched,
        source=found.source,
        language=row.language,
        marking=row.marking,
        type=row.type_key,
        element=row.element_key,
        element_title=_(row.element_title),
        owner=row.owner_key,
        owner_title=row.owner_name,
        country_codes=row.countries,
        published_at=row.published_at,
        # an entry is kept in English
        shown=[(_(title), _(value)) for title, value in row.shown],
    )


def _named(facet: str, counts: Sequence[FacetCount]) -> tuple[FacetValue, ...]:
    titles = facet_titles(facet, [count.value for count in counts])
    return tuple(FacetValue(value=c.value, title=titles.get(c.value, c.value), count=c.count) for c in counts)
