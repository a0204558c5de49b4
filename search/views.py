"""The search page of the reader site, and what stands beside it: suggestions, similar items, the list to take along."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cms.core.identifiers import uuid_or_404
from cms.users.http import ViewerRequest
from search.exporting import list_file, may_export
from search.forms import SaveForm, SearchForm
from search.limits import too_often
from search.pages import Bar, Chip, Facet, PageLink, chips, facets, histogram, kept, page_links, with_values
from search.queries import InvalidSearch, SearchRequest
from search.saving import parameters_of, remember
from search.selectors import Hit, SearchResult, search
from search.services import record_search
from search.similar import RELATED, SHOWN, similar
from search.suggestions import did_you_mean, suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Other words that might be meant, and the address of a search for them."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What the page shows; `took` is in milliseconds."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    page: int = 1
    pages: int = 0
    page_links: list[PageLink | None]
    facets: list[Facet]
    chips: list[Chip]
    months: list[Bar]
    notices: list[str]
    meant: Meant | None = None
    took: int = 0


@require_safe
def search_page(request: ViewerRequest) -> HttpResponse:
    """Show what the viewer finds; every search is recorded, by ids and a keyed hash of its words."""
    if too_often(request):
        return render(request, "429.html", status=429)
    form = SearchForm(request.GET)
    form.is_valid()
    result = _answered(request, form)
    context: dict[str, Any] = {
        "request_form": form,
        "result": result,
        "query_string": request.GET.urlencode(),
        "kept": kept(request.GET),
        "parameters": parameters_of(request.GET),
    }
    if request.viewer.is_authenticated:
        context |= {"save_form": SaveForm(), "may_export": may_export(request.viewer, request.at)}
    return render(request, "search/search.html", context)


def _answered(request: ViewerRequest, form: SearchForm) -> Results:
    if form.search is None:
        return _not_understood(form)
    try:
        return _found(request, form.search)
    except InvalidSearch as invalid:
        form.add_errors(invalid)
        return _not_understood(form)


def _not_understood(form: SearchForm) -> Results:
    notices = [str(error) for error in form.non_field_errors()]
    notices += [
        _("%(field)s: %(error)s") % {"field": form.fields[name].label, "error": error}
        for name, errors in form.errors.items()
        if name in form.fields and name != "q"
        for error in errors
    ]
    return Results(page_links=[], facets=[], chips=[], months=[], notices=notices)


def _found(request: ViewerRequest, asked: SearchRequest) -> Results:
    start = perf_counter()
    found: SearchResult = search(request.viewer, asked, request.at, widen=True)
    shown = [hit.id for hit in found.hits]
    record_search(actor=request.viewer, query=asked.q, shown=shown, total=found.total, at=request.at)
    if request.viewer.is_authenticated and asked.page == 1 and parameters_of(request.GET):
        remember(actor=request.viewer, address=request.GET, words=asked.q, total=found.total, at=request.at)
    pages = -(-found.total // asked.size)
    counted = facets(request.GET, asked, found.facets)
    return Results(
        total=found.total,
        hits=found.hits,
        page=asked.page,
        pages=pages,
        page_links=page_links(request.GET, asked.page, pages),
        facets=counted,
        chips=chips(request.GET, asked, counted),
        months=histogram(request.GET, found.facets.get("month", ())),
        notices=list(found.notices),
        meant=_meant(request, asked, found),
        took=round((perf_counter() - start) * 1000),
    )


def _meant(request: ViewerRequest, asked: SearchRequest, found: SearchResult) -> Meant | None:
    text = did_you_mean(request.viewer, asked, found, request.at)
    return Meant(text=text, url=with_values(request.GET, q=text)) if text else None


@require_safe
def suggest(request: ViewerRequest) -> HttpResponse:
    """Answer, as JSON, visible items whose titles have the words typed so far, and what a screen reader tells of it."""
    if too_often(request):
        return JsonResponse({"items": [], "told": ""}, status=429)
    found = suggested(request.viewer, request.GET.get("q", ""), request.at)
    items = [
        {
            "title": hit.title,
            "url": hit.url,
            "language": hit.language,
            "kind": f"{hit.type_title} · {hit.element_title}",
        }
        for hit in found
    ]
    told = ngettext("%(number)d item has this in its title.", "%(number)d items have this in their title.", len(found))
    return JsonResponse({"items": items, "told": told % {"number": len(found)} if found else ""})


@require_safe
def similar_page(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the visible items most like one that the viewer may see."""
    if too_often(request):
        return render(request, "429.html", status=429)
    entry, hits = similar(request.viewer, uuid_or_404(identifier), request.at, SHOWN)
    shown = [hit.id for hit in hits]
    record_search(actor=request.viewer, query=str(entry.uuid), shown=shown, total=len(hits), at=request.at)
    return render(request, "search/similar.html", {"entry": entry, "hits": hits})


@require_safe
def related(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Answer, as a piece of HTML, the few visible items most like one: what its page shows beside it, fetched apart so
    that reading never waits for a search. Nobody asked for it, so it is no search on record."""
    if too_often(request):
        return HttpResponse(status=429)
    _entry, hits = similar(request.viewer, uuid_or_404(identifier), request.at, RELATED)
    return render(request, "search/related.html", {"hits": hits, "identifier": identifier})


@require_safe
def export(request: ViewerRequest, form: str) -> HttpResponse:
    """Give the list of what the viewer finds as a file."""
    if too_often(request):
        return render(request, "429.html", status=429)
    try:
        return list_file(request, form)
    except InvalidSearch as invalid:
        return HttpResponse(str(invalid), status=400, content_type="text/plain; charset=utf-8")
