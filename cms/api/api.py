"""The API, version 1: reading through the same selectors as the reader site, as the same viewer."""

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger

from cms.api.administration import add_administration
from cms.api.answers import answer, item_answer, not_found, parameter_errors, related_answer, search_answer
from cms.api.directory import add_directory
from cms.api.limits import limited
from cms.api.parameters import SEARCH_PARAMETERS
from cms.api.participation import add_participation
from cms.api.schemas import Detail, ItemAnswer, ParameterErrors, RelatedAnswer, SearchAnswer
from cms.api.searching import add_searching
from cms.api.sharing import add_sharing
from cms.api.waiting import add_waiting
from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.core.identifiers import uuid_or_404
from cms.users.http import ViewerRequest
from cms.worlds.selectors import world_keys
from content_types.selectors import get_visible_content
from search.queries import InvalidSearch, parse_search
from search.selectors import search
from search.services import record_search
from search.similar import SHOWN, similar
from search.suggestions import did_you_mean

_TAGS = ["Reading"]
api = NinjaAPI(
    title="ICONet",
    version="1",
    description=(
        "Read what you may see, with your session on the site; without one, what is public. "
        "What you may not see is answered as if it did not exist."
    ),
    urls_namespace="api",
    # no validator elsewhere is asked about the description
    docs=Swagger(settings={"validatorUrl": None}),
)

add_sharing(api)
add_waiting(api)
add_administration(api)
add_directory(api)
add_participation(api)
add_searching(api)


@api.api_operation(["HEAD"], "/search", include_in_schema=False)
@api.get(
    "/search",
    tags=_TAGS,
    response={200: SearchAnswer, 422: ParameterErrors, 429: Detail},
    summary="Search",
    openapi_extra={"parameters": SEARCH_PARAMETERS},
)
@limited
def search_items(request: ViewerRequest) -> HttpResponse:
    """Find items by their words; every search is recorded, with the items shown."""
    try:
        asked = parse_search(request.GET)
        found = search(request.viewer, asked, request.at)
    except InvalidSearch as invalid:
        return parameter_errors(invalid)
    shown = [hit.id for hit in found.hits]
    record_search(actor=request.viewer, query=asked.q, shown=shown, total=found.total, at=request.at)
    meant = did_you_mean(request.viewer, asked, found, request.at)
    return answer(search_answer(found, world_keys(shown), meant=meant, facets=asked.facets))


@api.get(
    "/items/{identifier}/related",
    tags=_TAGS,
    response={200: RelatedAnswer, 404: Detail, 429: Detail},
    summary="Items like one",
)
@limited
def related_items(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Find the visible items most like one that the viewer may see; recorded as a search, with the items shown."""
    entry, hits = similar(request.viewer, uuid_or_404(identifier), request.at, SHOWN)
    shown = [hit.id for hit in hits]
    record_search(actor=request.viewer, query=str(entry.uuid), shown=shown, total=len(hits), at=request.at)
    return answer(related_answer(hits, world_keys(shown)))


@api.api_operation(["HEAD"], "/items/{path:identifier}", include_in_schema=False)
@api.get(
    "/items/{path:identifier}",
    tags=_TAGS,
    response={200: ItemAnswer, 404: Detail, 429: Detail},
    summary="One item",
)
@limited
def read_item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Read an item; every reading is recorded."""
    page = get_visible_content(request.viewer, uuid_or_404(identifier), request.at)
    sharing = page.sharing
    record(
        Entry(
            event=Event.ITEM_VIEWED,
            at=request.at,
            actor_id=request.viewer.pk,
            item=sharing.uuid,
            version=page.live_revision_id,
            owner_id=sharing.owner_id,
            marking=sharing.marking,
            rule="sharing.view",
            details={"by": "api"},
        )
    )
    return answer(item_answer(page, world_keys([sharing.uuid]).get(sharing.uuid)))


@api.exception_handler(Http404)
def absent(_request: HttpRequest, _error: Http404) -> HttpResponse:
    """Answer the one 404."""
    return not_found()


def unknown_address(_request: HttpRequest) -> HttpResponse:
    """Answer addresses that the API does not have with the one 404 too, without a redirect."""
    return not_found()
