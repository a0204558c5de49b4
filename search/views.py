"""The search page of the reader site."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cms.users.http import ViewerRequest
from search.forms import SearchForm
from search.pages import Bar, Facet, PageLink, facets, histogram, kept, page_links
from search.queries import SearchRequest
from search.selectors import Hit, SearchResult, search
from search.services import record_search


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What the page shows; `took` is in milliseconds."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    page: int = 1
    pages: int = 0
    page_links: list[PageLink | None]
    facets: list[Facet]
    months: list[Bar]
    notices: list[str]
    took: int = 0


def search_page(request: ViewerRequest) -> HttpResponse:
    """Show what the viewer finds; every search is recorded, by ids and a keyed hash of its words."""
    form = SearchForm(request.GET)
    form.is_valid()
    asked = form.search
    result = _not_understood(form) if asked is None else _found(request, asked)
    context: dict[str, Any] = {
        "request_form": form,
        "result": result,
        "query_string": request.GET.urlencode(),
        "kept": kept(request.GET),
    }
    return render(request, "search/search.html", context)


def _not_understood(form: SearchForm) -> Results:
    notices = [str(error) for error in form.non_field_errors()]
    notices += [
        _("%(field)s: %(error)s") % {"field": form.fields[name].label, "error": error}
        for name, errors in form.errors.items()
        if name in form.fields and name != "q"
        for error in errors
    ]
    return Results(page_links=[], facets=[], months=[], notices=notices)


def _found(request: ViewerRequest, asked: SearchRequest) -> Results:
    start = perf_counter()
    found: SearchResult = search(request.viewer, asked, request.at)
    shown = [hit.id for hit in found.hits]
    record_search(actor=request.viewer, query=asked.q, shown=shown, total=found.total, at=request.at)
    pages = -(-found.total // asked.size)
    return Results(
        total=found.total,
        hits=found.hits,
        page=asked.page,
        pages=pages,
        page_links=page_links(request.GET, asked.page, pages),
        facets=facets(request.GET, asked, found.facets),
        months=histogram(request.GET, found.facets.get("month", ())),
        notices=list(found.notices),
        took=round((perf_counter() - start) * 1000),
    )
