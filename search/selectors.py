"""Searching, for pages and API alike."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.safestring import SafeString

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.users.models import User
from content_types.presentation import country_names
from content_types.vocabularies import country_name
from search.engines import get_engine
from search.engines.base import Access, Engine, EngineHit, FacetCount
from search.queries import SearchRequest
from search.types import type_title
from search.visibility import Listed, access_of, still_visible

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One item found, as lists show it. `snippet` is HTML: escaped text with <mark> around what matched."""

    id: UUID
    reference: str
    title: str
    summary: str
    snippet: SafeString
    language: str
    marking: str
    type: str
    element: str
    element_title: str
    owner: str
    owner_title: str
    country_codes: Sequence[str]
    published_at: datetime

    @property
    def url(self) -> str:
        """The item's address on the reader site."""
        return f"/i/{self.id}/"

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
    """What a person finds: the exact number, one page of it, and how the items are spread."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def search(
    user: User | AnonymousUser | None, request: SearchRequest, at: datetime, engine: Engine | None = None
) -> SearchResult:
    """Return what the person finds at the instant; the person is signed in with a second factor or counts as anybody.

    Hidden items take part in nothing. `engine` is the one of the settings unless given.
    """
    access = access_of(user, at)
    found = (engine or get_engine()).search(request.engine_query(), access)
    hits = _hits(found.hits, access)
    return SearchResult(
        # what the sharing rows refuse was never there
        total=found.total - (len(found.hits) - len(hits)),
        hits=hits,
        facets={name: _named(name, counts) for name, counts in found.facets.items()},
        notices=request.query.notices,
    )


def _hits(found: Sequence[EngineHit], access: Access) -> tuple[Hit, ...]:
    if not found:
        return ()
    ids = [hit.sharing_id for hit in found]
    rows = still_visible(ids, access)
    for sharing_id in set(ids) - rows.keys():
        logger.error("The search entry of sharing row %s differs from it: run check_search.", sharing_id)
    return tuple(_hit(hit, rows[hit.sharing_id]) for hit in found if hit.sharing_id in rows)


def _hit(found: EngineHit, row: Listed) -> Hit:
    return Hit(
        id=row.uuid,
        reference=row.reference,
        title=row.title,
        summary=row.summary,
        snippet=found.snippet,
        language=row.language,
        marking=row.marking,
        type=row.type_key,
        element=row.element_key,
        element_title=row.element_title,
        owner=row.owner_key,
        owner_title=row.owner_name,
        country_codes=row.countries,
        published_at=row.published_at,
    )


def _named(facet: str, counts: Sequence[FacetCount]) -> tuple[FacetValue, ...]:
    titles = facet_titles(facet, [count.value for count in counts])
    return tuple(FacetValue(value=c.value, title=titles.get(c.value, c.value), count=c.count) for c in counts)


def facet_titles(facet: str, values: Sequence[str]) -> dict[str, str]:
    """Return what people call the values; one that is unknown is left out."""
    if facet == "element":
        return dict(Element.objects.filter(key__in=values).values_list("key", "title"))
    if facet == "owner":
        return dict(Organisation.objects.filter(key__in=values).values_list("key", "name"))
    if facet == "country":
        return {value: country_name(value) for value in values}
    return {value: type_title(value) for value in values} if facet == "type" else {}
